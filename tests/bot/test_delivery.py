import asyncio
from datetime import timedelta

from monitor.core.errors import (
    AlertError,
    AlertRefused,
    ChatBusy,
    ChatMoved,
    ChatUnreachable,
    OutcomeUnknown,
)
from monitor.core.grouping import CROWD
from monitor.core.model import AlertId, Chat, ChatKind
from monitor.core.telling import Telling
from tests.bot.delivering import (
    DEAD,
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
    only,
    told,
)
from tests.bot.helpers import HeldTime, SharedTime
from tests.store.telling import found

MINUTE = timedelta(minutes=1)


async def test_everything_due_is_delivered_in_order_and_recorded() -> None:
    outbox = an_outbox(CROWD)
    notify = Notified()

    wait = await a_delivery(outbox, notify).round(START)

    assert notify.leads() == list(range(1, CROWD + 1))
    assert outbox.states() == {SENT}
    assert outbox.row(1)["message_id"] == 1
    assert wait is None


async def test_an_alert_is_in_flight_while_it_is_sent() -> None:
    outbox = an_outbox()
    seen = []
    notify = Notified(lambda telling, plain: seen.append(outbox.state(1)))

    await a_delivery(outbox, notify).round(START)

    assert seen == [IN_FLIGHT]


async def test_one_message_at_a_time_in_a_chat_and_chats_side_by_side() -> None:
    outbox = an_outbox(3, chats=3)
    under_way: list[int] = []
    together = set()

    class Watched(Notified):
        async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
            chat = telling.lead.chat.id
            assert chat not in under_way
            under_way.append(chat)
            for _ in range(5):
                await asyncio.sleep(0)
                together.add(len(under_way))
            under_way.remove(chat)
            return await super().__call__(telling)

    time = SharedTime()
    await time.until(a_delivery(outbox, Watched(), time).round(START))

    assert outbox.states() == {SENT}
    assert max(together) == 3


async def test_a_poison_alert_among_many_is_tried_twice_and_stops_nobody() -> None:
    outbox = an_outbox(CROWD)
    notify = Notified(only(5, AlertRefused("can't parse entities")))

    await days_pass(a_delivery(outbox, notify), START)

    assert len(notify.arrived) == CROWD - 1
    assert [plain for number, plain in notify.tried if number == 5] == [False, True]
    assert outbox.state(5) == DEAD
    assert outbox.row(5)["reason"] == "can't parse entities"


async def test_a_poison_alert_in_a_crowd_is_found_out_and_given_up_alone() -> None:
    outbox = an_outbox(3 * CROWD)
    shows_poison = Notified(
        lambda telling, plain: AlertRefused("can't parse") if 5 in [one.id for one in telling.alerts] else None
    )

    await days_pass(a_delivery(outbox, shows_poison), START)

    assert outbox.state(5) == DEAD
    assert told(shows_poison.arrived) == 3 * CROWD - 1
    assert outbox.audit_alerts(START).differences == ()


async def test_markup_that_telegram_refuses_is_sent_without() -> None:
    outbox = an_outbox()
    notify = Notified(lambda telling, plain: None if plain else AlertRefused("can't parse entities"))

    await a_delivery(outbox, notify).round(START)

    assert outbox.state(1) == SENT
    assert notify.tried == [(1, False), (1, True)]


async def test_a_bug_with_one_alert_does_not_stop_the_others() -> None:
    outbox = an_outbox(5)
    notify = Notified(only(2, ZeroDivisionError("a bug")))

    wait = await a_delivery(outbox, notify).round(START)

    assert notify.leads() == [1, 3, 4, 5]
    assert outbox.state(2) == IN_FLIGHT  # for all we know it was shown
    assert "a bug" in outbox.row(2)["reason"]
    assert wait is not None


async def test_a_busy_chat_is_left_alone_as_long_as_asked_and_others_go_on() -> None:
    outbox = an_outbox(CROWD, chats=2)
    time = SharedTime()
    refusal = once(ChatBusy("retry after 60", wait=timedelta(seconds=60)))
    notify = Notified(lambda telling, plain: refusal(telling, plain) if in_chat(telling, 1) else None)
    delivery = a_delivery(outbox, notify, time)

    wait = await time.until(delivery.round(START))

    assert {telling.lead.chat.id for telling in notify.arrived} == {2}
    assert len(notify.tried) == CROWD + 1  # the busy one asked once, then left alone
    assert wait is not None
    assert timedelta(seconds=50) <= wait <= timedelta(seconds=62)
    await time.until(delivery.round(START + timedelta(seconds=59)))
    assert len(notify.tried) == CROWD + 1
    await time.until(delivery.round(START + timedelta(seconds=62)))
    assert outbox.states() == {SENT}


async def test_what_surely_did_not_get_through_is_tried_again_ever_more_seldom_up_to_a_minute() -> None:
    outbox = an_outbox()
    notify = Notified(lambda telling, plain: AlertError("no connection"))
    waits = []
    now, time = START, HeldTime()
    delivery = a_delivery(outbox, notify, time)
    for _ in range(7):
        time.now += 60
        wait = await delivery.round(now)
        assert wait is not None
        waits.append(wait.total_seconds())
        now += wait

    assert waits == [5, 10, 20, 40, 60, 60, 60]
    assert outbox.state(1) == PENDING
    assert len(notify.tried) == 7


