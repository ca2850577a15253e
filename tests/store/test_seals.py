"""Seals: whatever the store writes agrees with them, and whatever changed behind its back does not."""

import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.errors import InputError, StoreError
from monitor.core.model import ChatKind, WantedQuote
from monitor.store import SqliteStore, database, open_store, seals
from monitor.store.copying import check_copy, copy_database
from monitor.store.migrations import all_names, migrations
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_source
from tests.store.conftest import Look

TABLES = [
    "_sqlite_migrations", "alert_windows", "alerts", "audit", "calls", "chats", "evidence", "feed_addresses",
    "forgotten", "invitations", "match_daily", "matches", "members", "mutes", "polls", "post_versions", "posts",
    "quotes", "rechecks", "schema_notes", "sources", "stories", "subscriptions", "variants", "verdicts",
]  # fmt: skip
ODD = ["text", "", "0", "é", b"\xff\xfe", b"", 0, 1, -1, 2**63 - 1, 0.0, -0.0, 1.0, 0.1, 1e300, float("inf"), None]

meddling = pytest.mark.usefixtures("meddling")


def sealed_tables(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [table.name for table in seals._tables(connection)]


def broken(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [str(one) for one in seals.broken(connection)]


def written_by_another(path: Path, *statements: str) -> None:
    """Write as any program may, which knows of no foreign keys and no seals."""
    with closing(sqlite3.connect(path)) as other, other:
        for statement in statements:
            other.execute(statement)


def refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(path)
    return str(caught.value)


@pytest.fixture
def busy(store: SqliteStore) -> SqliteStore:
    """A store with a match in it, alerted and kept as evidence."""
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
    posts = [a_post(QUOTE), a_post("something else")]
    store.record(
        a_poll(page=a_page(b"what was received")), store.unseen(a_source(), posts), [a_finding(a_match(posts[0]))]
    )
    return store


def anything_goes(connection: sqlite3.Connection) -> None:
    """Let values be written that no constraint allows."""
    for pragma in ("ignore_check_constraints = ON", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}")


def a_row(connection: sqlite3.Connection, table: str) -> None:
    """Put a row of made-up values into a table, whatever its columns want."""
    columns = connection.execute("SELECT name, type FROM pragma_table_info(?)", [table]).fetchall()
    kinds = {"INTEGER": 5000, "REAL": 0.5, "TEXT": "[]", "BLOB": b"\x00\xfe"}
    connection.execute(
        f'INSERT OR IGNORE INTO "{table}" VALUES ({", ".join("?" * len(columns))})',
        [kinds[kind] for _, kind in columns],
    )


def test_every_table_has_seals(store: SqliteStore, path: Path) -> None:
    every = store._db.rows(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT GLOB 'sqlite_*'"
    )

    assert sealed_tables(path) == TABLES
    assert {row["name"] for row in every} == {*TABLES, "seals"}


@meddling
@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_any_table_that_is_written_changed_or_deleted_by_another_program_is_noticed(
    table: str, busy: SqliteStore, path: Path
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        anything_goes(other)
        a_row(other, table)
        added = broken(path)
        seals.make(other)
        assert broken(path) == []
        column, kind = other.execute(
            "SELECT name, type FROM pragma_table_info(?) ORDER BY cid DESC", [table]
        ).fetchone()
        value = {"INTEGER": 7, "REAL": 0.75, "TEXT": "other", "BLOB": b"other"}[kind]
        other.execute(f'UPDATE "{table}" SET "{column}" = ?', [value])
        changed = broken(path)
        seals.make(other)
        other.execute(f'DELETE FROM "{table}"')
        deleted = broken(path)

    assert all(one.startswith(table) for one in added + changed + deleted)
    assert added
    assert changed
    assert deleted


@pytest.mark.parametrize("table", TABLES)
def test_whatever_is_written_to_any_table_by_the_store_is_sealed_whatever_it_is(
    table: str, busy: SqliteStore, path: Path
) -> None:
    connection = busy._db.utils.conn
    anything_goes(connection)
    with busy._db.writing():
        a_row(connection, table)
    assert broken(path) == []
    for name, kind in connection.execute("SELECT name, type FROM pragma_table_info(?)", [table]).fetchall():
        for value in ODD:
            try:
                with busy._db.writing():
                    busy._db.change(f'UPDATE OR IGNORE "{table}" SET "{name}" = ?', value)
            except StoreError:  # of another type than the column's
                assert kind
    assert broken(path) == []
    with busy._db.writing():
        busy._db.change(f'DELETE FROM "{table}"')

    assert broken(path) == []


def test_what_replace_and_cascades_delete_is_sealed(busy: SqliteStore, path: Path) -> None:
    window = "INSERT OR REPLACE INTO alert_windows VALUES (1, 0, 1, ?, 60.0)"
    with busy._db.writing():
        busy._db.change(window, NOON)
        busy._db.change(window, NOON + timedelta(hours=1))
        busy._db.change("INSERT INTO calls VALUES (1, ?), (1, ?)", NOON, NOON)
        busy._db.change("INSERT INTO chats (id, address, kind, added_at) VALUES (9, '@a', 'channel', ?)", NOON)
        busy._db.change("UPDATE calls SET chat_id = 9")
        busy._db.change("DELETE FROM chats WHERE id = 9")

    assert busy._db.value("SELECT count(*) FROM calls") == 0
    assert busy._db.value("SELECT count(*) FROM alert_windows") == 1
    assert broken(path) == []


def test_a_change_that_was_taken_back_leaves_the_seals_as_they_were(busy: SqliteStore, path: Path) -> None:
    with suppress(InputError), busy._db.writing():
        busy._db.change("DELETE FROM alerts")
        raise InputError("the person thinks better of it")
    with busy._db.writing():
        busy._db.change("INSERT INTO members VALUES (2, '', 'editor', '', '', '')")
        with suppress(sqlite3.IntegrityError):  # a statement that fails half-way, in a transaction that goes on
            busy._db.change("INSERT INTO members VALUES (1, '', 'editor', '', '', ''), (1, '', 'editor', '', '', '')")

    assert busy._db.rows("SELECT user_id FROM members")[0]["user_id"] == 2
    assert busy._db.value("SELECT count(*) FROM alerts") == 1
    assert broken(path) == []


def test_a_row_that_moves_to_another_block_is_sealed_there(busy: SqliteStore, path: Path, look: Look) -> None:
    with busy._db.writing():
        busy._db.change("INSERT INTO members VALUES (5, '', 'editor', '', '', '')")
        busy._db.change("UPDATE members SET user_id = 1024")

    assert broken(path) == []
    assert look("SELECT block, rows FROM seals WHERE \"table\" = 'members'") == [(0, 0), (1, 1)]


def test_two_connections_write_in_turn_and_agree(path: Path, store: SqliteStore) -> None:
    with open_store(path) as other:
        for number in range(3):
            store.track(WantedQuote(text=f"Said here {number}"), by="ann", at=NOON)
            other.track(WantedQuote(text=f"Said there {number}"), by="bob", at=NOON)

    assert broken(path) == []


@meddling
def test_another_programs_writing_is_refused_at_the_start_and_can_be_accepted(
    path: Path, busy: SqliteStore, look: Look
) -> None:
    busy.close()
    written_by_another(path, "INSERT INTO members VALUES (3000, 'Eve', 'editor', '', '', NULL)")

    message = refusal(path)
    with open_store(path, check=False) as unchecked:
        assert unchecked.accept(by="cli", at=NOON) == "members 2048 to 3071"
        assert unchecked.accept(by="cli", at=NOON) == ""

    assert message.startswith(
        f"{path} reads otherwise than the monitor wrote it (members 2048 to 3071): it is damaged,"
    )
    assert "or another program wrote to it" in message
    assert "`quote-monitor restore`" in message
    assert "`quote-monitor doctor --accept`" in message
    assert "\n" not in message
    open_store(path).close()
    audited = look("SELECT actor, subject, after FROM audit WHERE action = 'accept'")
    assert audited == [("cli", "database", '{"changed": "members 2048 to 3071"}')]


@meddling
def test_what_others_add_beside_our_tables_is_their_own(path: Path, busy: SqliteStore) -> None:
    busy.close()
    written_by_another(
        path,
        "CREATE TABLE reviews (id INTEGER PRIMARY KEY, note TEXT)",
        "INSERT INTO reviews VALUES (1, 'mine')",
        "CREATE VIEW reviewed AS SELECT * FROM reviews",
        "CREATE INDEX by_passage ON matches (passage)",
        "ANALYZE",
    )
    with closing(sqlite3.connect(path)) as other:
        other.execute("VACUUM")

    with open_store(path) as store:
        store.track(WantedQuote(text="And it goes on"), by="ann", at=NOON)
    assert broken(path) == []


@meddling
@pytest.mark.parametrize(
    "statement",
    [
        "DROP VIEW match_history",
        "DROP INDEX matches_by_time",
        "DROP TRIGGER posts_fts_insert",
        "ALTER TABLE posts ADD COLUMN mood TEXT",
        "DELETE FROM seals",
        "UPDATE seals SET rows = rows + 1",
        "DROP TABLE seals",
    ],
)
def test_a_definition_that_is_changed_and_seals_that_are_taken_away_are_noticed(
    statement: str, path: Path, busy: SqliteStore
) -> None:
    busy.close()
    written_by_another(path, statement)

    assert refusal(path)


@meddling
def test_a_bit_is_missed_nowhere_in_a_floating_point_number(path: Path, busy: SqliteStore) -> None:
    busy.close()
    written_by_another(path, "UPDATE matches SET score = 99.99999999999999")  # the number next to 100

    assert "matches 0 to 1023" in refusal(path)


@meddling
def test_text_that_is_no_longer_utf8_is_noticed_and_can_still_be_changed(path: Path, busy: SqliteStore) -> None:
    written_by_another(path, "UPDATE posts SET author = CAST(x'ff41' AS TEXT) WHERE id = 1")

    with busy._db.writing():
        busy._db.change("UPDATE posts SET author = 'Ann' WHERE id = 1")

    assert broken(path) == ["posts 0 to 1023"]


@meddling
def test_a_copy_is_made_only_of_what_reads_as_it_was_written(path: Path, busy: SqliteStore, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy_database(path, copy)
    check_copy(copy)
    written_by_another(copy, "UPDATE posts SET author = 'Eve'")
    written_by_another(path, "UPDATE posts SET author = 'Eve'")

    with pytest.raises(
        StoreError, match=r"copy.db reads otherwise than the monitor wrote it \(posts 0 to 1023\): use an"
    ):
        check_copy(copy)
    with pytest.raises(
        StoreError, match=r"quotes.db reads otherwise than the monitor wrote it \(posts 0 to 1023\): it"
    ):
        copy_database(path, tmp_path / "another.db")
    assert not (tmp_path / "another.db").exists()


def test_a_file_of_the_version_before_seals_gets_them(path: Path) -> None:
    utils = database.sqlite_utils.Database(path, execute_plugins=False)
    migrations.apply(utils, stop_before="0007_seals")
    utils.conn.execute("INSERT INTO members VALUES (1, 'Ann', 'editor', '', '', NULL)")
    utils.conn.commit()
    utils.close()
    assert broken(path) == []

    open_store(path).close()

    with closing(sqlite3.connect(path)) as connection:
        assert {table for table, _ in seals._kept(connection)} >= {"members", "_sqlite_migrations", seals.SCHEMA}
    assert broken(path) == []


@meddling
def test_an_upgrade_seals_nothing_that_changed_behind_our_back(path: Path, busy: SqliteStore) -> None:
    busy.close()
    written_by_another(
        path, "UPDATE posts SET author = 'Eve'", "DELETE FROM _sqlite_migrations WHERE name = '0006_feed_addresses'"
    )

    with pytest.raises(StoreError, match="_sqlite_migrations 0 to 1023, posts 0 to 1023"):
        open_store(path, check=False)


@pytest.mark.parametrize(
    ("reals", "row", "digested"),
    [
        (0, (b"text", b"5", seals.NULL), 1880711550141620843),
        (2, (None, 99.5, b"text", b""), 407757332619603473),
        (1, (-0.0, b"x"), 1569535706067261347),
    ],
)
def test_the_digest_of_a_row_is_what_it_always_was(reals: int, row: tuple, digested: int) -> None:
    """Else every database there is would be called damaged."""
    assert seals.digest(reals)(*row) == digested


def test_a_look_at_the_seals_reads_the_rows_and_not_an_index_that_has_the_same(store: SqliteStore) -> None:
    connection = store._db.utils.conn
    run: list[str] = []
    connection.set_trace_callback(run.append)
    seals.broken(connection)
    connection.set_trace_callback(None)

    looks = [statement for statement in run if statement.startswith("SELECT seals_")]
    plans = [connection.execute(f"EXPLAIN QUERY PLAN {look}").fetchall() for look in looks]
    assert [[step[3] for step in plan] for plan in plans] == [
        [f"SCAN main.{table.name}"] for table in seals._tables(connection)
    ]


def test_the_newest_step_is_known(path: Path) -> None:
    assert seals.STEP in all_names()
