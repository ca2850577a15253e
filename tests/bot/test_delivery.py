import asyncio
from datetime import timedelta

import pytest

from monitor.core.errors import (
    AlertError,
    AlertRefused,
    ChatBusy,
    ChatMoved,
    ChatUnreachable,
    OutcomeUnknown,
)
from monitor.core.model import Alert, Chat, ChatKind
from tests.bot.delivering import DEAD, IN_FLIGHT, PENDING, SENT, Notified, a_delivery, once, only
from tests.bot.helpers import HeldTime, MemoryOutbox, SharedTime, a_chat, an_alert
from tests.builders import NOON


async def test_everything_due_is_delivered_in_order_and_recorded() -> None:
    outbox = MemoryOutbox(*(an_alert(number) for number in range(1, 31)))
    notify = Notified()

    wait = await a_delivery(outbox, notify).round(NOON)

    assert [alert.id for alert in notify.arrived] == list(range(1, 31))
    assert outbox.states() == {SENT}
    assert outbox.rows[1].message_id == 1
    assert wait is None


async def test_an_alert_is_in_flight_while_it_is_sent() -> None:
    outbox = MemoryOutbox(an_alert(1))
    seen = []
    notify = Notified(lambda alert, plain: seen.append(outbox.state(1)))

    await a_delivery(outbox, notify).round(NOON)

    assert seen == [IN_FLIGHT]


async def test_one_message_at_a_time_in_a_chat_and_chats_side_by_side() -> None:
    outbox = MemoryOutbox(*(an_alert(number, chat=a_chat(number % 3 + 1)) for number in range(1, 10)))
    under_way: list[int] = []
    together = set()

    async def notify(alert: Alert, *, plain: bool = False) -> int:
        assert alert.chat.id not in under_way
        under_way.append(alert.chat.id)
        for _ in range(5):
            await asyncio.sleep(0)
            together.add(len(under_way))
        under_way.remove(alert.chat.id)
        return 1

    time = SharedTime()
    await time.until(a_delivery(outbox, notify, time).round(NOON))

    assert outbox.states() == {SENT}
    assert max(together) == 3


async def test_a_poison_alert_among_many_is_tried_twice_and_stops_nobody() -> None:
    outbox = MemoryOutbox(*(an_alert(number) for number in range(1, 101)))
    notify = Notified(only(50, AlertRefused("can't parse entities")))

    await a_delivery(outbox, notify).round(NOON)
    await a_delivery(outbox, notify).round(NOON + timedelta(days=1))

    assert len(notify.arrived) == 99
    assert [plain for number, plain in notify.tried if number == 50] == [False, True]
    assert outbox.state(50) is DEAD
    assert outbox.rows[50].reasons == ["can't parse entities"]


async def test_markup_that_telegram_refuses_is_sent_without() -> None:
    outbox = MemoryOutbox(an_alert(1))
    notify = Notified(lambda alert, plain: None if plain else AlertRefused("can't parse entities"))

    await a_delivery(outbox, notify).round(NOON)

    assert outbox.state(1) is SENT
    assert notify.tried == [(1, False), (1, True)]


async def test_a_bug_with_one_alert_does_not_stop_the_others() -> None:
    outbox = MemoryOutbox(*(an_alert(number) for number in range(1, 6)))
    notify = Notified(only(2, ZeroDivisionError("a bug")))

    wait = await a_delivery(outbox, notify).round(NOON)

    assert [alert.id for alert in notify.arrived] == [1, 3, 4, 5]
    assert outbox.state(2) is PENDING
    assert "a bug" in outbox.rows[2].reasons[0]
    assert wait is not None


async def test_a_busy_chat_is_left_alone_as_long_as_asked_and_others_go_on() -> None:
    busy, free = a_chat(1), a_chat(2)
    outbox = MemoryOutbox(*(an_alert(number, chat=busy if number % 2 else free) for number in range(1, 21)))
    time = SharedTime()
    refusal = once(ChatBusy("retry after 60", wait=timedelta(seconds=60)))
    notify = Notified(lambda alert, plain: refusal(alert, plain) if alert.chat == busy else None)
    delivery = a_delivery(outbox, notify, time)

    wait = await time.until(delivery.round(NOON))

    assert [alert.chat for alert in notify.arrived] == [free] * 10
    assert sum(number % 2 for number, _ in notify.tried) == 1  # asked once, then left alone
    until = outbox.held[busy.id]
    assert timedelta(seconds=60) <= until - NOON <= timedelta(seconds=62)
    assert wait is not None
    assert wait >= timedelta(seconds=60)
    await time.until(delivery.round(NOON + timedelta(seconds=59)))
    assert len(notify.tried) == 11
    await time.until(delivery.round(until))
    assert outbox.states() == {SENT}


