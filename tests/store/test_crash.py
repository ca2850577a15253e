"""kill -9 at every single statement: what was promised as one is there as one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.core.model import ChatKind, Validators, WantedQuote, WantedSource
from monitor.store import SqliteStore, open_store, seals
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_source
from tests.store.kills import Arm, Work, armed_from_the_start, different, files, killed_at, left_by_kills, put

POSTS = [a_post(f"{QUOTE} {number}") for number in range(3)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database alone in its folder."""
    folder = tmp_path / "monitor"
    folder.mkdir()
    return folder / "quotes.db"


def prepared(path: Path) -> None:
    source = a_source()
    with open_store(path) as store:
        store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
        store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)
        store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)


def record(store: SqliteStore) -> None:
    arrivals = store.unseen(a_source(), POSTS)
    findings = [a_finding(a_match(arrival.post)) for arrival in arrivals]
    store.record(a_poll(page=a_page(validators=Validators(etag="new"))), arrivals, findings)


def contents(path: Path) -> tuple[object, ...]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert seals.broken(connection) == []
        return connection.execute(
            "SELECT (SELECT count(*) FROM polls), (SELECT count(*) FROM posts), (SELECT count(*) FROM matches),"
            " (SELECT count(*) FROM alerts), (SELECT etag FROM sources)"
        ).fetchone()


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def recording(path: Path) -> Work:
    def work(arm: Arm) -> None:
        with open_store(path) as store:
            store._db.change("DELETE FROM calls")  # what the first change of a connection needs is ready
            arm(store._db.utils.conn)
            record(store)
            store._db.utils.conn.set_trace_callback(None)  # what the end of a test looks at is not the monitor's work

    return work


def test_a_kill_leaves_what_the_files_hold_at_that_moment(path: Path, tmp_path: Path) -> None:
    prepared(path)
    before = files(path.parent)
    left = left_by_kills(path.parent, recording(path))

    for statement in (0, len(left) // 2, len(left) - 1):
        put(before, folder := tmp_path / f"killed at {statement}")
        assert killed_at(statement, recording(folder / path.name))
        assert files(folder) == left[statement]


def test_a_poll_killed_at_any_statement_is_recorded_whole_or_not_at_all(path: Path, tmp_path: Path) -> None:
    prepared(path)

    left = left_by_kills(path.parent, recording(path))

    assert len(left) > 100
    assert contents(path) == (1, 3, 3, 3, "new")
    for number, killed in enumerate(different(left)):
        put(killed, folder := tmp_path / str(number))
        assert contents(folder / path.name) == (0, 0, 0, 0, None)
        recording(folder / path.name)(lambda _: None)
        assert contents(folder / path.name) == (1, 3, 3, 3, "new")


def test_a_monitor_killed_after_recording_records_nothing_again(path: Path) -> None:
    prepared(path)
    for _ in range(2):
        assert killed_at(0, lambda arm: (record(store := open_store(path)), arm(store._db.utils.conn), store.quotes()))

    assert contents(path) == (2, 3, 3, 3, "new")


def test_making_the_tables_can_be_interrupted_at_any_statement(path: Path, tmp_path: Path) -> None:
    left = left_by_kills(path.parent, armed_from_the_start(lambda: open_store(path).close()))

    assert len(left) > 100
    found = []
    for number, killed in enumerate(different(left)):
        put(killed, folder := tmp_path / str(number))
        found.append(tables(folder / path.name))
        with open_store(folder / path.name) as store:
            assert store.quotes() == []
        assert tables(folder / path.name) == tables(path)
    assert found[0] == set()
    assert all(names in (set(), tables(path)) for names in found)
