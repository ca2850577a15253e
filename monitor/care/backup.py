"""Backups: verified copies made while the monitor runs, and the way back.

A backup is complete by itself: one SQLite file that any program can open.
"""

from datetime import datetime
from pathlib import Path

from monitor.core.errors import InputError, StoreError
from monitor.store.copying import Copy, check_copy, copy_database
from monitor.store.lock import InstanceLock, make_folder

BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a database in use (sqlite.org/wal.html#walfile)."""


def back_up(database: Path, target: Path, *, at: datetime, force: bool = False, keep: int | None = None) -> Copy:
    """Copy the database into `target`: a file, or a folder that gets a file named by the time.

    `keep` removes all but so many of the newest backups that were made in the folder this way.
    Raises InputError when the file exists already, unless `force`; StoreError when it cannot be made.
    """
    into_folder = target.is_dir()
    if keep is not None and not into_folder:
        raise InputError("--keep needs a folder: name the folder of the backups instead of a file.")
    file = target / f"{database.stem}-{at:%Y%m%d-%H%M%S}.db" if into_folder else target
    if file.exists() and (not force or file.samefile(database)):
        raise InputError(f"{file} exists already: name another file, or replace it with --force.")
    make_folder(file)
    copy = copy_database(database, file)
    if keep is not None:
        _forget_old(target, database.stem, keep)
    return copy


def restore(backup: Path, database: Path, *, at: datetime) -> Path | None:
    """Put a backup in the place of the database; return where the one it replaces now is, or None.

    Raises StoreError: the monitor of this database runs, or the backup is damaged; then nothing changed.
    """
    make_folder(database)
    if database.exists() and backup.exists() and backup.samefile(database):
        raise InputError(f"{backup} is the database itself: name a backup.")
    with InstanceLock(database):
        check_copy(backup)
        fresh = database.with_name(f".{database.name}.restored")
        try:
            copy_database(backup, fresh)
            aside = _put_aside(database, at)
            fresh.replace(database)
        except OSError as error:
            raise StoreError(f"{database} cannot be replaced ({error.strerror}): check its folder.") from error
        finally:
            fresh.unlink(missing_ok=True)
    return aside


def _put_aside(database: Path, at: datetime) -> Path | None:
    """Move the database away with what belongs to it, damaged or not."""
    if not database.exists():
        return None
    aside = database.with_name(f"{database.name}.replaced-{at:%Y%m%d-%H%M%S}")
    database.rename(aside)
    for suffix in BESIDE:
        log = database.with_name(database.name + suffix)
        if log.exists():
            log.rename(aside.with_name(aside.name + suffix))
    return aside


def _forget_old(folder: Path, stem: str, keep: int) -> None:
    made = sorted(folder.glob(f"{stem}-[0-9]*-[0-9]*.db"))
    for old in made[: len(made) - keep]:
        old.unlink(missing_ok=True)
