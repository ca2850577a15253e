"""The tables, as numbered steps. A shipped step stays as it is; a change is a new step at the end.

All pending steps run in one transaction: an interrupted upgrade leaves the database as it was. What each
table and column means is written in `tables.SCHEMA_NOTES`, from which docs/schema.md is made.
"""

import json
import sqlite3

from sqlite_utils import Database, Migrations

from monitor.core.errors import StoreError
from monitor.store import step_calls, step_feeds, step_first, step_forgotten, step_history, step_people, step_seals
from monitor.store.tables import SCHEMA_NOTES

migrations = Migrations("quote-monitor")


def check_ours(db: Database, *, name: str) -> None:
    """Raise StoreError when a database is another program's, or made by a newer version of this one."""
    applied = [step.name for step in migrations.applied(db)]
    if not applied and db.table_names():
        raise StoreError(f"{name} is another program's database: choose another database.path.")
    known = all_names()
    newer = next((step for step in applied if step not in known), None)
    if newer:
        raise StoreError(f"{name} was made by a newer quote-monitor (migration {newer}): upgrade the program.")


def all_names() -> list[str]:
    """Return the names of the steps this version knows, in order."""
    empty = Database(memory=True, execute_plugins=False)
    try:
        return [step.name for step in migrations.pending(empty)]
    finally:
        empty.close()


def reached(db: Database) -> str | None:
    """Return the newest step that `db` has seen, or None."""
    applied = [step.name for step in migrations.applied(db)]
    return applied[-1] if applied else None


def is_pending(db: Database) -> bool:
    """Tell whether there are steps that `db` has not seen."""
    return bool(migrations.pending(db))


def apply(db: Database) -> None:
    """Run the steps that `db` has not seen, in the caller's transaction."""
    migrations.apply(db)


def is_described(db: Database) -> bool:
    """Tell whether `schema_notes` is in step with what this version says of its tables."""
    return _notes() == set(db.execute('SELECT "table", "column", note FROM schema_notes').fetchall())


def describe(db: Database) -> None:
    """Write what this version says of its tables into `schema_notes`, in the caller's transaction."""
    db.execute("DELETE FROM schema_notes")
    db.execute(
        "INSERT INTO schema_notes SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)",
        [json.dumps(sorted(_notes()))],
    )


def _notes() -> set[tuple[str, str, str]]:
    return {(table, column, note) for table, columns in SCHEMA_NOTES.items() for column, note in columns.items()}


def _run(db: Database, script: str) -> None:
    """Run the statements of a script, each of which ends a line, in the transaction at hand.

    `Database.executescript` looks for their ends at every character, which takes most of the time of a new database.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
    if statement.strip():
        raise StoreError(f"A step of the tables ends in the middle of a statement: {statement.strip()[:60]}")


@migrations(name="0001_first_tables")
def first_tables(db: Database) -> None:
    """Create everything of the first version."""
    _run(db, step_first.TABLES)


@migrations(name="0002_people")
def people(db: Database) -> None:
    """Add members, preferences of chats, tags; let the outbox hold, group and check."""
    _run(db, step_people.TABLES)


@migrations(name="0003_history")
def history(db: Database) -> None:
    """Add search, counts by day, verdicts, evidence, retention."""
    _run(db, step_history.TABLES)


@migrations(name="0004_forgotten")
def forgotten(db: Database) -> None:
    """Add what is never to be stored again."""
    _run(db, step_forgotten.TABLES)


@migrations(name="0005_calls")
def calls(db: Database) -> None:
    """Add what was asked of Telegram of late."""
    _run(db, step_calls.TABLES)


@migrations(name="0006_feed_addresses")
def feed_addresses(db: Database) -> None:
    """Add who may read a quote's feed without signing in."""
    _run(db, step_feeds.TABLES)


@migrations(name="0007_seals")
def seals(db: Database) -> None:
    """Add what the rows of every table add up to."""
    _run(db, step_seals.TABLES)
