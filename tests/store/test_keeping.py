"""Cursors, what is kept, what was taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.model import ChatKind, Keep, PollOutcome, Post, Recorded, SourceId, Validators
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_source
from tests.store.conftest import Look

MINUTE = timedelta(minutes=1)
PICKY = a_source(keep=Keep.MATCHED)


def read(store: SqliteStore, *posts: Post, source: object = PICKY, minute: int = 1, **poll: object) -> Recorded:
    """Record a poll that brought posts, with matches in those that say the quote."""
    arrivals = store.unseen(source, posts)
    findings = [a_finding(a_match(arrival.post)) for arrival in arrivals if QUOTE in arrival.post.text]
    at = NOON + minute * MINUTE
    return store.record(a_poll(source, seen=len(posts), finished_at=at, **poll), arrivals, findings)


def test_a_cursor_stays_until_there_is_another(store: SqliteStore, look: Look) -> None:
    store.record(a_poll(cursor='{"min_id": "1"}'))
    store.record(a_poll(cursor=None))
    store.record(a_poll(outcome=PollOutcome.FAILED, error="no answer"))
    assert look("SELECT cursor FROM sources") == [('{"min_id": "1"}',)]

    store.record(a_poll(outcome=PollOutcome.FAILED, error="no answer", cursor="2"))
    assert look("SELECT cursor FROM sources") == [("2",)]
    source = store.source(SourceId(1))
    assert source
    assert source.cursor == "2"


def test_a_step_on_the_way_to_the_page_is_not_yet_a_success(store: SqliteStore, look: Look) -> None:
    store.record(a_poll(outcome=PollOutcome.FAILED, error="no answer"))

    store.record(a_poll(more=True, cursor="account 7", next_poll_at=NOON + MINUTE))
    assert look("SELECT last_success_at, failures, cursor FROM sources") == [(None, 1, "account 7")]
    assert look("SELECT more, next_at FROM polls ORDER BY id DESC LIMIT 1") == [(1, "2026-01-06T12:01:00.000Z")]

    store.record(a_poll(more=True, seen=40))
    assert look("SELECT last_success_at IS NULL, failures FROM sources") == [(0, 0)]


def test_the_page_of_one_wording_says_nothing_of_the_whole_search(store: SqliteStore, look: Look) -> None:
    page = a_page(validators=Validators(etag="1"), moved_to="https://moved.example/?q=come+get+me")
    nameless = replace(a_source(follow=True), name=a_source().address)

    store.record(a_poll(nameless, page=page, title="Search: come get me"))

    assert look("SELECT etag, moved_to, name FROM sources") == [(None, None, "Example News")]


def test_a_source_that_keeps_what_matched_stores_nothing_else(store: SqliteStore, look: Look) -> None:
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)

    recorded = read(store, a_post("nothing"), a_post(QUOTE, guid="found"), a_post("nothing either"))

    assert recorded == Recorded(posts=1, matches=1, alerts=1)
    assert look("SELECT guid FROM posts") == [("found",)]
    assert look("SELECT seen, new, matches FROM polls") == [(3, 1, 1)]


def test_what_was_not_kept_is_compared_again_and_alerts_once(store: SqliteStore, look: Look) -> None:
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
    posts = [a_post("nothing"), a_post(QUOTE)]

    for _ in range(3):
        assert [arrival.post for arrival in store.unseen(PICKY, posts)][:1] == posts[:1]
        read(store, *posts)

    assert look("SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM alerts)") == [(1, 1)]


def test_a_match_that_an_edit_brings_is_found_whether_the_post_was_kept_or_not(store: SqliteStore, look: Look) -> None:
    kept, passed = a_post(f"{QUOTE} one", guid="kept"), a_post("nothing", guid="passed")
    read(store, kept, passed)

    assert read(store, replace(passed, text=QUOTE)) == Recorded(posts=1, matches=1)
    assert read(store, replace(kept, text="it never said so")) == Recorded(edits=1)
    assert look("SELECT text FROM post_versions") == [(f"{QUOTE} one",)]
    assert store.appearances()[-1].text == f"{QUOTE} one"


def test_a_post_taken_back_stays_and_is_marked(store: SqliteStore, look: Look) -> None:
    read(store, a_post(QUOTE, guid="1"), a_post("other", guid="2"), source=a_source())

    read(store, source=a_source(), deleted=("1", "never seen"), minute=5)

    assert look("SELECT guid, text, deleted_at, back_at FROM posts") == [
        ("1", QUOTE, "2026-01-06T12:05:00.000Z", None),
        ("2", "other", None, None),
    ]
    assert look("SELECT passage, deleted_at FROM match_history") == [(QUOTE, "2026-01-06T12:05:00.000Z")]
    assert look("SELECT deleted FROM polls ORDER BY id") == [(0,), (1,)]


def test_a_post_taken_back_twice_was_taken_back_the_first_time(store: SqliteStore, look: Look) -> None:
    read(store, a_post(guid="1"), source=a_source())
    for minute in (5, 6):
        read(store, source=a_source(), deleted=("1",), minute=minute)

    assert look("SELECT deleted_at FROM posts") == [("2026-01-06T12:05:00.000Z",)]
    assert look("SELECT sum(deleted) FROM polls") == [(1,)]


def test_a_post_taken_back_in_the_same_breath_is_recorded_and_marked(store: SqliteStore, look: Look) -> None:
    assert read(store, a_post(QUOTE, guid="1"), deleted=("1",)).matches == 1
    assert look("SELECT deleted_at FROM posts") == [("2026-01-06T12:01:00.000Z",)]


def test_a_guid_of_another_source_takes_nothing_back(store: SqliteStore, look: Look) -> None:
    read(store, a_post(guid="1"), source=a_source())
    other = store.add_source(replace(_wanted(), address="https://other.example/"), by="ann", at=NOON)

    read(store, source=other, deleted=("1",))

    assert look("SELECT deleted_at FROM posts") == [(None,)]


@pytest.mark.parametrize("source", [a_source(), PICKY], ids=["all", "matched"])
@pytest.mark.parametrize("words", [QUOTE, f"{QUOTE} again", "without it"])
def test_a_post_that_comes_again_is_marked_as_back_and_not_alerted_again(
    store: SqliteStore, look: Look, source: object, words: str
) -> None:
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
    post = a_post(QUOTE, guid="1")
    read(store, post, source=source)
    read(store, source=source, deleted=("1",), minute=2)

    recorded = read(store, replace(post, text=words), source=source, minute=3)

    assert recorded == Recorded(edits=int(words != QUOTE))
    assert look("SELECT text, deleted_at, back_at FROM posts") == [(words, None, "2026-01-06T12:03:00.000Z")]
    assert look("SELECT count(*) FROM alerts") == [(1,)]
    assert store.unseen(source, [replace(post, text=words)]) == []


def test_another_post_under_the_guid_of_one_taken_back_is_not_that_one(store: SqliteStore, look: Look) -> None:
    read(store, a_post("first", guid="1"), source=a_source())
    read(store, source=a_source(), deleted=("1",), minute=2)

    read(store, a_post("second", guid="1", url="https://news.example/elsewhere"), source=a_source(), minute=3)

    assert look("SELECT text, deleted_at IS NULL FROM posts") == [("first", 0), ("second", 1)]


def _wanted() -> object:
    from monitor.core.model import SourceKind, WantedSource

    return WantedSource(kind=SourceKind.FEED, address="", name="Other")
