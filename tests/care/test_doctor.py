from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.care.doctor import Sign, Usage, examine
from monitor.store import SqliteStore, open_store
from tests.builders import NOON, QUOTE
from tests.care.filling import fill

ROOM = Usage(10**12, 0, 10**12)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.db"
    fill(path, QUOTE, f"{QUOTE} again", "something else")
    return path


@pytest.fixture
def store(database: Path) -> Iterator[SqliteStore]:
    with open_store(database) as store:
        yield store


def unwell(store: SqliteStore, database: Path, **given: object) -> dict[str, Sign]:
    signs = examine(store, database, now=NOON + timedelta(minutes=1), **({"usage": lambda _: ROOM} | given))
    assert all(sign.found for sign in signs)
    return {sign.subject: sign for sign in signs if not sign.is_well}


def test_a_database_in_order_is_well_in_every_respect(store: SqliteStore, database: Path) -> None:
    signs = examine(store, database, now=NOON + timedelta(minutes=1), usage=lambda _: ROOM)

    assert [sign.subject for sign in signs if not sign.is_well] == []
    assert {sign.subject for sign in signs} == {
        "file", "seals", "tables", "references", "words", "counts by day", "search", "rows that belong together",
        "evidence", "clock", "disk", "log",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "subject"),
    [
        ("UPDATE match_daily SET matches = matches + 1", "counts by day"),
        ("DELETE FROM match_daily", "counts by day"),
        ("INSERT INTO posts_fts (posts_fts, rowid, text) VALUES ('delete', 3, 'something else')", "search"),
    ],
)
def test_what_is_derived_is_found_wrong_and_made_anew(
    store: SqliteStore, database: Path, damage: str, subject: str
) -> None:
    for statement in damage.split("; "):
        store._db.change(statement)
    before = unwell(store, database)

    store.rebuild()

    assert list(before) == [subject]
    assert before[subject].can_rebuild
    assert unwell(store, database) == {}


@pytest.mark.parametrize(
    ("damage", "subject"),
    [
        ("PRAGMA foreign_keys = OFF; DELETE FROM sources", "references"),
        ("UPDATE posts SET text = 'Come get me, cowards' WHERE text = 'something else'", "words"),
        ("UPDATE alerts SET state = 'digested' WHERE id = 1", "rows that belong together"),
        ("UPDATE alerts SET state = 'sent' WHERE id = 1", "rows that belong together"),
        ("UPDATE chats SET unreachable = 'blocked'", "rows that belong together"),
        ("UPDATE matches SET start = 1", "rows that belong together"),
        ("UPDATE polls SET finished_at = '2050-01-01T00:00:00.000Z'", "clock"),
    ],
)
def test_what_does_not_belong_together_is_found(store: SqliteStore, database: Path, damage: str, subject: str) -> None:
    for statement in damage.split("; "):
        store._db.change(statement)

    assert list(unwell(store, database)) == [subject]


def test_a_definition_that_is_not_as_it_was_made_is_found(store: SqliteStore, database: Path) -> None:
    store._db.change("DROP INDEX matches_by_time")

    assert list(unwell(store, database)) == ["seals", "tables"]


def test_a_disk_that_is_nearly_full_is_told_of_in_time(store: SqliteStore, database: Path) -> None:
    signs = unwell(store, database, usage=lambda _: Usage(10**12, 0, 50_000_000))

    assert signs["disk"].advice.startswith("free 150.0 MB on the disk of")
