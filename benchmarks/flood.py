"""10,000 updates from strangers: what they cost the polling of sources, and the memory.

    python -m benchmarks.flood [--updates 10000] [--access private]

The bot is the real one, with its store in a file; the Bot API is the fake in a process of its own. A clock beside the
bot ticks every 50 ms and asks the store something, as a poll does. Printed: how much longer a tick takes while the
flood is heard than before it, what that is of the shortest interval of a source (two minutes), how memory grew, how
many messages the bot said to strangers and how close together two in one chat came.
"""

import argparse
import asyncio
import logging
import multiprocessing as mp
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import mean
from typing import Any

import structlog

from monitor.bot.client import TelegramBot, TelegramOptions
from monitor.bot.roles import Access
from monitor.desk import StoreDesk
from monitor.life import now
from monitor.matching import Matcher
from monitor.offload import StoreThread
from monitor.settings import PollingSettings
from monitor.store import open_store
from monitor.watchlist import Watchlist
from tests.fakes.botapi import FakeBotApi

TOKEN = "123456:FLOOD"
OWNER, FIRST = 1001, 100_000
TICK = 0.05  # seconds
CALM = 40  # ticks before the flood
LINES = ("/start", "hello", "/track Come get me, coward!", "/subscribe", "/help", "x" * 4000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a flood came to."""

    updates: int
    seconds: float
    calm_tick: float  # seconds
    flood_tick: float
    worst_tick: float
    grown: int  # bytes, at the highest
    said: int  # messages to strangers
    closest: float  # seconds between two messages in one chat; infinite when no chat got two

    @property
    def slip(self) -> float:
        """How much later a poll comes, as a share of the shortest interval between two polls of a source."""
        return (self.worst_tick - self.calm_tick) / PollingSettings().shortest.total_seconds()


def serve(pipe: Connection, updates: int, people: int) -> None:
    """Be the Bot API: say the address, flood when asked, and at the end say what was sent when."""
    asyncio.run(_serve(pipe, updates, people))


async def _serve(pipe: Connection, updates: int, people: int) -> None:
    async with FakeBotApi(token=TOKEN) as api:
        for user_id in (OWNER, *range(FIRST, FIRST + people)):
            api.add_user(id=user_id)
        pipe.send(api.url)
        await asyncio.to_thread(pipe.recv)
        for number in range(updates):
            person = FIRST + number % people
            api.say(chat_id=person, user_id=person, text=LINES[number % len(LINES)])
        await api.wait_for(lambda: not api.updates.pending and api.updates.is_polled, timeout=600)
        pipe.send([(call.at, call.parameters["chat_id"]) for call in api.calls_of("sendMessage")])
        await asyncio.to_thread(pipe.recv)


@asynccontextmanager
async def a_bot(url: str, folder: Path, access: Access) -> AsyncIterator[StoreDesk]:
    """The real bot, with a store in a file."""
    call = StoreThread()
    store = await call(open_store, folder / "flood.db")
    watchlist = Watchlist(Matcher(), store, call)
    nothing: Any = None
    desk = StoreDesk(store, call, watchlist, fetch=nothing, parse=nothing, calibrated=nothing, now=now)
    options = TelegramOptions(token=TOKEN, api_url=url, owners=frozenset({OWNER}), access=access)
    try:
        async with TelegramBot(options, desk):
            yield desk
    finally:
        await call(store.close)
        call.close()


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick: how long it took, the wait included, and the memory after it."""

    seconds: float
    memory: int


async def ticks(desk: StoreDesk, until: asyncio.Event) -> list[Tick]:
    """Tick until told to end."""
    found: list[Tick] = []
    while not until.is_set():
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        await desk.status()
        found.append(Tick(time.perf_counter() - began, _memory()))
    return found


async def calm(desk: StoreDesk) -> list[Tick]:
    """Tick for a while before the flood."""
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(CALM * TICK, over.set)
    return await ticks(desk, over)


async def measure(updates: int, people: int, access: Access) -> Figures:
    """Flood a bot and return the figures."""
    here, there = mp.Pipe()
    server = mp.get_context("spawn").Process(target=serve, args=(there, updates, people), daemon=True)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = await asyncio.to_thread(here.recv)
            async with a_bot(url, Path(folder), access) as desk:
                quiet = await calm(desk)
                began = time.perf_counter()
                over = asyncio.Event()
                beside = asyncio.create_task(ticks(desk, over))
                here.send("flood")
                sent = await asyncio.to_thread(here.recv)
                seconds = time.perf_counter() - began
                over.set()
                loud = await beside
            here.send("done")
    finally:
        await asyncio.to_thread(server.join, 10)
        server.terminate()
    strangers = [(at, chat) for at, chat in sent if chat != OWNER]
    return Figures(
        updates=updates,
        seconds=seconds,
        calm_tick=mean(tick.seconds for tick in quiet),
        flood_tick=mean(tick.seconds for tick in loud),
        worst_tick=max(tick.seconds for tick in loud),
        grown=max(tick.memory for tick in loud) - quiet[-1].memory,
        said=len(strangers),
        closest=_closest(strangers),
    )


def _memory() -> int:
    """Return the memory this process has now, in bytes (Linux)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


def _closest(sent: list[tuple[float, int]]) -> float:
    """Return the shortest time between two messages in one chat."""
    times: defaultdict[int, list[float]] = defaultdict(list)
    for at, chat in sent:
        times[chat].append(at)
    gaps = [later - earlier for those in times.values() for earlier, later in pairwise(those)]
    return min(gaps, default=float("inf"))


def report(figures: Figures) -> str:
    shortest = timedelta(seconds=PollingSettings().shortest.total_seconds())
    before, flood, worst = (1000 * tick for tick in (figures.calm_tick, figures.flood_tick, figures.worst_tick))
    apart = figures.closest
    closest = "no chat got two" if apart == float("inf") else f"two in one chat never within {apart:.1f} s"
    lines = (
        f"{figures.updates:,} updates heard in {figures.seconds:.1f} s",
        f"a tick of {TICK * 1000:.0f} ms: {before:.1f} ms before, {flood:.1f} ms in the flood, {worst:.1f} ms at worst",
        f"a poll comes at most {100 * figures.slip:.2f} % of the shortest interval ({shortest}) later",
        f"memory grew by {figures.grown / 2**20:.1f} MB",
        f"{figures.said} messages to strangers, {closest}",
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=2_000, help="so many strangers take turns")
    parser.add_argument("--access", choices=[str(access) for access in Access], default=str(Access.PRIVATE))
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(report(asyncio.run(measure(given.updates, given.people, Access(given.access)))))


if __name__ == "__main__":
    main()
