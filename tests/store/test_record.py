from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.errors import StoreError
from monitor.core.identity import text_digest
from monitor.core.model import (
    Arrival,
    ChatKind,
    Explanation,
    Finding,
    PollOutcome,
    Post,
    Quiet,
    QuoteId,
    Recorded,
    SourceId,
    SourceState,
    Span,
    Validators,
)
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_quote, a_source
from tests.store.conftest import Look

MINUTE = timedelta(minutes=1)


def brought(store: SqliteStore, *posts: Post) -> list[Arrival]:
    return store.unseen(a_source(), posts)


def record(store: SqliteStore, *posts: Post, quiet: Quiet | None = None, **poll: object) -> Recorded:
    """Record a poll that brought posts, each of which is a match from end to end."""
    arrivals = brought(store, *posts)
    findings = [a_finding(a_match(arrival.post), quiet) for arrival in arrivals]
    return store.record(a_poll(page=a_page(b"<rss/>"), seen=len(posts), **poll), arrivals, findings)


def test_a_poll_and_all_it_brought_is_on_disk_when_record_returns(store: SqliteStore, look: Look) -> None:
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)

    recorded = record(store, a_post(QUOTE, guid="1", author="Bob", lang="en"))

    assert recorded == Recorded(posts=1, edits=0, matches=1, alerts=1)
    assert look("SELECT outcome, seen, new, edited, skipped, matches, error, bytes FROM polls") == [
        ("ok", 1, 1, 0, 0, 1, None, 6)
    ]
    assert look("SELECT guid, author, lang, text, published_at, first_seen_at, edited_at FROM posts") == [
        ("1", "Bob", "en", QUOTE, "2026-01-06T12:00:00.000Z", "2026-01-06T12:00:01.000Z", None)
    ]
    assert look('SELECT wording, start, "end", passage, part, score, tier, kind, engine, quiet FROM matches') == [
        (QUOTE, 0, 20, QUOTE, "text", 100.0, "alert", "verbatim", "test/1", None)
    ]
    assert look("SELECT state, attempts, next_at, thread_id FROM alerts") == [
        ("pending", 0, "2026-01-06T12:00:01.000Z", None)
    ]


def test_recording_the_same_poll_twice_adds_nothing_and_alerts_once(store: SqliteStore, look: Look) -> None:
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
    arrivals = brought(store, a_post(QUOTE))
    findings = [a_finding(a_match(arrivals[0].post))]
    store.record(a_poll(), arrivals, findings)

    again = store.record(a_poll(), arrivals, findings)

    assert again == Recorded()
    assert look(
        "SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM matches), (SELECT count(*) FROM alerts)"
    ) == [(1, 1, 1)]


def test_a_match_is_kept_although_its_post_was_left_out(store: SqliteStore, look: Look) -> None:
    recorded = store.record(a_poll(), [], [a_finding(a_match(a_post(QUOTE, guid="lonely")))])

    assert recorded == Recorded(posts=1, matches=1)
    assert look("SELECT guid FROM posts") == [("lonely",)]


def test_a_poll_that_cannot_be_recorded_whole_leaves_nothing(store: SqliteStore, look: Look) -> None:
    arrivals = brought(store, a_post(QUOTE))
    unknown = a_finding(a_match(arrivals[0].post, a_quote(id=QuoteId(99))))

    with pytest.raises(StoreError):
        store.record(a_poll(page=a_page(validators=Validators(etag="x"))), arrivals, [unknown])

    assert look("SELECT count(*) FROM polls") == look("SELECT count(*) FROM posts") == [(0,)]
    assert look("SELECT etag, last_polled_at FROM sources") == [(None, None)]
    assert record(store, a_post(QUOTE)).matches == 1  # and the store still works


