"""Updates that Telegram brings, through the real server and client on the loopback interface."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from monitor.bot.client import TelegramBot, TelegramOptions
from monitor.bot.listening import HEARD
from monitor.bot.webhook import LARGEST, Webhook, secret_of
from monitor.core.errors import SettingsError
from tests.bot.helpers import OWNER, TOKEN, MemoryDesk
from tests.bot.running import privately, replies
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi.bringing import bring_updates

URL = "https://bot.example.org/telegram"


def options(api: FakeBotApi, **given: Any) -> TelegramOptions:
    known = {"token": TOKEN, "api_url": api.url, "owners": frozenset({OWNER}), "webhook_url": URL, "webhook_port": 0}
    return TelegramOptions(**(known | given))


@asynccontextmanager
async def a_bot(desk: MemoryDesk) -> AsyncIterator[tuple[FakeBotApi, str]]:
    """A running bot with a webhook, its Bot API, and where the proxy passes requests on to."""
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=OWNER)
        async with TelegramBot(options(api), desk) as bot:
            assert bot.brought
            await api.wait_for(lambda: api.updates.webhook)
            yield api, f"http://127.0.0.1:{bot.brought.webhook.port}"


async def test_an_update_is_answered_and_then_confirmed() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as (api, to):
        privately(api, OWNER, "/undo")

        assert await bring_updates(api, to=to) == [200]
        assert len(replies(api)) == 1
        assert api.updates.pending == []
    assert [call[0] for call in desk.calls] == ["undo"]


async def test_telegram_is_told_where_to_bring_what_with_a_secret() -> None:
    async with a_bot(MemoryDesk()) as (api, _):
        [asked] = api.calls_of("setWebhook")

        assert asked.parameters["url"] == URL
        assert asked.parameters["secret_token"] == secret_of(TOKEN)
        assert asked.parameters["allowed_updates"] == list(HEARD)
        assert api.calls_of("getUpdates") == []


@pytest.mark.parametrize("secret", ["", "wrong", secret_of(TOKEN)[:-1]])
async def test_who_does_not_know_the_secret_gets_nothing(secret: str) -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as (api, to):
        privately(api, OWNER, "/undo")

        assert await bring_updates(api, to=to, secret=secret) == [403]
        assert replies(api) == []
    assert desk.calls == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/", b"{}", 403),
        ("POST", "/telegram/", b"{}", 403),
        ("GET", "/telegram", b"", 405),
        ("POST", "/telegram", b"", 400),
        ("POST", "/telegram", b"not json", 400),
        ("POST", "/telegram", b"[1]", 400),
        ("POST", "/telegram", b'{"update_id": "1"}', 400),
        ("POST", "/telegram", b'{"update_id": 1}', 200),  # of a kind we do not know
        ("POST", "/telegram", b"\xff\xfe", 400),
        ("POST", "/telegram", b"[" * 100_000, 400),
    ],
)
async def test_a_request_that_is_none_of_telegrams_is_refused_and_the_server_lives_on(
    method: str, path: str, body: bytes, status: int
) -> None:
    async with a_bot(MemoryDesk()) as (api, to):
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret_of(TOKEN)}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, to + path, data=body) as answer,
        ):
            assert answer.status == status
            assert await answer.read() == b""
        privately(api, OWNER, "/undo")
        assert await bring_updates(api, to=to) == [200]


async def test_a_body_too_large_is_cut_off() -> None:
    async with a_bot(MemoryDesk()) as (api, to):
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret_of(TOKEN)}
        async with aiohttp.ClientSession(headers=headers) as session:
            try:
                async with session.post(to + "/telegram", data=b"x" * (2 * LARGEST)) as answer:
                    assert answer.status >= 400
            except aiohttp.ClientError:
                pass
        privately(api, OWNER, "/undo")
        assert await bring_updates(api, to=to) == [200]


async def test_an_update_that_could_not_be_handled_is_brought_again() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as (api, to):
        desk.fails = None
        privately(api, OWNER, "/undo")
        heard: list[dict[str, Any]] = []

        async def broken(update: dict[str, Any]) -> None:
            heard.append(update)
            raise RuntimeError("not ready")

        webhook = Webhook(URL, host="127.0.0.1", port=0, secret=secret_of(TOKEN), hear=broken)
        webhook.start()
        try:
            assert await bring_updates(api, to=f"http://127.0.0.1:{webhook.port}") == [500]
        finally:
            await webhook.stop()
        assert len(heard) == 1
        assert await bring_updates(api, to=to) == [200]


async def test_a_port_that_is_taken_is_told_at_the_start() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with FakeBotApi(token=TOKEN) as api:
            bot = TelegramBot(options(api, webhook_port=taken.getsockname()[1]), MemoryDesk())
            with pytest.raises(SettingsError, match=r"choose another telegram\.webhook_port"):
                await bot.start()


async def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tornado.httpserver", None)
    async with FakeBotApi(token=TOKEN) as api:
        bot = TelegramBot(options(api), MemoryDesk())
        with pytest.raises(SettingsError, match=r"pip install 'quote-monitor\[webhook\]'"):
            await bot.start()


async def test_updates_that_come_at_once_are_all_heard() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as (api, to):
        for number in range(12):
            privately(api, OWNER, f"/unsubscribe {number}")

        first, second = await asyncio.gather(bring_updates(api, to=to), bring_updates(api, to=to))
        assert set(first) | set(second) == {200}
    assert {call[3] for call in desk.calls} == {str(number) for number in range(12)}


async def test_polling_takes_back_a_webhook_set_before() -> None:
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=OWNER)
        async with TelegramBot(options(api), MemoryDesk()):
            await api.wait_for(lambda: api.updates.webhook)
        async with TelegramBot(options(api, webhook_url=None), MemoryDesk()):
            await api.wait_for(lambda: api.updates.is_polled)

        assert api.updates.webhook == {}
