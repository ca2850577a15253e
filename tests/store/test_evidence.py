"""What was received is kept with a match, in a chain that shows every change."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import SqliteStore, redaction
from tests.builders import NOON, a_finding, a_match, a_page, a_poll, a_post
from tests.evidence.filling import MESSAGE, PAGE, fill
from tests.store.conftest import Look


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


def test_the_page_a_match_came_from_is_kept_with_its_headers(empty: SqliteStore, look: Look) -> None:
    fill(empty)

    rows = look("SELECT kind, post_id, status, json_extract(headers, '$.date') FROM evidence ORDER BY id")
    assert rows == [("page", None, 200, "Tue, 06 Jan 2026 12:00:00 GMT"), ("message", 3, None, None)]
    assert look("SELECT evidence_id FROM matches ORDER BY id") == [(1,), (2,)]
    assert [kept.body for kept in empty.proof([1, 2]).received] == [PAGE, MESSAGE]  # type: ignore[list-item]


def test_nothing_is_kept_of_a_page_in_which_nothing_matched(store: SqliteStore, look: Look) -> None:
    (source,) = store.active_sources()
    store.record(a_poll(source, page=a_page(b"<rss/>")), store.unseen(source, [a_post()]))

    assert look("SELECT count(*) FROM evidence") == [(0,)]


def test_a_chain_that_nobody_touched_holds(empty: SqliteStore, look: Look) -> None:
    fill(empty)

    report = empty.check_chain()
    assert (report.entries, report.problems) == (2, ())
    assert report.head == look("SELECT chain FROM evidence WHERE id = 2")[0][0]


CHANGES = [
    "UPDATE evidence SET fetched_at = '2026-01-05T12:00:00.000Z' WHERE id = 1",
    "UPDATE evidence SET url = 'https://news.example/other' WHERE id = 1",
    "UPDATE evidence SET headers = '{}' WHERE id = 1",
    "UPDATE evidence SET status = 404 WHERE id = 1",
    "UPDATE evidence SET source_id = 2 WHERE id = 1",
    "UPDATE evidence SET post_id = 1 WHERE id = 1",
    "UPDATE evidence SET kind = 'recheck' WHERE id = 1",
    "UPDATE evidence SET digest = replace(digest, substr(digest, 1, 1), 'x') WHERE id = 1",
    "UPDATE evidence SET body = x'789c030000000001' WHERE id = 1",
    "UPDATE evidence SET body = x'00' WHERE id = 1",
    "UPDATE evidence SET chain = previous WHERE id = 2",
    "DELETE FROM evidence WHERE id = 1",
    "DELETE FROM evidence WHERE id = 2",
    "UPDATE evidence SET id = 3 WHERE id = 2",
]


@pytest.mark.parametrize("sql", CHANGES)
@pytest.mark.usefixtures("meddling")
def test_whatever_is_changed_in_the_chain_shows(sql: str, empty: SqliteStore, path: Path) -> None:
    fill(empty)
    change(path, sql)

    assert empty.check_chain().problems


def test_what_was_blanked_on_purpose_leaves_the_chain_whole(empty: SqliteStore) -> None:
    fill(empty)
    with empty._db.writing():
        redaction.redact(empty._db, [1], NOON)  # type: ignore[list-item]

    report = empty.check_chain()
    assert (report.removed, report.problems) == (1, ())


def test_later_looks_are_planned_for_what_alerts(empty: SqliteStore, look: Look) -> None:
    fill(empty)

    assert look("SELECT post_id, after_s FROM rechecks ORDER BY id") == [
        (post, after) for post in (1, 3) for after in (3600.0, 86400.0, 604800.0)
    ]


def test_names_and_passwords_in_addresses_are_not_kept(store: SqliteStore, look: Look) -> None:
    (source,) = store.active_sources()
    page = a_page(PAGE, url="https://ann:secret@news.example/feed?at=a@b")
    post = a_post()
    store.record(a_poll(source, page=page), store.unseen(source, [post]), [a_finding(a_match(post))])

    assert look("SELECT url FROM evidence") == [("https://news.example/feed?at=a@b",)]


@pytest.mark.usefixtures("meddling")
def test_the_doctor_sees_a_broken_chain(empty: SqliteStore, path: Path) -> None:
    fill(empty)
    before = [found.subject for found in empty.differences(NOON)]
    change(path, "UPDATE evidence SET status = 500 WHERE id = 1")

    assert "evidence" not in before
    assert "evidence" in [found.subject for found in empty.differences(NOON)]
