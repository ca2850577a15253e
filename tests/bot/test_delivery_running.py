"""Delivery over time: a disk that is full, a stop, a bad day."""

import asyncio
import contextlib
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest

from monitor.bot.delivery import Delivery
from monitor.bot.pace import Pace
from monitor.core.errors import (
    AlertError,
    ChatBusy,
    OutcomeUnknown,
    StoreError,
)
from monitor.core.grouping import CROWD
from monitor.core.model import ChatKind
from monitor.core.telling import Found, Look, Telling
from tests.bot.delivering import (
    IN_FLIGHT,
    PENDING,
    SENT,
    START,
    Notified,
    Outbox,
    a_delivery,
    a_store,
    an_outbox,
    days_pass,
    in_chat,
    once,
)
from tests.bot.helpers import HeldTime, call
from tests.store.telling import found

AT_ONCE = timedelta()


async def test_an_alert_that_arrived_but_could_not_be_recorded_is_not_sent_again() -> None:
    outbox = an_outbox(2)
    notify = Notified()
    delivery = a_delivery(outbox, notify)
    outbox.full = {"sent"}

    with pytest.raises(StoreError):
        await delivery.round(START)
    with pytest.raises(StoreError):  # nothing more is sent while it is owed
        await delivery.round(START + timedelta(minutes=1))
    outbox.full = set()
    await delivery.round(START + timedelta(minutes=2))

    assert notify.leads() == [1, 2]
    assert outbox.states() == {SENT}


@pytest.mark.parametrize("full", ["hold_chat", "put_back"])
async def test_what_telegram_asked_for_is_kept_when_it_cannot_be_recorded(full: str) -> None:
    outbox = an_outbox()
    notify = Notified(once(ChatBusy("retry after 60", wait=timedelta(seconds=60))))
    delivery = a_delivery(outbox, notify)
    outbox.full = {full}

    with pytest.raises(StoreError):
        await delivery.round(START)
    outbox.full = set()
    await delivery.round(START + timedelta(seconds=30))

    assert outbox.state(1) == PENDING
    assert len(notify.tried) == 1
    await delivery.round(START + timedelta(seconds=70))
    assert outbox.state(1) == SENT


async def test_nothing_is_sent_that_cannot_be_marked_as_under_way() -> None:
    outbox = an_outbox()
    notify = Notified()
    outbox.full = {"begin"}

    with pytest.raises(StoreError):
        await a_delivery(outbox, notify).round(START)

    assert notify.tried == []


async def test_a_number_that_cannot_be_written_down_is_not_asked_about() -> None:
    outbox = an_outbox(2)
    notify = Notified(lambda telling, plain: OutcomeUnknown("timed out") if telling.lead.id == 2 else None)
    delivery = a_delivery(outbox, notify)
    await delivery.round(START)
    outbox.full = {"looking"}

    with pytest.raises(StoreError):
        await delivery.round(START + timedelta(minutes=2))

    assert notify.looked == []


async def test_what_is_recorded_while_it_runs_is_delivered_when_it_is_woken() -> None:
    outbox = Outbox(a_store(("5001", ChatKind.PRIVATE)))
    stop, arrived = asyncio.Event(), asyncio.Event()
    notify = Notified(lambda telling, plain: arrived.set())
    delivery = a_delivery(outbox, notify, now=lambda: START, gather=AT_ONCE)
    running = asyncio.create_task(delivery.run(stop))
    await asyncio.sleep(0)
    found(outbox.store)
    delivery.wake()
    async with asyncio.timeout(5):
        await arrived.wait()
        stop.set()
        await running

    assert outbox.row(1)["message_id"] == 1


class Slow(Notified):
    """A way to people that hangs in chat 1 until told."""

    def __init__(self) -> None:
        super().__init__()
        self.hanging, self.arrived_elsewhere, self.answer = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        if in_chat(telling, 1):
            self.hanging.set()
            await self.answer.wait()
        else:
            self.arrived_elsewhere.set()
        return await super().__call__(telling)


async def test_a_chat_whose_message_hangs_delays_nothing_for_others_and_gets_no_second_one() -> None:
    outbox = Outbox(a_store(("5001", ChatKind.PRIVATE), ("5002", ChatKind.PRIVATE), quotes=2))
    found(outbox.store)
    stop, notify = asyncio.Event(), Slow()
    delivery = a_delivery(outbox, notify, now=lambda: START, gather=AT_ONCE)
    running = asyncio.create_task(delivery.run(stop))
    async with asyncio.timeout(5):
        await notify.hanging.wait()
        found(outbox.store, quote=2)
        notify.arrived_elsewhere.clear()
        delivery.wake()
        await notify.arrived_elsewhere.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        assert [outbox.state(number) for number in (1, 3)] == [IN_FLIGHT, PENDING]
        stop.set()
        notify.answer.set()  # a message on its way is waited for, so its arrival is recorded
        await running

    assert outbox.state(1) == SENT


