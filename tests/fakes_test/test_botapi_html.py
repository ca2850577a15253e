"""The fake reads Telegram's HTML as strictly as Telegram: no more is accepted, no less."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import ParseMode
from telegram.error import BadRequest

from tests.fakes.botapi import FakeBotApi, a_bot
from tests.fakes.botapi.html import MarkupError, parse_html

ACCEPTED = [
    ("plain", "plain", []),
    ("<b>b</b><strong>s</strong>", "bs", [("bold", 0, 2)]),
    ("<i>i</i> <em>e</em>", "i e", [("italic", 0, 1), ("italic", 2, 1)]),
    ("<u>u</u> <ins>i</ins>", "u i", [("underline", 0, 1), ("underline", 2, 1)]),
    ("<s>s</s> <del>d</del> <strike>t</strike>", "s d t", [("strikethrough", at, 1) for at in (0, 2, 4)]),
    ('<tg-spoiler>t</tg-spoiler> <span class="tg-spoiler">s</span>', "t s", [("spoiler", 0, 1), ("spoiler", 2, 1)]),
    ("<B>upper</B>", "upper", [("bold", 0, 5)]),
    ("<b>closed by anything</>", "closed by anything", [("bold", 0, 18)]),
    ("<b>x</b   >", "x", [("bold", 0, 1)]),
    ("<b><i>n</i>ested</b>", "nested", [("bold", 0, 6), ("italic", 0, 1)]),
    ("<b>a<b>b</b>c</b>", "abc", [("bold", 0, 3)]),
    ("<b></b>empty", "empty", []),
    ("<code>c</code>", "c", [("code", 0, 1)]),
    ("<b>a<code>b</code>c</b>", "abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
    ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
    ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
    ("&lt;b&gt; &amp;&quot;", '<b> &"', []),
    ("&#60;&#x3c;&#x1F600;", "<<😀", []),
    ("&nbsp; &copy; & &#0; &#xffffffff;", "&nbsp; &copy; & &#0; &#xffffffff;", []),
    ("&ampere", "&ampere", []),
    ("&lt", "<", []),
    ("😀<b>é</b>", "😀é", [("bold", 2, 1)]),
    ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2)]),
    ("a > b", "a > b", []),
    ('<a href="http://localhost/">no dot</a>', "no dot", []),
    ('<a href="javascript:alert(1)">no link</a>', "no link", []),
]

REFUSED = [
    ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
    ("é<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 2'),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ("I <3 you", 'Unsupported start tag "3" at byte offset 2'),
    ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
    ("x <b", "Unclosed start tag at byte offset 2"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<b>x</b y>", "Unclosed end tag at byte offset 4"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=http://example.com>y</a>", "Unexpected end of name token at byte offset 8"),
    ('<tg-emoji emoji-id="x">👍</tg-emoji>', "Invalid custom emoji identifier specified"),
    ("a\0b", "Text must not contain null bytes"),
    ("&#xd83d;", "Text contains invalid Unicode characters"),
]


@pytest.mark.parametrize(("source", "text", "entities"), ACCEPTED)
def test_markup_of_telegram_is_read(source, text, entities) -> None:
    formatted = parse_html(source)

    assert formatted.text == text
    assert [(one.type, one.offset, one.length) for one in formatted.entities] == entities


@pytest.mark.parametrize(("source", "why"), REFUSED)
def test_markup_that_is_not_telegrams_is_refused_in_its_words(source, why) -> None:
    with pytest.raises(MarkupError) as refused:
        parse_html(source)

    assert str(refused.value).startswith(why)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://Example.com", "https://example.com/"),
        ("example.com/a", "http://example.com/a"),
        ("example.com:8080/a", "http://example.com:8080/a"),
        ("https://example.com/?a=1&amp;b=2", "https://example.com/?a=1&b=2"),
        ("http://127.0.0.1:8000/review", "http://127.0.0.1:8000/review"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
    ],
)
def test_a_link_is_kept_as_telegram_writes_it(link, url) -> None:
    (entity,) = parse_html(f"<a href='{link}'>x</a>").entities

    assert (entity.type, entity.url) == ("text_link", url)


def test_the_language_of_code_is_kept_in_either_nesting() -> None:
    for source in (
        '<pre><code class="language-python">x</code></pre>',
        '<code class="language-python"><pre>x</pre></code>',
    ):
        (entity,) = parse_html(source).entities

        assert (entity.type, entity.language) == ("pre", "python")


@given(st.text())
def test_escaped_text_survives_whatever_it_is(text) -> None:
    text = text.replace("\0", "")
    formatted = parse_html(html.escape(text))

    assert formatted.text == text
    assert formatted.entities == ()


@given(st.text(alphabet="<>/=&;#'\"ab x-\0é😀"))
def test_any_text_is_read_or_refused(source) -> None:
    try:
        formatted = parse_html(source)
    except MarkupError:
        return

    size = len(formatted.text.encode("utf-16-le")) // 2
    assert all(0 <= one.offset < one.end <= size for one in formatted.entities)


async def test_the_bot_is_told_why_its_markup_is_refused() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        api.add_user(id=42)

        with pytest.raises(BadRequest, match="Can't parse entities: unsupported start tag"):
            await bot.send_message(42, "<script>", parse_mode=ParseMode.HTML)

        assert api.messages(42) == []


async def test_the_transcript_keeps_both_the_markup_and_the_text() -> None:
    async with FakeBotApi() as api, a_bot(api) as bot:
        api.add_user(id=42)
        answer = await bot.send_message(42, "  <b>Ann &amp; Bob</b>\r\n ", parse_mode=ParseMode.HTML)

        (message,) = api.messages(42)
        assert message.text == answer.text == "Ann & Bob"
        assert message.html == "  <b>Ann &amp; Bob</b>\r\n "
        assert answer.parse_entities() == {answer.entities[0]: "Ann & Bob"}
