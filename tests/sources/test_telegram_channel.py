"""A public channel of Telegram, read from the page it shows to everybody."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.errors import FetchError, ParseError
from monitor.core.model import Post, Reading, Source, SourceKind
from monitor.sources import telegram_channel
from tests.builders import a_page, a_source

SAMPLES = Path(__file__).parent.parent / "samples" / "telegram_channel"
PAGE = "https://t.me/s/harbournews"


def a_channel(address: str = "@harbournews", **given: object) -> Source:
    return a_source(address, kind=SourceKind.TELEGRAM_CHANNEL, **given)


def read(body: bytes | str, source: Source | None = None, url: str = PAGE) -> Reading:
    body = body if isinstance(body, bytes) else body.encode()
    return telegram_channel.parse(source or a_channel(), a_page(body, url=url, content_type="text/html; charset=utf-8"))


def messages(*numbers: int) -> str:
    wraps = "".join(
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="harbournews/{number}">'
        f'<div class="tgme_widget_message_text js-message_text">words {number}</div></div></div>'
        for number in numbers
    )
    return f'<section class="tgme_channel_history">{wraps}</section>'


def sample() -> dict[str, Post]:
    return {post.guid.split("/")[1]: post for post in read((SAMPLES / "channel.html").read_bytes()).posts}


def parts(post: Post) -> list[tuple[str, str]]:
    return [(part.name, post.text[part.start : part.end]) for part in post.parts]


@pytest.mark.parametrize(
    "address",
    [
        "@harbournews",
        "harbournews",
        "t.me/harbournews",
        "https://t.me/harbournews",
        "https://t.me/s/harbournews/",
        "https://t.me/harbournews/1201",
        "http://telegram.me/harbournews?before=5",
    ],
)
def test_a_channel_is_asked_for_at_its_public_page(address: str) -> None:
    assert telegram_channel.request(a_channel(address)).url == PAGE


@pytest.mark.parametrize(
    "address", ["", "@", "@a b", "@../evil", "https://t.me/+AbCdEf", "https://evil.example/x", "-100123"]
)
def test_what_is_no_channel_is_refused_in_words(address: str) -> None:
    with pytest.raises(FetchError, match="should look like @channel"):
        telegram_channel.request(a_channel(address))


def test_a_post_says_who_wrote_what_where_and_when() -> None:
    post = sample()["1201"]

    assert post.guid == "HarbourNews/1201"
    assert post.url == "https://t.me/HarbourNews/1201"
    assert post.author == "Ann"
    assert post.published_at == datetime(2026, 1, 6, 11, 0, tzinfo=UTC)


def test_the_words_of_a_post_are_read_whole_with_its_link_card() -> None:
    lines = [
        "⚓ Mayor loses patience",
        "“Come get me, coward!” he told a seagull on the pier.",
        "It did not comment.",
        "More: https://harbour.example/?a=1&b=2 #pier",
    ]

    assert parts(sample()["1201"]) == [
        ("text", "\n".join(lines)),
        ("link card", "Pier drama"),
        ("link card", "A mayor, a bird\nand a microphone."),
    ]


def test_the_quoted_beginning_of_another_post_is_no_text_of_the_answer() -> None:
    assert parts(sample()["1203"]) == [("text", "The seagull has not been found.")]


def test_a_forwarded_post_says_where_it_is_from() -> None:
    post = sample()["1204"]

    assert post.author == "Harbour News, forwarded from Pier Watch"
    assert parts(post) == [("text", "Two pictures of the pier")]
    assert post.published_at == datetime(2026, 1, 6, 11, 20, tzinfo=UTC)


def test_a_poll_is_read_with_its_answers() -> None:
    assert parts(sample()["1206"]) == [("poll", "Who is the coward?"), ("poll", "The mayor"), ("poll", "The seagull")]


def test_messages_without_words_of_their_own_are_no_posts_and_nothing_lost() -> None:
    reading = read((SAMPLES / "channel.html").read_bytes())

    assert [post.guid for post in reading.posts] == [f"HarbourNews/{number}" for number in (1201, 1203, 1204, 1206)]
    assert reading.skipped == 0
    assert reading.title == "Harbour News"
    assert not reading.more


def test_the_first_read_takes_the_newest_page_only() -> None:
    reading = read(messages(100, 101))

    assert not reading.more
    assert telegram_channel.request(a_channel(cursor=reading.cursor)).url == PAGE


def test_what_appeared_since_is_walked_back_to_what_is_known() -> None:
    source = a_channel(cursor=read(messages(100)).cursor)

    first = read(messages(130, 131), source)
    assert first.more
    source = replace(source, cursor=first.cursor)
    assert telegram_channel.request(source).url == f"{PAGE}?before=130"

    second = read(messages(110, 129), source)
    assert second.more
    source = replace(source, cursor=second.cursor)
    assert telegram_channel.request(source).url == f"{PAGE}?before=110"

    last = read(messages(101, 109), source)
    assert not last.more
    source = replace(source, cursor=last.cursor)
    assert telegram_channel.request(source).url == PAGE
    assert not read(messages(132, 133), source).more
    assert read(messages(133, 134), source).more


@pytest.mark.parametrize(
    "older",
    [messages(), '<div class="tgme_widget_message_wrap"><div class="tme_no_messages_found">No posts</div></div>'],
)
def test_a_walk_ends_where_the_channel_begins(older: str) -> None:
    source = a_channel(cursor=read(messages(100)).cursor)
    source = replace(source, cursor=read(messages(130), source).cursor)

    reading = read(older, source)

    assert not reading.more
    assert telegram_channel.request(replace(source, cursor=reading.cursor)).url == PAGE
    assert not read(messages(131), replace(source, cursor=reading.cursor)).more


def test_a_pinned_message_counts_as_read() -> None:
    source = a_channel(cursor=read((SAMPLES / "channel.html").read_bytes()).cursor)

    assert not read(messages(1208), source).more


def test_a_channel_without_preview_is_said_to_have_none() -> None:
    with pytest.raises(ParseError, match="@harbourclub has no public preview"):
        read((SAMPLES / "no-preview.html").read_bytes(), a_channel("@harbourclub"), "https://t.me/harbourclub")


@pytest.mark.parametrize("body", [b"", b"<html><body>Too many requests</body></html>", b'{"ok": false}', b"\x00\xff"])
def test_another_page_is_not_taken_for_an_empty_channel(body: bytes) -> None:
    with pytest.raises(ParseError, match="not the preview page"):
        read(body)


def test_a_page_that_would_keep_the_parser_busy_is_refused() -> None:
    with pytest.raises(ParseError, match="nests deeper"):
        read('<div class="tgme_widget_message" data-post="abcd/1">' * 20_000)


def test_a_message_without_a_number_is_counted_and_loses_no_other() -> None:
    broken = '<div class="tgme_widget_message" data-post="what"></div>'

    reading = read(messages(100, 101) + broken)
    assert (len(reading.posts), reading.skipped) == (2, 1)

    with pytest.raises(ParseError, match="its format has changed"):
        read(f'<div class="tgme_widget_message_wrap">{broken}</div>')