def test_a_good_poll_leaves_validators_move_and_rhythm_in_the_source(store: SqliteStore, look: Look) -> None:
    validators = Validators(etag='W/"1"', last_modified="Tue, 06 Jan 2026 11:00:00 GMT")
    page = a_page(validators=validators, moved_to="https://new.example/feed")
    store.record(a_poll(outcome=PollOutcome.FAILED, error="no answer"))

    store.record(a_poll(page=page, interval=timedelta(minutes=7.5)))

    source = store.source(SourceId(1))
    assert source
    assert source.validators == validators
    assert source.moved_to == source.url == "https://new.example/feed"
    assert source.interval == timedelta(minutes=7.5)
    assert (source.failures, source.last_error) == (0, None)
    assert source.last_polled_at == source.last_success_at == NOON + timedelta(seconds=1)
    assert source.next_poll_at == NOON + timedelta(minutes=10)
    assert look("SELECT etag, interval_s FROM sources") == [('W/"1"', 450.0)]


def test_an_unchanged_source_keeps_what_it_had_and_counts_as_read(store: SqliteStore) -> None:
    page = a_page(validators=Validators(etag="1"), moved_to="https://new.example/feed")
    store.record(a_poll(page=page, interval=MINUTE))
    store.record(a_poll(outcome=PollOutcome.FAILED, error="no answer"))

    store.record(a_poll(outcome=PollOutcome.UNCHANGED, finished_at=NOON + MINUTE))

    source = store.source(SourceId(1))
    assert source
    assert source.validators.etag == "1"
    assert source.url == "https://new.example/feed"
    assert source.interval == MINUTE
    assert source.failures == 0
    assert source.last_success_at == NOON + MINUTE


def test_an_answer_without_validators_forgets_the_old_ones(store: SqliteStore) -> None:
    store.record(a_poll(page=a_page(validators=Validators(etag="1", last_modified="then"))))

    store.record(a_poll(page=a_page()))

    source = store.source(SourceId(1))
    assert source
    assert source.validators == Validators()


def test_failures_are_counted_and_the_last_success_stays(store: SqliteStore) -> None:
    store.record(a_poll(page=a_page(validators=Validators(etag="1"))))
    for minutes in (1, 2):
        store.record(a_poll(outcome=PollOutcome.FAILED, error="HTTP 500", finished_at=NOON + minutes * MINUTE))

    source = store.source(SourceId(1))

    assert source
    assert (source.failures, source.last_error) == (2, "HTTP 500")
    assert source.last_success_at == NOON + timedelta(seconds=1)
    assert source.last_polled_at == NOON + 2 * MINUTE
    assert source.validators.etag == "1"
    assert source.state is SourceState.ACTIVE


def test_a_source_that_is_gone_is_polled_no_more(store: SqliteStore) -> None:
    store.record(a_poll(outcome=PollOutcome.GONE, error="HTTP 410"))

    assert store.active_sources() == []
    (source,) = store.all_sources()
    assert (source.state, source.last_error) == (SourceState.GONE, "HTTP 410")


def test_a_source_nobody_named_is_called_by_its_title(empty: SqliteStore) -> None:
    from monitor.core.model import SourceKind, WantedSource

    wanted = WantedSource(kind=SourceKind.FEED, address="https://a.example/", name="https://a.example/")
    empty.seed_sources([wanted], NOON)
    (source,) = empty.all_sources()

    empty.record(a_poll(source, title=" Example\n News " + "!" * 500))
    empty.seed_sources([wanted], NOON)

    (named,) = empty.all_sources()
    assert named.name.startswith("Example News !!!")
    assert len(named.name) == 200


def test_a_name_a_person_gave_stays(store: SqliteStore) -> None:
    store.record(a_poll(title="The Feed's Own Title"))

    assert store.all_sources()[0].name == "Example News"


def test_recorded_posts_are_not_seen_again(store: SqliteStore) -> None:
    posts = [a_post("one"), a_post("two"), a_post("three")]
    record(store, *posts[:2])

    assert brought(store, *posts) == [Arrival(post=posts[2])]
    assert store.unseen(a_source(id=SourceId(2)), posts) == [Arrival(post=post) for post in posts]


