from datetime import timedelta

import pytest

from monitor.core.model import Quiet, QuoteId, Tier
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE
from tests.store.reviewing import recorded

ONE = QuoteId(1)
DAY = timedelta(days=1)


def many(store: SqliteStore, count: int, **given: object) -> None:
    for number in range(count):
        recorded(store, f"{number} {given} {QUOTE}", **given)


def test_a_burst_is_so_many_times_the_usual_rate(store: SqliteStore) -> None:
    many(store, 24, at=NOON + DAY)
    many(store, 24, at=NOON + 2 * DAY)
    now = NOON + 10 * DAY
    many(store, 12, at=now - timedelta(minutes=59))

    assert store.spike(ONE, now) == pytest.approx(12 * 240 / 48)
    assert store.spike(ONE, now + timedelta(hours=1)) is None
    assert store.spike(QuoteId(2), now) is None


def test_what_is_recorded_quietly_makes_no_burst(store: SqliteStore) -> None:
    now = NOON + 10 * DAY
    many(store, 12, at=now, quiet=Quiet.BASELINE)
    many(store, 12, at=now, tier=Tier.SUGGEST, quiet=Quiet.SUGGESTED)

    assert store.spike(ONE, now) is None


def test_a_quote_that_comes_back_after_a_month_resurfaces_once(store: SqliteStore) -> None:
    first = recorded(store, f"1 {QUOTE}")
    back = recorded(store, f"2 {QUOTE}", at=NOON + 40 * DAY)
    after = recorded(store, f"3 {QUOTE}", at=NOON + 40 * DAY)

    assert [store.silent_since(match) for match in (first, back, after)] == [None, NOON, None]


def test_old_posts_of_a_new_source_appeared_when_they_were_published(store: SqliteStore) -> None:
    recorded(store, f"1 {QUOTE}", published_at=NOON - 525 * DAY, quiet=Quiet.BASELINE)
    back = recorded(store, f"2 {QUOTE}")

    assert store.silent_since(back) == NOON - 525 * DAY


def test_what_is_only_suggested_breaks_no_silence(store: SqliteStore) -> None:
    recorded(store, f"1 {QUOTE}")
    recorded(store, f"2 {QUOTE}", at=NOON + 39 * DAY, tier=Tier.SUGGEST, quiet=Quiet.SUGGESTED)

    assert store.silent_since(recorded(store, f"3 {QUOTE}", at=NOON + 40 * DAY)) == NOON
