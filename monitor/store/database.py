"""One connection to one SQLite file: opened safely, used in transactions, its errors made ours.

WAL lets readers (a backup, the review pages) look on while the monitor writes; synchronous=FULL means that
what was committed survives a power cut (sqlite.org/pragma.html#pragma_synchronous). What the tables are is
decided in `migrations`.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Literal

import sqlite_utils

from monitor.core.errors import StoreError
from monitor.store import log_damage, migrations, seals
from monitor.store.copying import copy_database
from monitor.store.problems import ADVICE, LOG_DAMAGED, UNSEALED, one_line, translated
from monitor.store.values import plain_text, time_text

IN_MEMORY: Literal[":memory:"] = ":memory:"
PATIENCE = timedelta(seconds=5)  # how long a write waits for another program that is writing
SMALL = 256_000_000  # bytes; of a larger file the start leaves the indexes to the doctor, since that takes long
LARGEST = 2**63 - 1  # SQLite's integers have 64 bits

Row = sqlite3.Row


class Database:
    """A connection whose every use is inside `reading()` or `writing()`. Raises StoreError."""

    def __init__(self, connection: sqlite3.Connection, *, name: str) -> None:
        self.name = name
        self.zone: tzinfo = UTC  # of chats that name none
        self.utils = sqlite_utils.Database(connection, execute_plugins=False)
        self._connection = connection
        self._is_sealing = False

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Run a statement and return all it answers."""
        return self._run(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Row | None:
        """Run a statement and return its first answer, or None."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def value(self, sql: str, *values: object) -> Any:
        """Run a statement and return the first column of its first answer, or None."""
        found = self.row(sql, *values)
        return found[0] if found else None

    def change(self, sql: str, *values: object) -> int:
        """Run a statement and return how many rows it changed."""
        self._seal()
        return self._run(sql, values).rowcount

    def _run(self, sql: str, values: Iterable[object]) -> sqlite3.Cursor:
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(sql, [_bound(value) for value in values])

    def reading(self) -> AbstractContextManager[None]:
        """Open one unchanging view of the database."""
        return self._transaction("BEGIN")

    def writing(self) -> AbstractContextManager[None]:
        """Open a transaction that is on disk as a whole when the block ends, or not at all."""
        with translated(self.name):
            self._seal()
        return self._transaction("BEGIN IMMEDIATE")

    def bring_up_to_date(self) -> None:
        """Run the steps that are pending, and say in the file what its tables mean. Raises StoreError."""
        with self._transaction("BEGIN IMMEDIATE"):  # even with nothing to do: a file that cannot be written shows now
            if migrations.is_pending(self.utils):
                migrations.apply(self.utils)
                migrations.describe(self.utils)
                seals.make(self._connection)
        if not migrations.is_described(self.utils):
            with self.writing():
                migrations.describe(self.utils)

    def _seal(self) -> None:
        """Keep the seals from the first change on: who only reads need not wait for all the triggers."""
        if self._is_sealing or self._connection.in_transaction:  # what a transaction makes, its end might take back
            return
        seals.prepare(self._connection)
        self._is_sealing = True

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        with translated(self.name):
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite ends some failed transactions by itself
                    self._connection.execute("ROLLBACK")
                raise

    def data_version(self) -> int:
        """Return a number that changes when another connection commits (sqlite.org/pragma.html#pragma_data_version)."""
        with translated(self.name):
            return int(self.value("PRAGMA data_version"))

    def close(self) -> None:
        self._connection.close()


def open_database(
    path: Path | Literal[":memory:"], *, create: bool, check: bool = True, patience: timedelta = PATIENCE
) -> Database:
    """Open a database, check that it is whole and ours, and bring its tables up to date.

    Before the tables of a file are changed, a copy of it is put beside it. Without `check` it is not read through,
    which takes seconds for hundreds of megabytes; damage then shows where it is met. `SMALL` says what is looked at.
    Raises StoreError saying what is wrong with it; a file that is not ours is left as it is.
    """
    name = str(path)
    if check and path != IN_MEMORY and log_damage.is_damaged(Path(path)):
        raise StoreError(LOG_DAMAGED.format(name=name))
    with translated(name):
        connection = sqlite3.connect(
            IN_MEMORY if path == IN_MEMORY else _address(Path(path), create=create),
            uri=path != IN_MEMORY,
            timeout=patience.total_seconds(),
            isolation_level=None,  # transactions begin and end where we say so
            check_same_thread=False,  # one worker thread uses it, which need not be the one that opened it
        )
        try:
            database = Database(connection, name=name)
            if check:
                _check_whole(database)
            migrations.check_ours(database.utils, name=name)
            # A step ends with new seals, which must not hide what the old ones show.
            if check or migrations.is_pending(database.utils):
                _check_seals(database)
            for pragma in ("journal_mode = WAL", "synchronous = FULL"):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            _copy_before_change(database, path)
            database.bring_up_to_date()
            # Only now: a step may build a table anew that others refer to (sqlite.org/lang_altertable.html#otheralter)
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    return database


def _address(path: Path, *, create: bool) -> str:
    if not path.parent.is_dir():
        raise StoreError(f"The folder {path.parent} does not exist: create it, or correct database.path.")
    if path.is_dir():
        raise StoreError(f"{path} is a folder: database.path must name a file.")
    if not create and not path.exists():
        raise StoreError(
            f"There is no database at {path}: correct database.path, or start the monitor once to make it."
        )
    return f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"


def _copy_before_change(database: Database, path: Path | Literal[":memory:"]) -> None:
    """Put a copy of an older version's file beside it; one that is there already was made before the same change."""
    reached = migrations.reached(database.utils)
    if path == IN_MEMORY or reached is None or not migrations.is_pending(database.utils):
        return
    aside = Path(f"{path}.before-{migrations.all_names()[-1]}")
    if not aside.exists():
        copy_database(Path(path), aside)


def _check_whole(database: Database) -> None:
    size = database.value("PRAGMA page_count") * database.value("PRAGMA page_size")
    verdict = database.value(f"PRAGMA {'integrity_check' if size <= SMALL else 'quick_check'}(1)")
    if verdict != "ok":
        raise StoreError(ADVICE[sqlite3.SQLITE_CORRUPT].format(name=database.name, error=one_line(verdict)))


def _check_seals(database: Database) -> None:
    with database.reading():
        broken = seals.broken(database.utils.conn)
    if broken:
        raise StoreError(UNSEALED.format(name=database.name, where=seals.told(broken)))


def _bound(value: object) -> object:
    """Return a value as SQLite can keep it."""
    match value:
        case str():
            return plain_text(value)
        case datetime():
            return time_text(value)
        case timedelta():
            return value.total_seconds()
        case int() if abs(value) > LARGEST:
            return float(value)  # equal to no number SQLite keeps as an integer, so it finds nothing
        case _:
            return value
