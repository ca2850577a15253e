from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.care.prune import Forgotten, Policy, overdue, prune
from monitor.core.model import Arrival, Keep, Post, SourceId, WantedSource
from monitor.store import SqliteStore, open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_source

LATER = NOON + timedelta(days=100)
OLD, QUOTING, NEW = a_post("an old remark"), a_post(f"he said {QUOTE}"), a_post("a new remark")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "monitor.db", now=lambda: NOON) as store:
        listed(store)
        from monitor.core.model import WantedQuote

        store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)
        store.record(a_poll(), [Arrival(post=OLD), Arrival(post=QUOTING)], [a_finding(a_match(QUOTING))])
        store.record(a_poll(finished_at=LATER - timedelta(days=1)), [Arrival(post=NEW)])
        yield store


def listed(store: SqliteStore, **given: object) -> None:
    source = a_source()
    store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name, **given)], NOON)


def texts(store: SqliteStore) -> list[str]:
    return [row["text"] for row in store._db.rows("SELECT text FROM posts ORDER BY id")]


def test_old_posts_lose_their_words_but_for_those_with_a_match(store: SqliteStore) -> None:
    forgotten = list(prune(store, Policy(days=90), LATER))

    assert texts(store) == ["", QUOTING.text, NEW.text]
    assert forgotten == [Forgotten(source="Example News", posts=1, characters=len(OLD.text))]
    assert store.differences(LATER) == []


def test_a_forgotten_post_that_is_still_listed_is_no_new_one(store: SqliteStore) -> None:
    list(prune(store, Policy(days=90), LATER))

    assert store.unseen(a_source(), [OLD, QUOTING, NEW]) == []


def test_what_a_search_would_find_of_a_forgotten_post_is_gone(store: SqliteStore) -> None:
    assert store._db.value("SELECT count(*) FROM posts_fts WHERE posts_fts MATCH 'remark'") == 2

    list(prune(store, Policy(days=90), LATER))

    assert store._db.value("SELECT count(*) FROM posts_fts WHERE posts_fts MATCH 'remark'") == 1


def test_a_source_read_by_a_cursor_keeps_not_even_the_rows(store: SqliteStore) -> None:
    store.record(a_poll(cursor="17", finished_at=LATER))

    list(prune(store, Policy(days=90), LATER))

    assert texts(store) == [QUOTING.text, NEW.text]


def test_the_newest_posts_of_a_source_are_kept_up_to_a_size(store: SqliteStore) -> None:
    size = (len(NEW.text) + 1) / 1_000_000

    list(prune(store, Policy(megabytes=size), LATER))

    assert texts(store) == ["", QUOTING.text, NEW.text]


def test_a_source_decides_for_itself(store: SqliteStore) -> None:
    listed(store, keep_days=1000.0)

    assert overdue(store, Policy(days=90), LATER) == []


def test_a_source_that_keeps_what_matched_forgets_what_it_kept_before(store: SqliteStore) -> None:
    listed(store, keep=Keep.MATCHED)

    assert overdue(store, Policy(), LATER) == [Forgotten(source="Example News", posts=2)]
    assert [one.posts for one in prune(store, Policy(), LATER)] == [2]
    assert texts(store) == ["", QUOTING.text, ""]


def test_without_a_policy_nothing_is_forgotten(store: SqliteStore) -> None:
    assert list(prune(store, Policy(), LATER)) == []
    assert texts(store) == [OLD.text, QUOTING.text, NEW.text]


def test_much_is_forgotten_in_batches_between_which_others_write(tmp_path: Path) -> None:
    many: list[Post] = [a_post(f"remark {number}") for number in range(1200)]
    breaths = []
    with open_store(tmp_path / "many.db", now=lambda: NOON) as store:
        listed(store)
        store.record(a_poll(), [Arrival(post=post) for post in many])

        (forgotten,) = prune(store, Policy(days=1), LATER, between=lambda: breaths.append(store.source(SourceId(1))))

    assert forgotten.posts == 1200
    assert len(breaths) == 3
