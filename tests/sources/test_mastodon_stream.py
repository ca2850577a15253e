import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import FetchError, ParseError, SourceError
from monitor.core.model import Source, SourceKind
from monitor.sources import mastodon, mastodon_stream
from monitor.sources.mastodon_stream import MastodonStream
from tests.builders import a_page, a_source
from tests.fakes.mastodon import FIRST_ID, TOKEN, delete, edit, event, status, update

HOST = "host.example"


def stream(address: str = f"#cats@{HOST}", **given: object) -> Source:
    return a_source(address, kind=SourceKind.MASTODON_STREAM, **given)


def kind() -> MastodonStream:
    return MastodonStream({HOST: TOKEN})


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("#Cats@Host.Example", {"stream": ["hashtag"], "tag": ["Cats"]}),
        ("#mañana@host.example", {"stream": ["hashtag"], "tag": ["mañana"]}),
        ("public@host.example", {"stream": ["public"]}),
        ("local@host.example", {"stream": ["public:local"]}),
    ],
)
def test_an_address_says_what_is_listened_to(address: str, asked: dict[str, list[str]]) -> None:
    request = kind().request(stream(address))
    parts = urlsplit(request.url)

    assert (parts.scheme, parts.netloc, parts.path) == ("wss", HOST, "/api/v1/streaming")
    assert parse_qs(parts.query) == asked
    assert request.headers == {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("address", [f"@ann@{HOST}", "cats", f"#cats@{HOST}/x", f"home@{HOST}"])
def test_what_cannot_be_listened_to_says_how_to_write_it(address: str) -> None:
    with pytest.raises(SourceError, match="#tag@host"):
        kind().request(stream(address))


def test_a_token_goes_to_its_own_host_only() -> None:
    with pytest.raises(SourceError, match=r'mastodon\.tokens = \["elsewhere\.example=TOKEN"\]') as refused:
        kind().request(stream("public@elsewhere.example"))

    assert TOKEN not in str(refused.value)


def test_a_status_is_the_post_that_polling_finds() -> None:
    told = status(3, "Hello <b>there</b>", spoiler_text="careful")
    heard = kind().reader(stream())(event("update", told))
    polled = mastodon.parse(a_source(f"#cats@{HOST}", kind=SourceKind.MASTODON), a_page(json.dumps([told]).encode()))

    assert heard
    assert (heard.post,) == polled.posts
    assert not heard.is_edit
    assert heard.time_us == 0


def test_an_edit_is_one() -> None:
    heard = kind().reader(stream())(edit(3, "Hello"))

    assert heard
    assert heard.is_edit


def test_a_deletion_is_understood_for_what_was_heard_of_the_same_source() -> None:
    listening = kind()
    read = listening.reader(stream(id=1))
    heard = read(update(3, "Hello"))
    assert heard
    assert heard.post

    assert listening.reader(stream("public@other.example", id=2))(delete(3)) is None
    again = listening.reader(stream(id=1))(delete(3))  # after another connection
    assert again
    assert again.deleted == heard.post.guid
    assert read(delete(3)) is None


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastodon_stream, "MOST_KNOWN", 2)
    read = kind().reader(stream())
    for number in (1, 2, 1, 3):
        read(update(number, "Hello"))

    assert [read(delete(number)) is not None for number in (1, 2, 3)] == [True, False, True]


@pytest.mark.parametrize("name", ["notification", "filters_changed", "announcement", "conversation"])
def test_what_is_about_no_post_is_left_out(name: str) -> None:
    assert kind().reader(stream())(event(name, "{}")) is None


@pytest.mark.parametrize(
    "message",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"event": 3}',
        b"\xff",
        "[" * 100_000,
        '{"event": "update"}',
        event("update", "[]"),
        event("update", {"id": str(FIRST_ID)}),
        event("status.update", "no JSON"),
    ],
)
def test_what_is_no_message_of_this_wire_is_called_so(message: str | bytes) -> None:
    with pytest.raises(ParseError):
        kind().reader(stream())(message)


def test_a_refusal_ends_the_stream_and_repeats_no_words() -> None:
    with pytest.raises(FetchError) as refused:
        kind().reader(stream())(json.dumps({"error": f"Invalid {TOKEN}", "status": 401}))

    assert str(refused.value) == f"{HOST} refuses the stream (401)"


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(status(1, ""))), inner, max_size=5)
    ),
    max_leaves=10,
)


@given(st.sampled_from(["update", "status.update", "delete", "other"]), _values, st.booleans())
def test_whatever_a_server_says_is_read_or_called_no_message(name: str, payload: object, is_text: bool) -> None:
    told = {"event": name, "payload": json.dumps(payload) if is_text else payload}
    try:
        kind().reader(stream())(json.dumps(told))
    except ParseError:
        return