async def test_an_outage_is_not_asked_about_once_for_each_waiting_alert() -> None:
    outbox = an_outbox(50)
    notify = Notified(lambda telling, plain: AlertError("no connection"))

    await a_delivery(outbox, notify).round(START)

    assert len(notify.tried) == 1


async def test_an_alert_that_never_gets_through_does_not_hold_up_its_chat() -> None:
    outbox = an_outbox(3)
    notify = Notified(only(1, OutcomeUnknown("502")))
    delivery = a_delivery(outbox, notify)

    await delivery.round(START)
    await delivery.round(START + timedelta(seconds=5))

    assert [outbox.state(number) for number in (1, 2, 3)] == [IN_FLIGHT, SENT, SENT]


async def test_an_hour_without_telegram_is_told_within_two_minutes_as_digests() -> None:
    outbox = an_outbox(40, chats=4, kind=ChatKind.CHANNEL)
    down = [True]
    notify = Notified(lambda telling, plain: AlertError("no connection") if down else None)
    time = SharedTime()
    delivery = a_delivery(outbox, notify, time)
    now = START
    while now < START + timedelta(hours=1):
        found(outbox.store, quote=now.second % 40 + 1, at=now)
        wait = await time.until(delivery.round(now))
        assert wait is not None
        now += min(wait, MINUTE)
    made = outbox.store.status(now).matches
    assert not notify.arrived

    down.clear()
    back = now
    while now < back + 2 * MINUTE:
        wait = await time.until(delivery.round(now))
        now += min(wait, MINUTE) if wait is not None else MINUTE

    assert outbox.audit_alerts(now).told == 4 * made
    assert len(notify.arrived) <= 4 * 3
    assert any(telling.is_digest for telling in notify.arrived)


async def test_a_closed_chat_is_closed_once_and_the_owner_is_told_once() -> None:
    outbox = an_outbox(5, chats=2)
    notify = Notified(lambda telling, plain: ChatUnreachable("bot was blocked") if in_chat(telling, 1) else None)
    said: list[tuple[int, str, int]] = []

    async def on_closed(chat: Chat, reason: str, buried: int) -> None:
        said.append((chat.id, reason, buried))

    delivery = a_delivery(outbox, notify, on_closed=on_closed)
    await days_pass(delivery, START)
    found(outbox.store, at=START + MINUTE)
    await delivery.round(START + timedelta(days=1))

    assert said == [(1, "bot was blocked", 5)]
    assert len(notify.tried) == 1 + 5 + 1
    assert len(notify.arrived) == 6
    assert outbox.audit_alerts(START).differences == ()


async def test_telling_the_owner_may_fail() -> None:
    outbox = an_outbox(chats=2)

    async def on_closed(chat: Chat, reason: str, buried: int) -> None:
        raise RuntimeError("the owner cannot be told")

    notify = Notified(only(1, ChatUnreachable("bot was blocked")))
    await a_delivery(outbox, notify, on_closed=on_closed).round(START)

    assert [outbox.state(number) for number in (1, 2)] == [DEAD, SENT]


async def test_a_group_that_became_a_supergroup_loses_nothing() -> None:
    outbox = Outbox(a_store(("-100", ChatKind.GROUP), quotes=3))
    for quote in (1, 2, 3):
        found(outbox.store, quote=quote)
    notify = Notified(
        lambda telling, plain: ChatMoved("upgraded", address="-1009") if telling.lead.chat.address == "-100" else None
    )

    await a_delivery(outbox, notify).round(START)

    assert [telling.lead.chat.address for telling in notify.arrived] == ["-1009"] * 3
    assert sorted(notify.leads()) == [1, 2, 3]
    assert len(notify.tried) == 4


async def test_a_chat_that_moves_for_ever_is_not_followed_for_ever() -> None:
    outbox = an_outbox()
    notify = Notified(lambda telling, plain: ChatMoved("upgraded", address=telling.lead.chat.address + "0"))

    wait = await a_delivery(outbox, notify).round(START)

    assert len(notify.tried) <= 5
    assert wait is not None
    assert outbox.state(1) == PENDING


async def test_edits_wait_for_a_minute_and_leave_room_for_what_is_new() -> None:
    outbox = Outbox(a_store(("-1001", ChatKind.CHANNEL), quotes=8))
    found(outbox.store)
    notify, time = Notified(), HeldTime()
    delivery = a_delivery(outbox, notify, time)
    await delivery.round(START)
    outbox.store.mark_stale(AlertId(1), at=START)

    await delivery.round(START + MINUTE / 2)
    assert notify.updated == []
    time.now += 60
    await delivery.round(START + MINUTE)
    assert [telling.lead.id for telling in notify.updated] == [1]
    await delivery.round(START + 9 * MINUTE)

    assert len(notify.updated) == 1
