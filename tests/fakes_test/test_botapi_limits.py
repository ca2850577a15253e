"""The flood limits are kept by the clock of the test, and those who do not wait are found out."""

import pytest
from telegram.error import BadRequest, RetryAfter

from tests.fakes.botapi import FakeBotApi, Limits, ManualClock, TooManyRequests, a_bot

CHANNEL = -1001


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def api(clock):
    async with FakeBotApi(clock=clock, limits=True) as api:
        api.add_chat(id=CHANNEL, type="channel", username="alerts", bot_is_admin=True)
        for user_id in range(1, 41):
            api.add_user(id=user_id)
        yield api


@pytest.fixture
async def bot(api):
    async with a_bot(api) as bot:
        yield bot


async def wait_told(sending) -> int:
    with pytest.raises(RetryAfter) as told:
        await sending
    return int(told.value._retry_after.total_seconds())


async def test_a_chat_takes_a_small_burst_then_one_a_second(api, bot, clock) -> None:
    for _ in range(3):
        await bot.send_message(1, "x")
    assert await wait_told(bot.send_message(1, "x")) == 1
    await bot.send_message(2, "another chat")
    for _ in range(5):
        clock.advance(1)
        await bot.send_message(1, "x")
    assert await wait_told(bot.send_message(1, "x")) == 1


async def test_all_chats_together_take_thirty_a_second(api, bot, clock) -> None:
    for user_id in range(1, 31):
        await bot.send_message(user_id, "x")
    assert await wait_told(bot.send_message(31, "x")) == 1
    clock.advance(1)
    assert await bot.send_message(31, "x")


async def test_a_channel_takes_twenty_a_minute_and_edits_count(api, bot, clock) -> None:
    sent = await bot.send_message("@alerts", "0")
    for number in range(1, 20):
        clock.advance(1)
        await sent.edit_text(str(number))
    clock.advance(1)

    assert await wait_told(bot.send_message(CHANNEL, "x")) == 40
    with pytest.raises(RetryAfter):
        await sent.edit_reply_markup(None)
    clock.advance(40)
    assert await bot.send_message(CHANNEL, "x")


async def test_what_telegram_does_not_count_is_not_counted(api, bot) -> None:
    for _ in range(40):
        await bot.send_chat_action(1, "typing")
        await bot.get_chat(CHANNEL)


async def test_without_limits_nothing_is_counted(clock) -> None:
    async with FakeBotApi(clock=clock) as api, a_bot(api) as bot:
        api.add_user(id=1)
        for _ in range(40):
            await bot.send_message(1, "x")


async def test_limits_can_be_others(clock) -> None:
    async with FakeBotApi(clock=clock, limits=Limits(burst=1)) as api, a_bot(api) as bot:
        api.add_user(id=1)
        await bot.send_message(1, "x")

        assert await wait_told(bot.send_message(1, "x")) == 1


async def test_a_call_before_its_time_is_marked(api, bot, clock) -> None:
    api.faults.next("sendMessage", TooManyRequests(retry_after=5))
    await wait_told(bot.send_message(1, "told to wait"))
    clock.advance(4)
    await bot.send_message(1, "too early")
    await bot.send_message(2, "another chat")
    clock.advance(1)
    await bot.send_message(1, "in time")

    assert [call.parameters["text"] for call in api.calls if call.early] == ["too early"]


async def test_a_refused_message_counts_too(api, bot) -> None:
    for _ in range(3):
        with pytest.raises(BadRequest):
            await bot.send_message(1, "<b>", parse_mode="HTML")

    assert await wait_told(bot.send_message(1, "x")) == 1
