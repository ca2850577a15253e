"""From the first version's tables to today's: whatever happens on the way, nothing is lost."""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from monitor.store import database, open_store
from monitor.store.copying import check_copy
from monitor.store.migrations import all_names, migrations
from monitor.store.tables import SCHEMA_NOTES
from tests.store.kills import Work, armed_from_the_start, different, files, killed_at, left_by_kills, put

FIRST, *_ = all_names()
TABLES = ("sources", "polls", "posts", "post_versions", "quotes", "variants", "matches", "chats", "subscriptions")

ROWS = """
INSERT INTO sources (kind, address, name, state, origin, listed, added_at)
    VALUES ('feed', 'https://news.example/feed', 'News', 'active', 'config', 1, '2026-01-01T00:00:00.000Z');
INSERT INTO polls (source_id, started_at, finished_at, outcome, seen, new, edited, deleted, skipped, matches,
    more, next_at)
    VALUES (1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z', 'ok', 2, 2, 0, 0, 0, 2,
            0, '2026-01-01T00:10:00.000Z');
INSERT INTO posts (source_id, guid, fingerprint, text_digest, link, text, parts, first_seen_at)
    VALUES (1, 'a', 'fa', 'da', '', 'Come get me, coward!', '[]', '2026-01-01T00:00:01.000Z'),
           (1, 'b', 'fb', 'db', '', 'He said: come get me, coward', '[]', '2026-01-01T00:00:01.000Z');
INSERT INTO post_versions (post_id, text, parts, text_digest, fingerprint, seen_at)
    VALUES (1, 'Come get me', '[]', 'd0', 'f0', '2026-01-01T00:00:00.000Z');
INSERT INTO quotes (text, words, added_at, added_by)
    VALUES ('Come get me, coward!', 'come get me coward', '2026-01-01T00:00:00.000Z', 'config');
INSERT INTO variants (quote_id, text, words, origin, confirmed, added_at, added_by)
    VALUES (1, 'Vengan por mí', 'vengan por mi', 'config', 1, '2026-01-01T00:00:00.000Z', 'config');
INSERT INTO matches (post_id, quote_id, wording, matched_text_digest, spans, start, "end", passage, score, threshold,
    tier, kind, explanation, engine, found_at)
    VALUES (1, 1, 'w', 'da', '[[0, 20]]', 0, 20, 'Come get me, coward!', 100.0, 75.0,
            'alert', 'verbatim', '{}', 'bits/1', '2026-01-01T00:00:01.000Z'),
           (2, 1, 'w', 'db', '[[9, 28]]', 9, 28, 'come get me, coward', 99.0, 75.0,
            'alert', 'verbatim', '{}', 'bits/1', '2026-01-02T00:00:01.000Z');
INSERT INTO chats (address, kind, added_at) VALUES ('@news', 'channel', '2026-01-01T00:00:00.000Z');
INSERT INTO subscriptions (chat_id, added_at, added_by) VALUES (1, '2026-01-01T00:00:00.000Z', 'settings');
INSERT INTO alerts (match_id, chat_id, state, next_at, message_id, created_at, sent_at)
    VALUES (1, 1, 'sent', '2026-01-01T00:00:01.000Z', 7, '2026-01-01T00:00:01.000Z', '2026-01-01T00:00:02.000Z'),
           (2, 1, 'pending', '2026-01-02T00:00:01.000Z', NULL, '2026-01-02T00:00:01.000Z', NULL);
"""


def first_version(path: Path) -> None:
    """Make a database as the first version left it, with something in it."""
    utils = database.sqlite_utils.Database(path, execute_plugins=False)
    migrations.apply(utils, stop_before=all_names()[1])
    utils.conn.executescript(ROWS)
    utils.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the first version, alone in its folder."""
    folder = tmp_path / "monitor"
    folder.mkdir()
    first_version(folder / "monitor.db")
    return folder / "monitor.db"


def steps(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations")]


def counts(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in (*TABLES, "alerts")
        }


def test_an_upgrade_loses_no_row(path: Path) -> None:
    before = counts(path)

    open_store(path).close()

    assert counts(path) == before
    with closing(sqlite3.connect(path)) as connection:
        sent, waiting = connection.execute("SELECT match_id, state, message_id FROM alerts ORDER BY id").fetchall()
        daily = connection.execute("SELECT day, matches FROM match_daily ORDER BY day").fetchall()
        (found,) = connection.execute("SELECT rowid FROM posts_fts WHERE posts_fts MATCH 'said'").fetchall()
    assert (sent, waiting) == ((1, "sent", 7), (2, "pending", None))
    assert daily == [("2026-01-01", 1), ("2026-01-02", 1)]
    assert found == (2,)


def test_what_an_upgrade_changes_is_copied_before(path: Path) -> None:
    before = counts(path)

    open_store(path).close()
    open_store(path).close()

    (copy,) = path.parent.glob("*.before-*")
    assert counts(copy) == before
    assert check_copy(copy)["matches"] == 2
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM _sqlite_migrations").fetchall() == [(FIRST,)]


def test_a_new_database_leaves_no_copy(tmp_path: Path) -> None:
    open_store(tmp_path / "new.db").close()

    assert not list(tmp_path.glob("*.before-*"))


def upgrading(path: Path) -> Work:
    return armed_from_the_start(lambda: open_store(path).close())


def test_an_upgrade_killed_at_any_statement_is_taken_up_again_and_loses_nothing(path: Path, tmp_path: Path) -> None:
    before = counts(path)
    folders = count()

    def killed(path: Path) -> list[Path]:
        """Return the database as each kill leaves it, and see that it is whole and is not changed in part."""
        left = left_by_kills(path.parent, upgrading(path))
        assert steps(path) == all_names()
        assert counts(path) == before
        found = []
        for files_then in different(left):
            put(files_then, folder := tmp_path / f"killed {next(folders)}")
            found.append(folder / path.name)
            assert counts(found[-1]) == before
            assert steps(found[-1]) in ([FIRST], all_names())
        return found

    for once in killed(path):
        for twice in killed(once):
            open_store(twice).close()
            assert steps(twice) == all_names()
            assert counts(twice) == before


def test_a_kill_leaves_what_the_files_hold_at_that_moment(path: Path, tmp_path: Path) -> None:
    before = files(path.parent)
    left = left_by_kills(path.parent, upgrading(path))

    assert len(left) > 100
    for statement in (0, len(left) // 2, len(left) - 1):
        put(before, folder := tmp_path / f"killed at {statement}")
        assert killed_at(statement, upgrading(folder / path.name))
        assert files(folder).keys() == left[statement].keys()
        assert files(folder)[path.name] == left[statement][path.name]


def test_a_file_says_itself_what_its_columns_mean(path: Path) -> None:
    open_store(path).close()

    with closing(sqlite3.connect(path)) as connection:
        notes = connection.execute('SELECT "table", "column", note FROM schema_notes').fetchall()
    assert {(table, column): note for table, column, note in notes} == {
        (table, column): note for table, columns in SCHEMA_NOTES.items() for column, note in columns.items()
    }


def test_notes_of_an_earlier_version_are_brought_up_to_date(path: Path) -> None:
    with open_store(path) as store:
        store._db.change("UPDATE schema_notes SET note = 'of old'")

    open_store(path).close()

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM schema_notes WHERE note = 'of old'").fetchone() == (0,)
