"""Delivery over time: a disk that is full, a stop, a bad day."""

import asyncio
import contextlib
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from monitor.bot.delivery import Delivery
from monitor.bot.pace import Pace
from monitor.core.errors import (
    AlertError,
    ChatBusy,
    OutcomeUnknown,
    StoreError,
)
from monitor.core.model import Alert
from tests.bot.delivering import PENDING, SENT, Notified, a_delivery, once
from tests.bot.helpers import MemoryOutbox, a_chat, an_alert, call
from tests.builders import NOON


async def test_an_alert_that_arrived_but_could_not_be_recorded_is_not_sent_again() -> None:
    outbox = MemoryOutbox(an_alert(1), an_alert(2))
    notify = Notified()
    delivery = a_delivery(outbox, notify)
    outbox.full = {"sent"}

    with pytest.raises(StoreError):
        await delivery.round(NOON)
    with pytest.raises(StoreError):  # nothing more is sent while it is owed
        await delivery.round(NOON + timedelta(minutes=1))
    outbox.full = set()
    await delivery.round(NOON + timedelta(minutes=2))

    assert [alert.id for alert in notify.arrived] == [1, 2]
    assert outbox.states() == {SENT}


@pytest.mark.parametrize("full", ["hold_chat", "put_back"])
async def test_what_telegram_asked_for_is_kept_when_it_cannot_be_recorded(full: str) -> None:
    outbox = MemoryOutbox(an_alert(1))
    notify = Notified(once(ChatBusy("retry after 60", wait=timedelta(seconds=60))))
    delivery = a_delivery(outbox, notify)
    outbox.full = {full}

    with pytest.raises(StoreError):
        await delivery.round(NOON)
    outbox.full = set()
    await delivery.round(NOON + timedelta(seconds=30))

    assert outbox.state(1) is PENDING
    assert len(notify.tried) == 1
    await delivery.round(NOON + timedelta(seconds=70))
    assert outbox.state(1) is SENT


async def test_nothing_is_sent_that_cannot_be_marked_as_under_way() -> None:
    outbox = MemoryOutbox(an_alert(1))
    notify = Notified()
    outbox.full = {"in_flight"}

    with pytest.raises(StoreError):
        await a_delivery(outbox, notify).round(NOON)

    assert notify.tried == []


async def test_what_is_recorded_while_it_runs_is_delivered_when_it_is_woken() -> None:
    outbox = MemoryOutbox()
    stop, arrived = asyncio.Event(), asyncio.Event()

    async def notify(alert: Alert, *, plain: bool = False) -> int:
        arrived.set()
        return 7

    delivery = a_delivery(outbox, notify, now=lambda: NOON)
    running = asyncio.create_task(delivery.run(stop))
    await asyncio.sleep(0)
    outbox.add(an_alert(1))
    delivery.wake()
    async with asyncio.timeout(5):
        await arrived.wait()
        stop.set()
        await running

    assert outbox.rows[1].message_id == 7


