"""Quotes managed in a chat, through the real client, a Bot API on loopback, the real desk and its store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from monitor.bot.client import TelegramBot, TelegramOptions
from monitor.core.model import Post, Source
from tests.bot.helpers import OWNER, TOKEN
from tests.bot.real_desk import RealDesk, a_real_desk
from tests.bot.running import heard
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi.shapes import FakeMessage

SAID = "He said: come and get me, coward!"


@asynccontextmanager
async def a_chat() -> AsyncIterator[tuple[FakeBotApi, RealDesk]]:
    """An owner's private chat with a running bot."""
    with a_real_desk() as real:
        async with FakeBotApi(token=TOKEN) as api:
            api.add_user(id=OWNER)
            options = TelegramOptions(token=TOKEN, api_url=api.url, owners=frozenset({OWNER}))
            async with TelegramBot(options, real.desk):
                await api.wait_for(lambda: api.updates.is_polled)
                yield api, real
            await real.desk.looking_back.stop()


async def said(api: FakeBotApi, text: str) -> FakeMessage:
    """Say something, and return what the bot answers."""
    api.say(chat_id=OWNER, user_id=OWNER, text=text)
    await heard(api)
    return newest(api)


async def pressed(api: FakeBotApi, message: FakeMessage, label: str) -> FakeMessage:
    """Press a button of a message, and return the newest message of the bot as it is then."""
    api.press(message, label)
    await heard(api)
    return newest(api)


def newest(api: FakeBotApi) -> FakeMessage:
    return max(api.sent(OWNER), key=lambda message: message.message_id)


async def test_a_quote_is_tracked_changed_reviewed_and_untracked_by_buttons() -> None:
    async with a_chat() as (api, real):
        real.published(SAID)
        message = await said(api, "/track Come get me, coward! — Petro #petro")
        assert "Looked back over 1 stored post: 1 match" in message.text

        card = await pressed(api, message, "Its card")
        assert card.message_id == message.message_id, "a press changes the message in place"
        await pressed(api, card, "☐ Exact words")
        assert real.store.quotes()[0].exact

        history = await pressed(api, card, "History")
        assert SAID in history.text
        await pressed(api, await said(api, "/quote 1"), "Untrack")
        assert real.store.quotes() == []
        await pressed(api, newest(api), "Undo")
        assert real.store.quotes()[0].exact


async def test_undo_after_a_button_that_took_something_back_takes_back_the_change_before() -> None:
    async with a_chat() as (api, real):
        await said(api, "/track Come get me, coward!")
        await said(api, "/untrack 1")
        await pressed(api, newest(api), "Undo")
        assert (await said(api, "/undo")).text == "Taken back: Ann (1001) tracked quote 1 “Come get me, coward!”"

        assert real.store.quotes() == []


async def test_who_asks_for_a_tag_that_no_quote_has_is_told_so() -> None:
    async with a_chat() as (api, _real):
        answer = await said(api, "/subscribe #petro")

        assert answer.text.splitlines() == [
            "You will be told here of quotes tagged #petro.",
            "No quote has the tag #petro yet. It counts for those that get it.",
        ]


async def test_statistics_come_as_a_picture_and_an_export_as_a_file() -> None:
    async with a_chat() as (api, real):
        real.published(SAID)
        await said(api, "/track Come get me, coward!")

        picture = await said(api, "/stats 1")
        await pressed(api, picture, "Export")
        file = await pressed(api, newest(api), "CSV")

        kinds = [call.method for call in api.calls if call.method.startswith("send")]
        assert "sendPhoto" in kinds
        assert kinds[-1] == "sendDocument"
        assert file.message_id > picture.message_id


async def test_a_forwarded_post_is_checked_and_recorded() -> None:
    recorded: list[str] = []

    async def on_post(_source: Source, post: Post) -> None:
        recorded.append(post.text)

    async with a_chat() as (api, real):
        real.desk.on_post = on_post
        await said(api, "/track Come get me, coward!")
        api.say(chat_id=OWNER, user_id=OWNER, text=SAID, forwarded_from=OWNER)
        await heard(api)
        answer = newest(api)
        assert "It would alert" in answer.text

        await pressed(api, answer, "Record it")

    assert recorded == [SAID]
