import asyncio
from itertools import pairwise

from monitor.bot.pace import Pace
from monitor.core.model import Chat, ChatKind
from tests.bot.helpers import SharedTime, a_chat


async def times_of(chat: Chat, count: int, pace: Pace, time: SharedTime) -> list[float]:
    times = []
    for _ in range(count):
        await pace.turn(chat)
        times.append(time())
    return times


async def test_messages_in_one_chat_are_spaced() -> None:
    time = SharedTime()
    pace = Pace(clock=time, sleep=time.sleep)

    times = await time.until(times_of(a_chat(), 30, pace, time))
    gaps = [later - earlier for earlier, later in pairwise(times)]

    assert min(gaps) >= 1.05 - 1e-9
    assert times[-1] - times[0] < 32


async def test_a_group_or_channel_gets_at_most_eighteen_a_minute() -> None:
    for kind in (ChatKind.GROUP, ChatKind.SUPERGROUP, ChatKind.CHANNEL):
        time = SharedTime()
        pace = Pace(clock=time, sleep=time.sleep)

        times = await time.until(times_of(a_chat(kind=kind), 60, pace, time))

        for first in times:
            assert sum(first <= one < first + 60 - 1e-6 for one in times) <= 18


async def test_at_most_thirty_a_second_in_all() -> None:
    time = SharedTime()
    pace = Pace(clock=time, sleep=time.sleep)

    each = await time.until(asyncio.gather(*(times_of(a_chat(number), 2, pace, time) for number in range(1, 101))))
    times = sorted(one for chat in each for one in chat)

    for first in times:
        assert sum(first <= one < first + 1 - 1e-6 for one in times) <= 30
    assert times[-1] - times[0] < 9  # 200 messages at 30 a second


async def test_a_full_group_does_not_slow_another_chat() -> None:
    time = SharedTime()
    pace = Pace(clock=time, sleep=time.sleep)
    group = a_chat(1, kind=ChatKind.GROUP)

    _, private = await time.until(asyncio.gather(times_of(group, 40, pace, time), times_of(a_chat(2), 5, pace, time)))

    assert private[-1] - private[0] < 5
