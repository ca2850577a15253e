"""What the tests of delivery share: a real outbox on a disk that may be full, a way to people that fails as told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot

from monitor.bot.delivery import Delivery
from monitor.bot.notify import TelegramNotify
from monitor.bot.pace import Pace
from monitor.core.errors import StoreError
from monitor.core.model import AlertState, ChatId, ChatKind, WantedQuote, WantedSource
from monitor.core.telling import Found, Look, Telling
from monitor.store import SqliteStore, open_store
from tests.bot.helpers import HeldTime, SharedTime, call
from tests.builders import NOON, QUOTE, a_source
from tests.fakes.botapi import FakeBotApi
from tests.store.telling import found

SENT, PENDING, DEAD, IN_FLIGHT = AlertState.SENT, AlertState.PENDING, AlertState.DEAD, AlertState.IN_FLIGHT
START = NOON + timedelta(seconds=2)  # what `an_outbox` holds was made a second ago


class Outbox:
    """The real outbox; the methods named in `full` cannot write."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.full: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)

        def run(*values: Any, **named: Any) -> Any:
            if name in self.full:
                raise StoreError(f"no room to write ({name})")
            return method(*values, **named)

        return run

    def state(self, number: int) -> AlertState:
        return self.row(number)["state"]

    def states(self) -> set[AlertState]:
        with self.store._db.reading():
            return {AlertState(row["state"]) for row in self.store._db.rows("SELECT DISTINCT state FROM alerts")}

    def row(self, number: int) -> Any:
        with self.store._db.reading():
            return self.store._db.row("SELECT * FROM alerts WHERE id = ?", number)


def a_store(*chats: tuple[str, ChatKind], quotes: int = 1) -> SqliteStore:
    """A store with some quotes and chats that are told of all of them."""
    store = open_store(":memory:", now=lambda: START)
    source = a_source()
    store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
    for number in range(quotes):
        store.track(WantedQuote(text=f"{QUOTE} {number}" if number else QUOTE), by="ann", at=NOON)
    for address, kind in chats:
        store.subscribe(address, kind, None, by="ann", at=NOON)
    return store


def an_outbox(alerts: int = 1, *, chats: int = 1, kind: ChatKind = ChatKind.PRIVATE) -> Outbox:
    """An outbox with alerts for each chat, every one of another quote, so that each is a message."""
    store = a_store(*((str(5001 + number), kind) for number in range(chats)), quotes=alerts)
    for quote in range(1, alerts + 1):
        found(store, quote=quote)
    return Outbox(store)


class Notified:
    """A way to people that notes every message and fails as told: a function of the telling and whether it is plain."""

    def __init__(self, fails: Callable[[Telling, bool], BaseException | None] = lambda telling, plain: None) -> None:
        self.fails = fails
        self.tried: list[tuple[int, bool]] = []
        self.arrived: list[Telling] = []
        self.updated: list[Telling] = []
        self.looked: list[int] = []
        self.there: dict[int, Look] = {}

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        self.tried.append((telling.lead.id, plain))
        await asyncio.sleep(0)
        if error := self.fails(telling, plain):
            raise error
        self.arrived.append(telling)
        return len(self.arrived)

    async def update(self, telling: Telling, message_id: int, *, plain: bool = False) -> None:
        if error := self.fails(telling, plain):
            raise error
        self.updated.append(telling)

    async def look(self, telling: Telling, message_id: int, *, again: bool) -> Look:
        self.looked.append(message_id)
        if error := self.fails(telling, False):
            raise error
        return self.there.get(message_id, Look(found=Found.NOTHING))

    async def remove(self, telling: Telling, message_id: int) -> None:
        raise NotImplementedError

    async def bare(self, telling: Telling, message_id: int) -> None:
        raise NotImplementedError

    def leads(self) -> list[int]:
        return [telling.lead.id for telling in self.arrived]


def a_delivery(outbox: Any, notify: Any, time: HeldTime | SharedTime | None = None, **given: Any) -> Delivery:
    time = time or HeldTime()
    return Delivery(outbox, call, notify, pace=Pace(clock=time, sleep=time.sleep), clock=time, **given)


async def days_pass(delivery: Delivery, now: datetime, *, rounds: int = 200) -> datetime:
    """Let delivery do all there is to do, however long it takes; return when it is done."""
    for _ in range(rounds):
        wait = await delivery.round(now)
        if wait is None:
            return now
        now += max(wait, timedelta(milliseconds=1))
    raise AssertionError("there is no end to it")


def only(number: int, error: BaseException) -> Callable[[Telling, bool], BaseException | None]:
    return lambda telling, plain: error if telling.lead.id == number else None


def once(error: BaseException) -> Callable[[Telling, bool], BaseException | None]:
    errors = [error]
    return lambda telling, plain: errors.pop() if errors else None


def in_chat(telling: Telling, number: int) -> bool:
    return telling.lead.chat.id == ChatId(number)


def told(tellings: Iterable[Telling]) -> int:
    return sum(telling.count + telling.reposts for telling in tellings)


@asynccontextmanager
async def a_way(store: SqliteStore, api: FakeBotApi, time: HeldTime) -> AsyncIterator["Way"]:
    """The whole way from the outbox to a fake Telegram over HTTP, in a time that passes only when something waits."""
    async with Bot(api.token, base_url=f"{api.url}/bot") as bot:
        pace = Pace(clock=time, sleep=time.sleep)
        yield Way(Delivery(store, call, TelegramNotify(bot), pace=pace, clock=time), time)


class Way:
    """A delivery and its clock."""

    def __init__(self, delivery: Delivery, time: HeldTime) -> None:
        self.delivery = delivery
        self.time = time

    async def go(self, lasting: timedelta = timedelta(minutes=30)) -> None:
        """Do all that comes to be done within this time."""
        end = self.time.datetime() + lasting
        while (now := self.time.datetime()) < end:
            wait = await self.delivery.round(now)
            if wait is None:
                break
            left = (end - self.time.datetime()).total_seconds()
            self.time.now += min(max(wait.total_seconds(), 0.001), max(left, 0.001))
