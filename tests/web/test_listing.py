"""Pages of a long list: none missing, none twice, and bounded however rare what is asked is."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.store import SqliteStore, open_store
from monitor.web.queries import listing as module
from monitor.web.queries.listing import listing
from monitor.web.queries.wanted import Wanted, fts, wanted
from tests.builders import NOON, a_finding, a_match, a_poll, a_post, a_quote
from tests.web.conftest import filled

ASKED: list[dict[str, str]] = [
    {},
    {"quote": "1"},
    {"tier": "alert"},
    {"kind": "verbatim"},
    {"q": "coward"},
    {"q": "coward", "in": "passage"},
    {"verdict": "none"},
    {"source": "1"},
    {"since": "2026-01-06"},
    {"source": "1", "kind": "verbatim"},
]


@pytest.fixture
def store(tmp_path: Path):
    """97 matches, 5 a minute; every 30th in Portuguese, every post with the word coward."""
    with open_store(tmp_path / "q.db", now=lambda: NOON) as store:
        filled(store, posts=())
        source = store.active_sources()[0]
        for number in range(97):
            post = a_post(f"coward number {number}", lang="pt" if number % 30 == 0 else "en")
            at = NOON + timedelta(minutes=number // 5)
            poll = a_poll(source, started_at=at, finished_at=at)
            store.record(poll, store.unseen(source, [post]), [a_finding(a_match(post, a_quote(id=1)))])
        yield store


def walked(store: SqliteStore, asked: dict[str, str], size: int = 10) -> list[list[int]]:
    """Return the pages of a list, one after the other."""
    pages, before = [], ""
    while len(pages) < 60:
        with store._db.reading():
            found = listing(store._db, wanted(asked | {"before": before}), size)
        pages.append(list(found.ids))
        if found.before is None:
            return pages
        before = found.before
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("few", [0, 1500])
def test_pages_hold_every_match_once_newest_first(
    store: SqliteStore, monkeypatch, asked: dict[str, str], few: int
) -> None:
    monkeypatch.setattr(module, "FEW", few)
    monkeypatch.setattr(module, "WINDOWS", (3, 5, 7))
    found = [one for page in walked(store, asked) for one in page]

    assert found == list(range(97, 0, -1))


def test_what_is_rare_is_found_window_by_window(store: SqliteStore, monkeypatch) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    monkeypatch.setattr(module, "WINDOWS", (4, 6))
    pages = walked(store, {"lang": "pt"})

    assert [one for page in pages for one in page] == [91, 61, 31, 1]
    assert len(pages) > 4


def test_a_page_that_is_not_full_says_how_far_it_looked(store: SqliteStore, monkeypatch) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    monkeypatch.setattr(module, "WINDOWS", (4, 6))
    with store._db.reading():
        found = listing(store._db, Wanted(lang="pt"), 10)

    assert found.ids == (91,)
    assert found.looked_back_to == "2026-01-06T12:17:00.000Z"


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("come get", '"come" "get"'),
        ('"come get me" now', '"come get me" "now"'),
        ('un"closed quote', '"un""closed" "quote"'),
        ("NEAR(a b) * ^x -y", '"NEAR(a" "b)" "^x" "-y"'),
        ('"open', '"open"'),
        ("a OR b", '"a" "OR" "b"'),
    ],
)
def test_words_are_never_syntax(words: str, query: str) -> None:
    assert fts(words) == query
