"""Pressed buttons, through the real client: each is answered, and what comes of it is shown where it belongs."""

from collections.abc import Callable
from typing import Any

import pytest

from monitor.bot import floor
from monitor.bot.answers import Answer, Attachment, Button
from monitor.bot.commands import Call, Command
from monitor.bot.presses import Press
from monitor.bot.roles import NEEDS, Needs
from monitor.core.errors import InputError, StoreError
from tests.bot.helpers import OWNER, STRANGER, MemoryDesk
from tests.bot.running import BANNED, GROUP, REVIEWER, a_bot, heard, replies
from tests.fakes.botapi import FakeBotApi, FakeMessage

BUTTONS = ((Button(label="Go", press="go 1 2"),),)


@pytest.fixture
def pressing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[Call]]:
    """Let the button Go come to this answer, or raise this error; the calls are noted."""

    async def show(call: Call, desk: Any) -> Answer:
        return Answer(text="Press", buttons=BUTTONS)

    def press(answer: Any) -> list[Call]:
        calls: list[Call] = []

        async def run(call: Call, desk: Any) -> Answer:
            calls.append(call)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(floor, "PRESSES", {"go": Press(run=run, needs=Needs.READER)})
        monkeypatch.setattr(floor, "BY_NAME", {"show": Command(show)})
        monkeypatch.setitem(NEEDS, "show", Needs.READER)
        return calls

    return press


async def shown(api: FakeBotApi, chat_id: int = OWNER) -> FakeMessage:
    api.say(chat_id=chat_id, user_id=OWNER, text="/show@test_bot")
    await heard(api)
    return api.sent(chat_id)[-1]


def now(api: FakeBotApi, message: FakeMessage) -> FakeMessage:
    [found] = [one for one in api.messages(message.chat_id) if one.message_id == message.message_id]
    return found


async def test_an_answer_takes_the_place_of_the_message_with_its_buttons(pressing: Any) -> None:
    calls = pressing(
        Answer(text="<b>Done</b>", markup=True, buttons=((Button(label="Again", press="go 3"),),), toast="Ok")
    )
    async with a_bot(MemoryDesk()) as api:
        message = await shown(api)
        api.press(message, "Go")
        await heard(api)

        assert now(api, message).text == "Done"
        assert now(api, message).button("Again")["callback_data"] == "go 3"
        assert [answer.text for answer in api.callback_answers] == ["Ok"]
        assert len(replies(api)) == 1
    [call] = calls
    assert (call.words, call.user_id, call.message_id, call.role) == ("1 2", OWNER, message.message_id, "owner")


async def test_an_answer_without_text_leaves_the_message_and_may_change_its_buttons(pressing: Any) -> None:
    pressing(Answer(toast="Right, thank you.", buttons=((Button(label="Other", press="go"),),)))
    async with a_bot(MemoryDesk()) as api:
        message = await shown(api)
        api.press(message, "Go")
        await heard(api)

        assert now(api, message).text == "Press"
        assert now(api, message).button("Other")


async def test_pressing_again_what_changes_nothing_is_no_failure(pressing: Any) -> None:
    pressing(Answer(text="Press", buttons=BUTTONS))
    async with a_bot(MemoryDesk()) as api:
        message = await shown(api)
        for _ in range(3):
            api.press(message, "Go")
        await heard(api)

        assert len(api.callback_answers) == 3
        assert now(api, message).text == "Press"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(text="Beside", is_apart=True),
        Answer(text="Beside", attachment=Attachment(name="a.csv", content=b"1,2")),
        Answer(text="Beside " * 900),
    ],
)
async def test_what_does_not_fit_in_its_place_is_said_below(pressing: Any, answer: Answer) -> None:
    pressing(answer)
    async with a_bot(MemoryDesk()) as api:
        message = await shown(api)
        api.press(message, "Go")
        await heard(api)

        assert now(api, message).text == "Press"
        assert len(api.sent(OWNER)) > 1


@pytest.mark.parametrize(
    ("error", "toast"),
    [
        (InputError("There is no quote #{n}.", n=3), "There is no quote #3."),
        (StoreError("disk full"), "The database cannot be used: disk full"),
        (RuntimeError("a bug"), "Something went wrong here; what exactly is in the monitor's log."),
    ],
)
async def test_an_error_is_shown_over_the_chat_and_the_message_stays(
    pressing: Any, error: Exception, toast: str
) -> None:
    pressing(error)
    async with a_bot(MemoryDesk()) as api:
        message = await shown(api)
        api.press(message, "Go")
        await heard(api)

        [answer] = api.callback_answers
        assert (answer.text, answer.show_alert) == (toast, True)
        assert now(api, message).text == "Press"


async def test_a_button_of_an_older_version_says_so(pressing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pressing(Answer())
    async with a_bot(MemoryDesk()) as api:
        message = await shown(api)
        monkeypatch.setattr(floor, "PRESSES", {})
        api.press(message, "Go")
        await heard(api)

        assert [answer.text for answer in api.callback_answers] == ["This button no longer works."]


async def test_in_a_group_a_button_works_by_the_role_of_whoever_presses_it(pressing: Any) -> None:
    calls = pressing(Answer(toast="Done"))
    async with a_bot(MemoryDesk()) as api:
        message = await shown(api, GROUP)
        for user_id in (REVIEWER, STRANGER, BANNED):
            api.press(message, "Go", user_id=user_id)
        await heard(api)

        toasts = [answer.text for answer in api.callback_answers]
        assert sorted(toast[:17] for toast in toasts) == ["", "Done", "That is for membe"]
    assert [(call.user_id, call.role, call.address) for call in calls] == [(REVIEWER, "reviewer", str(GROUP))]


async def test_what_is_not_for_a_whole_channel_is_said_privately(pressing: Any) -> None:
    pressing(Answer(text="History", is_apart=True))
    async with a_bot(MemoryDesk()) as api:
        api.add_chat(id=-1009, type="channel", title="Quotes", bot_is_admin=True)
        message = await shown(api)
        posted = await in_channel(api, message)
        api.press(posted, "Go", user_id=REVIEWER)
        api.add_user(id=3010, started=False)
        await heard(api)

        assert replies(api, REVIEWER) == ["History"]
        assert [one.text for one in api.sent(-1009)] == ["Alert"]


async def test_who_never_wrote_to_the_bot_is_asked_to_start_it(pressing: Any) -> None:
    pressing(Answer(text="History", is_apart=True))
    async with a_bot(MemoryDesk()) as api:
        api.add_chat(id=-1009, type="channel", title="Quotes", bot_is_admin=True)
        api.add_user(id=REVIEWER, started=False)
        posted = await in_channel(api, await shown(api))
        api.press(posted, "Go", user_id=REVIEWER)
        await heard(api)

        [answer] = api.callback_answers
        assert "https://t.me/test_bot" in answer.text
        assert answer.show_alert


async def in_channel(api: FakeBotApi, like: FakeMessage) -> FakeMessage:
    """Put a message of the bot with the same buttons into the channel."""
    from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

    from tests.bot.helpers import TOKEN

    async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go 1 2")]])
        await bot.send_message(-1009, "Alert", reply_markup=keyboard)
    return api.sent(-1009)[-1]
