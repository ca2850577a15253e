"""Prints docs/schema.md: `python -m monitor.store.schema_page > docs/schema.md`.

Names, types and keys come from a real, empty database, what they mean from `tables`.
"""

import sys
from collections.abc import Iterator

from monitor.store.database import IN_MEMORY, Database, Row, open_database
from monitor.store.tables import SCHEMA_NOTES

OPENING = """\
# The database

Everything the monitor knows is in one SQLite file (`database.path`). The names below are a promise: they
stay, and new ones are added. Reading while the monitor runs is safe; leave the writing to the commands, for what
another program writes to these tables looks like damage ([database.md](database.md)):

    sqlite3 -readonly quote-monitor.db "SELECT found_at, quote, passage, source, url FROM match_history LIMIT 20"

Times are text in UTC that sorts as it should, such as `2026-01-06T12:00:00.000Z`. Offsets count characters
(Unicode code points) from 0. "or empty" means that the column may be NULL. Lone surrogates and NUL characters,
which SQLite cannot search, are kept as `?` and `\N{REPLACEMENT CHARACTER}`.

<!-- made by `python -m monitor.store.schema_page`; edit monitor/store/tables.py instead -->
"""


def page() -> str:
    """Return the page."""
    database = open_database(IN_MEMORY, create=True)
    try:
        return "\n".join([OPENING, *(line for table in SCHEMA_NOTES for line in _table(database, table))])
    finally:
        database.close()


def _table(database: Database, table: str) -> Iterator[str]:
    notes = SCHEMA_NOTES[table]
    columns = database.rows("SELECT * FROM pragma_table_info(?) ORDER BY cid", table)
    references = {
        row["from"]: f"→ `{row['table']}.{row['to']}`"
        for row in database.rows("SELECT * FROM pragma_foreign_key_list(?)", table)
    }
    yield from (f"## {table}", "", notes[""], "")
    if (
        database.value("SELECT type FROM sqlite_master WHERE name = ?", table) == "view"
    ):  # which has no types of its own
        yield from ("| column | meaning |", "|---|---|")
        yield from (f"| `{column['name']}` | {notes[column['name']]} |" for column in columns)
    else:
        yield from ("| column | type | meaning |", "|---|---|---|")
        for column in columns:
            meaning = " ".join(filter(None, [notes[column["name"]], references.get(column["name"])]))
            yield f"| `{column['name']}` | {_type(column)} | {meaning} |"
    yield ""


def _type(column: Row) -> str:
    may_be_empty = not (column["notnull"] or column["pk"])
    return str(column["type"]).lower() + (" or empty" if may_be_empty else "")


if __name__ == "__main__":
    sys.stdout.write(page())
