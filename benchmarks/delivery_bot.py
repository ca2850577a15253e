"""The bot as it really is, but for the time: store, lock, delivery and client; beside it, posts that are recorded."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from telegram import Bot
from telegram.request import HTTPXRequest

from benchmarks.delivery_server import TOKEN
from benchmarks.delivery_time import BEGINNING, FastTime
from monitor.bot.delivery import Delivery
from monitor.bot.notify import TelegramNotify
from monitor.bot.pace import Pace
from monitor.core.model import AlertId, AlertState, Arrival, ChatKind, WantedQuote, WantedSource
from monitor.offload import StoreThread
from monitor.store import InstanceLock, SqliteStore, open_store
from tests.builders import a_finding, a_match, a_poll, a_post, a_source

KINDS = {kind.value: kind for kind in ChatKind}
Batch = Sequence[tuple[int, int]]
"""The numbers of posts that come together, with the number of the quote that is found in each."""
WORDS = ("north", "river", "paper", "seven", "cloud", "stone", "light", "green", "house", "train", "bread", "music")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a bot is to do."""

    database: Path
    port: int
    time: FastTime
    batches: Sequence[Batch]  # to be recorded, one after another
    every: float  # seconds between two of them
    grace: timedelta
    is_sure: bool = True  # False: what is in doubt is sent again at once, as most bots do


def prepare(database: Path, chats: dict[int, str], quotes: int) -> None:
    """Make a database with quotes, and chats that are told of all of them."""
    with open_store(database, now=lambda: BEGINNING) as store:
        source = a_source()
        store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], BEGINNING)
        for number in range(quotes):
            text = f"We will meet at the {WORDS[number % 12]} bridge {number}"
            store.track(WantedQuote(text=text), by="x", at=BEGINNING)
        for chat_id, kind in chats.items():
            store.subscribe(str(chat_id), KINDS[kind], None, by="x", at=BEGINNING)


def run(plan: Plan, *, until_done: bool) -> None:
    """Record and deliver until killed, or with `until_done` until all is recorded and delivered."""
    asyncio.run(_run(plan, until_done=until_done))


class AtLeastOnce:
    """An outbox of the usual sort: what is in doubt did not arrive."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Callable[..., object]:
        method: Callable[..., object] = getattr(self._store, name)
        return method

    def doubt(self, lead_id: AlertId, *, until: datetime, reason: str) -> None:
        self._store.put_back(lead_id, until=until, reason=reason)


async def _run(plan: Plan, *, until_done: bool) -> None:
    time = plan.time
    with InstanceLock(plan.database):
        store = open_store(plan.database, now=time.now)
        if plan.is_sure:
            store.recover(time.now() + plan.grace)
        else:
            store.recover(time.now())
            for chat in store.subscriptions():
                while doubt := store.next_doubt(chat.chat.id, time.now()):
                    store.put_back(doubt.telling.lead.id, until=time.now(), reason="crash")
        call = StoreThread()
        delivery = delivery_of(plan, store, call)
        stop = asyncio.Event()
        tasks = [asyncio.create_task(_record(plan, store, call, delivery)), asyncio.create_task(delivery.run(stop))]
        if until_done:
            await tasks[0]
            await settled(store, call, time)
            stop.set()
        await asyncio.gather(*tasks)
        call.close()
        store.close()


def delivery_of(plan: Plan, store: SqliteStore, call: StoreThread) -> Delivery:
    """Return what delivers: as in the program, but for the time."""
    time = plan.time
    request = HTTPXRequest(connection_pool_size=64, read_timeout=2.0, httpx_kwargs={"verify": False})
    bot = Bot(TOKEN, base_url=f"http://127.0.0.1:{plan.port}/bot", request=request)
    return Delivery(
        store if plan.is_sure else AtLeastOnce(store),  # type: ignore[arg-type]
        call,
        TelegramNotify(bot),
        pace=Pace(clock=time.seconds, sleep=time.sleep),
        grace=plan.grace,
        now=time.now,
        clock=time.seconds,
        sleep=time.sleep,
    )


async def _record(plan: Plan, store: SqliteStore, call: StoreThread, delivery: Delivery) -> None:
    """Record the batches that are still to come, each when it is due."""
    recorded = (await call(store.status, plan.time.now())).matches
    for place, batch in enumerate(plan.batches):
        if batch[0][0] < recorded:
            continue
        wait = place * plan.every - plan.time.seconds()
        if wait > 0:
            await plan.time.sleep(wait)
        await call(record, store, batch, plan.time.now())
        delivery.wake()


def record(store: SqliteStore, numbered: Batch, at: datetime) -> None:
    """Record posts by their numbers, in each of which the quote of another number is found; each is its own story."""
    source = store.all_sources()[0]
    wanted = {int(quote.id): quote for quote in store.quotes()}
    findings = []
    for number, quote_id in numbered:
        chance = random.Random(number)
        story = " ".join(chance.choice(WORDS) + str(chance.randrange(1000)) for _ in range(30))
        post = a_post(f"{wanted[quote_id].text}. {story}", guid=f"post-{number}")
        findings.append(a_finding(a_match(post, wanted[quote_id])))
    arrivals = [Arrival(post=finding.match.post) for finding in findings]
    store.record(a_poll(source, started_at=at, finished_at=at), arrivals, findings)


async def settled(store: SqliteStore, call: StoreThread, time: FastTime) -> None:
    """Wait until nothing is left to do."""
    waiting = (AlertState.PENDING, AlertState.IN_FLIGHT, AlertState.HELD)
    while True:
        audit = await call(store.audit_alerts, time.now())
        if not any(audit.alerts[state] for state in waiting) and not audit.stale and not audit.in_doubt:
            return
        await time.sleep(2.0)
