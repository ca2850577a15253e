from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import telegram.error
from telegram import Bot
from telegram.request import HTTPXRequest

from monitor.bot.alert_texts import short_id
from monitor.bot.notify import TelegramNotify, failure
from monitor.core.errors import (
    AlertError,
    AlertRefused,
    ChatBusy,
    ChatMoved,
    ChatUnreachable,
    OutcomeUnknown,
)
from tests.bot.helpers import TOKEN, a_chat, an_alert, an_appearance
from tests.fakes import botapi
from tests.fakes.botapi import FakeBotApi

READER = 5001
pytestmark = pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")


def a_bot(answer: Callable[[httpx.Request], httpx.Response]) -> Bot:
    """The real client over a transport that answers as told."""
    request = HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(answer)})
    return Bot(TOKEN, base_url="http://bot.api/bot", request=request, get_updates_request=HTTPXRequest())


async def error_of(answer: Callable[[httpx.Request], httpx.Response]) -> AlertError:
    with pytest.raises(AlertError) as caught:
        await TelegramNotify(a_bot(answer))(an_alert())
    assert TOKEN not in str(caught.value)
    return caught.value


def refusing(code: int, description: str, **parameters: Any) -> Callable[[httpx.Request], httpx.Response]:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return lambda _: httpx.Response(code, json=body)


def raising(error: type[httpx.TransportError]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("as the network does", request=request)

    return answer


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusing(403, "Forbidden: bot was blocked by the user"), ChatUnreachable),
        (refusing(403, "Forbidden: user is deactivated"), ChatUnreachable),
        (refusing(400, "Bad Request: chat not found"), ChatUnreachable),
        (refusing(400, "Bad Request: group chat was deactivated"), ChatUnreachable),
        (refusing(400, "Bad Request: need administrator rights in the channel chat"), ChatUnreachable),
        (refusing(400, "Bad Request: not enough rights to send text messages to the chat"), ChatUnreachable),
        (refusing(400, "Bad Request: have no rights to send a message"), ChatUnreachable),
        (refusing(400, "Bad Request: CHAT_WRITE_FORBIDDEN"), ChatUnreachable),
        (refusing(400, "Bad Request: can't parse entities: Unsupported start tag"), AlertRefused),
        (refusing(400, "Bad Request: message is too long"), AlertRefused),
        (refusing(400, "Bad Request: message text is empty"), AlertRefused),
        (refusing(500, "Internal Server Error"), OutcomeUnknown),
        (refusing(502, "Bad Gateway"), OutcomeUnknown),
        (lambda _: httpx.Response(504, text="<html>"), OutcomeUnknown),
        (lambda _: httpx.Response(200, text="<html>"), OutcomeUnknown),
        (raising(httpx.ReadTimeout), OutcomeUnknown),
        (raising(httpx.WriteTimeout), OutcomeUnknown),
        (raising(httpx.ReadError), OutcomeUnknown),
        (raising(httpx.RemoteProtocolError), OutcomeUnknown),
        (raising(httpx.ConnectError), AlertError),
        (raising(httpx.ConnectTimeout), AlertError),
        (raising(httpx.PoolTimeout), AlertError),
    ],
)
async def test_what_telegram_answers_says_what_happens_next(
    answer: Callable[[httpx.Request], httpx.Response], kind: type[AlertError]
) -> None:
    assert type(await error_of(answer)) is kind


@pytest.mark.parametrize("as_timedelta", [True, False])
async def test_a_flood_limit_names_how_long_to_wait(monkeypatch: pytest.MonkeyPatch, as_timedelta: bool) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", str(as_timedelta).lower())

    error = await error_of(refusing(429, "Too Many Requests: retry after 35", retry_after=35))

    assert isinstance(error, ChatBusy)
    assert error.wait == timedelta(seconds=35)


@pytest.mark.parametrize(("text", "wait"), [("Too Many Requests: retry after 12", 12), ("Too Many Requests", 5)])
async def test_a_flood_limit_without_parameters_is_one_all_the_same(text: str, wait: int) -> None:
    error = await error_of(refusing(429, text))

    assert isinstance(error, ChatBusy)
    assert error.wait == timedelta(seconds=wait)


async def test_a_migrated_group_names_its_new_address() -> None:
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    error = await error_of(refusing(400, text, migrate_to_chat_id=-1009))

    assert isinstance(error, ChatMoved)
    assert error.address == "-1009"


@pytest.mark.parametrize("code", [401, 404])
async def test_a_refused_token_is_said_in_plain_words_and_the_alert_is_kept(code: int) -> None:
    error = await error_of(refusing(code, "Unauthorized"))

    assert type(error) is AlertError
    assert "@BotFather" in str(error)


def test_every_error_of_the_library_has_an_answer() -> None:
    known = [kind for kind in vars(telegram.error).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    known.remove(telegram.error.TelegramError)
    needs = {telegram.error.RetryAfter: (1,), telegram.error.ChatMigrated: (-5,)}

    assert len(known) >= 9
    for kind in known:
        if issubclass(kind, telegram.error.TelegramError):
            assert isinstance(failure(kind(*needs.get(kind, ("text",)))), AlertError)


async def test_an_alert_arrives_as_html_without_preview_in_its_topic() -> None:
    async with FakeBotApi(token=TOKEN) as api:
        forum = api.add_chat(id=-1001, title="Forum", is_forum=True)
        topic = api.add_topic(forum.id, "Quotes")
        alert = an_alert(chat=a_chat(address="-1001"), thread_id=topic)
        async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
            message_id = await TelegramNotify(bot)(alert)

        [message] = api.sent(forum.id)
        assert message.message_id == message_id
        assert message.thread_id == topic
        assert message.link_preview_options == {"is_disabled": True}
        assert message.text.startswith("“Come get me, coward!”")
        assert message.text.endswith(short_id(alert.id))
        assert "bold" in {entity.type for entity in message.entities}


async def test_a_topic_that_is_gone_does_not_lose_the_alert() -> None:
    async with FakeBotApi(token=TOKEN) as api:
        forum = api.add_chat(id=-1001, title="Forum", is_forum=True)
        async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
            await TelegramNotify(bot)(an_alert(chat=a_chat(address="-1001"), thread_id=777))

        [message] = api.sent(forum.id)
        assert message.thread_id is None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (botapi.BadRequest("can't parse entities"), AlertRefused),
        (botapi.Forbidden(), ChatUnreachable),
        (botapi.ServerErrorAfter(), OutcomeUnknown),
        (botapi.ResetAfter(), OutcomeUnknown),
        (botapi.DropBefore(), OutcomeUnknown),
        (botapi.TooManyRequests(7), ChatBusy),
        (botapi.Migrate(-1005), ChatMoved),
    ],
)
async def test_faults_on_a_real_connection_mean_the_same(fault: botapi.faults.Fault, kind: type[AlertError]) -> None:
    async with FakeBotApi(token=TOKEN) as api:
        api.add_user(id=READER)
        api.faults.next("sendMessage", fault)
        async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
            with pytest.raises(kind) as caught:
                await TelegramNotify(bot)(an_alert(chat=a_chat(address=str(READER)), appearance=an_appearance()))

    assert type(caught.value) is kind


async def test_a_server_that_is_down_surely_got_nothing() -> None:
    async with FakeBotApi(token=TOKEN) as api, Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        await api.go_down()
        with pytest.raises(AlertError) as caught:
            await TelegramNotify(bot)(an_alert())

    assert type(caught.value) is AlertError
