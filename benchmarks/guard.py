"""How calm the monitor stays among hostile feeds: stalls of its event loop, memory, and how late the others are read.

    python -m benchmarks.guard
    python -m benchmarks.guard --seconds 20 --feeds 60 --quotes 1000 --polls 10000

The assembled program runs against a server in a process of its own, first among normal feeds only, then with each bomb
of `tests/stories/hostile.py` among them. A heartbeat in the program's event loop tells how late it is called: the
stall. Memory is that of the monitor's own process; its workers are bounded by themselves (`monitor/workers.py`).
"""

import argparse
import asyncio
import logging
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from monitor import offload
from monitor.core.model import Poll
from monitor.life import Monitor
from monitor.sources import feed
from tests.builders import QUOTE, a_page, a_source
from tests.fetch.servers import Script, answer, running
from tests.stories.hostile import BOMBS, LOOPBACK, a_monitor, rss

BEAT = 0.005  # seconds
EVERY = timedelta(seconds=5)  # of the feeds
SIZES = (3_000, 6_000, 12_000, 16_000, 40_000, 160_000)  # bytes of the normal feeds, in turn
MIB = 1024 * 1024
WORDS = [
    "the",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "a",
    "lazy",
    "dog",
    "while",
    "nobody",
    "in",
    "the",
    "whole",
    "wide",
    "world",
    "is",
    "watching",
    "it",
    "do",
    "so",
]


def huge() -> bytes:
    """One entry of 9.5 MB: no harm meant, and no attack."""
    return rss(
        f"<item><guid>1</guid><title>{QUOTE}</title><description>{'and much more ' * 680_000}</description></item>"
    )


PAGES = BOMBS | {"an entry of 9.5 MB": huge}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.guard", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10, help="of each of the two runs")
    parser.add_argument("--feeds", type=int, default=60)
    parser.add_argument("--quotes", type=int, default=5)
    parser.add_argument("--polls", type=int, default=5_000, help="for the growth of memory")
    parser.add_argument(
        "--inline", type=int, default=offload.INLINE_BYTES, help="pages up to so many bytes are parsed on the spot"
    )
    chosen = parser.parse_args()
    offload.INLINE_BYTES = chosen.inline
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with served() as port:
        asyncio.run(_measured(chosen, port))


async def _measured(chosen: argparse.Namespace, port: int) -> None:
    normal = [f"http://site{number}.example:{port}/feed/{number}" for number in range(chosen.feeds)]
    hostile = [f"http://bomb{number}.example:{port}/bomb/{number}" for number in range(len(BOMBS))]
    await _growth(chosen, normal)
    print(f"{'milliseconds':<26}{'stall p50':>10}{'p99':>8}{'max':>8}{'late p99':>10}{'max':>8}{'polls':>8}{'MiB':>7}")
    await _run("normal feeds", chosen, normal, [])
    await _run("and every bomb", chosen, normal, hostile)
    print(f"\n{'one page, alone':<26}{'peak MiB':>10}{'stall max':>11}{'seconds':>9}")
    alone = [f"http://bomb{number}.example:{port}/bomb/{number}" for number in range(len(PAGES))]
    for name, url in zip(PAGES, alone, strict=True):
        await _alone(name, url)


async def _run(name: str, chosen: argparse.Namespace, normal: Sequence[str], hostile: Sequence[str]) -> None:
    """Let the monitor run, and print how it went."""
    latenesses: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with a_monitor(
            Path(folder), resolve, [*normal, *hostile], quotes=_quotes(chosen.quotes), every=EVERY, deadline="3s"
        ) as monitor:
            last: dict[str, float] = {}

            def polled(poll: Poll) -> None:
                now = time.monotonic()
                if poll.source.address in last and "/feed/" in poll.source.address:
                    latenesses.append(now - last[poll.source.address] - EVERY.total_seconds() * 1.1)
                last[poll.source.address] = now

            monitor.on_poll = polled
            stop = asyncio.Event()
            running_monitor = asyncio.create_task(monitor.run(stop))
            while len(last) < len(normal) + len(hostile):  # noqa: ASYNC110 - the first looks are all baseline
                await asyncio.sleep(0.2)
            latenesses.clear()
            stalls = await _stalls(chosen.seconds)
            stop.set()
            await running_monitor
    late = sorted(max(0.0, lateness) for lateness in latenesses)
    print(
        f"{name:<26}{_ms(stalls, 0.5):>10.1f}{_ms(stalls, 0.99):>8.1f}{_ms(stalls, 1):>8.1f}"
        f"{_ms(late, 0.99):>10.1f}{_ms(late, 1):>8.1f}{len(late):>8}{_memory('VmRSS'):>7.0f}"
    )


