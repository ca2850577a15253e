from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.evidence import sha256
from monitor.core.grouping import GATHER
from monitor.core.keeping import when_deleted
from monitor.core.model import (
    Arrival,
    ChatId,
    ChatKind,
    Finding,
    Page,
    Poll,
    Post,
    PostId,
    Recorded,
    SourceKind,
    WantedQuote,
    WantedSource,
    WhenDeleted,
)
from monitor.store import SqliteStore, open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_source

POST = a_post(f"my own words: {QUOTE}", author="Ann Example")
BLUESKY = a_source("ann.example", kind=SourceKind.BLUESKY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "monitor.db", now=lambda: NOON) as store:
        store.seed_sources([WantedSource(kind=BLUESKY.kind, address=BLUESKY.address, name="Ann")], NOON)
        store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)
        store.record(a_poll(BLUESKY), [Arrival(post=a_post("before", guid=POST.guid, url=POST.url))])
        (arrival,) = store.unseen(BLUESKY, [POST])
        store.record(a_poll(BLUESKY), [arrival], [a_finding(a_match(POST))])
        yield store


def everything(store: SqliteStore) -> str:
    """All text of the tables about posts, the search indexes included."""
    tables = ("posts", "post_versions", "matches", "evidence", "audit", "forgotten", "posts_fts", "passages_fts")
    return "\n".join(str(tuple(row)) for table in tables for row in store._db.rows(f"SELECT * FROM {table}"))


def test_a_post_that_its_author_deleted_is_blanked_where_the_service_asks_it(store: SqliteStore) -> None:
    store.record(a_poll(BLUESKY, deleted=(POST.guid,)))

    (shown,) = store.appearances()
    assert (shown.text, shown.author) == ("", None)
    assert "my own words" not in everything(store)
    assert "Ann Example" not in everything(store)
    assert store.status(NOON).matches == store.status(NOON).posts == 1
    assert store.differences(NOON) == []


def test_a_source_may_keep_what_is_deleted_as_evidence(store: SqliteStore) -> None:
    kept = WantedSource(kind=BLUESKY.kind, address=BLUESKY.address, name="Ann", when_deleted=WhenDeleted.KEEP)
    store.seed_sources([kept], NOON)
    (source,) = store.active_sources()

    store.record(a_poll(source, deleted=(POST.guid,)))

    assert store.appearances()[0].text == POST.text
    assert store._db.value("SELECT deleted_at FROM posts") is not None


@pytest.mark.parametrize("kind", SourceKind)
def test_what_a_deletion_does_is_decided_by_kind(kind: SourceKind) -> None:
    asked = kind in {
        SourceKind.BLUESKY, SourceKind.JETSTREAM, SourceKind.MASTODON, SourceKind.MASTODON_STREAM,
    }  # fmt: skip

    assert when_deleted(a_source(kind=kind)) is (WhenDeleted.REDACT if asked else WhenDeleted.KEEP)


def test_a_person_is_forgotten_without_their_name_being_written_down_again(store: SqliteStore) -> None:
    blanked, who = forget(store, "ann EXAMPLE")

    assert blanked == 1
    assert "Ann Example" not in everything(store)
    assert "my own words" not in everything(store)
    assert f"person {who}" in everything(store)
    assert store.posts_of(author="Ann Example") == []


def test_a_post_is_found_by_its_address_however_that_is_written(store: SqliteStore) -> None:
    assert POST.url

    assert store.posts_of(url=f"{POST.url}?utm_source=chat#top") == store.posts_of(author="Ann Example")
    assert store.posts_of(url="https://elsewhere.example/1") == []


def test_a_forgotten_post_is_not_taken_for_a_new_one(store: SqliteStore) -> None:
    forget(store, "Ann Example")

    assert store.unseen(BLUESKY, [POST]) == []


def forget(store: SqliteStore, author: str) -> tuple[int, str]:
    return store.forget_person(store.posts_of(author=author), author=author, by="cli", at=NOON)


def show(store: SqliteStore, post: Post, *findings: Finding, page: Page | None = None) -> Recorded:
    """Let the source show a post once more."""
    return store.record(a_poll(BLUESKY, page=page), store.unseen(BLUESKY, [post]), findings)


def audited(store: SqliteStore) -> list[str]:
    return [row["action"] for row in store.changes_in_full(limit=5) if row["action"] != "track"]


