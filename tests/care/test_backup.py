import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.care.backup import back_up, restore
from monitor.core.errors import InputError, StoreError
from monitor.core.model import WantedQuote
from monitor.store import InstanceLock, open_store
from monitor.store.copying import digest
from tests.builders import NOON, QUOTE
from tests.care.filling import fill


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.db"
    fill(path)
    return path


def quotes(path: Path) -> list[str]:
    with open_store(path, create=False) as store:
        return [quote.text for quote in store.quotes()]


def test_a_backup_is_one_whole_file_with_everything_in_it(database: Path, tmp_path: Path) -> None:
    copy = back_up(database, tmp_path / "safe" / "backup.db", at=NOON)

    assert copy.rows["quotes"] == copy.rows["posts"] == copy.rows["matches"] == 1
    assert copy.sha256 == digest(copy.path)
    assert copy.size == copy.path.stat().st_size
    assert [path.name for path in copy.path.parent.iterdir()] == ["backup.db"]
    assert copy.path.stat().st_mode & 0o777 == 0o600
    assert quotes(copy.path) == [QUOTE]


def test_a_backup_is_made_while_the_monitor_writes(database: Path, tmp_path: Path) -> None:
    with open_store(database) as store, InstanceLock(database):
        store.track(WantedQuote(text="Not in the file yet, only in its log"), by="ann", at=NOON)
        with closing(sqlite3.connect(database, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE quotes SET text = 'half a change'")
            copy = back_up(database, tmp_path / "backup.db", at=NOON)
            writer.execute("ROLLBACK")

    assert quotes(copy.path) == [QUOTE, "Not in the file yet, only in its log"]


def test_a_backup_replaces_nothing_unless_told_to(database: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_bytes(b"dear to somebody")

    with pytest.raises(InputError, match="exists already: name another file, or replace it with --force"):
        back_up(database, taken, at=NOON)
    assert taken.read_bytes() == b"dear to somebody"
    back_up(database, taken, at=NOON, force=True)

    assert quotes(taken) == [QUOTE]


def test_a_database_is_never_backed_up_onto_itself(database: Path) -> None:
    with pytest.raises(InputError, match="exists already"):
        back_up(database, database, at=NOON, force=True)

    assert quotes(database) == [QUOTE]


def test_a_folder_of_backups_keeps_the_newest(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "monitor-notes.db").write_text("somebody's own")

    for day in range(4):
        back_up(database, folder, at=NOON + timedelta(days=day), keep=2)

    names = sorted(path.name for path in folder.iterdir())
    assert names == ["monitor-20260108-120000.db", "monitor-20260109-120000.db", "monitor-notes.db"]


def test_what_is_no_database_of_ours_is_not_backed_up(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")

    with pytest.raises(StoreError, match="not a database of quote-monitor"):
        back_up(path, tmp_path / "backup.db", at=NOON)
    with pytest.raises(StoreError, match="There is no database"):
        back_up(tmp_path / "missing.db", tmp_path / "backup.db", at=NOON)

    assert not (tmp_path / "backup.db").exists()


def test_a_damaged_database_gives_no_backup(database: Path, tmp_path: Path) -> None:
    damage(database)

    with pytest.raises(StoreError, match="damaged"):
        back_up(database, tmp_path / "backup.db", at=NOON)

    assert [path.name for path in tmp_path.glob("*backup*")] == []


def test_a_restored_backup_is_the_database_and_the_replaced_one_is_kept(database: Path, tmp_path: Path) -> None:
    backup = back_up(database, tmp_path / "backup.db", at=NOON).path
    with open_store(database) as store:
        store.track(WantedQuote(text="Written after the backup was made"), by="ann", at=NOON)

    aside = restore(backup, database, at=NOON)

    assert quotes(database) == [QUOTE]
    assert aside == tmp_path / "monitor.db.replaced-20260106-120000"
    assert quotes(aside) == [QUOTE, "Written after the backup was made"]
    assert backup.exists()


def test_a_damaged_database_is_replaced_with_its_log_put_aside(database: Path, tmp_path: Path) -> None:
    backup = back_up(database, tmp_path / "backup.db", at=NOON).path
    damage(database)
    Path(f"{database}-wal").write_bytes(b"a log that belongs to the damaged file")

    aside = restore(backup, database, at=NOON)

    assert quotes(database) == [QUOTE]
    assert Path(f"{aside}-wal").read_bytes() == b"a log that belongs to the damaged file"


def test_nothing_is_restored_under_a_running_monitor(database: Path, tmp_path: Path) -> None:
    backup = back_up(database, tmp_path / "backup.db", at=NOON).path

    with InstanceLock(database), pytest.raises(StoreError, match="another quote-monitor"):
        restore(backup, database, at=NOON)

    assert not list(tmp_path.glob("*.replaced-*"))


def test_a_damaged_backup_changes_nothing(database: Path, tmp_path: Path) -> None:
    backup = back_up(database, tmp_path / "backup.db", at=NOON).path
    damage(backup)

    with pytest.raises(StoreError, match="damaged"):
        restore(backup, database, at=NOON)

    assert quotes(database) == [QUOTE]
    assert not list(tmp_path.glob("*.replaced-*"))


def damage(path: Path) -> None:
    """Overwrite everything behind the first page."""
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
