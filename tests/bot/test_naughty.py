"""What strangers write arrives as they wrote it, and never as markup: through the real client and a strict server."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from monitor.bot import alert_texts, display
from monitor.bot.display import line, shown, utf16
from monitor.bot.notify import TelegramNotify
from monitor.core.model import Explanation, Span
from tests.bot.helpers import TOKEN, a_chat, an_alert, an_appearance
from tests.bot.naughty import NAUGHTY
from tests.builders import QUOTE
from tests.fakes.botapi import FakeBotApi, FakeMessage

READER = 5001


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=READER)
        yield api


def naughty_alert(text: str) -> alert_texts.Alert:
    """An alert with the text in every place that somebody else fills."""
    said = f"{text} {QUOTE} {text}"
    start = len(text) + 1
    found = an_appearance(
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
    )
    return an_alert(chat=a_chat(address=str(READER)), appearance=found)


def test_there_are_enough_of_them() -> None:
    assert len(set(NAUGHTY)) == len(NAUGHTY) >= 60


async def test_an_alert_of_anything_arrives_as_it_was_made(api: FakeBotApi) -> None:
    async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        for text in NAUGHTY:
            message_id = await TelegramNotify(bot)(naughty_alert(text))
            check(api.world.chat(READER).messages[message_id], text)


def check(arrived: FakeMessage, text: str) -> None:
    """What arrived reads as the alert was made, and its markup is ours alone."""
    assert arrived.text == alert_texts.plain(alert_texts.LINK.sub(r"\2", alert_texts.alert(naughty_alert(text))))
    assert utf16(arrived.text) <= display.LIMIT
    assert {entity.type for entity in arrived.entities} <= {"bold", "italic", "underline", "blockquote", "text_link"}
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
            alert = naughty_alert(text)
            message_id = await TelegramNotify(bot)(alert, plain=True)

            arrived = api.world.chat(READER).messages[message_id]
            assert arrived.text == alert_texts.plain(alert_texts.alert(alert))
            assert arrived.entities == ()
