"""Stored posts matched again: what is new, changed, gone; the same tape gives the same answer."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from monitor.core.history import Difference
from monitor.core.model import (
    Arrival,
    ChatKind,
    Match,
    Post,
    PostId,
    Quiet,
    Quote,
    Tier,
    WantedQuote,
    WantedSource,
)
from monitor.replay import BATCH, Replay, matches_of
from monitor.store import SqliteStore, open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_quote, a_source
from tests.fakes.ports import direct

SAID = "He said: come and get me, coward!"


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with open_store(":memory:", now=lambda: NOON) as store:
        fill(store, SAID, "nothing", "come get me later", "come get me, coward 2")
        yield store


def fill(store: SqliteStore, *texts: str) -> Quote:
    """Record posts of a source, and track the quote of the builders after that."""
    source = a_source()
    store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
    posts = [
        a_post(text, guid=f"guid {number}", url=f"https://news.example/{number}") for number, text in enumerate(texts)
    ]
    store.record(a_poll(), store.unseen(source, posts))
    return store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)


async def here(quotes: tuple[Quote, ...], posts: Sequence[Post]) -> list[list[Match]]:
    return matches_of(quotes, posts)


def a_replay(store: SqliteStore, *quotes: Quote, **given: object) -> Replay:
    return Replay(quotes or store.quotes(), store=store, call=direct, find=here, now=lambda: NOON, **given)  # type: ignore[arg-type]


def as_text(differences: Sequence[Difference]) -> bytes:
    return json.dumps([asdict(one) for one in differences], default=str, sort_keys=True).encode()


async def test_what_is_found_in_stored_posts_is_recorded_and_alerts_nobody(store: SqliteStore) -> None:
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)

    state = await a_replay(store).run()

    assert (state.looked, state.found, state.sure, state.is_done, state.is_partial) == (4, 3, 2, True, False)
    assert [found.text for found in store.appearances()] == ["come get me, coward 2", "come get me later", SAID]
    assert {row["quiet"] for row in store._db.rows("SELECT quiet FROM matches")} == {Quiet.BACKFILL}
    assert store.alerts_list() == []


async def test_people_are_told_when_that_is_asked_for_and_only_of_what_is_sure(store: SqliteStore) -> None:
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)

    await a_replay(store, alert=True).run()

    assert {alert.appearance.text for alert in store.alerts_list()} == {SAID, "come get me, coward 2"}


async def test_a_second_replay_finds_nothing_new_and_alerts_nobody_again(store: SqliteStore) -> None:
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
    await a_replay(store, alert=True).run()

    state = await a_replay(store, alert=True).run()

    assert (state.found, state.changed, state.gone, state.new) == (0, 0, 0, ())
    assert len(store.alerts_list()) == 2


async def test_a_dry_run_records_nothing(store: SqliteStore) -> None:
    state = await a_replay(store, dry=True).run()

    assert state.found == 3
    assert store.appearances() == []


async def test_the_same_tape_gives_the_same_bytes(store: SqliteStore) -> None:
    told: list[list[Difference]] = []
    for _ in range(2):
        told.append([])
        await a_replay(store, dry=True, on_difference=told[-1].append).run()
    with open_store(":memory:", now=lambda: NOON) as other:
        fill(other, SAID, "nothing", "come get me later", "come get me, coward 2")
        told.append([])
        await a_replay(other, dry=True, on_difference=told[-1].append).run()

    assert len(told[0]) == 3
    assert as_text(told[0]) == as_text(told[1]) == as_text(told[2])


async def test_a_changed_rule_tells_what_would_be_otherwise_and_leaves_what_was_recorded(store: SqliteStore) -> None:
    await a_replay(store).run()
    before = store.appearances()
    [quote] = store.quotes()
    told: list[Difference] = []

    stricter = replace(quote, exact=True, threshold=99.0)
    state = await a_replay(store, stricter, on_difference=told.append).run()

    assert (state.found, state.gone) == (0, 2)
    assert [(one.post_id, one.found) for one in told if one.found is None] == [(1, None), (3, None)]
    assert store.appearances() == before


async def test_a_match_that_would_now_alert_counts_as_changed(store: SqliteStore) -> None:
    source, post = a_source(), a_post("Come get me, coward! It was old.")
    weak = a_match(post, store.quotes()[0], tier=Tier.SUGGEST, score=60.0)
    store.record(a_poll(source), [Arrival(post=post)], [a_finding(weak, Quiet.SUGGESTED)])

    state = await a_replay(store).run()

    assert state.changed == 1
    assert store.appearances()[-1].tier is Tier.SUGGEST


async def test_a_wording_that_an_edit_replaced_is_looked_at_too(store: SqliteStore) -> None:
    [known] = store.tape(after=PostId(0), limit=1)
    edited = replace(known.wordings[0], text="We removed that sentence.", parts=())
    store.record(a_poll(finished_at=NOON + timedelta(hours=1)), store.unseen(a_source(), [edited]))

    state = await a_replay(store).run()

    assert state.found == 3
    assert store.appearances()[-1].text == SAID
    assert (await a_replay(store).run()).gone == 0


async def test_a_match_is_held_against_the_wording_it_was_found_in(store: SqliteStore) -> None:
    await a_replay(store).run()
    [known] = store.tape(after=PostId(0), limit=1)
    edited = replace(known.wordings[0], text="Now it says: COME GET ME, coward! And much more.", parts=())
    store.record(a_poll(finished_at=NOON + timedelta(hours=1)), store.unseen(a_source(), [edited]))

    state = await a_replay(store).run()

    assert (state.found, state.changed, state.gone) == (0, 0, 0)


async def test_only_posts_since_a_time_or_the_newest_are_looked_at(store: SqliteStore) -> None:
    later = NOON + timedelta(days=1)
    store.record(a_poll(finished_at=later), [Arrival(post=a_post(f"{SAID} {number}")) for number in range(3)])

    since = await a_replay(store, dry=True).run(since=NOON + timedelta(hours=1))
    newest = await a_replay(store, dry=True).run(newest=2)

    assert (since.looked, since.found, since.is_partial) == (3, 3, True)
    assert (newest.looked, newest.found, newest.is_partial) == (2, 2, True)


async def test_posts_recorded_while_it_goes_on_are_found_by_going_on(store: SqliteStore) -> None:
    replay = a_replay(store)
    await replay.run()
    store.record(a_poll(), [Arrival(post=a_post(SAID))])

    state = await replay.go_on()

    assert (state.looked, state.found) == (5, 4)


async def test_more_posts_than_a_batch_are_all_looked_at_once(store: SqliteStore) -> None:
    store.record(a_poll(), [Arrival(post=a_post(f"number {number}")) for number in range(2 * BATCH)])

    assert (await a_replay(store).run()).looked == 2 * BATCH + 4


async def test_several_quotes_are_replayed_together(store: SqliteStore) -> None:
    store.track(WantedQuote(text="nothing much of anything"), by="ann", at=NOON)
    store.record(a_poll(), [Arrival(post=a_post("Come get me, coward! Or: nothing much of anything."))])

    state = await a_replay(store).run()

    assert state.quote_id is None
    assert {(found.quote_id) for found in store.appearances()} == {1, 2}


async def test_what_was_found_before_is_counted_on_the_day_its_post_was_seen(store: SqliteStore) -> None:
    week = timedelta(days=7)
    replay = Replay(store.quotes(), store=store, call=direct, find=here, now=lambda: NOON + week)

    await replay.run()

    days = {day.day.isoformat(): day.matches for day in store.statistics(now=NOON + week).days if day.matches}
    assert days == {"2026-01-06": 3}


def test_a_quote_that_nobody_tracks_finds_nothing() -> None:
    assert matches_of((a_quote("entirely different words"),), [a_post(SAID)]) == [[]]
