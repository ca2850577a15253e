"""What goes wrong with a stream costs nothing that is not told."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest

from monitor.core.errors import StoreError
from monitor.core.model import (
    Match,
    PollOutcome,
    Post,
)
from tests.fakes.jetstream import (
    Jetstream,
    commit,
    post,
    raw,
)
from tests.stories.streaming import Town, passed, said, talk, town_of


async def test_what_cannot_be_read_is_counted_and_costs_nothing_else() -> None:
    lines = [
        post(1, said(1)),
        raw(2, "not json"),
        raw(3, '{"$type":"error","error":"ConsumerTooSlow"}'),
        raw(4, "[" * 50_000),
        commit(5, "explode"),
        post(6, said(6)),
    ]
    async with town_of(Jetstream(lines)) as town:
        async with town.reading():
            await town.until(lambda: town.connections and town.connections[0].received == 6)

        assert town.matches == [said(1), said(6)]
        assert sum(poll.skipped for poll in town.polls) == 4
        assert sum(poll.seen for poll in town.polls) == 6
        assert not [poll for poll in town.polls if poll.outcome is PollOutcome.FAILED]


async def test_a_message_too_large_to_read_is_got_past_and_what_it_cost_is_recorded() -> None:
    huge = post(300, "x" * 1_100_000)
    lines = [*talk(300, quoted=lambda number: number == 5), huge]
    server = Jetstream(lines)
    async with town_of(server) as town, town.reading():
        await town.until(lambda: server.asked and server.asked[-1].cursor is not None and len(server.asked) >= 3)
        server.live_from = None  # now is beyond the message
        await town.until(lambda: server.asked[-1].cursor is None and len(server.asked) > 3)
        late = post(9_000, said(9_000))
        await town.until(lambda: town.connections[-1].received == 0)
        await server.publish([late])
        await town.until(lambda: said(9_000) in town.matches)

        gaps = [poll for poll in town.polls if "no longer to be had" in (poll.error or "")]
        assert len(gaps) == 1
        assert gaps[0].finished_at == datetime.fromtimestamp(late[0] / 1e6, UTC)
        assert town.source.failures == 0


async def test_a_cursor_that_is_refused_again_and_again_is_given_up_for_now() -> None:
    server = Jetstream([post(number, said(number)) for number in range(3)])
    async with town_of(server) as town:
        async with town.reading():
            await town.until(lambda: town.matches)
        server.refuse_cursors = True
        async with town.reading():
            await town.until(lambda: server.refused == 3)
            await town.until(lambda: len(server.asked) == 2)

        assert server.asked[1].cursor is None
        assert "answered 400 Bad Request" in [poll.error for poll in town.polls]


async def test_what_the_server_forgot_meanwhile_is_told_as_a_gap() -> None:
    lines = talk(4000, quoted=lambda number: number in (3, 3900))
    server = Jetstream(lines[:60])
    async with town_of(server) as town:
        async with town.reading():
            await town.until(lambda: town.matches)
        cursor = int(town.source.cursor)
        server.lines, server.oldest = lines, len(lines) - 300
        async with town.reading():
            await town.until(lambda: said(3900) in town.matches)

        [gap] = [poll for poll in town.polls if poll.outcome is PollOutcome.FAILED]
        assert gap.started_at == datetime.fromtimestamp(cursor / 1e6, UTC)
        assert gap.finished_at - gap.started_at > timedelta(minutes=10)
        assert "no longer to be had" in gap.error
        after = next(poll for poll in town.polls[town.polls.index(gap) :] if poll.outcome is PollOutcome.OK)
        assert after.started_at == gap.finished_at


async def test_a_pause_that_was_replayed_leaves_no_blind_time() -> None:
    lines = talk(300, quoted=lambda number: number % 50 == 0)
    server = Jetstream(lines, closes=[100])
    async with town_of(server) as town, town.reading():
        await town.until(lambda: len(town.matches) == 6)

        cursors = [poll.cursor for poll in town.polls if poll.cursor]
        resumed = [poll for poll in town.polls if poll.outcome is PollOutcome.OK][1:]
        assert datetime.fromtimestamp(int(cursors[0]) / 1e6, UTC) in {poll.started_at for poll in resumed}
        assert [poll.error for poll in town.polls if poll.error] == ["127.0.0.2 closed the connection (code 1011)"]


async def test_what_cannot_be_recorded_is_read_again() -> None:
    server = Jetstream(talk(40, quoted=lambda number: number == 20))
    async with town_of(server) as town:
        town.failing = [StoreError("the disk is full"), StoreError("the disk is full")]
        async with town.reading():
            await town.until(lambda: town.matches or passed(town.clock))

        assert town.failing == []
        assert len(server.asked) == 3
        assert town.matches == [said(20)]
        assert town.alerts == 1


async def test_a_stream_that_fails_waits_longer_and_longer_and_is_told_as_failing() -> None:
    server = Jetstream([post(1, said(1))], refuse=HTTPStatus.BAD_GATEWAY)
    async with town_of(server) as town, town.reading(longest_wait=timedelta(seconds=4)):
        await town.until(lambda: server.refused >= 5)
        failures = town.source.failures
        assert failures >= 4
        assert town.source.last_error == "answered 502 Bad Gateway"
        server.refuse = None
        await town.until(lambda: town.matches)

        waits = [(poll.next_poll_at - poll.finished_at).total_seconds() for poll in town.polls[:5]]
        assert waits == [1, 2, 4, 4, 4]
        assert (town.source.failures, town.source.last_error) == (0, None)


async def test_a_server_that_asks_for_time_is_given_it() -> None:
    server = Jetstream(refuse=HTTPStatus.TOO_MANY_REQUESTS, refusal_headers={"Retry-After": "300"})
    async with town_of(server) as town, town.reading():
        await town.until(lambda: town.polls)

        assert town.polls[0].next_poll_at - town.polls[0].finished_at == timedelta(seconds=300)
        assert server.refused == 1


async def test_a_stream_that_stalls_is_lost_and_connected_to_again() -> None:
    server = Jetstream(talk(40, quoted=lambda number: number == 39))
    async with town_of(server) as town, town.reading():
        server.stall()
        await town.until(lambda: server.asked)
        while len(server.asked) == 1:
            town.clock.advance(61)
            await asyncio.sleep(0.005)
        server.flow()
        await town.until(lambda: town.matches)

        assert "said nothing for 60 s" in [poll.error for poll in town.polls]


async def test_a_stream_in_a_private_network_is_refused() -> None:
    async with Jetstream([post(1, said(1))], host="127.0.0.3") as server:
        town = Town(server.url)
        async with town.reading():
            await town.until(lambda: town.polls)

        assert server.asked == []
        assert "not on the public internet" in town.source.last_error
        town.store.close()


async def test_a_bug_in_comparing_is_not_the_end_of_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Jetstream([post(1, said(1))])
    async with town_of(server) as town:
        bugs = [ZeroDivisionError()]
        find = town.matcher.find

        def finding(posts: Sequence[Post]) -> list[Match]:
            if bugs:
                raise bugs.pop()
            return find(posts)

        monkeypatch.setattr(town.matcher, "find", finding)
        async with town.reading():
            await town.until(lambda: town.matches or passed(town.clock))

        assert town.matches == [said(1)]


async def test_a_match_and_how_far_was_read_are_recorded_together_or_not_at_all() -> None:
    server = Jetstream(talk(40, quoted=lambda number: number == 20))
    async with town_of(server) as town:
        town.store._db.change("CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'full'); END")
        async with town.reading():
            await town.until(lambda: town.connections)
            await town.until(lambda: len(town.found_in) >= 1)
            await asyncio.sleep(0)
        assert (town.source.cursor, town.matches) == (None, [])
        town.store._db.change("DROP TRIGGER full")
        async with town.reading():
            await town.until(lambda: town.matches)

        assert town.source.cursor
        assert town.alerts == 1


async def test_a_stream_that_worked_again_is_connected_to_soon_when_it_is_lost_again() -> None:
    server = Jetstream([post(1, said(1)), post(2, said(2))], refuse=HTTPStatus.BAD_GATEWAY, closes=[1])
    async with town_of(server) as town, town.reading(longest_wait=timedelta(seconds=4)):
        await town.until(lambda: server.refused >= 4)
        server.refuse = None
        await town.until(lambda: len(town.matches) == 2)

        [lost] = [poll for poll in town.polls if "code 1011" in (poll.error or "")]
        assert lost.next_poll_at - lost.finished_at == timedelta(seconds=1)
