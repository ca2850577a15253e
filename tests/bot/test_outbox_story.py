"""The whole way with nothing replaced but Telegram itself: real store, real client, a Bot API with real limits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import Bot

from monitor.bot.delivery import Delivery
from monitor.bot.notify import TelegramNotify
from monitor.bot.pace import Pace
from monitor.core.model import AlertState, Arrival, ChatKind, Finding, WantedQuote, WantedSource
from monitor.store import SqliteStore, open_store
from tests.bot.helpers import TOKEN, HeldTime, call
from tests.builders import NOON, QUOTE, a_match, a_poll, a_post
from tests.fakes import botapi
from tests.fakes.botapi import FakeBotApi

CHANNEL, READER, GROUP = -1001, 5001, -77


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "quotes.db")
    yield store
    store.close()


def record(store: SqliteStore, count: int) -> None:
    """Record posts that each match; every subscribed chat is due an alert of each."""
    store.seed_sources([WantedSource(kind="feed", address="https://news.example/feed.xml", name="News")], NOON)
    [source] = store.active_sources()
    [quote] = store.quotes()
    posts = [a_post(f"he said {QUOTE} and <b>{number}</b>") for number in range(count)]
    findings = [Finding(match=a_match(post, quote)) for post in posts]
    poll = replace(a_poll(source), started_at=NOON, finished_at=NOON)
    store.record(poll, [Arrival(post=post) for post in posts], findings)


def subscribe(store: SqliteStore, chat_id: int, kind: ChatKind) -> None:
    if not store.quotes():
        store.track(WantedQuote(text=QUOTE), by="test", at=NOON)
    store.subscribe(str(chat_id), kind, None, by="test", at=NOON)


async def deliver_all(store: SqliteStore, api: FakeBotApi, time: HeldTime, *, rounds: int = 30) -> None:
    async with Bot(TOKEN, base_url=f"{api.url}/bot") as bot:
        pace = Pace(clock=time, sleep=time.sleep)
        delivery = Delivery(store, call, TelegramNotify(bot), pace=pace, clock=time)
        for _ in range(rounds):
            wait = await delivery.round(time.datetime())
            if wait is None:
                return
            time.now += wait.total_seconds()


def states(store: SqliteStore) -> dict[AlertState, int]:
    return {state: count for state, count in store.status(NOON).alerts.items() if count}


async def test_the_limits_of_telegram_are_never_met(store: SqliteStore) -> None:
    subscribe(store, CHANNEL, ChatKind.CHANNEL)
    subscribe(store, READER, ChatKind.PRIVATE)
    record(store, 60)
    time = HeldTime()
    async with FakeBotApi(token=TOKEN, clock=time.datetime, limits=True) as api:
        api.add_user(id=READER)
        api.add_chat(id=CHANNEL, type="channel", bot_is_admin=True)
        await deliver_all(store, api, time)

        assert len(api.sent(CHANNEL)) == len(api.sent(READER)) == 60
        assert all(one.answer and one.answer["ok"] for one in api.calls_of("sendMessage"))
    assert states(store) == {AlertState.SENT: 120}


async def test_flood_limits_faults_a_blocked_bot_and_a_moved_group_lose_nothing(store: SqliteStore) -> None:
    subscribe(store, CHANNEL, ChatKind.CHANNEL)
    subscribe(store, READER, ChatKind.PRIVATE)
    subscribe(store, GROUP, ChatKind.GROUP)
    record(store, 20)
    time = HeldTime()
    async with FakeBotApi(token=TOKEN, clock=time.datetime) as api:
        api.add_user(id=READER, blocked=True)
        api.add_chat(id=CHANNEL, type="channel", bot_is_admin=True)
        api.add_chat(id=GROUP, type="group")
        api.migrate(GROUP, -100077)
        api.faults.next("sendMessage", botapi.TooManyRequests(60), chat_id=str(CHANNEL), times=2)
        api.faults.next("sendMessage", botapi.ServerError(502), chat_id=str(CHANNEL))
        api.faults.next("sendMessage", botapi.BadRequest("can't parse entities"), chat_id=str(CHANNEL))
        await deliver_all(store, api, time)

        assert len(api.sent(CHANNEL)) == 20
        assert len({message.text for message in api.sent(CHANNEL)}) == 20
        assert len(api.sent(-100077)) == 20
        assert not any(one.early for one in api.calls)
        refused = [one for one in api.calls if one.answer and one.answer.get("error_code") == 403]
        assert len(refused) == 1
    assert states(store) == {AlertState.SENT: 40, AlertState.DEAD: 20}


async def test_a_crash_while_a_message_was_under_way_sends_it_again(store: SqliteStore, tmp_path: Path) -> None:
    subscribe(store, CHANNEL, ChatKind.CHANNEL)
    record(store, 1)
    [alert] = store.due_alerts(NOON)
    store.in_flight(alert.id, at=NOON)
    store.recover(NOON + timedelta(seconds=1))
    time = HeldTime()
    time.now += 60
    async with FakeBotApi(token=TOKEN, clock=time.datetime) as api:
        api.add_chat(id=CHANNEL, type="channel", bot_is_admin=True)
        await deliver_all(store, api, time)

        assert len(api.sent(CHANNEL)) == 1
    assert states(store) == {AlertState.SENT: 1}
