from datetime import timedelta

from monitor.core.model import PollOutcome, SourceKind, SourceState, WantedSource
from monitor.store import SeededSources, SqliteStore
from tests.builders import NOON, a_poll
from tests.store.conftest import Look

HOUR = timedelta(hours=1)


def feed(letter: str = "a", name: str = "News", every: timedelta | None = None) -> WantedSource:
    return WantedSource(kind=SourceKind.FEED, address=f"https://{letter}.example/feed", name=name, every=every)


def test_a_listed_source_is_added_once(empty: SqliteStore, look: Look) -> None:
    assert empty.seed_sources([feed(every=HOUR), feed("b")], NOON) == SeededSources(added=2)
    assert empty.seed_sources([feed(every=HOUR), feed("b")], NOON) == SeededSources()

    first, second = empty.active_sources()
    assert (first.address, first.name, first.every) == ("https://a.example/feed", "News", HOUR)
    assert (second.every, second.last_success_at, second.failures) == (None, None, 0)
    assert look("SELECT origin, added_at, state FROM sources") == [("config", "2026-01-06T12:00:00.000Z", "active")] * 2


def test_a_source_listed_twice_is_one(empty: SqliteStore) -> None:
    assert empty.seed_sources([feed(), feed()], NOON) == SeededSources(added=1)


def test_a_listed_source_takes_over_name_and_interval(empty: SqliteStore) -> None:
    empty.seed_sources([feed(every=HOUR)], NOON)

    assert empty.seed_sources([feed(name="Other")], NOON) == SeededSources(changed=1)

    (source,) = empty.active_sources()
    assert (source.name, source.every) == ("Other", None)


def test_a_source_no_longer_listed_pauses_until_it_is_listed_again(empty: SqliteStore) -> None:
    empty.seed_sources([feed(), feed("b")], NOON)

    assert empty.seed_sources([feed("b")], NOON) == SeededSources(paused=1)
    assert empty.seed_sources([feed("b")], NOON) == SeededSources()
    assert [source.state for source in empty.all_sources()] == [SourceState.PAUSED, SourceState.ACTIVE]
    assert [source.id for source in empty.active_sources()] == [2]

    assert empty.seed_sources([feed(), feed("b")], NOON) == SeededSources(resumed=1)
    assert len(empty.active_sources()) == 2


def test_what_a_person_paused_stays_paused_at_a_restart(empty: SqliteStore) -> None:
    empty.seed_sources([feed()], NOON)
    empty._db.change("UPDATE sources SET state = 'paused'")

    assert empty.seed_sources([feed()], NOON) == SeededSources()
    assert empty.active_sources() == []


def test_what_a_person_added_is_not_the_settings_to_pause(empty: SqliteStore) -> None:
    empty.seed_sources([feed()], NOON)
    empty._db.change("UPDATE sources SET origin = 'person', listed = 0")

    assert empty.seed_sources([], NOON) == SeededSources()
    assert len(empty.active_sources()) == 1


def test_a_source_that_is_gone_stays_gone(empty: SqliteStore) -> None:
    empty.seed_sources([feed()], NOON)
    empty.record(a_poll(empty.active_sources()[0], outcome=PollOutcome.GONE, error="HTTP 410"))

    empty.seed_sources([], NOON)
    empty.seed_sources([feed()], NOON)

    assert [source.state for source in empty.all_sources()] == [SourceState.GONE]


def test_a_source_that_is_not_there_is_none(empty: SqliteStore) -> None:
    from monitor.core.model import SourceId

    assert empty.source(SourceId(7)) is None
