"""Each fault happens to the call it was meant for, and leaves behind what it says."""

import asyncio

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.fakes import botapi
from tests.fakes.botapi import ANY, FakeBotApi, HangAfter, LateApply, ManualClock, a_bot


@pytest.fixture
async def api():
    async with FakeBotApi(seed=1) as api:
        api.add_user(id=42)
        yield api


@pytest.fixture
async def bot(api):
    async with a_bot(api) as bot:
        yield bot


def texts(api: FakeBotApi) -> list[str]:
    return [message.text for message in api.sent()]


@pytest.mark.parametrize(
    ("fault", "error", "why"),
    [
        (botapi.Refuse(), NetworkError, "httpx.RemoteProtocolError"),
        (botapi.DropBefore(), NetworkError, "httpx.ReadError"),
        (botapi.TooManyRequests(retry_after=7), RetryAfter, "Flood control exceeded. Retry in 7 seconds"),
        (botapi.ServerError(), NetworkError, "Internal Server Error"),
        (botapi.ServerError(502), NetworkError, "Bad Gateway"),
        (botapi.Forbidden("bot was kicked from the channel chat"), Forbidden, "Forbidden: bot was kicked from the"),
        (botapi.BadRequest("message is too long"), BadRequest, "Message is too long"),
        (botapi.Migrate(to=-1009), ChatMigrated, "Group migrated to supergroup. New chat id: -1009"),
    ],
)
async def test_a_fault_before_leaves_nothing_and_happens_once(api, bot, fault, error, why) -> None:
    api.faults.next("sendMessage", fault)

    with pytest.raises(error) as raised:
        await bot.send_message(42, "first")
    assert str(raised.value).startswith(why)
    assert texts(api) == []
    await bot.send_message(42, "second")
    assert texts(api) == ["second"]
    assert [call.fault for call in api.calls_of("sendMessage")] == [fault, None]


@pytest.mark.parametrize(
    ("fault", "why"),
    [(botapi.ResetAfter(), "httpx.ReadError"), (botapi.ServerErrorAfter(), "Bad Gateway")],
)
async def test_a_fault_after_leaves_the_message(api, bot, fault, why) -> None:
    api.faults.next("sendMessage", fault)

    with pytest.raises(NetworkError) as raised:
        await bot.send_message(42, "applied")
    assert str(raised.value).startswith(why)
    assert texts(api) == ["applied"]


async def test_an_answer_hangs_until_it_is_released(api, bot) -> None:
    api.faults.next("sendMessage", HangAfter())
    sending = asyncio.create_task(bot.send_message(42, "applied"))
    await api.wait_for(lambda: texts(api) == ["applied"])
    await bot.send_message(42, "others go on")

    assert not sending.done()
    api.release()
    assert (await sending).text == "applied"


async def test_a_bot_that_does_not_wait_for_a_hanging_answer_times_out(api) -> None:
    api.faults.next("sendMessage", HangAfter())
    async with a_bot(api, read_timeout=0.05) as impatient:
        with pytest.raises(TimedOut):
            await impatient.send_message(42, "applied")

    assert texts(api) == ["applied"]


async def test_a_late_message_lands_when_its_time_has_come_by_the_clock_of_the_test() -> None:
    clock = ManualClock()
    async with FakeBotApi(clock=clock) as api, a_bot(api) as bot:
        api.add_user(id=42)
        api.faults.next("sendMessage", LateApply(delay=20))
        with pytest.raises(NetworkError):
            await bot.send_message(42, "late")
        await bot.send_message(42, "in between")

        clock.advance(19.9)
        assert texts(api) == ["in between"]
        clock.advance(0.1)
        assert texts(api) == ["in between", "late"]
        assert [message.message_id for message in api.sent()] == [1, 2]


async def test_a_late_message_lands_on_release_or_on_real_time(api, bot) -> None:
    api.faults.next("sendMessage", LateApply())
    api.faults.next("sendMessage", LateApply(delay=0.01))
    for text in ("on release", "on time"):
        with pytest.raises(NetworkError):
            await bot.send_message(42, text)

    await api.wait_for(lambda: texts(api) == ["on time"])
    api.release()
    assert texts(api) == ["on time", "on release"]


async def test_what_is_refused_late_is_refused_quietly(api, bot) -> None:
    api.faults.next("sendMessage", LateApply())
    with pytest.raises(NetworkError):
        await bot.send_message(42, "late")
    api.block(42)
    api.release()

    assert texts(api) == []


async def test_a_server_that_is_down_refuses_connections_until_it_is_back(api, bot) -> None:
    url = api.url
    await bot.send_message(42, "before")
    await api.go_down()
    with pytest.raises(NetworkError, match=r"httpx\.ConnectError"):
        await bot.send_message(42, "lost")
    await api.come_back()
    await bot.send_message(42, "after")

    assert api.url == url
    assert texts(api) == ["before", "after"]


async def test_a_fault_picks_its_call_by_method_chat_and_text(api, bot) -> None:
    api.add_user(id=43)
    api.faults.next("sendMessage", botapi.BadRequest("picked"), chat_id=43, text="poison", times=2)
    await bot.send_chat_action(43, "typing")
    await bot.send_message(42, "poison")
    await bot.send_message(43, "honey")

    for _ in range(2):
        with pytest.raises(BadRequest, match="Picked"):
            await bot.send_message(43, "some poison")
    await bot.send_message(43, "poison")
    assert api.faults.waiting == 0


async def test_a_fault_can_last_until_it_is_cleared(api, bot) -> None:
    api.faults.always(ANY, botapi.ServerError())
    for _ in range(3):
        with pytest.raises(NetworkError):
            await bot.send_message(42, "x")
    assert await bot.get_updates() == ()
    api.faults.clear()

    assert await bot.send_message(42, "x")


async def fates(seed: int) -> list[bool]:
    async with FakeBotApi(seed=seed) as api, a_bot(api) as bot:
        api.add_user(id=42)
        api.faults.chance("sendMessage", botapi.BadRequest("unlucky"), 0.5)
        for number in range(30):
            try:
                await bot.send_message(42, str(number))
            except BadRequest:
                assert api.calls[-1].fault
        return [call.fault is not None for call in api.calls_of("sendMessage")]


async def test_chance_is_the_same_for_the_same_seed() -> None:
    first, again, other = await fates(1), await fates(1), await fates(2)

    assert first == again != other
    assert 5 < sum(first) < 25


async def test_waiting_in_vain_names_the_last_calls(api, bot) -> None:
    await bot.send_message(42, "the last")

    with pytest.raises(TimeoutError, match=r"sendMessage .*the last"):
        await api.wait_for(lambda: False, timeout=0.01)


async def test_a_condition_of_the_tests_own_is_looked_at_on_poke(api) -> None:
    done = []
    waiting = asyncio.create_task(api.wait_for(lambda: done))
    asyncio.get_running_loop().call_soon(lambda: (done.append(1), api.poke()))

    await waiting
