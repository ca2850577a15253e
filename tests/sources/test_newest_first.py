"""Walks from the newest post down to what was read before lose nothing in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.newest_first import MOST_PAGES, Walk, cursor_of, stepped, walk_at


def test_a_first_read_takes_one_page() -> None:
    assert stepped(Walk(), [7, 9, 8], onward="older") == Walk(floor=9)


def test_a_source_without_posts_stays_unread() -> None:
    assert stepped(Walk(), [], onward=None) == Walk()
    assert cursor_of(Walk()) is None


def test_a_page_that_reaches_what_was_read_ends_the_walk() -> None:
    assert stepped(Walk(floor=9), [12, 10, 9], onward="older") == Walk(floor=12)


def test_a_page_that_does_not_is_followed_by_the_next() -> None:
    walk = stepped(Walk(floor=9), [30, 29], onward="a")
    assert walk == Walk(floor=9, top=30, onward="a", pages=1)

    walk = stepped(walk, [20, 19], onward="b")
    assert walk == Walk(floor=9, top=30, onward="b", pages=2)

    assert stepped(walk, [10, 8], onward="c") == Walk(floor=30)


def test_late_posts_are_reached_by_going_on_below_the_floor() -> None:
    assert stepped(Walk(floor=100), [101, 95], onward="a", overlap=10).onward == "a"
    assert stepped(Walk(floor=100), [101, 90], onward="a", overlap=10) == Walk(floor=101)


@pytest.mark.parametrize("onward", [None, "a", "x" * 5000])
def test_a_walk_that_leads_nowhere_ends(onward: str | None) -> None:
    walk = Walk(floor=9, top=30, onward="a", pages=1)

    assert stepped(walk, [20], onward=onward) == Walk(floor=30)


def test_a_source_whose_older_pages_never_end_is_left_at_last() -> None:
    walk, pages = Walk(floor=0), 0
    while pages == 0 or walk.onward:
        walk = stepped(walk, [10_000 - pages], onward=f"page {pages}")
        pages += 1

    assert pages == MOST_PAGES


@given(st.lists(st.integers(0, 60), min_size=1), st.integers(1, 7), st.integers(0, 60))
def test_every_post_above_the_floor_is_read(marks: list[int], size: int, floor: int) -> None:
    newest_first = sorted(set(marks), reverse=True)
    walk, read, start = Walk(floor=floor), [], 0
    for _ in range(len(newest_first) + 1):
        page = newest_first[start : start + size]
        read += page
        after = str(start + size) if start + size < len(newest_first) else None
        walk = walk_at(cursor_of(stepped(walk, page, onward=after)))
        if walk.onward is None:
            break
        start = int(walk.onward)

    assert set(read) >= {mark for mark in newest_first if mark > floor}
    assert walk == Walk(floor=max(floor, *newest_first))


@pytest.mark.parametrize("cursor", [None, "", "nonsense", "[]", "5", '{"floor":"9"}', '{"floor":true}', "[" * 9])
def test_a_cursor_that_cannot_be_read_tells_of_nothing(cursor: str | None) -> None:
    assert walk_at(cursor) == Walk()
