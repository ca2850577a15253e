from dataclasses import replace
from datetime import timedelta

from monitor.core.model import Keep, PollOutcome, SourceKind, SourceState, WantedSource
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


def test_a_listed_source_takes_over_what_it_follows_and_keeps(empty: SqliteStore, look: Look) -> None:
    empty.seed_sources([replace(feed(), follow=True, keep=Keep.MATCHED)], NOON)
    (source,) = empty.active_sources()
    assert (source.follow, source.keep) == (True, Keep.MATCHED)
    empty.record(a_poll(source, cursor="of a following search"))

    assert empty.seed_sources([replace(feed(), follow=True)], NOON) == SeededSources(changed=1)
    assert look("SELECT follow, keep, cursor FROM sources") == [(1, "all", "of a following search")]

    assert empty.seed_sources([feed()], NOON) == SeededSources(changed=1)
    assert look("SELECT follow, keep, cursor FROM sources") == [(0, "all", None)]
    assert empty.seed_sources([feed()], NOON) == SeededSources()


def test_a_source_that_a_person_paused_is_not_resumed_by_the_settings(empty: SqliteStore, look: Look) -> None:
    empty.seed_sources([feed(), feed("b")], NOON)
    empty.pause_source(empty.active_sources()[0].id, by="ann", at=NOON)
    empty.seed_sources([], NOON)
    empty.pause_source(empty.all_sources()[1].id, by="bob", at=NOON)  # the settings' pause becomes a person's

    assert look("SELECT state, paused_by, listed FROM sources") == [("paused", "ann", 0), ("paused", "bob", 0)]
    assert empty.seed_sources([feed(), feed("b")], NOON) == SeededSources()
    assert empty.active_sources() == []


def test_a_source_that_a_person_resumed_is_not_paused_by_a_restart(empty: SqliteStore) -> None:
    empty.seed_sources([feed()], NOON)
    empty.seed_sources([], NOON)
    empty.resume_source(empty.all_sources()[0].id, by="ann", at=NOON)

    assert empty.seed_sources([], NOON) == SeededSources()
    assert len(empty.active_sources()) == 1


def test_a_source_that_a_person_removed_stays_removed_until_it_is_listed_anew(empty: SqliteStore, look: Look) -> None:
    empty.seed_sources([feed(), feed("b")], NOON)
    empty.remove_source(empty.active_sources()[0].id, by="ann", at=NOON)

    assert empty.seed_sources([feed(name="New"), feed("b")], NOON).resumed == 0
    assert [source.id for source in empty.all_sources()] == [2]

    empty.seed_sources([feed("b")], NOON)
    assert empty.seed_sources([feed(), feed("b")], NOON).resumed == 1
    assert look("SELECT id, state, listed FROM sources") == [(1, "active", 1), (2, "active", 1)]


def test_what_a_person_added_and_removed_can_be_listed(empty: SqliteStore, look: Look) -> None:
    source = empty.add_source(feed(), by="ann", at=NOON)
    empty.remove_source(source.id, by="ann", at=NOON)

    empty.seed_sources([feed()], NOON)

    assert look("SELECT state, origin, listed FROM sources") == [("active", "config", 1)]


def test_a_name_that_a_person_gave_stays_at_a_restart(empty: SqliteStore) -> None:
    empty.seed_sources([feed()], NOON)
    empty.rename_source(empty.active_sources()[0].id, "Mine", by="ann", at=NOON)

    assert empty.seed_sources([feed(name="Theirs")], NOON) == SeededSources()
    assert empty.active_sources()[0].name == "Mine"


def test_a_source_that_is_gone_stays_gone(empty: SqliteStore) -> None:
    empty.seed_sources([feed()], NOON)
    empty.record(a_poll(empty.active_sources()[0], outcome=PollOutcome.GONE, error="HTTP 410"))

    empty.seed_sources([], NOON)
    empty.seed_sources([feed()], NOON)

    assert [source.state for source in empty.all_sources()] == [SourceState.GONE]


def test_a_source_that_is_not_there_is_none(empty: SqliteStore) -> None:
    from monitor.core.model import SourceId

    assert empty.source(SourceId(7)) is None