def test_what_its_source_shows_again_is_public_again(store: SqliteStore) -> None:
    store.record(a_poll(BLUESKY, deleted=(POST.guid,)))
    page = a_page(b"my own words, again")
    told = show(store, POST, a_finding(a_match(POST)), page=page)

    (shown,) = store.appearances()
    assert (shown.text, shown.author, shown.deleted_at) == (POST.text, "Ann Example", None)
    assert store._db.value("SELECT passage FROM matches") == POST.text
    assert (told.matches, told.alerts) == (0, 0)  # nobody is told twice
    assert [kept.body for kept in store.proof([shown.match_id]).received] == [page.body]
    assert "show again" in audited(store)
    assert store.differences(NOON) == []


def test_its_passage_is_there_again_though_its_quote_is_sought_no_more(store: SqliteStore) -> None:
    store.record(a_poll(BLUESKY, deleted=(POST.guid,)))
    show(store, POST)

    assert store._db.value("SELECT passage FROM matches") == POST.text
    assert store.differences(NOON) == []


@pytest.mark.parametrize("text", ["before", "not quite what it said", f"{QUOTE} in other words"])
def test_what_is_shown_again_in_other_words_is_an_edit(text: str, store: SqliteStore) -> None:
    store.record(a_poll(BLUESKY, deleted=(POST.guid,)))
    now = replace(POST, text=text, parts=())
    found = [a_finding(a_match(now))] if QUOTE in text else []

    assert show(store, now, *found).edits == 1
    assert store._db.value("SELECT text FROM posts") == text
    assert store._db.value("SELECT passage FROM matches") == (text if found else "")
    assert "my own words" not in everything(store)
    assert store.differences(NOON) == []
    show(store, replace(POST, text="and later again", parts=()))
    assert store._db.value("SELECT text FROM posts") == "and later again"


NEWS_OF_THE_FORGOTTEN = {
    "the same, taken back and shown again": POST,
    "in other words": replace(POST, text=f"in other words: {QUOTE}", parts=()),
    "under another name": replace(POST, text=f"in other words: {QUOTE}", parts=(), author="Ann of Example"),
    "something new": a_post(f"a new one: {QUOTE}", author="ANN  example"),
}


@pytest.mark.parametrize("news", NEWS_OF_THE_FORGOTTEN)
def test_nothing_of_a_forgotten_person_is_stored_again(news: str, store: SqliteStore) -> None:
    forget(store, "Ann Example")
    store.record(a_poll(BLUESKY, deleted=(POST.guid,)))
    post = NEWS_OF_THE_FORGOTTEN[news]

    assert store.unseen(BLUESKY, [post]) == []
    # What was on its way when they asked for it, and what a match brought along.
    recorded = store.record(a_poll(BLUESKY), [Arrival(post=post)], [a_finding(a_match(post))])
    assert (recorded.posts, recorded.edits, recorded.matches) == (0, 0, 0)
    assert QUOTE not in "".join(str(tuple(row)) for row in store._db.rows("SELECT * FROM posts"))


def test_others_are_stored_as_before(store: SqliteStore) -> None:
    forget(store, "Ann Example")
    other = a_post(f"somebody else: {QUOTE}", author="Bob")

    assert show(store, other, a_finding(a_match(other))).matches == 1


def test_what_is_at_a_forgotten_address_is_stored_from_no_source(store: SqliteStore) -> None:
    assert POST.url
    store.forget_person(store.posts_of(url=POST.url), url=POST.url, by="cli", at=NOON)
    elsewhere = a_post(QUOTE, url=f"{POST.url}?utm_source=feed", author="A news site")

    assert show(store, elsewhere).posts == 0
    assert show(store, a_post("another of theirs", author="Ann Example")).posts == 1


def test_forgetting_can_be_stopped_and_what_was_blanked_stays_blank(store: SqliteStore) -> None:
    _, who = forget(store, "Ann Example")

    assert store.stop_forgetting(author="ann  example", by="cli", at=NOON) == who
    assert store.stop_forgetting(author="Ann Example", by="cli", at=NOON) is None
    assert show(store, a_post("something new", author="Ann Example")).posts == 1
    assert show(store, replace(POST, text="an edit", parts=())).edits == 0


def test_two_databases_know_the_same_person_by_different_digests(store: SqliteStore, tmp_path: Path) -> None:
    with open_store(tmp_path / "other.db", now=lambda: NOON) as other:
        there = other.forget_person([], author="Ann Example", by="cli", at=NOON)

    assert there != forget(store, "Ann Example")


def test_of_a_forgotten_post_no_address_is_left_that_names_its_author(store: SqliteStore) -> None:
    forget(store, "Ann Example")

    assert POST.url
    assert POST.url not in everything(store)
    assert POST.guid not in everything(store)
    assert store.differences(NOON) == []


