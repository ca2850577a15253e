from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.core.keeping import when_deleted
from monitor.core.model import Arrival, SourceKind, WantedQuote, WantedSource, WhenDeleted
from monitor.store import SqliteStore, open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_source

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
    tables = ("posts", "post_versions", "matches", "evidence", "audit", "posts_fts", "passages_fts")
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
    found = store.posts_of(author="ann EXAMPLE")

    assert store.forget_person(found, who="5c1f", by="cli", at=NOON) == 1

    assert "Ann Example" not in everything(store)
    assert "my own words" not in everything(store)
    assert "5c1f" in everything(store)
    assert store.posts_of(author="Ann Example") == []


def test_a_post_is_found_by_its_address_however_that_is_written(store: SqliteStore) -> None:
    assert POST.url

    assert store.posts_of(url=f"{POST.url}?utm_source=chat#top") == store.posts_of(author="Ann Example")
    assert store.posts_of(url="https://elsewhere.example/1") == []


def test_a_forgotten_post_is_not_taken_for_a_new_one(store: SqliteStore) -> None:
    store.forget_person(store.posts_of(author="Ann Example"), who="5c1f", by="cli", at=NOON)

    assert store.unseen(BLUESKY, [POST]) == []
