from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.model import SourceId, SourceKind, WantedSource
from monitor.store import SqliteStore, open_store
from monitor.web.watching import Watching
from tests.builders import a_poll

NOON = datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path):
    """One source, looked at every ten minutes since the third, but for 22:00 on the fourth to 03:00 on the fifth."""
    with open_store(tmp_path / "q.db", now=lambda: NOON) as store:
        begun = NOON - timedelta(days=3)
        wanted = WantedSource(kind=SourceKind.FEED, address="https://news.example/f", name="News")
        store.seed_sources([wanted], begun)
        source = store.active_sources()[0]
        at = begun
        while at < NOON:
            if not datetime(2026, 1, 4, 22, tzinfo=UTC) < at < datetime(2026, 1, 5, 3, tzinfo=UTC):
                store.record(a_poll(source, started_at=at, finished_at=at, next_poll_at=at + HOUR / 6))
            at += HOUR / 6
        yield store


def a_watching(store: SqliteStore) -> Watching:
    async def read(query, **given):
        with store._db.reading():
            return query(store._db, **given)

    return Watching(read)


async def test_a_gap_over_midnight_is_one(store: SqliteStore) -> None:
    watching = a_watching(store)
    await watching.refresh(NOON)

    found = watching.of_source(SourceId(1), NOON)
    assert found
    assert [(one.start.day, one.start.hour, one.end.day, one.end.hour) for one in found.blind] == [(4, 22, 5, 3)]
    assert found.blind_for == 5 * HOUR


async def test_the_share_of_a_day_counts_what_was_known(store: SqliteStore) -> None:
    watching = a_watching(store)
    await watching.refresh(NOON)

    shares = [one.share for one in watching.shares([NOON.date() - timedelta(days=back) for back in (0, 1, 2, 3, 4)])]
    assert shares == [1, pytest.approx(21 / 24), pytest.approx(22 / 24), 1, None]


async def test_what_nobody_looks_at_now_is_known_with_its_beginning(store: SqliteStore) -> None:
    watching = a_watching(store)
    later = NOON + 8 * HOUR
    await watching.refresh(later)

    assert watching.blind_now(later) == {1: NOON - HOUR / 6}
    assert watching.blind_now(NOON - HOUR) == watching.blind_now(later)


async def test_a_day_that_is_over_is_read_once(store: SqliteStore) -> None:
    watching = a_watching(store)
    asked = []
    read = watching._read

    async def counted(query, **given):
        asked.append(given["since"].day)
        return await read(query, **given)

    watching._read = counted
    await watching.refresh(NOON, days=4)
    await watching.refresh(NOON + timedelta(minutes=1), days=4)

    assert asked == [6, 5, 4, 3, 6, 5]
