"""What a record of a post says, as a stream brings it and as a server shows it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Post
from monitor.sources import atproto

DID = "did:plc:q2vhcb5tcxd4ay2zsmtkpc3e"


def a_record(text: str = "hello", **more: object) -> dict[str, object]:
    return {"$type": "app.bsky.feed.post", "createdAt": "2026-01-06T11:58:08.420Z", "text": text, **more}


def a_post(record: object, *, did: str = DID, rkey: str = "3mpt", handle: str | None = None) -> Post | None:
    return atproto.post_of_record(record, did=did, rkey=rkey, handle=handle)  # type: ignore[arg-type]


def a_view(record: object, **more: object) -> dict[str, object]:
    return {"uri": f"at://{DID}/app.bsky.feed.post/3mpt", "record": record, "author": {"handle": "ann.example"}, **more}


def parts(post: Post | None) -> list[tuple[str, str]]:
    assert post
    return [(part.name, post.text[part.start : part.end]) for part in post.parts]


def test_a_record_says_who_wrote_what_where_and_when() -> None:
    post = a_post(a_record("hello\n\n  there", langs=["en-GB", "cy"]), handle="ann.example")

    assert post
    assert post.guid == f"at://{DID}/app.bsky.feed.post/3mpt" == atproto.uri(DID, "3mpt")
    assert post.url == f"https://bsky.app/profile/{DID}/post/3mpt"
    assert post.author == "ann.example"
    assert post.published_at == datetime(2026, 1, 6, 11, 58, 8, tzinfo=UTC)
    assert post.lang == "en-GB"
    assert parts(post) == [("text", "hello\nthere")]


@pytest.mark.parametrize("handle", [None, "", "handle.invalid", "not a handle"])
def test_without_a_handle_the_author_is_the_did(handle: str | None) -> None:
    post = a_post(a_record(), handle=handle)

    assert post
    assert post.author == DID


def test_a_post_has_the_same_address_from_a_stream_and_from_a_server() -> None:
    streamed, shown = a_post(a_record()), atproto.post_of_view(a_view(a_record()))

    assert streamed
    assert shown
    assert (streamed.guid, streamed.url, streamed.text) == (shown.guid, shown.url, shown.text)


@pytest.mark.parametrize(
    ("embed", "wanted"),
    [
        ({"images": [{"alt": "a pier"}, {"alt": ""}, {"alt": "a gull"}]}, [("alt", "a pier"), ("alt", "a gull")]),
        ({"video": {}, "alt": "a gull lands"}, [("alt", "a gull lands")]),
        (
            {"external": {"uri": "https://a.example", "title": "Pier", "description": "It is open."}},
            [("link card", "Pier"), ("link card", "It is open.")],
        ),
        ({"record": {"uri": "at://x", "cid": "y"}}, []),
        ({"record": {"record": {"uri": "at://x"}}, "media": {"images": [{"alt": "a pier"}]}}, [("alt", "a pier")]),
        ({"media": [{"alt": "of a gallery"}]}, [("alt", "of a gallery")]),
    ],
)
def test_the_words_below_a_text_are_parts_of_their_own(embed: dict[str, object], wanted: list[tuple[str, str]]) -> None:
    assert parts(a_post(a_record("hello", embed=embed))) == [("text", "hello"), *wanted]


def quoting(words: str, **more: object) -> dict[str, object]:
    return {"record": {"uri": "at://x", "value": a_record(words), **more}}


def test_a_quoted_post_is_read_where_a_server_shows_it() -> None:
    plain, beside = quoting("come get me"), {"record": quoting("come get me"), "media": {"images": [{"alt": "a gull"}]}}

    assert parts(atproto.post_of_view(a_view(a_record("he said"), embed=plain)))[1:] == [("quoted post", "come get me")]
    assert parts(atproto.post_of_view(a_view(a_record("he said"), embed=beside)))[1:] == [
        ("alt", "a gull"),
        ("quoted post", "come get me"),
    ]


def test_the_pictures_of_a_quoted_post_belong_to_it() -> None:
    embed = quoting("look", embeds=[{"images": [{"alt": "come get me"}]}])

    assert parts(atproto.post_of_view(a_view(a_record("he said"), embed=embed)))[1:] == [
        ("quoted post", "look"),
        ("quoted post", "come get me"),
    ]


def test_a_quoted_post_that_is_not_to_be_shown_is_not_read() -> None:
    embed = quoting("private", author={"labels": [{"val": "!no-unauthenticated"}]})

    assert parts(atproto.post_of_view(a_view(a_record("he said"), embed=embed))) == [("text", "he said")]


@pytest.mark.parametrize("record", [a_record(""), a_record("", embed={"images": [{"alt": " "}]}), {}, [], None, "text"])
def test_a_record_without_words_is_no_post(record: object) -> None:
    assert a_post(record) is None


@pytest.mark.parametrize(
    ("did", "rkey"),
    [("", "3mpt"), ("ann.example", "3mpt"), (DID, ""), (DID, "a/../b"), (DID, "a b"), (DID + "/x", "a")],
)
def test_a_record_from_nowhere_is_no_post(did: str, rkey: str) -> None:
    assert a_post(a_record(), did=did, rkey=rkey) is None


def test_a_label_of_the_author_keeps_a_record_from_being_shown() -> None:
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}

    assert a_post(a_record(labels=labels)) is None
    assert a_post(a_record(labels={"values": [{"val": "porn"}]}))


def test_a_label_taken_back_is_none() -> None:
    assert not atproto.is_withheld({"labels": [{"val": "!hide", "neg": True}]})
    assert atproto.is_withheld({"labels": [{"val": "!hide"}]})
    assert atproto.is_withheld({"author": {"labels": [{"val": "!no-unauthenticated"}]}})


@pytest.mark.parametrize(
    ("created", "indexed", "published"),
    [
        ("2099-01-01T00:00:00Z", "2026-01-06T12:00:00.5Z", datetime(2026, 1, 6, 12, tzinfo=UTC)),
        ("2026-01-05T12:00:00Z", "2026-01-06T12:00:00.5Z", datetime(2026, 1, 5, 12, tzinfo=UTC)),
        ("yesterday", "2026-01-06T12:00:00.5Z", datetime(2026, 1, 6, 12, tzinfo=UTC)),
        ("yesterday", None, None),
    ],
)
def test_a_post_is_not_newer_than_its_server_knows(created: str, indexed: str | None, published: datetime) -> None:
    view = a_view(a_record(createdAt=created), indexedAt=indexed)
    post = atproto.post_of_view(view)

    assert post
    assert post.published_at == atproto.sorted_at(view) == published


@pytest.mark.parametrize(
    "view", [{}, {"uri": "at://x"}, {"uri": f"at://{DID}/app.bsky.feed.like/1", "record": {"a": 1}}]
)
def test_what_is_no_view_of_a_post_is_an_error(view: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not the view of a post"):
        atproto.post_of_view(view)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["text", "embed", "record", "media", "images", "external", "alt", "value", "labels", "langs"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_record_is_strange_enough_to_fail(record: object) -> None:
    post = a_post(record)

    assert post is None or (post.text and json.dumps(post.text))
