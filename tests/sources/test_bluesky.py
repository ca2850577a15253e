"""An account of Bluesky and a search there: what is asked, what the pages say, and how they are walked."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.core.errors import FetchError, ParseError
from monitor.core.model import Reading, Source, SourceKind
from monitor.sources import bluesky
from tests.builders import NOON, a_page, a_source

SAMPLES = Path(__file__).parent.parent / "samples" / "bluesky"
GAZETTE = "did:plc:q2vhcb5tcxd4ay2zsmtkpc3e"


def an_account(address: str = "@harbour-gazette.example", **given: object) -> Source:
    return a_source(address, kind=SourceKind.BLUESKY, **given)


def a_search(address: str = "search:come get me", **given: object) -> Source:
    return a_source(address, kind=SourceKind.BLUESKY, **given)


def read(source: Source, answer: object) -> Reading:
    return bluesky.parse(source, a_page(json.dumps(answer).encode(), content_type="application/json"))


def sample(name: str) -> object:
    return json.loads((SAMPLES / name).read_text("utf-8"))


def asked(source: Source) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(bluesky.request(source).url).query).items()}


def a_view(time: datetime, text: str = "words", **more: object) -> dict[str, object]:
    said = time.isoformat().replace("+00:00", "Z")
    uri = f"at://{GAZETTE}/app.bsky.feed.post/{int(time.timestamp())}"
    return {"uri": uri, "author": {}, "record": {"text": text, "createdAt": said}, "indexedAt": said, **more}


def a_feed(*times: datetime, cursor: str | None = None) -> dict[str, object]:
    return {"feed": [{"post": a_view(time)} for time in times], **({"cursor": cursor} if cursor else {})}


@pytest.mark.parametrize(
    ("address", "actor"),
    [
        ("@ann.bsky.social", "ann.bsky.social"),
        ("ann.bsky.social", "ann.bsky.social"),
        (GAZETTE, GAZETTE),
        ("https://bsky.app/profile/ann.bsky.social/", "ann.bsky.social"),
    ],
)
def test_an_account_is_asked_for_with_its_replies_and_without_a_login(address: str, actor: str) -> None:
    request = bluesky.request(an_account(address))

    assert request.auth is None
    assert request.url.startswith("https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?")
    assert asked(an_account(address)) == {"actor": actor, "filter": "posts_with_replies", "limit": "100"}


@pytest.mark.parametrize(
    "address", ["", "@ann", "@ann@mastodon.example", "https://evil.example/", "@a.b&limit=1", "search:"]
)
def test_what_is_neither_account_nor_search_is_refused_in_words(address: str) -> None:
    with pytest.raises(FetchError, match="should look like"):
        bluesky.request(an_account(address))


def test_a_search_is_signed_and_sorted_by_time() -> None:
    request = bluesky.request(a_search("search:Come get me"))

    assert request.auth == "bluesky"
    assert request.url.startswith("https://bsky.social/xrpc/app.bsky.feed.searchPosts?")
    assert asked(a_search("search:Come get me")) == {"q": '"come get me"', "sort": "latest", "limit": "100"}


def test_a_search_that_follows_quotes_asks_for_the_one_it_is_given() -> None:
    source = a_search("search:", follow=True, query="“Come get me, coward!” OR everything")

    assert asked(source)["q"] == '"come get me coward or everything"'
    with pytest.raises(FetchError, match="no words"):
        bluesky.request(replace(source, query=None))


def test_the_posts_of_an_account_are_read_with_all_their_parts() -> None:
    reading = read(an_account(), sample("author-feed.json"))

    reply, newest = reading.posts
    assert reply.text.split("\n\n") == [
        "All here harbour-gazette.example/pier",
        "Pier stays open",
        "The council met on Monday & the pier stays open.",
    ]
    assert [part.name for part in reply.parts] == ["text", "link card", "link card"]
    assert reply.lang == "en-GB"
    assert newest.guid == f"at://{GAZETTE}/app.bsky.feed.post/3mptc5zqk2k2f"
    assert newest.url == f"https://bsky.app/profile/{GAZETTE}/post/3mptc5zqk2k2f"
    assert newest.author == "harbour-gazette.example"
    assert newest.published_at == datetime(2026, 1, 6, 11, 58, 8, tzinfo=UTC)
    assert newest.part_at(newest.text.index("“Come get me")) == "quoted post"
    assert newest.part_at(newest.text.index("The mayor on the pier")) == "alt"
    assert reading.skipped == 0
    assert not reading.more


def test_what_a_search_finds_is_read_and_what_is_not_to_be_shown_left_out() -> None:
    reading = read(a_search(), sample("search.json"))

    assert [post.guid for post in reading.posts] == [
        "at://did:web:news.example/app.bsky.feed.post/3mptc9",
        "at://did:plc:finder000000000000000000/app.bsky.feed.post/3mptd1",
    ]
    assert reading.posts[1].author == "did:plc:finder000000000000000000"
    assert reading.posts[1].published_at == datetime(2026, 1, 6, 12, 10, tzinfo=UTC)
    assert reading.skipped == 1


def test_the_first_read_takes_the_newest_page_only() -> None:
    reading = read(an_account(), a_feed(NOON, NOON - timedelta(days=1), cursor="older"))

    assert not reading.more
    assert "cursor" not in asked(an_account(cursor=reading.cursor))


def test_what_appeared_since_is_walked_back_to_what_is_known() -> None:
    source = an_account(cursor=read(an_account(), a_feed(NOON)).cursor)
    hours = [NOON + timedelta(hours=hour) for hour in range(9)]

    first = read(source, a_feed(hours[8], hours[7], cursor="page 2"))
    assert first.more
    source = replace(source, cursor=first.cursor)
    assert asked(source)["cursor"] == "page 2"

    second = read(source, a_feed(hours[6], hours[1], cursor="page 3"))
    assert second.more
    source = replace(source, cursor=second.cursor)
    assert asked(source)["cursor"] == "page 3"

    last = read(source, a_feed(hours[0], hours[0] - timedelta(hours=1), cursor="page 4"))
    assert not last.more
    source = replace(source, cursor=last.cursor)
    assert "cursor" not in asked(source)
    assert not read(source, a_feed(hours[8] + timedelta(hours=1), hours[7], cursor="x")).more


def test_a_page_of_reposts_does_not_end_a_walk() -> None:
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "indexedAt": "2026-01-06T18:00:00Z"}
    source = an_account(cursor=read(an_account(), a_feed(NOON)).cursor)
    old = a_view(NOON - timedelta(days=99))

    reading = read(source, {"feed": [{"post": old, "reason": reason}], "cursor": "page 2"})

    assert reading.posts == ()
    assert reading.skipped == 0
    assert reading.more


def test_a_search_goes_on_from_a_little_before_what_it_saw() -> None:
    reading = read(a_search(), {"posts": [a_view(NOON)], "cursor": "25"})

    assert asked(a_search(cursor=reading.cursor))["since"] == "2026-01-06T11:00:00Z"
    assert not reading.more


def test_nothing_found_leaves_the_cursor_as_it_was() -> None:
    cursor = read(a_search(), {"posts": [a_view(NOON)]}).cursor

    assert cursor
    assert read(a_search(cursor=cursor), {"posts": []}).cursor == cursor
    assert read(a_search(), {"posts": []}) == Reading()


def test_one_item_that_cannot_be_read_loses_no_other() -> None:
    items = [{"post": a_view(NOON)}, None, {"post": {"uri": "at://x"}}, 5]

    reading = read(an_account(), {"feed": items})

    assert (len(reading.posts), reading.skipped) == (1, 3)


def test_an_account_that_is_not_to_be_shown_is_not_taken_for_a_silent_one() -> None:
    view = a_view(NOON, author={"labels": [{"val": "!no-unauthenticated"}]})

    with pytest.raises(ParseError, match="asks not to be shown"):
        read(an_account(), {"feed": [{"post": view}]})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"<html>blocked</html>", "a web page, not JSON"),
        (b"{", "not JSON"),
        (b"[]", "not a page of Bluesky: it has no feed"),
        (b'{"posts": []}', "it has no feed"),
        (b'{"feed": {}}', "not a list of posts"),
        (b'{"feed": [{"post": {}}]}', "its format has changed"),
        (b'{"error": "InvalidRequest", "message": "Profile not found"}', "Bluesky refuses: InvalidRequest"),
    ],
)
def test_what_is_no_page_of_posts_is_an_error_in_one_line(body: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        bluesky.parse(an_account(), a_page(body))

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
