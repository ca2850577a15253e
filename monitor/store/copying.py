"""A verified copy of a database, made while it is in use.

SQLite's backup interface copies one unchanging view of it and keeps no writer waiting in WAL mode
(sqlite.org/backup.html, sqlite.org/wal.html). A copy is one file, without a log beside it, and gets its name only
once it was read through and found to be whole.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from monitor.core.errors import StoreError
from monitor.store import seals
from monitor.store.problems import UNSEALED, translated

PIECE = 1 << 20  # bytes read at once for a digest
COUNTED = ("sources", "posts", "quotes", "variants", "matches", "alerts", "audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that was read through and found to be whole."""

    path: Path
    size: int  # bytes
    sha256: str
    rows: Mapping[str, int]  # of the tables that matter most


def copy_database(source: Path, target: Path) -> Copy:
    """Copy the database at `source` to `target`, which is replaced as a whole or not at all.

    Raises StoreError: the source cannot be read or is damaged, the target cannot be written, or the copy differs.
    """
    partial = target.with_name(f".{target.name}.partial")
    try:
        with translated(str(source)), _opened(source) as database:
            database.execute("BEGIN")  # what is counted is what is copied
            rows = _counts(database)
            _write(database, partial)
        check_copy(partial, rows, of=source)
        partial.chmod(0o600)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        copy = Copy(path=target, size=partial.stat().st_size, sha256=digest(partial), rows=rows)
        partial.replace(target)
        _settle(target.parent)
    except OSError as error:
        raise StoreError(f"{target} cannot be written ({error.strerror}): check its folder and disk.") from error
    finally:
        partial.unlink(missing_ok=True)
    return copy


def check_copy(path: Path, rows: Mapping[str, int] | None = None, *, of: Path | None = None) -> Mapping[str, int]:
    """Read a database through and return how many rows it has.

    Raises StoreError when it is damaged, reads otherwise than it was written, or has other `rows`. `of`: what it was
    copied from just now, which is then what reads otherwise.
    """
    with translated(str(path)), _opened(path) as database:
        verdict = " ".join(str(database.execute("PRAGMA integrity_check(1)").fetchone()[0]).split())
        if verdict != "ok":
            raise StoreError(f"{path} is damaged ({verdict}): use another backup.")
        if database.execute("PRAGMA foreign_key_check").fetchone():
            raise StoreError(f"{path} refers to rows that are missing: use another backup.")
        found = _counts(database)
        broken = seals.broken(database)
    if broken and of is not None:
        raise StoreError(UNSEALED.format(name=of, where=seals.told(broken)))
    if broken:
        where = seals.told(broken)
        raise StoreError(f"{path} reads otherwise than the monitor wrote it ({where}): use another backup.")
    if rows is not None and found != rows:
        raise StoreError(f"{path} has other rows than what was copied: try again, and check the disk.")
    return found


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise StoreError(f"There is no database at {path}: check the path.")
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    with closing(connection):
        yield connection


def _write(database: sqlite3.Connection, partial: Path) -> None:
    partial.unlink(missing_ok=True)
    with translated(str(partial)), closing(sqlite3.connect(partial, isolation_level=None)) as copy:
        database.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # so that the one file is all of it


def _counts(database: sqlite3.Connection) -> dict[str, int]:
    there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "_sqlite_migrations" not in there:
        raise StoreError("That is not a database of quote-monitor: check the path.")
    return {
        table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608  # names of our own
        for table in COUNTED
        if table in there
    }


def _settle(folder: Path) -> None:
    """Make the new name of a file survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
