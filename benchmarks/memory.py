"""How memory grows over a hundred thousand polls: the whole monitor on disk, and feeds that are made up as it asks.

    python -m benchmarks.memory
    python -m benchmarks.memory --folder /dev/shm
    python -m benchmarks.memory --polls 40000 --trace

500 feeds are polled as fast as it goes, with no server between: below the guard and the manners towards hosts a
transport answers by itself. A feed has a new entry at every fiftieth poll (2 % change), of a page of 40, and answers
304 else; every tenth entry says a tracked quote, and is alerted to a chat that forgets; one feed in fifty fails at
every other poll, and is left alone as usual. Words are as frequent as in a language: the n-th of a million stands
1/n-th as often as the first (Zipf's law), so new ones never cease to come. Memory is what is resident, of the monitor
and of its processes that parse (proc(5), statm), every 10,000 polls; the slope is that of least squares. `--trace`
names the lines that hold more in the end than after 20,000 polls. Linux only.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from unittest.mock import patch

import httpx

from benchmarks.guard import resolve
from benchmarks.polling_figures import resident_bytes
from benchmarks.polling_monitor import children
from monitor.core.model import Poll
from monitor.core.telling import Telling
from monitor.fetch import client
from monitor.garbage import keep_what_is_there
from monitor.logs import configure
from tests.builders import QUOTE
from tests.fakes.ports import FakeNotify
from tests.stories.hostile import a_monitor, rss

FEEDS, ENTRIES, ENTRY_WORDS, WORDS = 500, 40, 80, 1_000_000
CHANGES_EVERY, MATCHES_EVERY, FAILS = 50, 10, 50
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = timedelta(seconds=1)  # sooner than can be, so that it goes as fast as it can
LOOKED_AT = 10_000  # polls between two looks at memory
FILLED = 20_000  # polls after which what is remembered has mostly filled
MIB = 1024 * 1024
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


class Feeds(httpx.AsyncBaseTransport):
    """Answers what every feed says when it is asked for the n-th time."""

    def __init__(self) -> None:
        self._asked = [0] * FEEDS

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the server of a feed does."""
        feed = int(request.url.path.rpartition("/")[2])
        self._asked[feed] += 1
        if feed % FAILS == 0 and self._asked[feed] % 2:
            return _response(503)
        version = (self._asked[feed] + feed) // CHANGES_EVERY
        etag = {"ETag": f'"{version}"', "Content-Type": "application/rss+xml"}
        if request.headers.get("if-none-match") == etag["ETag"]:
            return _response(304, headers=etag)
        return _response(200, headers=etag, body=page(feed, version + ENTRIES))


def page(feed: int, newest: int) -> bytes:
    """Return a page of RSS, the newest entry first."""
    return rss(*(_entry(feed, number) for number in range(newest, newest - ENTRIES, -1)))


def slope(points: Sequence[tuple[int, float]]) -> float:
    """Return the slope of the straight line nearest to points (x, y), by least squares. Raises ZeroDivisionError."""
    mean_x, mean_y = (sum(column) / len(points) for column in zip(*points, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def _response(status: int, *, headers: dict[str, str] | None = None, body: bytes = b"") -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def _entry(feed: int, number: int) -> str:
    chance = random.Random(feed * 1_000_003 + number)
    words = " ".join(_word(int(WORDS ** chance.random())) for _ in range(ENTRY_WORDS))
    said = f"{QUOTE} " if number % MATCHES_EVERY == 0 else ""
    date = format_datetime(EPOCH + timedelta(hours=number))
    return (
        f"<item><guid>{feed}-{number}</guid><title>Entry {number}</title><pubDate>{date}</pubDate>"
        f"<link>https://example.org/{feed}/{number}</link><description>{said}{words}</description></item>"
    )


def _word(rank: int) -> str:
    """Return the word of a rank: the more frequent, the shorter."""
    word = ""
    while rank:
        rank, syllable = divmod(rank, len(_SYLLABLES))
        word += _SYLLABLES[syllable]
    return word


class ForgetfulNotify(FakeNotify):
    """Shows alerts to nobody, and remembers only how many."""

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        """Return the number of a message."""
        number = await super().__call__(telling, plain=plain)
        self.shown[-1] = None  # type: ignore[call-overload]
        return number


class Looks:
    """What memory was after so many polls."""

    def __init__(self, polls: int) -> None:
        self.polls = 0
        self.points: list[tuple[int, float]] = []
        self.done = asyncio.Event()
        self.before: tracemalloc.Snapshot | None = None
        self._most = polls
        self._outcomes: dict[str, int] = {}
        self._began = time.monotonic()

    def polled(self, poll: Poll) -> None:
        """Count a poll, and look at memory now and then."""
        self.polls += 1
        self._outcomes[poll.outcome.value] = self._outcomes.get(poll.outcome.value, 0) + 1
        if self.polls % LOOKED_AT:
            return
        self.points.append((self.polls, resident_bytes(os.getpid()) / MIB))
        parsing = sum(map(resident_bytes, children())) / MIB
        outcomes = ", ".join(f"{name} {count:,}" for name, count in sorted(self._outcomes.items()))
        seconds = time.monotonic() - self._began
        print(
            f"{self.polls:>8,}{self.points[-1][1]:>8.1f} MiB{parsing:>8.1f} MiB{seconds:>7.0f} s  {outcomes}",
            flush=True,
        )
        if self.polls == FILLED and tracemalloc.is_tracing():
            self.before = tracemalloc.take_snapshot()
        if self.polls >= self._most:
            self.done.set()


async def measured(polls: int, folder: Path | None = None) -> Looks:
    """Poll so many times and return what memory was on the way. The database is in `folder`, for that time."""
    urls = [f"http://site{number}.example/feed/{number}" for number in range(FEEDS)]
    looks, stop = Looks(polls), asyncio.Event()
    with tempfile.TemporaryDirectory(dir=folder) as inner, answered_by(Feeds):
        async with a_monitor(Path(inner), resolve, urls, every=EVERY, notify=ForgetfulNotify()) as monitor:
            keep_what_is_there()
            monitor.on_poll = looks.polled
            running = asyncio.create_task(monitor.run(stop))
            await looks.done.wait()
            stop.set()
            await running
    return looks


@contextmanager
def answered_by(transport: Callable[[], httpx.AsyncBaseTransport]) -> Iterator[None]:
    """Let a transport answer whatever is fetched inside, in place of connections."""
    with patch.object(client, "GuardedTransport", lambda *_, **__: transport()):
        yield


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.memory", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--polls", type=int, default=100_000)
    parser.add_argument("--trace", action="store_true", help="name the lines that hold more; several times slower")
    parser.add_argument("--folder", type=Path, help="for the database; in memory, no disk has to be waited for")
    chosen = parser.parse_args()
    configure(level="CRITICAL")
    if chosen.trace:
        tracemalloc.start(5)
    print(f"{'polls':>8}{'monitor':>12}{'parsing':>12}", flush=True)
    looks = asyncio.run(measured(chosen.polls, chosen.folder))
    _conclude(looks)


def _conclude(looks: Looks) -> None:
    for name, points in (
        ("all", looks.points),
        (f"after {FILLED:,}", [point for point in looks.points if point[0] >= FILLED]),
    ):
        if len(points) > 1:
            print(f"slope, {name}: {10_000 * slope(points):+.2f} MiB for 10,000 polls")
    if looks.before is not None:
        for line in tracemalloc.take_snapshot().compare_to(looks.before, "lineno")[:15]:
            print(line)


if __name__ == "__main__":
    main()