async def test_a_chat_whose_message_hangs_does_not_delay_what_comes_later_for_others() -> None:
    slow, quick = a_chat(1), a_chat(2)
    outbox = MemoryOutbox(an_alert(1, chat=slow))
    stop, hanging, arrived, answer = asyncio.Event(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def notify(alert: Alert, *, plain: bool = False) -> int:
        if alert.chat == slow:
            hanging.set()
            await answer.wait()
        else:
            arrived.set()
        return 1

    delivery = a_delivery(outbox, notify, now=lambda: NOON)
    running = asyncio.create_task(delivery.run(stop))
    async with asyncio.timeout(5):
        await hanging.wait()
        outbox.add(an_alert(2, chat=quick))
        delivery.wake()
        await arrived.wait()
        stop.set()
        answer.set()  # a message on its way is waited for, so its arrival is recorded
        await running

    assert outbox.states() == {SENT}


async def test_stopping_leaves_what_only_waits_for_its_turn_in_the_outbox() -> None:
    outbox = MemoryOutbox(*(an_alert(number) for number in range(1, 11)))
    stop, notify = asyncio.Event(), Notified()
    waiting = asyncio.Event()

    async def for_ever(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    delivery = Delivery(outbox, call, notify, pace=Pace(clock=lambda: 0.0, sleep=for_ever), now=lambda: NOON)
    running = asyncio.create_task(delivery.run(stop))
    async with asyncio.timeout(5):
        await waiting.wait()
        stop.set()
        await running

    assert outbox.state(1) is SENT
    assert {outbox.state(number) for number in range(2, 11)} == {PENDING}


async def test_a_full_disk_does_not_end_the_delivery() -> None:
    outbox = MemoryOutbox(an_alert(1))
    outbox.full = {"in_flight"}
    stop, tried = asyncio.Event(), asyncio.Event()
    failing = outbox.in_flight

    def in_flight(*values: Any, **named: Any) -> None:
        tried.set()
        failing(*values, **named)

    outbox.in_flight = in_flight  # type: ignore[method-assign]
    notify = Notified()
    delivery = a_delivery(outbox, notify, now=lambda: NOON)
    running = asyncio.create_task(delivery.run(stop))
    async with asyncio.timeout(5):
        await tried.wait()
        outbox.full = set()
        while outbox.state(1) is not SENT:
            delivery.wake()
            await asyncio.sleep(0)
        assert not running.done()
        stop.set()
        await running

    assert notify.tried == [(1, False)]


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_goes_wrong_nothing_is_lost_and_nothing_that_arrived_surely_is_sent_twice(seed: int) -> None:
    chance = random.Random(seed)
    errors: list[Callable[[], BaseException]] = [
        lambda: ChatBusy("busy", wait=timedelta(seconds=chance.randrange(1, 40))),
        lambda: AlertError("no connection"),
        lambda: OutcomeUnknown("timed out"),
        lambda: RuntimeError("a bug"),
    ]
    outbox = MemoryOutbox(*(an_alert(number, chat=a_chat(number % 7 + 1)) for number in range(1, 201)))
    notify = Notified(lambda alert, plain: chance.choice(errors)() if chance.random() < 0.2 else None)
    delivery = a_delivery(outbox, notify)
    now = NOON
    for _ in range(400):
        full = {chance.choice(["sent", "put_back", "hold_chat", "in_flight"])}
        outbox.full = full if chance.random() < 0.2 else set()
        with contextlib.suppress(StoreError):
            await delivery.round(now)
        now += timedelta(seconds=30)
    outbox.full = set()
    await delivery.round(now + timedelta(hours=1))
    await delivery.round(now + timedelta(hours=2))

    assert outbox.states() == {SENT}
    assert sorted(alert.id for alert in notify.arrived) == list(range(1, 201))


def test_delivery_knows_nothing_of_telegram() -> None:
    asked = "import sys, monitor.bot.delivery; print('telegram' in sys.modules, 'httpx' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["False", "False"]


async def test_a_chat_whose_message_is_under_way_gets_no_second_one_meanwhile() -> None:
    slow, quick = a_chat(1), a_chat(2)
    outbox = MemoryOutbox(an_alert(1, chat=slow))
    stop, hanging, arrived, answer = asyncio.Event(), asyncio.Event(), asyncio.Event(), asyncio.Event()
    tried: list[int] = []

    async def notify(alert: Alert, *, plain: bool = False) -> int:
        tried.append(alert.id)
        if alert.chat == slow:
            hanging.set()
            await answer.wait()
        else:
            arrived.set()
        return 1

    delivery = a_delivery(outbox, notify, now=lambda: NOON)
    running = asyncio.create_task(delivery.run(stop))
    async with asyncio.timeout(5):
        await hanging.wait()
        outbox.add(an_alert(2, chat=slow))
        outbox.add(an_alert(3, chat=quick))
        delivery.wake()
        await arrived.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        assert tried == [1, 3]
        stop.set()
        answer.set()
        await running
