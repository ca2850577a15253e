"""What a Mastodon instance says while we listen is found and told once, and what we missed is admitted."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pytest

from monitor.core.coverage import Interval, Look, blind_intervals
from monitor.core.model import Keep, PollOutcome, Request, Source, SourceKind
from monitor.fetch.websocket import open_websocket
from monitor.intake import StreamLimits
from monitor.sources import mastodon
from monitor.sources.mastodon_stream import MastodonStream
from monitor.streams import Streams
from tests.builders import a_finding, a_page, a_poll
from tests.fakes.mastodon import TOKEN, Streaming, delete, edit, event, status, update
from tests.fetch.servers import options, resolved
from tests.stories.streaming import LATER, Counted, Town, passed, said


class Square(Town):
    """A town that listens to `#cats` of the fake instance."""

    def __init__(self, host: str, tokens: Mapping[str, str] | None = None) -> None:
        super().__init__(f"#cats@{host}", kind=SourceKind.MASTODON_STREAM)
        self.kind = MastodonStream({host: TOKEN} if tokens is None else tokens)

    def streams(self, **given: object) -> Streams:
        return Streams(
            self.store,
            self._call,
            self._connect,
            self._find,
            kinds={SourceKind.MASTODON_STREAM: self.kind},
            now=self.clock.now,
            monotonic=self.clock.monotonic,
            sleep=self.clock.sleep,
            chance=lambda: 0.0,
            limits=StreamLimits(**given),
            on_record=self._note,
        )

    async def _connect(self, request: Request) -> Counted:
        url = request.url.replace("wss://", "ws://")
        opened = await open_websocket(url, headers=request.headers, options=options(), resolve=resolved)
        self.connections.append(Counted(opened))
        return self.connections[-1]

    @property
    def source(self) -> Source:
        return next(source for source in self.store.all_sources() if source.kind is SourceKind.MASTODON_STREAM)

    @property
    def everything(self) -> str:
        return "\n".join(self.store._db._connection.iterdump())


@asynccontextmanager
async def listening(tokens: Mapping[str, str] | None = None) -> AsyncIterator[tuple[Square, Streaming]]:
    async with Streaming() as server:
        square = Square(server.host, tokens)
        async with square.reading():
            if tokens is None:
                await square.until(lambda: server.listeners and square.connections)
            yield square, server
        square.store.close()


async def test_a_quote_is_recorded_and_alerted_and_the_weather_is_not_kept() -> None:
    async with listening() as (square, server):
        await server.say(update(1, "weather"), update(2, said(2)), update(2, said(2)))
        await square.until(lambda: square.matches)

        assert square.matches == [said(2)]
        assert square.alerts == 1
        assert square.rows("SELECT count(*) FROM posts") == [(1,)]
        assert server.asked == [{"stream": ["hashtag"], "tag": ["cats"]}]
        assert square.source.cursor is None


@pytest.mark.parametrize("polled_first", [True, False])
async def test_a_post_that_is_polled_too_is_told_once(polled_first: bool) -> None:
    async with listening() as (square, server):
        wanted = replace(square.wanted, kind=SourceKind.MASTODON, keep=Keep.ALL)
        square.store.seed_sources([square.wanted, wanted], LATER)
        if polled_first:
            _poll(square, status(1, said(1)))
        await server.say(update(1, said(1)))
        await square.until(lambda: square.matches)
        await server.say(update(2, said(2)))
        await square.until(lambda: square.rows("SELECT 1 FROM posts WHERE guid LIKE '%/2'"))
        if not polled_first:
            _poll(square, status(1, said(1)))

        assert square.rows("SELECT guid, count(*) FROM posts GROUP BY guid ORDER BY guid") == [
            ("https://home.example/users/ann/statuses/1", 2),
            ("https://home.example/users/ann/statuses/2", 1),
        ]
        assert square.alerts == 2


def _poll(square: Square, *statuses: Mapping[str, object]) -> None:
    """Poll the same tag, as the flow does."""
    [source] = [source for source in square.store.all_sources() if source.kind is SourceKind.MASTODON]
    reading = mastodon.parse(source, a_page(json.dumps(statuses).encode()))
    findings = [a_finding(match) for match in square.matcher.find(reading.posts)]
    square.store.record(a_poll(source), square.store.unseen(source, reading.posts), findings)


async def test_an_edit_that_brings_the_quote_in_is_found_and_one_that_takes_it_away_is_recorded() -> None:
    async with listening() as (square, server):
        await server.say(update(1, "weather"), edit(1, said(1)))
        await square.until(lambda: square.matches)
        await server.say(edit(1, "I said nothing."))
        await square.until(lambda: square.matches == ["I said nothing."])

        assert square.rows("SELECT text FROM post_versions") == [(said(1),)]
        assert square.alerts == 1


async def test_a_deletion_of_a_post_that_was_heard_is_marked_and_others_are_ignored() -> None:
    async with listening() as (square, server):
        await server.say(update(1, said(1)), update(2, said(2)))
        await square.until(lambda: len(square.matches) == 2)
        await server.say(delete(1), delete(77))
        await square.until(lambda: passed(square.clock) or _taken_back(square))

        assert _taken_back(square) == [("https://home.example/users/ann/statuses/1", "")]  # as authors there ask


def _taken_back(square: Square) -> list[tuple[str, str]]:
    return [tuple(row) for row in square.rows("SELECT guid, text FROM posts WHERE deleted_at IS NOT NULL")]


async def test_a_deletion_after_a_lost_connection_is_still_understood() -> None:
    async with listening() as (square, server):
        await server.say(update(1, said(1)))
        await square.until(lambda: square.matches)
        server.hang_up()
        await square.until(lambda: len(server.asked) == 2)
        await server.say(delete(1))
        await square.until(lambda: passed(square.clock) or _taken_back(square))


async def test_garbage_is_counted_and_ends_nothing() -> None:
    async with listening() as (square, server):
        garbage = ["", "[]", "{}", "<html>", event("update", "no JSON"), event("update", {"id": "1"}), "[" * 9_000]
        await server.say(*garbage, event("notification", "{}"), update(1, said(1)))
        await square.until(lambda: square.matches)

        assert sum(poll.skipped for poll in square.polls) == len(garbage)
        assert len(server.asked) == 1


async def test_without_a_token_the_source_names_the_setting() -> None:
    async with listening({"other.example": TOKEN}) as (square, server):
        await square.until(lambda: square.polls)

        assert "mastodon.tokens" in (square.source.last_error or "")
        assert server.paths == []
        assert TOKEN not in square.everything


@pytest.mark.parametrize("refusal", [None, HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST])
async def test_the_token_is_in_no_address_log_error_or_record(
    refusal: HTTPStatus | None, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with Streaming() as server:
        server.refusal = refusal
        square = Square(server.host)
        async with square.reading():
            if refusal is None:
                await square.until(lambda: server.listeners)
                await server.say(update(1, said(1)))
                await square.until(lambda: square.matches)
                await server.say(f'{{"error": "bad token {TOKEN}", "status": 401}}')
            await square.until(lambda: any(poll.error for poll in square.polls))
        errors = [poll.error for poll in square.polls if poll.error]
        told = "".join(capsys.readouterr()) + caplog.text + "".join(server.paths) + "".join(errors) + square.everything
        square.store.close()

    assert errors[0] == (
        f"{square.wanted.address.removeprefix('#cats@')} refuses the stream (401)"
        if refusal is None
        else f"answered {refusal.value} {refusal.phrase}"
    )
    assert TOKEN not in told


async def test_what_was_said_while_nobody_listened_is_told_as_a_gap() -> None:
    async with listening() as (square, server):
        await server.say(update(1, said(1)))
        await square.until(lambda: square.matches)
        heard = square.source.last_success_at
        server.refusal = HTTPStatus.BAD_GATEWAY
        sleepers = len(square.clock._sleepers)
        server.hang_up()
        await square.until(lambda: len(square.clock._sleepers) > sleepers)  # it waits for longer than a nap
        server.refusal = None
        square.clock.advance(600)
        await square.until(lambda: server.listeners)
        back = square.clock.now()
        await server.say(update(3, said(3)))
        await square.until(lambda: len(square.matches) == 2)

        [gap] = [poll for poll in square.polls if poll.error and "no longer to be had" in poll.error]
        assert gap.outcome is PollOutcome.FAILED
        assert (gap.started_at, gap.finished_at) == (heard, back)
        assert gap.finished_at - gap.started_at == timedelta(minutes=10)
        looks = [
            Look(started_at=one.started_at, finished_at=one.finished_at, outcome=one.outcome) for one in square.polls
        ]
        assert blind_intervals(looks, now=back, expected=timedelta(minutes=1)) == [Interval(start=heard, end=back)]
        [after] = square.polls[square.polls.index(gap) + 1 :]
        assert (after.outcome, after.started_at) == (PollOutcome.OK, back)


async def test_a_quiet_tag_is_recorded_as_listened_to_once_a_minute() -> None:
    async with listening() as (square, server):
        for minute in range(1, 4):
            await square.until(lambda: square.clock._sleepers)
            square.clock.advance(60)
            await square.until(lambda minute=minute: len(square.polls) == minute)

        assert [poll.outcome for poll in square.polls] == [PollOutcome.OK] * 3
        assert square.polls[-1].finished_at == LATER + timedelta(minutes=3)
        assert len(server.asked) == 1


async def test_a_server_that_says_only_garbage_is_never_recorded_as_read() -> None:
    async with listening() as (square, server):
        await server.say("garbage")
        for _ in range(3):
            await square.until(lambda: square.connections[0].received == 1 and square.clock._sleepers)
            square.clock.advance(60)
            await asyncio.sleep(0.05)

        assert square.polls == []
