"""The `seals` table: what the rows of every table add up to, so that a row that changed behind our back is noticed.

SQLite keeps no checksums of what it stores (sqlite.org/cksumvfs.html needs an extension that other programs lack). A
seal is the sum of the digests of a table's rows, modulo 2**61, for each block of ids: the order of rows does not
matter, and each row that is written, changed or deleted changes the sum by its own digest. Triggers do that in the
transaction of the change itself. They are temporary, so they belong to our connections only: any program can read the
file, and one that writes to it is noticed. The digest of a row, once stored, must never come out otherwise: a change of
it is a migration, after which all seals are made anew.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from math import nan
from struct import Struct
from typing import Any

from monitor.store.tables import SCHEMA_NOTES

OURS = frozenset(SCHEMA_NOTES) | {"_sqlite_migrations"}
STEP = "0007_seals"  # the migration that made the table
SCHEMA = "sqlite_schema"  # the definitions of all that is ours; each has a block of its own
BLOCK_BITS = 10  # a block holds 1,024 ids
MASK = (1 << 61) - 1
BETWEEN, NULL = b"\xfe", b"\xff"  # bytes that UTF-8 never has (RFC 3629, section 1)

Sums = dict[tuple[str, int], tuple[int, int]]  # rows and total of a block of a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How the rows of a table are sealed. Names are of our own tables."""

    name: str
    columns: Mapping[str, str]  # and the types they are declared with
    number: str | None  # the column that is the row's number; None: the whole table is one block
    is_strict: bool
    is_an_index: bool  # WITHOUT ROWID: its primary key holds the rows (sqlite.org/withoutrowid.html)

    @property
    def reals(self) -> int:
        return sum(kind == "REAL" for kind in self.columns.values())

    def block(self, row: str = "") -> str:
        """Return SQL for the block of a row: of "new.", of "old.", or of the row at hand."""
        return "0" if self.number is None else f'({row}"{self.number}" >> {BLOCK_BITS})'

    def arguments(self, row: str = "") -> str:
        """Return SQL for what is digested of a row, as `digest` wants it: text that is damaged stays the bytes it is.

        STRICT holds a column to its type, and `PRAGMA quick_check` sees to it; where it does not, the type is digested.
        """
        reals: list[str] = []
        plain: list[str] = []
        types: list[str] = []
        blobs: list[str] = []
        for name, kind in self.columns.items():
            column = f'{row}"{name}"'
            if kind == "REAL":
                reals.append(f"CAST({column} AS REAL)")
                continue
            (blobs if kind == "BLOB" else plain).append(f"coalesce(CAST({column} AS BLOB), x'{NULL.hex()}')")
            if kind == "BLOB" or not self.is_strict:
                types.append(f"CAST(typeof({column}) AS BLOB)")
        return ", ".join(reals + plain + types + blobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A block of a table that does not add up to its seal."""

    table: str
    first: int | None  # the first and last number its rows may have; None: the whole table is one block
    last: int | None

    def __str__(self) -> str:
        if self.table == SCHEMA:
            return "the definitions of the tables"
        return self.table if self.first is None else f"{self.table} {self.first} to {self.last}"


def digest(reals: int) -> Callable[..., int]:
    """Return the function that digests a row: so many floating-point numbers, then bytes. Its answer has 61 bits.

    Bytes are kept apart by one that no text has, with blobs at the end, so that no two rows give the same to digest.
    NULL is NaN among the numbers, which SQLite stores as NULL, and 0.0 stands for -0.0, as SQLite stores it.
    """
    if not reals:
        return lambda *row: int.from_bytes(blake2b(BETWEEN.join(row), digest_size=8).digest(), "big") & MASK
    pack = Struct(f">{reals}d").pack

    def of_row(*row: Any) -> int:
        numbers = pack(*[nan if number is None else number + 0.0 for number in row[:reals]])
        return int.from_bytes(blake2b(numbers + BETWEEN.join(row[reals:]), digest_size=8).digest(), "big") & MASK

    return of_row


def prepare(connection: sqlite3.Connection) -> None:
    """Keep the seals from now on in all that this connection writes. The tables must be up to date."""
    # What REPLACE deletes is sealed, too (sqlite.org/lang_conflict.html).
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("BEGIN")
    try:
        tables = _tables(connection)
        for reals in {table.reals for table in tables}:
            connection.create_function(f"seal_{reals}", -1, digest(reals), deterministic=True)
        for trigger in chain.from_iterable(map(_triggers, tables)):
            connection.execute(trigger)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def make(connection: sqlite3.Connection, only: Collection[str] | None = None) -> None:
    """Take what the rows are now as what they must be: in all tables, or in some. In the caller's transaction."""
    sums = _sums(connection, only)
    names = {table for table, _ in [*_kept(connection), *sums]} if only is None else set(only)
    connection.execute(
        'DELETE FROM seals WHERE "table" IN (SELECT value FROM json_each(?))', [json.dumps(sorted(names))]
    )
    connection.execute(
        "INSERT INTO seals SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)",
        [json.dumps([[*key, *sums[key]] for key in sorted(sums)])],
    )


def broken(connection: sqlite3.Connection) -> list[Broken]:
    """Return what does not add up to its seal; nothing in a file of a version that had none. Reads every row."""
    if not _has_seals(connection):
        return []
    kept, found = _kept(connection), _sums(connection)
    keys = {key for key in kept.keys() | found.keys() if kept.get(key, (0, 0)) != found.get(key, (0, 0))}
    foreign = {key for key in keys if key[0] == SCHEMA and key not in kept}  # an index or view that somebody added
    numbered = {table.name for table in _tables(connection) if table.number is not None}
    return [_broken(table, block, is_numbered=table in numbered) for table, block in sorted(keys - foreign)]


def told(broken: Sequence[Broken]) -> str:
    """Return in a few words where seals are broken."""
    more = f" and {len(broken) - 3} more blocks" if len(broken) > 3 else ""
    return ", ".join(map(str, broken[:3])) + more


def _broken(table: str, block: int, *, is_numbered: bool) -> Broken:
    first = block << BLOCK_BITS
    if not is_numbered:
        return Broken(table=table, first=None, last=None)
    return Broken(table=table, first=first, last=first + (1 << BLOCK_BITS) - 1)


def _tables(connection: sqlite3.Connection) -> list[Table]:
    """Return our tables as they are in the file, but for the seals themselves and the shadows of the search indexes."""
    columns: dict[tuple[str, int, int], list[tuple[str, str, int]]] = {}
    for name, is_strict, without_rowid, column, kind, key in connection.execute(
        "SELECT list.name, list.strict, list.wr, info.name, info.type, info.pk"
        " FROM pragma_table_list AS list JOIN pragma_table_info(list.name) AS info"
        " WHERE list.schema = 'main' AND list.type = 'table' ORDER BY list.name, info.cid"
    ):
        if name in OURS and name != "seals":
            columns.setdefault((name, is_strict, without_rowid), []).append((column, kind, key))
    return [
        Table(
            name=name,
            columns={column: kind for column, kind, _ in those},
            number=None if without_rowid else _number(those),
            is_strict=bool(is_strict),
            is_an_index=bool(without_rowid),
        )
        for (name, is_strict, without_rowid), those in columns.items()
    ]


def _number(columns: Iterable[tuple[str, str, int]]) -> str | None:
    keys = [(column, kind) for column, kind, key in columns if key]
    return keys[0][0] if len(keys) == 1 and keys[0][1] == "INTEGER" else None


def _triggers(table: Table) -> Iterator[str]:
    seal = f"seal_{table.reals}"
    add = (
        f"INSERT INTO seals VALUES ('{table.name}', {table.block('new.')}, 1, {seal}({table.arguments('new.')}))"  # noqa: S608
        f" ON CONFLICT DO UPDATE SET rows = rows + 1, total = (total + excluded.total) & {MASK};"
    )
    drop = (
        f"UPDATE seals SET rows = rows - 1, total = (total - {seal}({table.arguments('old.')})) & {MASK}"  # noqa: S608
        f" WHERE \"table\" = '{table.name}' AND block = {table.block('old.')};"
    )
    for event, work in (("INSERT", add), ("DELETE", drop), ("UPDATE", f"{drop} {add}")):
        yield f'CREATE TEMP TRIGGER "seal {event} {table.name}" AFTER {event} ON main."{table.name}" BEGIN {work} END'


def _has_seals(connection: sqlite3.Connection) -> bool:
    """Ask the list of migrations too: the table itself may be what is damaged."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "seals" in there or "_sqlite_migrations" not in there:
        return "seals" in there
    return connection.execute("SELECT 1 FROM _sqlite_migrations WHERE name = ?", [STEP]).fetchone() is not None


def _kept(connection: sqlite3.Connection) -> Sums:
    rows = connection.execute('SELECT "table", block, rows, total FROM seals').fetchall()
    return {(table, block): (rows, total) for table, block, rows, total in rows}


def _sums(connection: sqlite3.Connection, only: Collection[str] | None = None) -> Sums:
    """Return what tables add up to now, all or some."""
    sums = _definitions(connection) if only is None or SCHEMA in only else {}
    for table in _tables(connection):
        if only is not None and table.name not in only:
            continue
        (told,) = connection.execute(_adding_up(connection, table)).fetchone()
        by_block = json.loads(told or "{}")  # None: no row
        sums |= {(table.name, int(block)): (rows, total) for block, (rows, total) in by_block.items()}
    return sums


def _adding_up(connection: sqlite3.Connection, table: Table) -> str:
    """Return SQL that adds up a table: by its rows, since an index may have the same columns and be whole."""
    adder = _adding(connection, table.reals)
    by_rows = f'INDEXED BY "sqlite_autoindex_{table.name}_1"' if table.is_an_index else "NOT INDEXED"
    return f'SELECT {adder}({table.block()}, {table.arguments()}) FROM main."{table.name}" {by_rows}'  # noqa: S608


def _adding(connection: sqlite3.Connection, reals: int) -> str:
    """Return the name of the aggregate that adds up rows with so many floating-point numbers, made where it is not."""
    name = f"seals_{reals}"
    if not connection.execute("SELECT 1 FROM pragma_function_list WHERE name = ?", [name]).fetchone():
        connection.create_aggregate(name, -1, _adder(digest(reals)))
    return name


def _adder(digest: Callable[..., int]) -> type:
    """Return an aggregate that adds up rows by their blocks: sorting them by block would cost more than digesting."""

    class Adder:
        def __init__(self) -> None:
            self.blocks: dict[int, list[int]] = {}

        def step(self, block: int, *row: Any) -> None:
            sums = self.blocks.get(block)
            if sums is None:
                sums = self.blocks[block] = [0, 0]
            sums[0] += 1
            sums[1] += digest(*row)

        def finalize(self) -> str:
            return json.dumps({block: (rows, total & MASK) for block, (rows, total) in self.blocks.items()})

    return Adder


def _definitions(connection: sqlite3.Connection) -> Sums:
    of_text: Callable[..., int] = digest(0)
    rows = connection.execute(
        "SELECT CAST(type AS BLOB), CAST(name AS BLOB), CAST(tbl_name AS BLOB), CAST(sql AS BLOB), tbl_name"
        " FROM main.sqlite_master WHERE sql IS NOT NULL"
    ).fetchall()
    return {
        (SCHEMA, of_text(kind, name)): (1, of_text(kind, name, of, sql))
        for kind, name, of, sql, table in rows
        if table in OURS
    }
