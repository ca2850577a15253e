"""A look through the database and around it: is it whole, does it agree with itself, is there room."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from monitor.store.agreement import SUBJECTS, Difference

LEAST_FREE = 200_000_000  # bytes
LARGEST_LOG = 256_000_000  # bytes; SQLite starts to work it off at 4 MB (sqlite.org/wal.html#ckpt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What one look found: `advice` is empty when it is well."""

    subject: str
    found: str
    advice: str = ""
    can_rebuild: bool = False

    @property
    def is_well(self) -> bool:
        return not self.advice


class Usage(NamedTuple):
    """Of a disk, in bytes."""

    total: int
    used: int
    free: int


class Patient(Protocol):
    """What the doctor needs of the store (`monitor/store/care_store.py`)."""

    def differences(self, now: datetime, *, on_step: Callable[[str], None] = ...) -> list[Difference]: ...


def examine(
    store: Patient,
    database: Path,
    *,
    now: datetime,
    on_step: Callable[[str], None] = lambda _: None,
    usage: Callable[[Path], Usage] = lambda path: Usage(*shutil.disk_usage(path)),
) -> list[Sign]:
    """Return one sign or more for everything that is looked at. Raises StoreError when it cannot be read at all."""
    differences = store.differences(now, on_step=on_step)
    signs = [
        Sign(subject=one.subject, found=one.found, advice=one.advice, can_rebuild=one.can_rebuild)
        for one in differences
    ]
    unwell = {one.subject for one in differences}
    well = [Sign(subject=subject, found="well") for subject in SUBJECTS if subject not in unwell]
    return [*well, *signs, *_around(database, usage)]


def _around(database: Path, usage: Callable[[Path], Usage]) -> Iterator[Sign]:
    free = usage(database.parent).free
    needed = max(LEAST_FREE, database.stat().st_size // 10)
    room = f"{_size(free)} free beside a database of {_size(database.stat().st_size)}"
    if free < needed:
        yield Sign(
            subject="disk", found=f"{room}.", advice=f"free {_size(needed - free)} on the disk of {database.parent}"
        )
    else:
        yield Sign(subject="disk", found=room)
    log = database.with_name(f"{database.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > LARGEST_LOG:
        advice = "close programs that have kept the database open for long, or restart them"
        yield Sign(subject="log", found=f"The log beside the database has grown to {_size(size)}.", advice=advice)
    else:
        yield Sign(subject="log", found=f"{_size(size)} not yet worked off")


def _size(count: int) -> str:
    unit = min(len(str(count)) - 1, 12) // 3
    return f"{count / 1000**unit:.{1 if unit else 0}f} {('bytes', 'kB', 'MB', 'GB', 'TB')[unit]}"
