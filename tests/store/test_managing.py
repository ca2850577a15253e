import json
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.errors import InputError
from monitor.core.model import Keep, PollOutcome, SourceId, SourceKind, SourceState, Validators, WantedSource
from monitor.store import SqliteStore
from tests.builders import NOON, a_page, a_poll, a_post, a_source
from tests.store.conftest import Look

LATER = NOON + timedelta(days=90)
FEED = WantedSource(kind=SourceKind.FEED, address="https://other.example/feed", name="Other")


def test_a_source_that_a_person_adds_is_polled_and_written_down(store: SqliteStore, look: Look) -> None:
    source = store.add_source(replace(FEED, follow=True, keep=Keep.MATCHED, every=LATER - NOON), by="ann", at=NOON)

    assert source in store.active_sources()
    assert (source.follow, source.keep, source.every) == (True, Keep.MATCHED, LATER - NOON)
    assert look("SELECT origin, listed, added_at FROM sources WHERE id = ?", source.id) == [
        ("person", 0, "2026-01-06T12:00:00.000Z")
    ]
    ((actor, action, subject, before, after),) = look(
        "SELECT actor, action, subject, before, after FROM audit WHERE subject LIKE 'source%' AND actor <> 'settings'"
    )
    assert (actor, action, subject, before) == ("ann", "add", f"source {source.id}", None)
    assert json.loads(after)["address"] == FEED.address


@pytest.mark.parametrize(
    "address",
    ["https://news.example/feed.xml", " HTTP://www.News.example/feed.xml/?utm_source=x ", "https://moved.example/"],
)
def test_a_source_that_is_known_is_not_added_again(store: SqliteStore, look: Look, address: str) -> None:
    store.record(a_poll(page=a_page(moved_to="https://moved.example/")))

    with pytest.raises(InputError, match=r"is already source #1 \(Example News\)\.$"):
        store.add_source(replace(FEED, address=address), by="ann", at=NOON)
    assert look("SELECT count(*) FROM sources") == [(1,)]


def test_a_known_source_that_is_paused_wants_to_be_resumed(store: SqliteStore) -> None:
    store.pause_source(SourceId(1), by="ann", at=NOON)

    with pytest.raises(InputError, match=r"source #1 .* paused: resume it instead"):
        store.add_source(replace(FEED, address=a_source().address), by="ann", at=NOON)


def test_an_address_of_another_kind_or_other_tags_are_other_sources(store: SqliteStore) -> None:
    for address in ("#one", "#two"):
        store.add_source(replace(FEED, kind=SourceKind.MASTODON, address=address), by="ann", at=NOON)
    store.add_source(replace(FEED, kind=SourceKind.BLUESKY, address="#one"), by="ann", at=NOON)

    with pytest.raises(InputError, match="#2"):
        store.add_source(replace(FEED, kind=SourceKind.MASTODON, address="#ONE"), by="ann", at=NOON)


def test_a_source_without_an_address_is_refused_and_one_without_a_name_is_called_by_its_address(
    store: SqliteStore,
) -> None:
    with pytest.raises(InputError, match="address is empty"):
        store.add_source(replace(FEED, address=" "), by="ann", at=NOON)
    assert store.add_source(replace(FEED, name=" "), by="ann", at=NOON).name == FEED.address


@pytest.mark.parametrize(
    "wanted", [1, "1", " #1 ", "https://news.example/feed.xml", "http://news.example/feed.xml/", "EXAMPLE news"]
)
def test_a_source_is_found_by_number_address_and_name(store: SqliteStore, wanted: str | int) -> None:
    found = store.find_source(wanted)

    assert found
    assert found.id == 1


@pytest.mark.parametrize("wanted", ["", "2", "#", "9" * 30, "nobody", "https://nowhere.example/", 2**80])
def test_what_is_no_source_is_not_found(store: SqliteStore, wanted: str | int) -> None:
    assert store.find_source(wanted) is None


def test_a_name_of_several_sources_asks_which(store: SqliteStore) -> None:
    store.add_source(replace(FEED, name="Example News"), by="ann", at=NOON)

    with pytest.raises(InputError, match=r"by its number \(#1, #2\)"):
        store.find_source("example news")
    found = store.find_source(FEED.address)
    assert found
    assert found.id == 2


def test_a_paused_source_is_not_polled_until_it_is_resumed(store: SqliteStore, look: Look) -> None:
    paused = store.pause_source(SourceId(1), by="ann", at=NOON)
    assert paused.state is SourceState.PAUSED
    assert store.active_sources() == []
    assert look("SELECT state, paused_by FROM sources") == [("paused", "ann")]
    assert store.pause_source(SourceId(1), by="bob", at=NOON) == paused

    resumed = store.resume_source(SourceId(1), by="bob", at=LATER)
    assert store.active_sources() == [resumed] == [store.resume_source(SourceId(1), by="bob", at=LATER)]
    assert resumed.next_poll_at == LATER
    assert look("SELECT state, paused_by FROM sources") == [("active", None)]
    assert look("SELECT actor, action, subject FROM audit WHERE subject = 'source 1' AND actor <> 'settings'") == [
        ("ann", "pause", "source 1"),
        ("bob", "resume", "source 1"),
    ]


