from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
import telegram.error
from telegram import Bot
from telegram.request import HTTPXRequest

from monitor.bot.alert_texts import short_id
from monitor.bot.notify import TelegramNotify, failure, lead_of
from monitor.core.errors import (
    AlertError,
    AlertRefused,
    ChatBusy,
    ChatMoved,
    ChatUnreachable,
    OutcomeUnknown,
)
from monitor.core.model import AlertId, ChatKind, QuoteId
from monitor.core.people import Preferences
from monitor.core.telling import Found, Look, Telling
from tests.bot.helpers import TOKEN, a_chat, an_alert
from tests.builders import QUOTE
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
        await TelegramNotify(a_bot(answer))(Telling(lead=an_alert()))
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
            message_id = await TelegramNotify(bot)(Telling(lead=alert, preferences=Preferences(silent=True)))

        [message] = api.sent(forum.id)
        assert message.message_id == message_id
        assert message.thread_id == topic
        assert message.link_preview_options == {"is_disabled": True}
        assert message.disable_notification
        assert message.text.startswith("“Come get me, coward!”")
        assert message.text.endswith(short_id(alert.id))
        assert "bold" in {entity.type for entity in message.entities}


async def test_a_topic_that_is_gone_does_not_lose_the_alert() -> None:
    async with FakeBotApi(token=TOKEN) as api:
        forum = api.add_chat(id=-1001, title="Forum", is_forum=True)
        async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
            await TelegramNotify(bot)(Telling(lead=an_alert(chat=a_chat(address="-1001"), thread_id=777)))

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
                await TelegramNotify(bot)(Telling(lead=an_alert(chat=a_chat(address=str(READER)))))

    assert type(caught.value) is kind


async def test_a_server_that_is_down_surely_got_nothing() -> None:
    async with FakeBotApi(token=TOKEN) as api, Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        await api.go_down()
        with pytest.raises(AlertError) as caught:
            await TelegramNotify(bot)(Telling(lead=an_alert()))

    assert type(caught.value) is AlertError


@asynccontextmanager
async def a_channel() -> AsyncIterator[tuple[FakeBotApi, TelegramNotify]]:
    async with FakeBotApi(token=TOKEN) as api, Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        api.add_chat(id=-1001, type="channel", bot_is_admin=True)
        yield api, TelegramNotify(bot)


def a_telling(number: int = 1, text: str = QUOTE, **given: Any) -> Telling:
    alert = an_alert(number, chat=a_chat(address="-1001", kind=ChatKind.CHANNEL), text=text)
    return Telling(lead=alert, **given)


@pytest.mark.parametrize("again", [False, True])
async def test_a_look_tells_what_is_at_a_number(again: bool) -> None:
    async with a_channel() as (api, notify):
        ours = await notify(a_telling(1))
        other = await notify(a_telling(46782))
        foreign = api.post_by_other(chat_id=-1001, text="Good morning").message_id
        looks = [await notify.look(a_telling(1), number, again=again) for number in (ours, other, foreign, 99)]

    it = Look(found=Found.OURS, lead_id=AlertId(1)) if again else Look(found=Found.IT)
    assert looks == [
        it,
        Look(found=Found.OURS, lead_id=AlertId(46782)),
        Look(found=Found.FOREIGN),
        Look(found=Found.NOTHING),
    ]


async def test_a_second_look_never_takes_the_effect_of_the_first_for_a_message_that_arrived() -> None:
    async with a_channel() as (api, notify):
        other = await notify(a_telling(2))
        api.faults.next("editMessageReplyMarkup", botapi.ResetAfter(), times=2)
        for again in (False, True):
            with pytest.raises(OutcomeUnknown):
                await notify.look(a_telling(1), other, again=again)

        assert await notify.look(a_telling(1), other, again=True) == Look(found=Found.OURS, lead_id=AlertId(2))


async def test_an_update_changes_text_and_buttons_in_place() -> None:
    async with a_channel() as (api, notify):
        number = await notify(a_telling())
        await notify.look(a_telling(5), number, again=False)

        await notify.update(a_telling(reposts=12), number)

        [message] = api.sent(-1001)
        assert "12" in message.text
        assert await notify.look(a_telling(), number, again=False) == Look(found=Found.IT)


async def test_what_is_as_it_should_be_or_cannot_be_changed_is_left_alone() -> None:
    async with a_channel() as (api, notify):
        number = await notify(a_telling())
        foreign = api.post_by_other(chat_id=-1001, text="Good morning").message_id

        for message_id in (number, foreign, 99):
            await notify.update(a_telling(), message_id)
            await notify.remove(a_telling(), 99)
            await notify.bare(a_telling(), foreign)

        assert [message.message_id for message in api.messages(-1001)] == [number, foreign]


async def test_a_surplus_copy_is_taken_away_and_another_message_loses_only_its_buttons() -> None:
    async with a_channel() as (api, notify):
        first, second = await notify(a_telling(1)), await notify(a_telling(2))

        await notify.remove(a_telling(1), first)
        await notify.bare(a_telling(1), second)

        [message] = api.sent(-1001)
        assert message.message_id == second
        assert not (message.reply_markup or {}).get("inline_keyboard")


def test_the_number_of_an_alert_is_the_last_of_its_kind_in_a_text() -> None:
    assert lead_of("he said #00zz and #quote\nSeen once. #103i") == 46782
    assert lead_of("nothing of ours") is None
    assert lead_of("") is None


@pytest.mark.parametrize("text", ["Come get me, coward! #00zz", "#00a1", "Come get me, coward! " * 400])
async def test_whatever_a_stranger_wrote_a_message_says_whose_it_is(text: str) -> None:
    digest = a_telling(
        46782,
        text,
        others=(an_alert(2, text=text), an_alert(3, text=text)),
        count=99,
        counts={QuoteId(1): 99},
        is_digest=True,
    )
    group = a_telling(46782, text, others=(an_alert(2, text=text),), count=2, reposts=3, times_usual=12.0)
    async with a_channel() as (api, notify):
        for telling in (a_telling(46782, text), group, digest):
            await notify(telling)
            await notify(telling, plain=True)

        assert [lead_of(message.text) for message in api.sent(-1001)] == [46782] * 6
