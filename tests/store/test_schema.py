import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from monitor.core.model import (
    AlertState,
    ChatKind,
    Keep,
    MatchKind,
    PollOutcome,
    Quiet,
    SourceState,
    Tier,
)
from monitor.store import SqliteStore, coverage, migrations, schema_page
from monitor.store.tables import SCHEMA_NOTES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(empty: SqliteStore, path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def tables(file: sqlite3.Connection) -> set[str]:
    return {
        name
        for (name,) in file.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow'"
            " AND name NOT GLOB 'sqlite_*' AND name <> '_sqlite_migrations'"
        )
    }


def test_the_schema_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "schema.md").read_text(encoding="utf-8") == schema_page.page()


def test_every_table_and_column_is_described_and_nothing_else(file: sqlite3.Connection) -> None:
    real = {
        table: {"", *(row[1] for row in file.execute("SELECT * FROM pragma_table_info(?)", [table]))}
        for table in tables(file)
    }

    assert {table: set(notes) for table, notes in SCHEMA_NOTES.items()} == real


def test_every_description_is_one_sentence_a_table_can_hold() -> None:
    for notes in SCHEMA_NOTES.values():
        for note in notes.values():
            assert note.endswith(".")
            assert not set("|\n") & set(note)


def test_every_table_is_strict(file: sqlite3.Connection) -> None:
    loose = file.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
        " AND name NOT GLOB 'sqlite_*' AND name <> '_sqlite_migrations'"
    ).fetchall()

    assert loose == []


@pytest.mark.parametrize(
    ("table", "column", "choices"),
    [
        ("sources", "state", SourceState),
        ("sources", "keep", Keep),
        ("polls", "outcome", PollOutcome),
        ("matches", "tier", Tier),
        ("matches", "kind", MatchKind),
        ("matches", "quiet", Quiet),
        ("chats", "kind", ChatKind),
        ("alerts", "state", AlertState),
    ],
)
def test_a_column_of_choices_knows_exactly_those_of_the_program(
    file: sqlite3.Connection, table: str, column: str, choices: type
) -> None:
    (sql,) = file.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()
    listed = sql.split(f"CHECK ({column} IN (")[1].split(")")[0]

    assert {choice.strip().strip("'") for choice in listed.split(",")} == {str(choice) for choice in choices}


def test_foreign_keys_of_every_table_can_be_followed_quickly(file: sqlite3.Connection) -> None:
    """A query by a foreign key of the big tables uses an index."""
    for table, column in [
        ("posts", "source_id"),
        ("polls", "source_id"),
        ("matches", "post_id"),
        ("matches", "quote_id"),
        ("alerts", "match_id"),
    ]:
        plan = file.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {column} = 1").fetchall()
        assert "SEARCH" in plan[0][3], (table, column)


@pytest.mark.parametrize("question", [coverage.LOOKS, coverage.POSTS, coverage.MATCHES, coverage.TIMES])
def test_a_report_on_all_sources_reads_no_big_table_as_a_whole(file: sqlite3.Connection, question: str) -> None:
    given = (None, "", "")[: 3 if question == coverage.LOOKS else 2 if question == coverage.TIMES else 1]
    plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {question}", given)]

    assert [step for step in plan if step.startswith("SCAN") and not step.startswith("SCAN sources")] == []
    assert [step for step in plan if "SEARCH" in step]


def test_shipped_migrations_keep_their_names_and_order() -> None:
    assert migrations.all_names()[:1] == ["0001_first_tables"]
