"""kill -9 at every single statement: what was promised as one is there as one."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from monitor.core.model import ChatKind, Validators, WantedQuote, WantedSource
from monitor.store import SqliteStore, database, open_store, seals
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_source

POSTS = [a_post(f"{QUOTE} {number}") for number in range(3)]


def killed_at(statement: int, work: Callable[[Callable[[sqlite3.Connection], None]], None]) -> bool:
    """Run `work` in a child that is killed before its connection runs this statement; False: the child got through."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)
    try:
        numbers = count()

        def die(_: str) -> None:
            if next(numbers) == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        work(lambda connection: connection.set_trace_callback(die))
    except BaseException:  # noqa: BLE001  # whatever it is, the child must not go on as a second pytest
        os._exit(1)
    os._exit(0)


def kills(work: Callable[[Callable[[sqlite3.Connection], None]], None]) -> Iterator[int]:
    """Kill at the first statement, the second, and so on, until the work gets through."""
    for statement in count():
        if not killed_at(statement, work):
            return
        yield statement


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


def test_a_poll_killed_at_any_statement_is_recorded_whole_or_not_at_all(path: Path) -> None:
    prepared(path)

    def work(arm: Callable[[sqlite3.Connection], None]) -> None:
        store = open_store(path)
        store._db.change("DELETE FROM calls")  # what the first change of a connection needs is ready
        arm(store._db.utils.conn)
        record(store)

    seen = [contents(path) for _ in kills(work)]

    assert len(seen) > 15
    assert set(seen) == {(0, 0, 0, 0, None)}
    assert contents(path) == (1, 3, 3, 3, "new")


def test_a_monitor_killed_after_recording_records_nothing_again(path: Path) -> None:
    prepared(path)
    for _ in range(2):
        assert killed_at(0, lambda arm: (record(store := open_store(path)), arm(store._db.utils.conn), store.quotes()))

    assert contents(path) == (2, 3, 3, 3, "new")


def test_making_the_tables_can_be_interrupted_at_any_statement(path: Path, monkeypatch) -> None:
    def work(arm: Callable[[sqlite3.Connection], None]) -> None:
        real = sqlite3.connect

        def armed(*given: object, **named: object) -> sqlite3.Connection:
            connection = real(*given, **named)
            arm(connection)
            return connection

        monkeypatch.setattr(database.sqlite3, "connect", armed)
        open_store(path)

    whole = path.with_name("whole.db")
    open_store(whole).close()
    seen = [tables(path) for _ in kills(work)]

    assert len(seen) > 25
    assert all(found in (set(), tables(whole)) for found in seen)
    assert seen[0] == set()
    with open_store(path) as store:
        assert store.quotes() == []
