"""The match history, read for a file: one unchanging view of the database, row after row, in constant memory.

It is read through a connection of its own that cannot write. In WAL mode such a reader keeps no writer waiting, however
long it takes (sqlite.org/wal.html#concurrency).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.core.model import MatchKind, QuoteId, Tier
from monitor.core.verdicts import Verdict
from monitor.export.rows import Row
from monitor.store.problems import translated
from monitor.store.values import time_text

AT_ONCE = 500  # rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which matches are wanted; what is None asks for nothing."""

    quote_id: QuoteId | None = None
    since: datetime | None = None  # recorded then or later
    until: datetime | None = None  # recorded before then
    kind: MatchKind | None = None
    tier: Tier | None = None
    verdict: Verdict | None = None
    source: str | None = None  # the number of a source, or its name
    newest: int | None = None  # only the newest so many, newest first; None: all, oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Rows of the view `match_history`, to be gone through once, and their column names."""

    columns: tuple[str, ...]
    values: Iterator[tuple[object, ...]]  # of each row, in the order of `columns`

    @property
    def rows(self) -> Iterator[Row]:
        """The same rows, each under its column names."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.values)


@contextmanager
def history(path: Path, wanted: Wanted) -> Iterator[History]:
    """Open the matches in the database at `path`. Raises StoreError."""
    with translated(str(path)), closing(_reader(path)) as connection:
        where, values = _where(connection, wanted)
        order = "DESC LIMIT ?" if wanted.newest is not None else "ASC"
        cursor = connection.execute(
            f"SELECT * FROM match_history WHERE {where} ORDER BY id {order}",  # noqa: S608 - our own words
            [*values, *([wanted.newest] if wanted.newest is not None else [])],
        )
        columns = tuple(column[0] for column in cursor.description)
        yield History(columns=columns, values=_values(cursor))


def _reader(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.execute("BEGIN")
    return connection


def _where(connection: sqlite3.Connection, wanted: Wanted) -> tuple[str, list[object]]:
    asked: list[tuple[str, object]] = []
    if wanted.quote_id is not None:
        asked.append(("quote_id = ?", wanted.quote_id))
    if wanted.since is not None:
        asked.append(("found_at >= ?", time_text(wanted.since)))
    if wanted.until is not None:
        asked.append(("found_at < ?", time_text(wanted.until)))
    asked += [
        (f"{column} = ?", value.value)
        for column, value in (("kind", wanted.kind), ("tier", wanted.tier), ("verdict", wanted.verdict))
        if value is not None
    ]
    if wanted.source is not None:
        found = connection.execute(
            "SELECT id FROM sources WHERE CAST(id AS TEXT) = ?1 OR name = ?1 COLLATE NOCASE", (wanted.source,)
        )
        ids = ",".join(str(int(row[0])) for row in found)
        asked.append((f"post_id IN (SELECT id FROM posts WHERE source_id IN ({ids})) AND ?", 1))  # noqa: S608 - numbers
    return " AND ".join(sql for sql, _ in asked) or "1", [value for _, value in asked]


def _values(cursor: sqlite3.Cursor) -> Iterator[tuple[object, ...]]:
    while some := cursor.fetchmany(AT_ONCE):
        yield from some