def test_a_source_that_was_gone_is_resumed_as_if_it_had_never_failed(store: SqliteStore) -> None:
    store.record(a_poll(page=a_page(validators=Validators(etag="1")), cursor="7"))
    for outcome in (PollOutcome.FAILED, PollOutcome.GONE):
        store.record(a_poll(outcome=outcome, error="HTTP 410"))

    source = store.resume_source(SourceId(1), by="ann", at=LATER)

    assert (source.state, source.failures, source.last_error) == (SourceState.ACTIVE, 0, None)
    assert (source.cursor, source.validators.etag, source.next_poll_at) == ("7", "1", LATER)


def test_a_removed_source_is_nowhere_but_in_its_posts(store: SqliteStore, look: Look) -> None:
    store.record(a_poll(), store.unseen(a_source(), [a_post()]))

    removed = store.remove_source(SourceId(1), by="ann", at=NOON)

    assert removed.state is SourceState.ACTIVE
    assert store.active_sources() == store.all_sources() == store.source_reports(LATER) == []
    assert store.source(SourceId(1)) is store.find_source(1) is store.find_source("Example News") is None
    assert look("SELECT count(*) FROM posts JOIN sources ON sources.id = source_id WHERE state = 'removed'") == [(1,)]
    assert look("SELECT actor, action, after FROM audit WHERE subject = 'source 1' AND actor <> 'settings'") == [
        ("ann", "remove", None)
    ]


def test_a_removed_source_added_again_has_its_number_and_is_read_as_a_new_one(store: SqliteStore, look: Look) -> None:
    page = a_page(validators=Validators(etag="1"), moved_to="https://moved.example/")
    store.record(a_poll(page=page, cursor="7", interval=timedelta(hours=1)), store.unseen(a_source(), [a_post()]))
    store.remove_source(SourceId(1), by="ann", at=NOON)

    source = store.add_source(replace(FEED, address=a_source().address), by="bob", at=LATER)

    assert source == replace(a_source(), name="Other", last_polled_at=NOON + timedelta(seconds=1))
    assert look("SELECT count(*), max(added_at) FROM sources") == [(1, "2026-04-06T12:00:00.000Z")]
    assert look("SELECT count(*) FROM posts WHERE source_id = 1") == [(1,)]


@pytest.mark.parametrize("decision", ["pause_source", "remove_source"])
def test_a_poll_under_way_does_not_undo_what_a_person_decided(store: SqliteStore, look: Look, decision: str) -> None:
    getattr(store, decision)(SourceId(1), by="ann", at=NOON)
    (before,) = look("SELECT state FROM sources")

    store.record(a_poll(), store.unseen(a_source(), [a_post()]))
    store.record(a_poll(outcome=PollOutcome.GONE, error="HTTP 410"))

    assert look("SELECT state FROM sources") == [before]
    assert look("SELECT count(*) FROM posts") == [(1,)]


def test_a_renamed_source_keeps_its_name(store: SqliteStore, look: Look) -> None:
    store.rename_source(SourceId(1), " The\n Times ", by="ann", at=NOON)
    store.record(a_poll(title="Its own title"))
    store.rename_source(SourceId(1), a_source().address, by="ann", at=NOON)
    store.record(a_poll(title="Its own title"))

    assert look("SELECT name, renamed_by FROM sources") == [(a_source().address, "ann")]
    assert [json.loads(after)["name"] for (after,) in look("SELECT after FROM audit WHERE action = 'rename'")] == [
        "The Times",
        a_source().address,
    ]


@pytest.mark.parametrize("name", ["", " \n", "x" * 201])
def test_a_name_that_is_none_is_refused(store: SqliteStore, name: str) -> None:
    with pytest.raises(InputError, match="has 1 to 200 characters"):
        store.rename_source(SourceId(1), name, by="ann", at=NOON)
    assert store.all_sources()[0].name == "Example News"


@pytest.mark.parametrize("number", [2, 0, -1, 2**70])
def test_what_is_not_there_cannot_be_managed(store: SqliteStore, look: Look, number: int) -> None:
    for method in (store.pause_source, store.resume_source, store.remove_source):
        with pytest.raises(InputError, match=f"no source #{number}"):
            method(SourceId(number), by="ann", at=NOON)
    with pytest.raises(InputError, match=f"no source #{number}"):
        store.rename_source(SourceId(number), "x", by="ann", at=NOON)
    assert look("SELECT count(*) FROM audit WHERE subject LIKE 'source%' AND actor <> 'settings'") == [(0,)]
