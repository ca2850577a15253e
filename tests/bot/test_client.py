"""The bot's life with Telegram: there, not there, there again."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs
from telegram import Update

from monitor.bot.client import TelegramBot, TelegramOptions, build_application
from monitor.core.errors import SettingsError
from monitor.core.model import ChatKind
from tests.bot.helpers import OWNER, STRANGER, TOKEN, MemoryDesk, a_chat
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi.errors import ApiError


def options(api: FakeBotApi, **given: Any) -> TelegramOptions:
    return TelegramOptions(**({"token": TOKEN, "api_url": api.url, "owners": frozenset({OWNER})} | given))


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    structlog.reset_defaults()
    with capture_logs() as logs:
        yield logs


class Pauses:
    """Waits between tries that end when the test says so; how long they would be is noted."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.over = asyncio.Event()
        self.begun = asyncio.Event()
        self.eight = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.begun.set()
        if len(self.seconds) == 8:
            self.eight.set()
        await self.over.wait()


async def test_the_bot_asks_for_what_it_hears() -> None:
    async with FakeBotApi(token=TOKEN) as api, TelegramBot(options(api), MemoryDesk()):
        await api.wait_for(lambda: api.updates.is_polled)

        [poll] = api.calls_of("getUpdates")
        for kind in ("message", "callback_query", "my_chat_member", "channel_post", "edited_channel_post"):
            assert kind in str(poll.parameters["allowed_updates"])


async def test_what_was_written_while_the_bot_was_away_is_answered_and_only_once() -> None:
    desk = MemoryDesk()
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=OWNER)
        api.say(chat_id=OWNER, user_id=OWNER, text="/status")
        async with TelegramBot(options(api), desk):
            await api.wait_for(lambda: not api.updates.pending)
        async with TelegramBot(options(api), desk):
            await api.wait_for(lambda: api.updates.is_polled)

        assert desk.calls == [("status",)]
        assert len(api.sent(OWNER)) == 1


async def test_telegram_being_down_at_the_start_is_logged_once_and_waited_out(logs: list[Any]) -> None:
    pauses, desk = Pauses(), MemoryDesk()
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=OWNER)
        await api.go_down()
        async with TelegramBot(options(api), desk, sleep=pauses):
            await pauses.begun.wait()
            await api.come_back()
            api.say(chat_id=OWNER, user_id=OWNER, text="/status")
            pauses.over.set()
            await api.wait_for(lambda: api.sent(OWNER))

    assert [log["event"] for log in logs] == ["Telegram cannot be reached, trying again", "Telegram answers again"]
    assert "CANARY" not in str(logs)


async def test_the_waits_grow_while_telegram_is_down() -> None:
    pauses = Pauses()
    pauses.over.set()
    async with FakeBotApi(token=TOKEN) as api:
        await api.go_down()
        async with TelegramBot(options(api), MemoryDesk(), sleep=pauses):
            async with asyncio.timeout(20):
                await pauses.eight.wait()

    assert pauses.seconds[:8] == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("token", ["999:wrongwrongwrongwrong", "nonsense"])
async def test_a_token_telegram_does_not_know_is_said_in_plain_words_without_it(token: str) -> None:
    async with FakeBotApi(token=TOKEN) as api:
        bot = TelegramBot(options(api, token=token), MemoryDesk())
        with pytest.raises(SettingsError, match="@BotFather") as caught:
            await bot.start()

    assert token not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_token_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="@BotFather"):
        build_application(TelegramOptions(token=""))


async def test_another_program_with_the_same_token_is_logged_once(logs: list[Any]) -> None:
    pauses = Pauses()
    pauses.over.set()
    desk = MemoryDesk()
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=OWNER)
        get, refused = api.updates.get, []

        async def conflict(params: Any) -> Any:
            if len(refused) < 5:
                refused.append(params)
                raise ApiError(409, "Conflict: terminated by other getUpdates request")
            return await get(params)

        api.updates.get = conflict  # type: ignore[method-assign]
        async with TelegramBot(options(api), desk, sleep=pauses):
            api.say(chat_id=OWNER, user_id=OWNER, text="/status")
            await api.wait_for(lambda: api.sent(OWNER))

    told = [log["event"] for log in logs]
    assert len([event for event in told if "another program uses this bot's token" in event]) == 1
    assert len(refused) == 5


async def test_a_webhook_set_elsewhere_does_not_keep_the_bot_deaf() -> None:
    async with FakeBotApi(token=TOKEN) as api:
        api.updates.webhook = {"url": "https://example.org/hook"}
        async with TelegramBot(options(api), MemoryDesk()):
            await api.wait_for(lambda: api.updates.is_polled)


async def test_updates_that_cannot_be_read_do_not_end_the_bot(logs: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    pauses, desk = Pauses(), MemoryDesk()
    pauses.over.set()
    read, failures = Update.de_list.__func__, [KeyError("date"), KeyError("date")]

    def broken(kind: Any, data: Any, bot: Any = None) -> Any:
        if data and failures:
            raise failures.pop()
        return read(kind, data, bot)

    monkeypatch.setattr(Update, "de_list", classmethod(broken))
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=OWNER)
        api.say(chat_id=OWNER, user_id=OWNER, text="/status")
        async with TelegramBot(options(api), desk, sleep=pauses):
            await api.wait_for(lambda: api.sent(OWNER))

    assert not failures
    assert "KeyError" in str(logs[0]["traceback"])
    assert len([log for log in logs if log["log_level"] == "error"]) == 1


async def test_stopping_does_not_wait_for_the_long_poll_and_a_bot_never_started_stops_too() -> None:
    async with FakeBotApi(token=TOKEN) as api:
        bot = TelegramBot(options(api), MemoryDesk())
        async with asyncio.timeout(5):
            await bot.start()
            await api.wait_for(lambda: api.updates.is_polled)
            await bot.stop()
            await TelegramBot(options(api), MemoryDesk()).stop()


async def test_the_token_is_in_no_log_even_when_everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk = MemoryDesk()
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=OWNER)
        async with TelegramBot(options(api), desk):
            api.say(chat_id=OWNER, user_id=OWNER, text="/status")
            await api.wait_for(lambda: api.sent(OWNER) and api.updates.is_polled)
            await api.go_down()

    assert desk.calls
    assert "CANARY" not in caplog.text
    assert "CANARY" not in repr(options(api))


async def test_the_owners_are_told_of_a_closed_chat_but_not_the_one_who_closed_it() -> None:
    other = 1003
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=OWNER)
        api.add_user(id=other)
        async with TelegramBot(options(api, owners=frozenset({OWNER, other, STRANGER})), MemoryDesk()) as bot:
            channel = a_chat(address="-1001", kind=ChatKind.CHANNEL, title="News <b>")
            await bot.tell_closed(channel, "bot was kicked", 3)
            await bot.tell_closed(a_chat(address=str(OWNER)), "bot was blocked by the user", 1)

        [first] = api.sent(OWNER)
        assert first.text == (
            "News <b> (-1001) no longer accepts messages: bot was kicked. "
            "3 alerts were given up; what was found stays recorded."
        )
        assert len(api.sent(other)) == 2
