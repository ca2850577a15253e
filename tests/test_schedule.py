import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor import schedule as schedule_module
from monitor.core.model import SourceId
from monitor.schedule import AFTER_TROUBLE, AT_ONCE, MANY, Schedule
from tests.work import calls

A, B = SourceId(1), SourceId(2)
TODAY = datetime(2026, 1, 6, 12, tzinfo=UTC)


class Clocks:
    """A monotonic and a wall clock that only move when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.set_by = timedelta()

    def monotonic(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return TODAY + timedelta(seconds=self.seconds) + self.set_by


async def never(_: SourceId) -> None:
    raise AssertionError("nothing is due")


def a_schedule(turn=never, clocks: Clocks | None = None) -> Schedule:
    """A schedule whose alarm is set but never rings by itself."""
    clocks = clocks or Clocks()
    schedule = Schedule(turn, monotonic=clocks.monotonic, wall=clocks.wall)
    schedule._scheduler.start(paused=True)
    return schedule


def alarm(schedule: Schedule) -> datetime:
    """When what is due first is begun, by the wall clock."""
    [job] = schedule._scheduler.get_jobs()
    return job.trigger.run_date


async def ring(schedule: Schedule) -> None:
    """Let the alarm ring, and what it begins end."""
    await schedule._begin_due()
    await asyncio.gather(*schedule._turns)


async def test_a_source_that_is_due_is_polled_and_then_dated_anew() -> None:
    polled: list[SourceId] = []
    twice = asyncio.Event()

    async def turn(source_id: SourceId) -> timedelta | None:
        polled.append(source_id)
        if len(polled) == 2:
            twice.set()
            return None
        return timedelta()

    schedule = Schedule(turn)
    schedule.add(A, wait=timedelta())
    schedule.start()
    await asyncio.wait_for(twice.wait(), 10)
    await schedule.stop()

    assert polled == [A, A]


async def test_a_bug_in_one_poll_ends_neither_that_source_nor_another() -> None:
    clocks = Clocks()

    async def turn(_: SourceId) -> timedelta:
        raise ZeroDivisionError

    schedule = a_schedule(turn, clocks)
    schedule.add(A, wait=timedelta())
    schedule.add(B, wait=timedelta())
    await ring(schedule)

    assert schedule.sources == {A, B}
    assert alarm(schedule) == clocks.wall() + AFTER_TROUBLE


async def test_a_clock_set_back_an_hour_delays_no_poll() -> None:
    clocks = Clocks()
    schedule = a_schedule(clocks=clocks)
    schedule.add(A, wait=timedelta(minutes=5))
    clocks.seconds += 60
    clocks.set_by = timedelta(hours=-1)

    schedule.check()

    assert alarm(schedule) == clocks.wall() + timedelta(minutes=4)


async def test_a_clock_set_forward_an_hour_starts_no_stampede() -> None:
    clocks = Clocks()
    schedule = a_schedule(clocks=clocks)
    schedule.add(A, wait=timedelta(minutes=5))
    clocks.set_by = timedelta(hours=1)

    schedule.check()

    assert alarm(schedule) == clocks.wall() + timedelta(minutes=5)


async def test_a_poll_that_a_set_clock_would_start_too_early_is_put_off_even_before_the_step_is_noticed() -> None:
    clocks = Clocks()
    turned: list[SourceId] = []

    async def turn(source_id: SourceId) -> timedelta:
        turned.append(source_id)
        return timedelta(minutes=5)

    schedule = a_schedule(turn, clocks)
    schedule.add(A, wait=timedelta(minutes=5))
    clocks.set_by = timedelta(hours=1)

    await ring(schedule)

    assert turned == []
    assert alarm(schedule) == clocks.wall() + timedelta(minutes=5)


async def test_a_source_is_hastened_but_never_put_off() -> None:
    clocks = Clocks()
    schedule = a_schedule(clocks=clocks)
    schedule.add(A, wait=timedelta(hours=6))
    schedule.add(B, wait=timedelta(minutes=1))
    for source_id in (A, B, SourceId(3)):
        schedule.hasten(source_id, wait=timedelta(minutes=5))

    assert schedule.sources == {A, B}
    assert alarm(schedule) == clocks.wall() + timedelta(minutes=1)
    schedule.remove(B)
    await ring(schedule)
    assert alarm(schedule) == clocks.wall() + timedelta(minutes=5)


async def test_an_alarm_that_was_forgotten_is_set_for_now() -> None:
    clocks = Clocks()
    schedule = a_schedule(clocks=clocks)
    schedule.add(A, wait=timedelta(minutes=1))
    schedule._scheduler.remove_all_jobs()
    clocks.seconds += 120

    schedule.check()

    assert alarm(schedule) == clocks.wall()


async def test_a_source_that_is_added_when_nothing_was_left_to_do_is_polled() -> None:
    polled: list[SourceId] = []

    async def turn(source_id: SourceId) -> None:
        polled.append(source_id)

    schedule = a_schedule(turn)
    schedule.add(A, wait=timedelta())
    await ring(schedule)
    schedule.add(B, wait=timedelta())
    await ring(schedule)

    assert polled == [A, B]
    assert schedule.sources == frozenset()


async def test_thousands_that_are_due_at_once_begin_a_few_at_a_time() -> None:
    clocks = Clocks()
    begun = most = 0

    async def turn(_: SourceId) -> timedelta:
        nonlocal begun
        begun += 1
        return timedelta(minutes=5)

    schedule = a_schedule(turn, clocks)
    for number in range(5_000):
        schedule.add(SourceId(number), wait=timedelta(milliseconds=number))
    clocks.seconds += 3600  # the machine slept
    ringing = asyncio.create_task(ring(schedule))
    while not ringing.done():
        before = begun
        await asyncio.sleep(0)
        most = max(most, begun - before)

    assert begun == 5_000
    assert most <= AT_ONCE
    assert alarm(schedule) == clocks.wall() + timedelta(minutes=5)


async def test_while_many_polls_are_under_way_others_begin_as_those_end() -> None:
    under_way: list[asyncio.Event] = []
    most = ended = 0

    async def turn(_: SourceId) -> None:
        nonlocal most
        under_way.append(finish := asyncio.Event())
        most = max(most, len(under_way))
        await finish.wait()

    schedule = a_schedule(turn)
    for number in range(2 * MANY):
        schedule.add(SourceId(number), wait=timedelta())
    beginning = asyncio.create_task(schedule._begin_due())
    while ended < 2 * MANY:
        await asyncio.sleep(0)
        if len(under_way) > MANY or beginning.done():
            under_way.pop(0).set()
            ended += 1
    await beginning

    assert most <= MANY + AT_ONCE


async def test_hundreds_that_wait_for_one_host_keep_none_of_another_from_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule_module, "HELD_BACK", timedelta())
    begun: set[SourceId] = set()

    async def turn(source_id: SourceId) -> None:
        begun.add(source_id)
        await asyncio.Event().wait()

    schedule = a_schedule(turn)
    for number in range(2 * MANY):
        schedule.add(SourceId(number), wait=timedelta())
    await schedule._begin_due()

    assert len(begun) == 2 * MANY
    for stuck in schedule._turns:
        stuck.cancel()


async def test_stopping_while_many_wait_begins_no_other_and_is_no_error() -> None:
    begun = 0
    finish = asyncio.Event()

    async def turn(_: SourceId) -> None:
        nonlocal begun
        begun += 1
        await finish.wait()

    schedule = a_schedule(turn)
    for number in range(2 * MANY):
        schedule.add(SourceId(number), wait=timedelta())
    beginning = asyncio.create_task(schedule._begin_due())
    while begun <= MANY:  # noqa: ASYNC110 - until it waits, which nothing tells
        await asyncio.sleep(0)
    stopping = asyncio.create_task(schedule.stop())
    for _ in range(10):
        await asyncio.sleep(0)

    assert beginning.done()
    assert beginning.exception() is None
    assert begun <= MANY + AT_ONCE
    finish.set()
    await stopping


async def test_setting_the_clock_is_no_more_work_for_thousands_of_sources_than_for_one() -> None:
    clocks = Clocks()
    schedule = a_schedule(clocks=clocks)
    for number in range(5_000):
        schedule.add(SourceId(number), wait=timedelta(seconds=number + 60))
    clocks.set_by = timedelta(hours=-1)

    assert calls(schedule.check) < 2_000
    assert alarm(schedule) == clocks.wall() + timedelta(minutes=1)


async def test_a_removed_source_is_polled_no_more_even_when_removed_during_its_poll() -> None:
    schedule = a_schedule()

    async def turn(source_id: SourceId) -> timedelta:
        schedule.remove(source_id)
        return timedelta()

    schedule._turn = turn
    schedule.add(A, wait=timedelta())
    await schedule._run(A)

    assert schedule.sources == frozenset()


async def test_a_source_is_never_polled_twice_at_a_time() -> None:
    under_way, finish = asyncio.Event(), asyncio.Event()
    started = 0

    async def turn(_: SourceId) -> None:
        nonlocal started
        started += 1
        under_way.set()
        await finish.wait()

    schedule = a_schedule(turn)
    schedule.add(A, wait=timedelta())
    first = asyncio.create_task(schedule._run(A))
    await under_way.wait()
    await schedule._run(A)
    finish.set()
    await first

    assert started == 1


async def test_stopping_waits_for_the_poll_under_way_and_starts_no_other() -> None:
    under_way, finish = asyncio.Event(), asyncio.Event()
    ended: list[SourceId] = []

    async def turn(source_id: SourceId) -> timedelta:
        under_way.set()
        await finish.wait()
        ended.append(source_id)
        return timedelta()

    schedule = Schedule(turn)
    schedule.start()
    schedule.add(A, wait=timedelta())
    await under_way.wait()
    stopping = asyncio.create_task(schedule.stop())
    while schedule._due:  # noqa: ASYNC110 - until stopping has begun, which nothing tells
        await asyncio.sleep(0)
    finish.set()
    await stopping

    assert ended == [A]
    assert schedule.sources == frozenset()
