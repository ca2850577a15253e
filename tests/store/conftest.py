"""A store in memory, one in a file, and a second pair of eyes: another connection that sees only what is on disk."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from monitor.core.model import WantedQuote, WantedSource
from monitor.store import SqliteStore, open_store, seals
from monitor.store.database import Database
from tests.builders import NOON, QUOTE, a_source

Look = Callable[..., list[tuple]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quotes.db"


@pytest.fixture(autouse=True)
def sealed(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Hold whatever a test wrote through the store against the seals, when the store is closed."""
    close = Database.close

    def checked(database: Database) -> None:
        with suppress(sqlite3.ProgrammingError):  # closed already
            assert seals.broken(database.utils.conn) == []
        close(database)

    if "meddling" not in request.fixturenames:
        monkeypatch.setattr(Database, "close", checked)


@pytest.fixture
def meddling() -> None:
    """Asked for by a test in which another program writes to the file."""


@pytest.fixture
def look(path: Path) -> Look:
    """Ask the file with a connection of its own."""

    def ask(sql: str, *values: object) -> list[tuple]:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    return ask


@pytest.fixture
def empty(path: Path) -> Iterator[SqliteStore]:
    """A new store in a file."""
    with open_store(path, now=lambda: NOON) as store:
        yield store


@pytest.fixture
def store(empty: SqliteStore) -> SqliteStore:
    """A store in a file, with source 1 and quote 1 of the builders."""
    source = a_source()
    empty.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
    empty.track(WantedQuote(text=QUOTE), by="ann", at=NOON)
    return empty