async def _alone(name: str, url: str) -> None:
    """Look at one page, and print what it took; the workers run already, as they do in a monitor that is up."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_monitor(Path(folder), resolve, [url], deadline="3s", max_bytes=10 * MIB) as monitor:
            await monitor._flow.parse(feed, a_source(), a_page(rss(f"<!--{' ' * 20_000}-->")))  # noqa: SLF001
            _forget_peak()
            before, started = _memory("VmRSS"), time.monotonic()
            beats: list[float] = []
            look = asyncio.create_task(monitor.once())
            while not look.done():
                started_beat = time.monotonic()
                await asyncio.sleep(BEAT)
                beats.append(time.monotonic() - started_beat - BEAT)
            took = time.monotonic() - started
    print(f"{name:<26}{_memory('VmHWM') - before:>+10.0f}{_ms(sorted(beats), 1):>8.0f} ms{took:>9.1f}")


async def _growth(chosen: argparse.Namespace, urls: Sequence[str]) -> None:
    """Poll feeds again and again, and print how memory grows after the first fifth."""
    small = [url for number, url in enumerate(urls) if SIZES[number % len(SIZES)] < 6_000][:20]
    with tempfile.TemporaryDirectory() as folder:
        async with a_monitor(Path(folder), resolve, small, deadline="3s") as monitor:
            fifth = max(1, chosen.polls // len(small) // 5)
            await _rounds(monitor, fifth)
            first = _memory("VmRSS")
            await _rounds(monitor, fifth * 4)
            grown, polls = _memory("VmRSS") - first, fifth * 4 * len(small)
    print(f"{polls} polls that bring a post each: {grown:+.1f} MiB, {grown / polls * 10_000:+.1f} MiB for 10,000\n")


async def _rounds(monitor: Monitor, count: int) -> None:
    for _ in range(count):
        await monitor.once()


async def _stalls(seconds: float) -> list[float]:
    """Return how late the event loop was each time, in seconds, sorted."""
    found: list[float] = []
    end = time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        await asyncio.sleep(BEAT)
        found.append(time.monotonic() - began - BEAT)
    return sorted(found)


def _ms(sorted_values: Sequence[float], share: float) -> float:
    return 1000 * sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))] if sorted_values else 0.0


def _memory(name: str) -> float:
    """Return a figure of this process, in MiB (proc(5), status)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":")) / 1024


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # proc(5)


def _quotes(count: int) -> list[str]:
    """Return quotes of everyday words, as many as are wanted."""
    return [
        QUOTE,
        *(
            " ".join(WORDS[(number * step) % len(WORDS)] for step in range(3, 11)) + f" {number}"
            for number in range(1, count)
        ),
    ]


async def resolve(_: str, __: int) -> list[str]:
    """Every name is here."""
    return [LOOPBACK]


@contextmanager
def served() -> Iterator[int]:
    """Serve the feeds and the bombs from another process; yields the port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        yield ours.recv()
    finally:
        server.kill()
        server.join()


def _serve(pipe: Connection) -> None:
    os.nice(5)
    asyncio.run(_serving(pipe))


async def _serving(pipe: Connection) -> None:
    pages: dict[str, bytes | Script] = {f"/feed/{number}": _feed(number) for number in range(500)}
    for number, bomb in enumerate(PAGES.values()):
        page = bomb()
        is_whole = not isinstance(page, bytes) or page.startswith(b"HTTP/")
        pages[f"/bomb/{number}"] = page if is_whole else answer(page)  # type: ignore[arg-type]
    async with running(LOOPBACK, pages=pages) as server:
        pipe.send(server.port)
        await asyncio.Event().wait()


def _feed(number: int) -> Script:
    """A feed with one new post each time it is asked."""
    size, asked = SIZES[number % len(SIZES)], 0
    texts = [" ".join(WORDS[(number + post * step) % len(WORDS)] for step in range(60)) for post in range(size // 500)]

    async def script(writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        date = format_datetime(datetime.now(UTC))
        items = (
            f"<item><guid>{number}-{asked - post}</guid><title>News {asked - post}</title><pubDate>{date}</pubDate>"
            f"<link>http://site{number}.example/{asked - post}</link>"
            f"<description>{asked - post} {texts[(asked - post) % len(texts)]}</description></item>"
            for post in range(len(texts))
        )
        writer.write(answer(rss(*items), headers={"Connection": "close"}))
        await writer.drain()

    return script


if __name__ == "__main__":
    main()
