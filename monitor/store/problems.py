"""SQLite's errors in words for the operator."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.core.errors import StoreError

ADVICE = {
    sqlite3.SQLITE_BUSY: "{name} is locked by another program: close that program, or wait until it is done.",
    sqlite3.SQLITE_LOCKED: "{name} is locked by another program: close that program, or wait until it is done.",
    sqlite3.SQLITE_FULL: "There is no space left for {name}: free some on its disk. Nothing recorded so far is lost.",
    sqlite3.SQLITE_READONLY: "{name} cannot be written: check the owner and permissions of the file and its folder.",
    sqlite3.SQLITE_CORRUPT: "{name} is damaged: stop the monitor and restore the last backup ({error}).",
    sqlite3.SQLITE_NOTADB: "{name} is not a SQLite database: check database.path.",
    sqlite3.SQLITE_CANTOPEN: "{name} cannot be opened: check the owner and permissions of the file and its folder.",
    sqlite3.SQLITE_IOERR: "The disk failed while {name} was in use: check the disk ({error}).",
}

UNSEALED = (
    "{name} reads otherwise than the monitor wrote it ({where}): it is damaged, or another program wrote to it."
    " Restore the last backup with `quote-monitor restore`; or, if that program was meant to, accept what it wrote with"
    " `quote-monitor doctor --accept`."
)

LOG_DAMAGED = (
    "{name}-wal is damaged: changes that had been written cannot be read from it. Keep a copy of both files; then"
    " restore the last backup with `quote-monitor restore`, or run `quote-monitor doctor`, which takes in what can be"
    " read."
)


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn SQLite's errors into StoreError, in words for the operator."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code: sqlite.org/rescode.html
        advice = ADVICE.get(code, "The database {name} cannot be used: {error}.")
        raise StoreError(advice.format(name=name, error=one_line(error))) from error
    except UnicodeDecodeError as error:  # all text in it was written as UTF-8
        raise StoreError(ADVICE[sqlite3.SQLITE_CORRUPT].format(name=name, error=one_line(error))) from error


def one_line(error: object) -> str:
    return " ".join(str(error).split())
