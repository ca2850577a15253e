"""Messages are changed, and refuse to be changed, as in Telegram."""

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.error import BadRequest

from tests.fakes.botapi import FakeBotApi, ManualClock, a_bot

CHANNEL, GROUP = -1001, -1002


@pytest.fixture
async def api():
    async with FakeBotApi(clock=ManualClock(1_000.5)) as api:
        api.add_user(id=42, first_name="Ann")
        api.add_chat(id=CHANNEL, type="channel", title="Alerts", bot_is_admin=True)
        api.add_chat(id=GROUP, title="Talk")
        yield api


@pytest.fixture
async def bot(api):
    async with a_bot(api) as bot:
        yield bot


def buttons() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="a1")]])


async def test_an_edit_changes_the_message_and_takes_a_keyboard_it_does_not_repeat(api, bot) -> None:
    sent = await bot.send_message(CHANNEL, "before", reply_markup=buttons())
    await sent.edit_text("<i>after</i>", parse_mode="HTML")

    (message,) = api.messages(CHANNEL)
    assert (message.text, message.html, message.reply_markup, message.edited) == (
        "after",
        "<i>after</i>",
        None,
        1000,
    )


async def test_an_edit_to_the_same_says_so(api, bot) -> None:
    sent = await bot.send_message(CHANNEL, "<b>same</b>", parse_mode="HTML", reply_markup=buttons())
    unchanged = "^Message is not modified: specified new message content and reply markup are exactly the same"

    with pytest.raises(BadRequest, match=unchanged):
        await sent.edit_text("<strong>same</strong> ", parse_mode="HTML", reply_markup=buttons())
    with pytest.raises(BadRequest, match=unchanged):
        await sent.edit_reply_markup(buttons())
    assert await sent.edit_text("same", reply_markup=buttons())


async def test_a_probe_tells_ours_from_foreign_and_missing(api, bot) -> None:
    ours = await bot.send_message(CHANNEL, "ours", reply_markup=buttons())
    foreign = api.post_by_other(chat_id=CHANNEL, text="foreign")
    outcomes = []
    for message_id in (ours.message_id, foreign.message_id, foreign.message_id + 1):
        with pytest.raises(BadRequest) as refused:
            await bot.edit_message_reply_markup(CHANNEL, message_id, reply_markup=buttons())
        outcomes.append(str(refused.value).partition(":")[0])

    assert outcomes == ["Message is not modified", "Message can't be edited", "Message to edit not found"]


async def test_a_bot_with_the_right_to_edit_does_edit_the_posts_of_others(api, bot) -> None:
    api.world.chat(CHANNEL).bot_may_edit = True
    foreign = api.post_by_other(chat_id=CHANNEL, text="foreign")
    await bot.edit_message_reply_markup(CHANNEL, foreign.message_id, reply_markup=buttons())

    assert api.messages(CHANNEL)[0].reply_markup


async def test_a_text_too_long_for_an_edit_has_its_own_words(api, bot) -> None:
    sent = await bot.send_message(42, "short")

    with pytest.raises(BadRequest, match=r"^Message_too_long$"):
        await sent.edit_text("x" * 4097)


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(api, bot) -> None:
    sent = await bot.send_message(42, "choose", reply_markup=ReplyKeyboardMarkup([["yes"]]))

    with pytest.raises(BadRequest, match=r"^Message can't be edited$"):
        await sent.edit_text("chosen")


async def test_a_message_is_deleted_once_and_a_foreign_one_only_by_an_administrator(api, bot) -> None:
    sent = await bot.send_message(CHANNEL, "x")
    await sent.delete()
    with pytest.raises(BadRequest, match=r"^Message to delete not found$"):
        await sent.delete()

    api.say(chat_id=GROUP, user_id=42, text="mine")
    with pytest.raises(BadRequest, match=r"^Message can't be deleted$"):
        await bot.delete_message(GROUP, 1)