async def test_stopping_leaves_what_only_waits_for_its_turn_in_the_outbox() -> None:
    outbox = an_outbox(CROWD)
    stop, notify = asyncio.Event(), Notified()
    waiting = asyncio.Event()

    async def for_ever(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    pace = Pace(clock=lambda: 0.0, sleep=for_ever)
    delivery = Delivery(outbox, call, notify, pace=pace, now=lambda: START)
    running = asyncio.create_task(delivery.run(stop))
    async with asyncio.timeout(5):
        await waiting.wait()
        stop.set()
        await running

    assert outbox.state(1) == SENT
    assert {outbox.state(number) for number in range(2, CROWD + 1)} == {PENDING}


async def test_a_full_disk_does_not_end_the_delivery() -> None:
    outbox = an_outbox()
    outbox.full = {"begin"}
    stop, notify = asyncio.Event(), Notified()
    delivery = a_delivery(outbox, notify, now=lambda: START)
    running = asyncio.create_task(delivery.run(stop))
    async with asyncio.timeout(5):
        for _ in range(50):
            await asyncio.sleep(0)
        assert notify.tried == []
        outbox.full = set()
        while outbox.state(1) != SENT:
            delivery.wake()
            await asyncio.sleep(0)
        assert not running.done()
        stop.set()
        await running

    assert notify.tried == [(1, False)]


class Telegram(Notified):
    """A Telegram that may do what was asked without saying so, and can be asked what is at a number."""

    def __init__(self, fails: Callable[[], BaseException | None]) -> None:
        super().__init__()
        self.next_trouble = fails
        self.numbers: dict[int, list[int]] = {}

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        trouble = self.next_trouble()
        here = self.numbers.setdefault(telling.lead.chat.id, [])
        if trouble is None or isinstance(trouble, OutcomeUnknown):
            here.append(telling.lead.id)
        if trouble is not None:
            raise trouble
        return len(here)

    async def look(self, telling: Telling, message_id: int, *, again: bool) -> Look:
        trouble = self.next_trouble()
        if trouble is not None:
            raise trouble
        here = self.numbers[telling.lead.chat.id]
        if message_id > len(here):
            return Look(found=Found.NOTHING)
        is_it = here[message_id - 1] == telling.lead.id
        return Look(found=Found.IT if is_it else Found.FOREIGN)


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_goes_wrong_nothing_is_lost_and_nothing_is_sent_twice(seed: int) -> None:
    chance = random.Random(seed)
    errors: list[Callable[[], BaseException]] = [
        lambda: ChatBusy("busy", wait=timedelta(seconds=chance.randrange(1, 40))),
        lambda: AlertError("no connection"),
        lambda: OutcomeUnknown("timed out, and arrived"),
    ]
    outbox = an_outbox(6, chats=5, kind=ChatKind.CHANNEL)
    notify = Telegram(lambda: None)
    delivery = a_delivery(outbox, notify)
    await delivery.round(START)  # so that in each chat there is a number to begin from
    notify.next_trouble = lambda: chance.choice(errors)() if chance.random() < 0.3 else None
    now = START
    for hour in range(1, 25):
        found(outbox.store, quote=hour % 6 + 1, at=now)
        for _ in range(12):
            full = {chance.choice(["sent", "put_back", "hold_chat", "begin", "doubt", "looking"])}
            outbox.full = full if chance.random() < 0.2 else set()
            with contextlib.suppress(StoreError):
                await delivery.round(now)
            now += timedelta(seconds=30)
    outbox.full = set()
    notify.next_trouble = lambda: None
    await days_pass(delivery, now)

    told = [lead for leads in notify.numbers.values() for lead in leads]
    assert len(told) == len(set(told)) == 5 * (6 + 24)
    assert outbox.states() == {SENT}
    assert outbox.audit_alerts(now).differences == ()


async def test_what_was_sent_before_the_program_started_counts_for_the_limits() -> None:
    outbox = an_outbox(CROWD, kind=ChatKind.CHANNEL)
    time = HeldTime()
    await a_delivery(outbox, Notified(), time).round(START)
    for quote in range(1, CROWD + 1):
        found(outbox.store, quote=quote, at=START)
    begun = time.now
    then = START + timedelta(seconds=20)

    await a_delivery(outbox, Notified(), time).round(then)
    for quote in range(1, 4):
        found(outbox.store, quote=quote, at=then)
    await a_delivery(outbox, Notified(), time).round(START + timedelta(seconds=55))

    assert outbox.states() == {SENT}
    assert time.now - begun > 10  # the nineteenth message had to wait until the first was a minute ago


def test_delivery_knows_nothing_of_telegram() -> None:
    asked = "import sys, monitor.bot.delivery; print('telegram' in sys.modules, 'httpx' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["False", "False"]
