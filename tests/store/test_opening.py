import os
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.errors import MonitorError, StoreError
from monitor.core.model import Recorded, WantedQuote
from monitor.store import SqliteStore, database, open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post
from tests.store.conftest import Look

NOT_AT_ALL = timedelta()
NOBODY = 65534


def refusal(path: Path, **how: object) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(path, **how)
    message = str(caught.value)
    assert "\n" not in message
    return message


@contextmanager
def without_privileges() -> Iterator[None]:
    """Permissions mean nothing to root: act as somebody else."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that anybody may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


def test_a_new_store_is_empty_and_durable(path: Path) -> None:
    with open_store(path) as store:
        assert store.quotes() == store.active_sources() == []
        pragmas = {name: store._db.value(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")}
        assert store._db.value("PRAGMA busy_timeout") == 5000

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_what_one_process_wrote_the_next_one_reads(path: Path) -> None:
    with open_store(path) as store:
        quote = store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)

    with open_store(path, create=False) as store:
        assert store.quotes() == [quote]


def test_a_store_in_memory_is_a_store() -> None:
    with open_store(":memory:") as store:
        assert store.track(WantedQuote(text=QUOTE), by="ann", at=NOON).id == 1


def test_a_path_may_hold_what_a_uri_may_not(tmp_path: Path) -> None:
    path = tmp_path / "50% of quotes?#1 é.db"

    open_store(path).close()

    assert path.exists()


def test_a_missing_database_is_not_made_when_it_should_be_there(path: Path) -> None:
    assert "There is no database" in refusal(path, create=False)
    assert not path.exists()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert f"The folder {tmp_path / 'nowhere'} does not exist" in refusal(tmp_path / "nowhere" / "quotes.db")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


def test_a_file_that_is_no_database_is_left_as_it_is(path: Path) -> None:
    path.write_text("quotes = ['Come get me, coward!']\n" * 100)

    assert "is not a SQLite database" in refusal(path)
    assert path.read_text().startswith("quotes = ")


def test_another_programs_database_is_left_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()

    assert "another program's database" in refusal(path)
    assert path.read_bytes() == before


def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('quote-monitor', '0099_later', '')"
        )
        newer.commit()

    assert refusal(path).endswith("was made by a newer quote-monitor (migration 0099_later): upgrade the program.")


def test_a_damaged_database_is_refused(path: Path) -> None:
    with open_store(path) as store:
        store.seed_quotes([WantedQuote(text=f"{QUOTE} number {number}") for number in range(200)], NOON)
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:] = random.Random(1).randbytes(len(content) - half)
    path.write_bytes(content)

    assert "is damaged: stop the monitor and restore the last backup" in refusal(path)


def test_a_database_cut_short_is_refused(path: Path) -> None:
    open_store(path).close()
    path.write_bytes(path.read_bytes()[:5000])

    assert "is damaged" in refusal(path)


def test_an_index_that_differs_from_its_table_is_refused_but_in_a_large_file_left_to_the_doctor(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = a_post(QUOTE)
    store.record(a_poll(), store.unseen(store.all_sources()[0], [post]), [a_finding(a_match(post))])
    store.close()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("PRAGMA writable_schema = ON")
        first, second = other.execute(
            "SELECT name, rootpage FROM sqlite_master WHERE name IN ('matches_by_kind', 'matches_by_tier')"
        ).fetchall()
        for (name, _), (_, page) in ((first, second), (second, first)):
            other.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", [page, name])

    assert "is damaged" in refusal(path)
    monkeypatch.setattr(database, "SMALL", 0)
    with open_store(path) as large:
        assert "file" in {one.subject for one in large.differences(NOON)}


def test_a_folder_that_cannot_be_written_is_told(shared: Path) -> None:
    shared.chmod(0o555)
    with without_privileges():
        message = refusal(shared / "quotes.db")

    assert "cannot be opened: check the owner and permissions" in message


def test_a_database_that_cannot_be_written_is_told_at_once(shared: Path) -> None:
    path = shared / "quotes.db"
    open_store(path).close()
    path.chmod(0o444)
    shared.chmod(0o555)
    with without_privileges():
        message = refusal(path)

    assert "check the owner and permissions" in message


def test_a_locked_database_is_told_after_patience_and_nothing_is_lost(
    path: Path, store: SqliteStore, look: Look
) -> None:
    post = a_post(QUOTE)
    with open_store(path, patience=NOT_AT_ALL) as impatient:
        arrivals = impatient.unseen(store.all_sources()[0], [post])
        findings = [a_finding(a_match(post))]
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreError, match="locked by another program"):
                impatient.record(a_poll(), arrivals, findings)
            assert len(impatient.quotes()) == 1  # reading goes on
            assert "locked by another program" in refusal(path, patience=NOT_AT_ALL)
            other.execute("ROLLBACK")

        assert impatient.record(a_poll(), arrivals, findings) == Recorded(posts=1, matches=1)
    assert look("SELECT count(*) FROM matches") == [(1,)]


def test_a_full_disk_is_told_and_recording_goes_on_when_there_is_room(store: SqliteStore, look: Look) -> None:
    pages = store._db.value("PRAGMA page_count")
    store._db.value(f"PRAGMA max_page_count = {pages}")
    post = a_post("x" * 100_000)

    with pytest.raises(StoreError, match="no space left"):
        store.record(a_poll(), store.unseen(store.all_sources()[0], [post]))
    assert look("SELECT count(*) FROM polls") == [(0,)]

    store._db.value("PRAGMA max_page_count = 1000000")
    assert store.record(a_poll(), store.unseen(store.all_sources()[0], [post])).posts == 1


@pytest.mark.usefixtures("meddling")
def test_every_error_of_sqlite_is_a_store_error(store: SqliteStore) -> None:
    store._db.change("DROP VIEW match_history")
    store._db.change("ALTER TABLE posts RENAME COLUMN guid TO other")

    with pytest.raises(StoreError, match="cannot be used: no such column"):
        store.unseen(store.all_sources()[0], [a_post()])

    store.close()
    with pytest.raises(MonitorError):
        store.quotes()
    with pytest.raises(MonitorError):
        store.changed_elsewhere()


def test_changes_of_another_connection_are_noticed_once(path: Path, store: SqliteStore) -> None:
    store.track(WantedQuote(text="A quote of our own"), by="ann", at=NOON)
    assert not store.changed_elsewhere()

    with open_store(path) as other:
        other.track(WantedQuote(text="A quote of somebody else"), by="bob", at=NOON)

    assert store.changed_elsewhere()
    assert not store.changed_elsewhere()
    assert len(store.quotes()) == 3
