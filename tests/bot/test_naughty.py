"""What strangers write arrives as they wrote it, and never as markup: through the real client and a strict server."""

import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import pytest
from telegram import Bot

from monitor.bot import alert_texts, display
from monitor.bot.display import line, shown, utf16
from monitor.bot.notify import TelegramNotify
from monitor.core.model import Appearance, Explanation, QuoteId, Span
from monitor.core.telling import Telling
from tests.bot.helpers import TOKEN, a_chat, an_alert, an_appearance
from tests.bot.naughty import NAUGHTY
from tests.bot.tellings import a_judgement
from tests.builders import NOON, QUOTE
from tests.fakes.botapi import FakeBotApi, FakeMessage
from tests.fakes.botapi.html import parse_html
from tests.fakes.botapi.text import tidy

READER = 5001
OURS = {"bold", "italic", "underline", "blockquote", "text_link"}
DISGUISES: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: text[::-1],
    lambda text: text * 3,
    lambda text: f"\u202e{text}\u2066",
    lambda text: "\u200d".join(text),
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: unicodedata.normalize("NFKC", text),
    lambda text: text.replace(" ", "\u2028"),
    lambda text: f"{text}\ud83d",
)


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=READER)
        yield api


def naughty_match(text: str) -> Appearance:
    """A match with the text in every place that somebody else fills."""
    said = f"{text} {QUOTE} {text}"
    start = len(text) + 1
    return an_appearance(
        said,
        spans=(Span(start=start, end=start + len(QUOTE)),),
        quote=text,
        variant=text,
        source=text,
        author=text,
        part=text,
        url=f"https://news.example/{text}",
        explanation=Explanation(why=text, changes=(text,)),
        seen_before=2,
        first_appeared_in=text,
        edited_at=NOON,
        said_before=f"{text} {text}",
        judgement=a_judgement(name=text, note=text),
    )


def alone(text: str) -> Telling:
    return Telling(lead=naughty_alert(text, 1))


def together(text: str) -> Telling:
    return Telling(lead=naughty_alert(text, 1), others=(naughty_alert(text, 2), naughty_alert(text, 3)), count=3)


def digested(text: str) -> Telling:
    return Telling(
        lead=naughty_alert(text, 1),
        others=(naughty_alert(text, 2, quote=2),),
        count=2,
        counts={QuoteId(1): 1, QuoteId(2): 1},
        is_digest=True,
        suggestions=1,
    )


def naughty_alert(text: str, number: int, *, quote: int = 1) -> alert_texts.Alert:
    chat = a_chat(address=str(READER))
    found = naughty_match(text)
    return an_alert(number, chat=chat, appearance=replace(found, quote_id=QuoteId(quote)))


def disguised() -> Iterator[str]:
    """Each naughty text, and what it becomes turned about, repeated, hidden among controls, normalized."""
    return (disguise(text) for text in NAUGHTY for disguise in DISGUISES)


def test_there_are_enough_of_them() -> None:
    assert len(set(NAUGHTY)) == len(NAUGHTY) >= 60
    assert len(set(disguised())) >= 515


@pytest.mark.parametrize("form", [alone, together, digested])
def test_whatever_is_written_a_message_holds_it_as_text(form: Callable[[str], Telling]) -> None:
    for text in disguised():
        markup = alert_texts.telling_text(form(text))

        read = parse_html(markup)
        assert tidy(read).text == read.text
        assert QUOTE in read.text
        assert {entity.type for entity in read.entities} <= OURS
        assert all(entity.url.startswith("https://news.example/") for entity in read.entities if entity.url)


async def test_an_alert_of_anything_arrives_as_it_was_made(api: FakeBotApi) -> None:
    async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        for text in NAUGHTY:
            message_id = await TelegramNotify(bot)(alone(text))
            check(api.world.chat(READER).messages[message_id], text)


def check(arrived: FakeMessage, text: str) -> None:
    """What arrived reads as the alert was made, and its markup is ours alone."""
    assert arrived.text == alert_texts.plain(alert_texts.LINK.sub(r"\2", alert_texts.telling_text(alone(text))))
    assert utf16(arrived.text) <= display.LIMIT
    assert {entity.type for entity in arrived.entities} <= OURS
    assert all(entity.url.startswith("https://news.example/") for entity in arrived.entities if entity.url)
    [quotation] = [entity for entity in arrived.entities if entity.type == "blockquote"]
    inside = arrived.text.encode("utf-16-le")[quotation.offset * 2 : quotation.end * 2].decode("utf-16-le")
    assert QUOTE in inside
    if len(text) < 150:
        assert inside == shown(f"{text} {QUOTE} {text}")
        assert f"“{line(text, 600)}”" in arrived.text


async def test_it_also_arrives_without_markup(api: FakeBotApi) -> None:
    async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        for text in NAUGHTY:
            message_id = await TelegramNotify(bot)(alone(text), plain=True)

            arrived = api.world.chat(READER).messages[message_id]
            assert arrived.text == alert_texts.plain(alert_texts.telling_text(alone(text)))
            assert arrived.entities == ()
