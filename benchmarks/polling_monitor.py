"""The monitor itself for `benchmarks.polling`: the real program, on disk, telling nobody; prints what it cost.

Everything is as `quote-monitor run --no-telegram` has it: the schedule, the fetch with its guard and its manners, the
parser's process, the store with one synchronous transaction a poll, the matcher with the quotes given.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.polling_figures import resident_bytes, seconds_of_children, share
from benchmarks.polling_server import address

if TYPE_CHECKING:
    from monitor.core.model import Poll
    from monitor.settings import Configuration

TICK = 0.02  # seconds between two looks at how late the event loop is
QUOTES = ("Come get me, coward! I'm waiting for you here.", "Frankly, my dear, I don't give a damn.")


@dataclass
class Costs:
    """What was seen since the start, or since the last `reset`."""

    polls: dict[str, int] = field(default_factory=dict)
    lateness: list[float] = field(default_factory=list)
    finishes: list[float] = field(default_factory=list)
    stalls: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)  # as the stalls, without the time that others had the processor
    resident: int = 0
    resident_parser: int = 0
    began: float = field(default_factory=time.monotonic)
    own_before: float = field(default_factory=time.process_time)
    children_before: float = 0.0

    def polled(self, poll: "Poll") -> None:
        """Count a poll, and how long after it was due it began and was done, waiting for its host included."""
        outcome = poll.outcome.value
        self.polls[outcome] = self.polls.get(outcome, 0) + 1
        if poll.source.next_poll_at is not None:
            self.lateness.append((poll.started_at - poll.source.next_poll_at).total_seconds())
            self.finishes.append((poll.finished_at - poll.source.next_poll_at).total_seconds())

    def as_json(self) -> dict[str, object]:
        """Return the figures."""
        seconds = time.monotonic() - self.began
        polls = sum(self.polls.values())
        own = time.process_time() - self.own_before
        parser = seconds_of_children(children()) - self.children_before
        return {
            "seconds": seconds,
            "polls": self.polls,
            "polls_a_second": polls / seconds,
            "processor_share": (own + parser) / seconds,
            "processor_share_parser": parser / seconds,
            "milliseconds_a_poll": 1000 * (own + parser) / max(1, polls),
            "resident_mb": self.resident / 1e6,
            "resident_mb_parser": self.resident_parser / 1e6,
            "late_p50": share(self.lateness, 0.5),
            "late_p99": share(self.lateness, 0.99),
            "late_most": max(self.lateness, default=0.0),
            "done_p50": share(self.finishes, 0.5),
            "done_p99": share(self.finishes, 0.99),
            "stall_p99_ms": 1000 * share(self.stalls, 0.99),
            "stall_most_ms": 1000 * max(self.stalls, default=0.0),
            "busy_most_ms": 1000 * max(self.busy, default=0.0),
        }


async def measure(
    configuration: "Configuration", *, feeds: int, seconds: float, profile: str | None
) -> dict[str, object]:
    """Run the monitor until every feed was read once, and then for `seconds` more; return both costs."""
    from monitor.app import assembled
    from monitor.garbage import keep_what_is_there

    costs = Costs()
    seen: set[int] = set()
    everyone_seen, stop = asyncio.Event(), asyncio.Event()

    def polled(poll: "Poll") -> None:
        costs.polled(poll)
        seen.add(poll.source.id)
        if len(seen) == feeds:
            everyone_seen.set()

    async with assembled(configuration, telegram=False) as monitor:
        keep_what_is_there()
        monitor.on_poll = polled
        running = asyncio.create_task(monitor.run(stop))
        watching = asyncio.create_task(_watch(lambda: costs))
        await everyone_seen.wait()
        first = costs.as_json()
        costs = Costs(children_before=seconds_of_children(children()))
        await _for(seconds, profile)
        steady = costs.as_json()
        watching.cancel()
        stop.set()
        await running
    return {"first": first, "steady": steady}


async def _for(seconds: float, profile: str | None) -> None:
    if profile is None:
        await asyncio.sleep(seconds)
        return
    import cProfile

    profiler = cProfile.Profile()
    profiler.enable()
    await asyncio.sleep(seconds)
    profiler.disable()
    profiler.dump_stats(profile)


async def _watch(costs: Callable[[], Costs]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        for _ in range(50):
            asked, used = loop.time(), time.process_time()
            await asyncio.sleep(TICK)
            stall = loop.time() - asked - TICK
            costs().stalls.append(stall)
            costs().busy.append(min(stall, time.process_time() - used))
        now = costs()
        now.resident = max(now.resident, resident_bytes(os.getpid()))
        now.resident_parser = max(now.resident_parser, sum(map(resident_bytes, children())))


def children() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.pid]


def _configuration(chosen: argparse.Namespace) -> "Configuration":
    from monitor.core.model import SourceKind, WantedQuote, WantedSource
    from monitor.settings import Configuration, DatabaseSettings, FetchSettings, Settings

    every = timedelta(seconds=chosen.interval)
    urls = [address(feed, chosen.port) for feed in range(chosen.feeds)]
    return Configuration(
        settings=Settings(
            database=DatabaseSettings(path=chosen.database),
            fetch=FetchSettings(allow_networks=(ip_network("127.0.0.0/8"),)),
        ),
        sources=tuple(WantedSource(kind=SourceKind.FEED, address=url, name=url, every=every) for url in urls),
        quotes=tuple(WantedQuote(text=text) for text in QUOTES),
    )


def main() -> None:
    """Measure as asked, and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polling_monitor", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--feeds", type=int, required=True)
    parser.add_argument("--interval", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--profile", metavar="FILE", help="write what the event loop did there, for pstats")
    chosen = parser.parse_args()

    from monitor.logs import configure

    configure(level="WARNING")
    configuration = _configuration(chosen)
    print(
        json.dumps(
            asyncio.run(measure(configuration, feeds=chosen.feeds, seconds=chosen.seconds, profile=chosen.profile))
        )
    )


if __name__ == "__main__":
    main()
