from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.identity import Known, arrivals, canonical_link, distinct_guids, fingerprint, text_digest
from monitor.core.model import Arrival, Post, PostId
from tests.builders import a_post


def known(post: Post, number: int = 7) -> dict[str, Known]:
    return {post.guid: Known(id=PostId(number), link=canonical_link(post.url), text_digest=text_digest(post))}


def news(*posts: Post, recorded: Post | None = None) -> list[Arrival]:
    if recorded is None:
        return arrivals(posts, by_guid={}, fingerprints=set())
    return arrivals(posts, by_guid=known(recorded), fingerprints={fingerprint(recorded)})


@pytest.mark.parametrize(
    "link",
    [
        "https://www.news.example/story/1",
        "http://news.example/story/1/",
        "https://news.example:443/story/1#comments",
        "https://news.example/story/1?utm_source=feed&utm_medium=rss",
        "https://news.example/story/1?fbclid=abc&GCLID=x",
        "  https://NEWS.example/story/1 ",
    ],
)
def test_a_link_is_the_same_page_whatever_was_hung_on_it(link: str) -> None:
    assert canonical_link(link) == "news.example/story/1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/?p=1", "https://news.example/?p=2"),
        ("https://news.example/a", "https://news.example/b"),
        ("https://news.example:8443/a", "https://news.example/a"),
        ("https://news.example/a?page=", "https://news.example/a"),
    ],
)
def test_links_to_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical_link(one) != canonical_link(other)


def test_the_order_of_parameters_does_not_matter() -> None:
    assert canonical_link("https://news.example/?a=1&b=2") == canonical_link("https://news.example/?b=2&a=1")


@pytest.mark.parametrize(
    "link", ["http://[broken", "http://a/?q=\ud800", "https://news.example:port/x", "http://a:99999999/"]
)
def test_a_link_that_is_none_names_itself(link: str) -> None:
    assert canonical_link(link) == link


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_link_is_an_empty_one(nothing: str | None) -> None:
    assert canonical_link(nothing) == ""


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_no_link_is_too_strange(path: str, query: str) -> None:
    link = f"https://news.example/{path}?{query}"

    assert canonical_link(link) == canonical_link(f" {link} ")


def test_digests_ignore_white_space_and_nothing_else() -> None:
    post = a_post("Come get me, coward!")

    assert text_digest(post) == text_digest(replace(post, text=" Come  get\nme, coward! "))
    assert text_digest(post) != text_digest(replace(post, text="come get me, coward!"))


def test_a_lone_surrogate_has_a_digest_too() -> None:
    assert text_digest(a_post("\ud800")) != text_digest(a_post("\ud801"))


def test_a_post_nobody_saw_is_new() -> None:
    post = a_post()

    assert news(post) == [Arrival(post=post)]


def test_the_same_post_again_is_no_news() -> None:
    post = a_post()

    assert news(post, recorded=post) == []


def test_a_guid_that_changes_at_every_poll_is_no_news() -> None:
    post = a_post()

    assert news(replace(post, guid="another"), recorded=post) == []


def test_a_link_whose_tracking_parameters_change_is_no_news() -> None:
    post = a_post()

    assert news(replace(post, url=f"{post.url}?utm_campaign=2"), recorded=post) == []


def test_the_same_words_under_a_new_link_are_no_news() -> None:
    post = a_post()

    assert news(replace(post, url="https://news.example/moved"), recorded=post) == []


def test_new_words_at_the_same_place_are_an_edit() -> None:
    post = a_post("first words")
    edited = replace(post, text="other words")

    assert news(edited, recorded=post) == [Arrival(post=edited, edits=PostId(7))]


def test_one_guid_for_another_place_and_other_words_is_another_post() -> None:
    post = a_post("first words")
    other = replace(a_post("other words"), guid=post.guid)

    (arrival,) = news(other, recorded=post)

    assert arrival.edits is None
    assert arrival.post.guid != post.guid
    assert arrival.post.guid.startswith(post.guid)


def test_one_guid_for_every_entry_of_a_page_suppresses_none() -> None:
    posts = [replace(a_post(f"story number {n}"), guid="feed") for n in range(5)]

    found = news(*posts)

    assert len({arrival.post.guid for arrival in found}) == 5


def test_a_page_that_lists_a_post_twice_brings_it_once() -> None:
    post = a_post()

    assert news(post, post) == [Arrival(post=post)]


def test_guids_that_are_distinct_stay_as_they_are() -> None:
    posts = [a_post("one"), a_post("two")]

    assert distinct_guids(posts) == posts


def test_extended_guids_are_the_same_at_every_poll() -> None:
    posts = [replace(a_post(f"story {n}"), guid="feed") for n in range(3)]

    assert distinct_guids(posts) == distinct_guids(posts)
    assert [post.guid for post in distinct_guids(reversed(posts))] == [
        post.guid for post in reversed(distinct_guids(posts))
    ]