def test_a_guid_that_flips_at_every_poll_is_recorded_once(store: SqliteStore, look: Look) -> None:
    post = a_post(QUOTE)
    for number in range(50):
        record(store, replace(post, guid=f"flip-{number}"))

    assert look("SELECT count(*) FROM posts") == [(1,)]


def test_posts_of_one_shared_guid_are_all_recorded_and_only_once(store: SqliteStore, look: Look) -> None:
    posts = [replace(a_post(f"{QUOTE} {number}"), guid="feed") for number in range(3)]

    assert record(store, *posts).posts == 3
    assert record(store, *posts).posts == 0
    assert look("SELECT count(*) FROM matches") == [(3,)]


def test_an_edit_keeps_the_wording_it_replaces(store: SqliteStore, look: Look) -> None:
    post = a_post("first words", guid="1")
    record(store, post)
    edited = replace(post, text="second words", author="Eve", published_at=NOON + MINUTE)

    recorded = record(store, edited, finished_at=NOON + MINUTE)

    assert (recorded.posts, recorded.edits) == (0, 1)
    assert look("SELECT text, author, published_at, first_seen_at, edited_at FROM posts") == [
        ("second words", "Eve", "2026-01-06T12:00:00.000Z", "2026-01-06T12:00:01.000Z", "2026-01-06T12:01:00.000Z")
    ]
    assert look("SELECT text, seen_at FROM post_versions") == [("first words", "2026-01-06T12:00:01.000Z")]
    assert look("SELECT edited FROM polls ORDER BY id") == [(0,), (1,)]


def test_a_post_that_goes_back_and_forth_between_two_wordings_adds_two(store: SqliteStore, look: Look) -> None:
    post = a_post("one headline", guid="1")
    other = replace(post, text="another headline")
    for wording in [post, other] * 5:
        record(store, wording)

    assert look("SELECT text FROM posts") == [("another headline",)]
    assert look("SELECT text FROM post_versions") == [("one headline",)]
    assert brought(store, post) == brought(store, other) == []


def test_a_quote_that_an_edit_brings_is_a_match(store: SqliteStore) -> None:
    post = a_post("nothing yet", guid="1")
    store.record(a_poll(), brought(store, post))

    assert record(store, replace(post, text=QUOTE)) == Recorded(edits=1, matches=1)


def test_two_looks_at_once_that_saw_different_words_lose_neither(store: SqliteStore, look: Look) -> None:
    post = a_post("first words", guid="1")
    other = replace(post, text=QUOTE)
    first, second = brought(store, post), brought(store, other)
    store.record(a_poll(), first)

    recorded = store.record(a_poll(), second, [a_finding(a_match(other))])

    assert recorded == Recorded(edits=1, matches=1)
    assert look("SELECT matched_text_digest FROM matches") == [(text_digest(other),)]


@pytest.mark.parametrize(
    "text", ["a\x00b", "lone \ud800 surrogate", "\ufffe\U0010ffff", "\u202eright to left", "x" * 2_000_000]
)
def test_no_text_is_too_strange_to_keep(store: SqliteStore, text: str) -> None:
    post = a_post(f"{text} {QUOTE}", guid=text[:50], author=text[:50], url=f"https://news.example/{text[:50]}")
    start = len(text) + 1
    match = a_match(post, spans=(Span(start=start, end=start + len(QUOTE)),), explanation=Explanation(why=text[:50]))
    store.record(a_poll(error=text[:50], title=text[:50]), brought(store, post), [Finding(match=match)])

    (found,) = store.appearances()

    assert found.text[found.spans[0].start : found.spans[0].end] == QUOTE
    assert brought(store, post) == []
    assert store.record(a_poll(), brought(store, replace(post, text="edited")), []).edits == 1
