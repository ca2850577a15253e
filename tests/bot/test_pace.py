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


async def test_telegram_as_a_whole_gets_less_than_thirty_a_second() -> None:
    time = SharedTime()
    pace = Pace(clock=time, sleep=time.sleep)

    each = await time.until(asyncio.gather(*(times_of(a_chat(number), 2, pace, time) for number in range(1, 101))))
    times = sorted(one for chat in each for one in chat)

    for first in times:
        assert sum(first <= one < first + 1 - 1e-6 for one in times) <= 28
    assert times[-1] - times[0] < 9  # 200 messages at 28 a second


async def test_what_was_sent_before_the_start_counts() -> None:
    time = SharedTime()
    pace = Pace(clock=time, sleep=time.sleep)
    group = a_chat(1, kind=ChatKind.GROUP)
    pace.remember([(group.id, ago) for ago in range(50, 32, -1)])

    assert await time.until(times_of(group, 1, pace, time)) == [1010.0]  # the first of eighteen was 50 seconds ago


async def test_what_is_not_urgent_leaves_half_of_the_minute_free() -> None:
    time = SharedTime()
    pace = Pace(clock=time, sleep=time.sleep)
    group, private = a_chat(1, kind=ChatKind.CHANNEL), a_chat(2)
    for chat in (group, private):
        await time.until(times_of(chat, 9, pace, time))

    assert pace.spare_in(private) == 0
    assert 40 < pace.spare_in(group) < 60
    time.now += 60
    assert pace.spare_in(group) == 0


async def test_a_full_group_does_not_slow_another_chat() -> None:
    time = SharedTime()
    pace = Pace(clock=time, sleep=time.sleep)
    group = a_chat(1, kind=ChatKind.GROUP)

    _, private = await time.until(asyncio.gather(times_of(group, 40, pace, time), times_of(a_chat(2), 5, pace, time)))

    assert private[-1] - private[0] < 5