@pytest.mark.parametrize("error", [AlertError("no connection"), OutcomeUnknown("timed out")])
async def test_what_did_not_get_through_is_tried_again_ever_more_seldom(error: AlertError) -> None:
    outbox = MemoryOutbox(an_alert(1))
    notify = Notified(lambda alert, plain: error)
    waits = []
    now, time = NOON, HeldTime()
    delivery = a_delivery(outbox, notify, time)
    for _ in range(10):
        time.now += 3600
        await delivery.round(now)
        waits.append((outbox.rows[1].due - now).total_seconds())
        now = outbox.rows[1].due

    assert waits == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600]
    assert outbox.state(1) is PENDING


async def test_an_outage_is_not_asked_about_once_for_each_waiting_alert() -> None:
    outbox = MemoryOutbox(*(an_alert(number) for number in range(1, 51)))
    notify = Notified(lambda alert, plain: AlertError("no connection"))

    await a_delivery(outbox, notify).round(NOON)

    assert len(notify.tried) == 1


async def test_an_alert_that_never_gets_through_does_not_hold_up_its_chat() -> None:
    outbox = MemoryOutbox(an_alert(1), an_alert(2))
    notify = Notified(only(1, OutcomeUnknown("502")))
    delivery = a_delivery(outbox, notify)

    await delivery.round(NOON)
    assert outbox.states() == {PENDING}
    await delivery.round(NOON + timedelta(seconds=5))

    assert outbox.state(2) is SENT
    assert outbox.state(1) is PENDING


async def test_after_an_outage_everything_arrives() -> None:
    outbox = MemoryOutbox(*(an_alert(number, chat=a_chat(number % 4 + 1)) for number in range(1, 41)))
    down = [True]
    notify = Notified(lambda alert, plain: AlertError("no connection") if down else None)
    delivery = a_delivery(outbox, notify)
    now = NOON
    for _ in range(20):
        now += await delivery.round(now) or timedelta(minutes=1)
    assert outbox.states() == {PENDING}

    down.clear()
    for _ in range(5):
        now += timedelta(minutes=10)
        await delivery.round(now)

    assert outbox.states() == {SENT}
    assert len(notify.arrived) == 40


async def test_a_closed_chat_is_closed_once_and_the_owner_is_told_once() -> None:
    closed, open_ = a_chat(1), a_chat(2)
    outbox = MemoryOutbox(*(an_alert(number, chat=closed if number < 6 else open_) for number in range(1, 11)))
    notify = Notified(lambda alert, plain: ChatUnreachable("bot was blocked") if alert.chat == closed else None)
    told: list[tuple[Chat, str, int]] = []

    async def on_closed(chat: Chat, reason: str, buried: int) -> None:
        told.append((chat, reason, buried))

    delivery = a_delivery(outbox, notify, on_closed=on_closed)
    await delivery.round(NOON)
    await delivery.round(NOON + timedelta(days=1))

    assert told == [(closed, "bot was blocked", 5)]
    assert [number for number, _ in notify.tried].count(1) == 1
    assert {outbox.state(number) for number in range(1, 6)} == {DEAD}
    assert {outbox.state(number) for number in range(6, 11)} == {SENT}


async def test_telling_the_owner_may_fail() -> None:
    outbox = MemoryOutbox(an_alert(1), an_alert(2, chat=a_chat(2)))

    async def on_closed(chat: Chat, reason: str, buried: int) -> None:
        raise RuntimeError("the owner cannot be told")

    notify = Notified(only(1, ChatUnreachable("bot was blocked")))
    await a_delivery(outbox, notify, on_closed=on_closed).round(NOON)

    assert outbox.state(1) is DEAD
    assert outbox.state(2) is SENT


async def test_a_group_that_became_a_supergroup_loses_nothing() -> None:
    group = a_chat(1, address="-100", kind=ChatKind.GROUP)
    outbox = MemoryOutbox(*(an_alert(number, chat=group) for number in range(1, 4)))
    notify = Notified(lambda alert, plain: ChatMoved("upgraded", address="-1009") if alert.chat == group else None)

    await a_delivery(outbox, notify).round(NOON)

    assert [alert.chat.address for alert in notify.arrived] == ["-1009"] * 3
    assert sorted(alert.id for alert in notify.arrived) == [1, 2, 3]
    assert len(notify.tried) == 4


async def test_a_chat_that_moves_for_ever_is_not_followed_for_ever() -> None:
    outbox = MemoryOutbox(an_alert(1))
    notify = Notified(lambda alert, plain: ChatMoved("upgraded", address=alert.chat.address + "0"))

    wait = await a_delivery(outbox, notify).round(NOON)

    assert len(notify.tried) <= 5
    assert wait is not None
    assert outbox.state(1) is PENDING