def test_a_name_is_the_same_however_its_letters_are_written(store: SqliteStore) -> None:
    show(store, a_post("one", author="ÉMILE  Zola"))

    assert len(store.posts_of(author="E\u0301mile zola")) == 1


def test_the_file_itself_forgets_the_words_of_a_forgotten_post(store: SqliteStore, tmp_path: Path) -> None:
    rare = "zyxwvutsrq"
    said = a_post(f"{rare} {QUOTE}", author="Ann Example")
    show(store, said, a_finding(a_match(said)))
    for number in range(40):
        show(store, a_post(f"somebody else, number {number}", author="Bob"))

    forget(store, "Ann Example")
    store.merge_index()
    store.close()

    assert rare.encode() not in (tmp_path / "monitor.db").read_bytes()


def test_the_search_still_finds_the_others_after_that(store: SqliteStore) -> None:
    for number in range(40):
        show(store, a_post(f"somebody else, number {number}", author="Bob"))

    forget(store, "Ann Example")
    store.merge_index()

    assert store._db.value("SELECT count(*) FROM posts_fts WHERE posts_fts MATCH 'somebody'") == 40
    assert store._db.value("SELECT count(*) FROM posts_fts WHERE posts_fts MATCH 'own'") == 0


def page_of(*posts: Post, body: bytes) -> Poll:
    return a_poll(BLUESKY, page=a_page(body), shown=posts)


def test_a_page_that_also_shows_a_forgotten_person_is_kept_as_its_digest_alone(store: SqliteStore) -> None:
    forget(store, "Ann Example")
    other = a_post(f"somebody else: {QUOTE}", author="Bob")
    theirs = a_post("her newest", author="Ann Example")
    page = page_of(other, theirs, body=b"somebody else, her newest")

    store.record(page, store.unseen(BLUESKY, [other, theirs]), [a_finding(a_match(other))])

    (match,) = store.appearances(limit=1)
    (kept,) = store.proof([match.match_id]).received
    assert kept.body is None
    assert kept.entry.digest == sha256(b"somebody else, her newest")
    assert store.check_chain().problems == ()


def test_a_page_that_shows_only_others_is_kept_whole(store: SqliteStore) -> None:
    forget(store, "Ann Example")
    other = a_post(f"somebody else: {QUOTE}", author="Bob")

    store.record(page_of(other, body=b"Bob"), store.unseen(BLUESKY, [other]), [a_finding(a_match(other))])

    (match,) = store.appearances(limit=1)
    assert [one.body for one in store.proof([match.match_id]).received] == [b"Bob"]


def alerts(store: SqliteStore) -> list[tuple[str, bool]]:
    """The state of every alert, and whether its message is to be brought up to date."""
    rows = store._db.rows("SELECT state, stale_at FROM alerts ORDER BY id")
    return [(row["state"], row["stale_at"] is not None) for row in rows]


def test_messages_that_told_of_a_forgotten_person_are_brought_up_to_date(store: SqliteStore) -> None:
    store.subscribe("@channel", ChatKind.CHANNEL, None, by="ann", at=NOON)
    said = a_post(f"a new one: {QUOTE}", author="Ann Example")
    show(store, said, a_finding(a_match(said)))
    telling = store.begin(ChatId(1), NOON + timedelta(hours=1), gather=GATHER)
    assert telling
    store.sent(telling.lead.id, message_id=7, at=NOON + timedelta(hours=1))

    forget(store, "Ann Example")

    assert alerts(store) == [("sent", True)]


def test_nobody_is_told_of_a_forgotten_person_any_more_but_of_others_who_said_the_same(store: SqliteStore) -> None:
    store.subscribe("@channel", ChatKind.CHANNEL, None, by="ann", at=NOON)
    words = f"a longer text that two people post in the very same words, the second after the first: {QUOTE}"
    hers, his = a_post(words, author="Ann Example"), a_post(words, author="Bob", url="https://other.example/2")
    for said in (hers, his):
        store.record(a_poll(BLUESKY), [Arrival(post=said)], [a_finding(a_match(said))])
    assert [state for state, _ in alerts(store)] == ["pending", "digested"]
    assert store.differences(NOON) == []  # a repost waits with the one it repeats

    forget(store, "Ann Example")

    assert [state for state, _ in alerts(store)] == ["dead", "pending"]
    assert store.differences(NOON) == []


def test_what_was_blanked_is_not_played_again_as_if_its_matches_were_gone(store: SqliteStore) -> None:
    forget(store, "Ann Example")

    assert store.tape(after=PostId(0), limit=10) == []
