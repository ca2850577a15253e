import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import ParseError
from monitor.core.model import Event, Source, SourceKind
from monitor.sources import jetstream
from tests.builders import a_source
from tests.fakes.jetstream import START_US, account, commit, delete, edit, identity, like, post

# Shaped like a production message, with words of our own.
REAL = (
    '{"did":"did:plc:amnbije7mr5g3pgxuun7q44o","time_us":1783175888094841,"kind":"commit","commit":'
    '{"rev":"3mptbypoy522s","operation":"create","collection":"app.bsky.feed.post","rkey":"3mptbyqhi7s2f","record":'
    '{"$type":"app.bsky.feed.post","createdAt":"2026-07-04T14:38:08.420Z","langs":["ja"],"text":"今日は晴れ。",'
    '"embed":{"$type":"app.bsky.embed.external","external":{"uri":"https://news.example/1","title":"Weather",'
    '"description":"Sunny, they say."}}},"cid":"bafyreib2rxk3rh6kzwq"}}'
)


def stream(address: str = "jetstream", **given: object) -> Source:
    return a_source(address, kind=SourceKind.JETSTREAM, **given)


def parameters(source: Source) -> dict[str, list[str]]:
    return parse_qs(urlsplit(jetstream.url(source)).query)


def read(line: tuple[int, str]) -> Event | None:
    return jetstream.parse_event(line[1])


def test_the_short_address_leads_to_an_instance_of_bluesky() -> None:
    assert jetstream.url(stream()).startswith("wss://jetstream2.us-east.bsky.network/subscribe?")
    assert parameters(stream())["wantedCollections"] == ["app.bsky.feed.post"]


def test_a_stream_never_read_starts_now() -> None:
    assert "cursor" not in parameters(stream())


def test_a_stream_read_before_starts_a_little_before_where_it_was_left() -> None:
    [cursor] = parameters(stream(cursor="1783175888094841"))["cursor"]

    assert int(cursor) == 1783175888094841 - 5_000_000


def test_a_cursor_that_is_none_of_ours_is_not_sent() -> None:
    assert "cursor" not in parameters(stream(cursor='{"min_id": 3}'))


def test_parameters_of_ones_own_are_kept_but_for_those_that_would_break_the_reading() -> None:
    address = "wss://here.example/subscribe?wantedDids=did:plc:a&wantedDids=did:plc:b&compress=true&cursor=5"
    asked = parameters(stream(address + "&requireHello=true&wantedCollections=app.bsky.feed.like"))

    assert asked["wantedDids"] == ["did:plc:a", "did:plc:b"]
    assert asked["wantedCollections"] == ["app.bsky.feed.post"]
    assert not {"compress", "cursor", "requireHello"} & set(asked)


def test_the_server_is_asked_to_leave_out_what_would_be_too_large_to_read() -> None:
    assert int(parameters(stream())["maxMessageSizeBytes"][0]) < 1024 * 1024


def test_a_post_is_read_with_the_words_of_its_link() -> None:
    event = jetstream.parse_event(REAL.encode())

    assert event
    assert event.post
    assert event.time_us == 1783175888094841
    assert event.post.text.split("\n\n") == ["今日は晴れ。", "Weather", "Sunny, they say."]
    assert event.post.guid == "at://did:plc:amnbije7mr5g3pgxuun7q44o/app.bsky.feed.post/3mptbyqhi7s2f"
    assert event.post.url == "https://bsky.app/profile/did:plc:amnbije7mr5g3pgxuun7q44o/post/3mptbyqhi7s2f"
    assert event.post.published_at == datetime(2026, 7, 4, 14, 38, 8, tzinfo=UTC)
    assert event.post.lang == "ja"


def test_text_and_bytes_are_read_alike() -> None:
    assert jetstream.parse_event(REAL) == jetstream.parse_event(REAL.encode())


def test_an_edit_and_a_deletion_are_of_the_post_they_change() -> None:
    created, edited, deleted = read(post(7, "one")), read(edit(7, "other")), read(delete(7))

    assert created
    assert created.post
    assert not created.is_edit
    assert edited
    assert edited.post
    assert edited.is_edit
    assert edited.post.text == "other"
    assert edited.post.guid == created.post.guid
    assert edited.post.url == created.post.url
    assert deleted == Event(time_us=START_US + 1_400_000, deleted=created.post.guid)


@pytest.mark.parametrize("line", [identity(1), account(1), like(1)])
def test_what_is_about_no_post_is_nothing(line: tuple[int, str]) -> None:
    assert read(line) is None


def test_a_post_without_words_still_tells_the_time() -> None:
    assert read(post(3, "")) == Event(time_us=START_US + 600_000)


def test_a_post_that_is_not_for_everybody_is_not_read() -> None:
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}

    event = read(post(3, "hello", labels=labels))

    assert event
    assert event.post is None


@pytest.mark.parametrize(
    "message",
    [
        "",
        "not json",
        b"\xff\xfe\x00",
        "[]",
        "null",
        "7",
        '"kind"',
        "{}",
        "[" * 100_000,
        '{"time_us": ' + "9" * 10_000 + "}",
        '{"$type":"error","error":"ConsumerTooSlow"}',
        '{"did":"did:plc:x","time_us":"1","kind":"commit"}',
        '{"did":"did:plc:x","time_us":true,"kind":"commit"}',
        '{"did":"did:plc:x","time_us":-1,"kind":"commit"}',
        '{"did":"did:plc:x","time_us":1,"kind":"commit"}',
        '{"did":"did:plc:x","time_us":1,"kind":"commit","commit":[]}',
        REAL.replace('"create"', '"delete"').replace("did:plc:amnbije7mr5g3pgxuun7q44o", "ann"),
        REAL.replace('"create"', '"delete"').replace("3mptbyqhi7s2f", "x" * 600),
        commit(1, "explode", record={"text": "x"})[1],
        commit(1, "create")[1],
        REAL[:-1],
    ],
)
def test_what_is_no_event_is_an_error_and_nothing_else(message: str | bytes) -> None:
    with pytest.raises(ParseError):
        jetstream.parse_event(message)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.sampled_from(["did", "time_us", "kind", "commit"])
    | st.sampled_from(["rkey", "operation", "record", "collection"]),
    JSON,
)
def test_no_wrong_field_is_more_than_an_unreadable_message(name: str, value: object) -> None:
    event = json.loads(REAL)
    (event if name in event else event["commit"])[name] = value
    try:
        found = jetstream.parse_event(json.dumps(event))
    except ParseError:
        return
    assert found is None or isinstance(found.time_us, int)


@given(st.sampled_from(["text", "langs", "embed", "createdAt", "labels"]), JSON)
def test_no_wrong_field_of_a_record_breaks_anything(name: str, value: object) -> None:
    event = json.loads(REAL)
    event["commit"]["record"][name] = value

    assert jetstream.parse_event(json.dumps(event))
