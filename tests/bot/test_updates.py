"""What the bot hears, through the real client and a Bot API on the loopback interface."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import structlog
from structlog.testing import capture_logs

from monitor.bot import messages
from monitor.bot.client import TelegramBot, TelegramOptions
from monitor.bot.roles import Access
from monitor.core.errors import InputError, StoreError
from monitor.core.model import QuoteId
from tests.bot.helpers import OWNER, STRANGER, TOKEN, MemoryDesk
from tests.builders import a_quote
from tests.fakes.botapi import FakeBotApi

GROUP, CHANNEL = -1001, -1002
WORDS = {"track": "Come get me", "untrack": "1", "subscribe": "1", "unsubscribe": "1", "source": "pause 1"}
CALLING = ("track", "quotes", "untrack", "subscribe", "unsubscribe", "status", "sources", "source")
COMMANDS = ("start", "help", *CALLING)


@asynccontextmanager
async def a_bot(desk: MemoryDesk, access: Access = Access.PRIVATE) -> AsyncIterator[FakeBotApi]:
    """A running bot, its Bot API, an owner, a stranger, a group and a channel."""
    async with FakeBotApi(token=TOKEN) as api:
        for user_id in (OWNER, STRANGER):
            api.add_user(id=user_id)
        api.add_chat(id=GROUP, title="Group", members={OWNER: "administrator", STRANGER: "member"}, bot_is_admin=True)
        api.add_chat(id=CHANNEL, type="channel", title="Channel", bot_is_admin=True)
        options = TelegramOptions(token=TOKEN, api_url=api.url, owners=frozenset({OWNER}), access=access)
        async with TelegramBot(options, desk):
            await api.wait_for(lambda: api.updates.is_polled)
            yield api


async def heard(api: FakeBotApi) -> None:
    """Return once the bot has dealt with everything."""
    await api.wait_for(lambda: not api.updates.pending and api.updates.is_polled)


def replies(api: FakeBotApi, chat_id: int = OWNER) -> list[str]:
    return [message.text for message in api.sent(chat_id)]


def spoken_as(command: str) -> str:
    return f"/{command} {WORDS.get(command, '')}".strip()


def privately(api: FakeBotApi, user_id: int, text: str) -> None:
    api.say(chat_id=user_id, user_id=user_id, text=text)


def in_group(api: FakeBotApi, user_id: int, text: str) -> None:
    api.say(chat_id=GROUP, user_id=user_id, text=text)


def in_group_by_name(api: FakeBotApi, user_id: int, text: str) -> None:
    command, _, words = text.partition(" ")
    api.say(chat_id=GROUP, user_id=user_id, text=f"{command}@test_bot {words}")


def as_anonymous_admin(api: FakeBotApi, user_id: int, text: str) -> None:
    api.say(chat_id=GROUP, user_id=user_id, text=text, as_chat=GROUP)


def in_channel(api: FakeBotApi, user_id: int, text: str) -> None:
    api.post_by_other(chat_id=CHANNEL, text=text)


def forwarded(api: FakeBotApi, user_id: int, text: str) -> None:
    api.say(chat_id=user_id, user_id=user_id, text=text, forwarded_from=OWNER)


def edited(api: FakeBotApi, user_id: int, text: str) -> None:
    api.updates._allowed = frozenset()  # as if asked for earlier: the bot has to cope by itself
    api.say(chat_id=user_id, user_id=user_id, text="hello")
    newest = max(api.messages(user_id), key=lambda message: message.message_id)
    api.edit(chat_id=user_id, message_id=newest.message_id, text=text)


PLACES = (privately, in_group, in_group_by_name, as_anonymous_admin, in_channel, forwarded, edited)
MAY = {
    (OWNER, Access.PRIVATE): set(CALLING),
    (OWNER, Access.OPEN): set(CALLING),
    (STRANGER, Access.PRIVATE): set(),
    (STRANGER, Access.OPEN): set(CALLING) - {"track", "untrack", "source"},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("user_id", [OWNER, STRANGER])
async def test_every_command_of_everybody_everywhere(user_id: int, access: Access, place: Callable[..., None]) -> None:
    desk = MemoryDesk()
    async with a_bot(desk, access) as api:
        for command in COMMANDS:
            place(api, user_id, spoken_as(command))
        await heard(api)

    done = [call[0] for call in desk.calls if call[0] != "heard"]  # what stands in a channel is a post
    assert set(done) == (MAY[user_id, access] if place is privately else set())
    assert len(done) == len(set(done))


async def test_an_owner_is_answered_each_time() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        for command in COMMANDS:
            privately(api, OWNER, spoken_as(command))
        await heard(api)

        assert len(replies(api)) == len(COMMANDS)


async def test_tracking_a_quote_of_several_lines_answers_with_its_number() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        privately(api, OWNER, "/track “Come <get> me,\ncoward!”")
        await heard(api)

        assert desk.calls == [("track", "Come <get> me,\ncoward!", f"telegram:{OWNER}")]
        assert replies(api) == [
            "Tracking 1. “Come <get> me, coward!”. You are told where it appears once you /subscribe."
        ]


async def test_a_chat_that_subscribes_is_named_with_its_title() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        privately(api, OWNER, "/subscribe")
        await heard(api)

    assert desk.calls == [("subscribe", str(OWNER), "private", "Ann", None, None, f"telegram:{OWNER}")]


async def test_a_stranger_learns_their_id_once_and_floods_are_not_answered() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        for _ in range(50):
            privately(api, STRANGER, "/track Come get me")
            privately(api, STRANGER, "/start")
            privately(api, STRANGER, "hello?")
        await heard(api)

        [answer] = replies(api, STRANGER)
        assert f"Your Telegram id is {STRANGER}" in answer
        assert "telegram.owners" in answer
    assert desk.calls == []


async def test_in_an_open_monitor_a_stranger_is_told_that_tracking_is_for_owners() -> None:
    async with a_bot(MemoryDesk(), Access.OPEN) as api:
        privately(api, STRANGER, "/track Come get me")
        await heard(api)

        [answer] = replies(api, STRANGER)
        assert "for the owners" in answer
        assert str(STRANGER) in answer


async def test_in_an_open_monitor_a_stranger_cannot_flood_the_database() -> None:
    desk = MemoryDesk()
    async with a_bot(desk, Access.OPEN) as api:
        for _ in range(90):
            privately(api, STRANGER, "/subscribe")
        await heard(api)

        assert len(desk.calls) <= 11
        assert len(replies(api, STRANGER)) == len(desk.calls)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Come get me, coward!", messages.NOT_A_COMMAND),
        ("/", messages.NOT_A_COMMAND),
        ("/track@another_bot words", messages.NOT_A_COMMAND),
        ("/nonsense now", messages.unknown_command("nonsense")),
    ],
)
async def test_what_is_no_command_gets_one_clear_line_and_not_one_each_time(text: str, answer: str) -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        for _ in range(5):
            privately(api, OWNER, text)
        await heard(api)

        assert replies(api) == [answer]
    assert desk.calls == []


async def test_a_forwarded_command_is_not_run_and_that_is_said() -> None:
    async with a_bot(MemoryDesk()) as api:
        forwarded(api, OWNER, "/track Come get me")
        await heard(api)

        assert replies(api) == [messages.FORWARDED]


async def test_a_group_hears_nothing_unless_the_bot_is_named_and_then_one_line() -> None:
    async with a_bot(MemoryDesk()) as api:
        in_group(api, OWNER, "/status")
        in_group(api, OWNER, "hello")
        in_group(api, OWNER, "/status@another_bot")
        await heard(api)
        assert replies(api, GROUP) == []

        in_group(api, OWNER, "/status@Test_Bot")
        in_group(api, STRANGER, "/status@test_bot")
        await heard(api)
        assert replies(api, GROUP) == [messages.ONLY_PRIVATELY]


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (InputError("The quote is empty: write its words."), "The quote is empty: write its words."),
        (StoreError("disk full"), "The database cannot be used: disk full"),
    ],
)
async def test_an_error_for_a_person_is_the_answer(error: Exception, answer: str) -> None:
    desk = MemoryDesk()
    desk.fails = error
    async with a_bot(desk) as api:
        privately(api, OWNER, "/track Come get me")
        await heard(api)

        assert replies(api) == [answer]


async def test_a_bug_is_logged_with_its_traceback_without_the_token_and_the_bot_lives_on() -> None:
    structlog.reset_defaults()
    desk = MemoryDesk()
    desk.fails = RuntimeError(f"at https://api.telegram.org/bot{TOKEN}/getMe")
    with capture_logs() as logs:
        async with a_bot(desk) as api:
            privately(api, OWNER, "/status")
            await heard(api)
            desk.fails = None
            privately(api, OWNER, "/quotes")
            await heard(api)

            assert replies(api) == [messages.FAULT, messages.quote_list([])]
    [log] = [log for log in logs if log["log_level"] == "error"]
    assert "RuntimeError: at https://api.telegram.org/bot[token]/getMe" in log["traceback"]
    assert "CANARY" not in str(logs)


async def test_a_list_too_long_for_a_message_comes_in_several() -> None:
    desk = MemoryDesk(*(a_quote(f"{number} " + "word " * 50, id=QuoteId(number)) for number in range(1, 80)))
    async with a_bot(desk) as api:
        privately(api, OWNER, "/quotes")
        await heard(api)

        assert len(replies(api)) > 3
        assert "79. “79 word" in replies(api)[-1]


async def test_being_blocked_and_let_in_again_reaches_the_desk() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        api.block(STRANGER)
        await heard(api)
        api.unblock(STRANGER)
        api.kick_bot(CHANNEL)
        api.kick_bot(GROUP)
        await heard(api)

    assert sorted(desk.calls) == sorted(
        [
            ("chat_closed", str(STRANGER), "the user blocked the bot"),
            ("chat_opened", str(STRANGER)),
            ("chat_closed", str(CHANNEL), "the bot was removed from the chat"),
            ("chat_closed", str(GROUP), "the bot was removed from the chat"),
        ]
    )


async def test_a_public_channel_is_closed_under_its_name_too() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        api.add_chat(id=-1003, type="channel", title="Public", username="quotes", bot_is_admin=True)
        api.kick_bot(-1003)
        await heard(api)

    assert {call[1] for call in desk.calls} == {"-1003", "@quotes"}


async def test_a_group_that_becomes_a_supergroup_is_followed() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        api.add_chat(id=-50, type="group", title="Small")
        api.migrate(-50, -1050)
        await heard(api)

    assert desk.calls == [("chat_moved", "-50", "-1050")]
