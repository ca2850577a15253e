"""How many posts a second the monitor reads from a stream, compares and records: the real path, on this machine.

    python -m benchmarks.stream
    python -m benchmarks.stream --posts 2000 --quotes 1000
    python -m benchmarks.stream --file posts.jsonl        # one {"text": ...} a line

A Jetstream server in a second process says everything as fast as it is read. From there on all is what runs
in production: the guarded WebSocket, the reading of messages, windows, matcher, store thread and database file.
The posts are made by a seeded generator: common English words first, made-up ones behind them, as often as
Zipf's law has it; a third show a link, some are longer than usual. A quote is hidden in one of 1,000 posts, so that
windows with matches are part of what is measured, and each one must be found. `--quotes 0` measures the way without
the matcher.
"""

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from itertools import accumulate, islice
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import structlog

from monitor.core.model import Keep, Match, Poll, Post, Recorded, Request, SourceKind, WantedQuote, WantedSource
from monitor.fetch import FetchOptions
from monitor.fetch.websocket import WebSocket, open_websocket
from monitor.matching import Matcher
from monitor.offload import StoreThread
from monitor.sources import jetstream
from monitor.store import SqliteStore, open_store
from monitor.streams import Streams
from tests.fakes.jetstream import Jetstream, Line, identity, post

HOST = "127.0.0.2"
PLANTED_EVERY = 1_000  # posts
BATCH = 50  # posts compared between two breaths, as in the flow
WORDS = 30_000
_COMMON = """
the to and a of i you it in is that for on my this me be with not have so but just was are do like at what we
all they if no can your one about out when up get from people he has or now will think know time as good how
more there by who an really going want would love make them some see her their even because still back then
today got need only here been our why too over his day right much should than never way new she most after
life things had being could go something first every those where work off other into very take feel always
game better say thing last were any tell night well man down people world year live hope
"""
HEAD = tuple(_COMMON.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one run came to."""

    posts: int
    quotes: int
    seconds: float
    processor_seconds: float  # of this process, all threads
    memory_before: int  # bytes resident
    memory_peak: int
    windows: int
    matches: int
    planted: int


def main() -> None:
    """Measure and print."""
    chosen = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    texts = _texts(chosen.file, chosen.posts)
    quotes = list(islice(_quotes(), chosen.quotes))
    print(report(asyncio.run(_measured(texts, quotes))))


def report(figures: Figures) -> str:
    """Return the figures in words."""
    a_post = figures.processor_seconds / figures.posts * 1e6
    before, peak = (size / 1024 / 1024 for size in (figures.memory_before, figures.memory_peak))
    return "\n".join(
        [
            f"posts      {figures.posts:,} compared with {figures.quotes:,} quotes in {figures.seconds:.1f} s",
            f"speed      {figures.posts / figures.seconds:,.0f} posts/s",
            f"processor  {figures.processor_seconds / figures.seconds:.0%} of one core, {a_post:,.0f} µs a post",
            f"memory     {before:.0f} MiB before, at most {peak - before:.1f} MiB more",
            f"windows    {figures.windows:,}",
            f"matches    {figures.matches:,} recorded, {figures.planted:,} planted",
        ]
    )


def texts_like_posts(seed: int = 1) -> Iterator[str]:
    """Yield endless texts of the length and the words of short posts."""
    chance = random.Random(seed)
    words, weights = _vocabulary()
    while True:
        count = min(60, max(1, round(chance.lognormvariate(2.6, 0.7))))
        yield " ".join(chance.choices(words, cum_weights=weights, k=count)).capitalize() + chance.choice([".", "", "!"])


def lines_of(texts: Sequence[str], quotes: Sequence[str], *, seed: int = 2) -> list[Line]:
    """Return what a server says to tell these posts, with quotes planted in some and noise between them."""
    chance = random.Random(seed)
    lines: list[Line] = []
    for number, text in enumerate(texts):
        planted = f" As they say: {quotes[_planted(number, quotes)]}" if _has_quote(number, quotes) else ""
        card = {"uri": f"https://news.example/{number}", "title": text[:60], "description": text[::-1][:120]}
        shown = {"embed": {"$type": "app.bsky.embed.external", "external": card}} if chance.random() < 0.33 else {}
        lines.append(post(number, text + planted, **shown))
        if chance.random() < 0.02:
            lines.append(identity(number))
    return lines


def _has_quote(number: int, quotes: Sequence[str]) -> bool:
    return bool(quotes) and number % PLANTED_EVERY == PLANTED_EVERY // 2


def _planted(number: int, quotes: Sequence[str]) -> int:
    return number // PLANTED_EVERY % len(quotes)


def _quotes() -> Iterator[str]:
    """Yield sentences of 5 to 14 words."""
    return (text for text in texts_like_posts(seed=3) if 5 <= len(text.split()) <= 14)


def _vocabulary() -> tuple[list[str], list[float]]:
    chance = random.Random(4)
    parts = [first + vowel for first in "bcdfghjklmnprstvwz" for vowel in ("a", "e", "i", "o", "u", "ea", "ar", "in")]
    made = {"".join(chance.choices(parts, k=chance.choice([1, 2, 2, 3]))) for _ in range(3 * WORDS)} - set(HEAD)
    words = [*dict.fromkeys(HEAD), *sorted(made)][:WORDS]
    chance.shuffle(tail := words[len(HEAD) :])
    words[len(HEAD) :] = tail
    return words, list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))


def _texts(path: Path | None, count: int) -> list[str]:
    if path is None:
        return list(islice(texts_like_posts(), count))
    with path.open(encoding="utf-8") as rows:
        return [json.loads(row)["text"] for row in islice(rows, count)]


def _serve(pipe: Pipe, texts: Sequence[str], quotes: Sequence[str]) -> None:
    """The life of the second process: say where it listens, then everything there is to say."""

    async def serving() -> None:
        async with Jetstream(lines_of(texts, quotes), host=HOST) as server:
            pipe.send(server.url)
            await asyncio.to_thread(pipe.poll, None)

    asyncio.run(serving())


async def _measured(texts: Sequence[str], quotes: Sequence[str]) -> Figures:
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, texts, quotes), daemon=True)
    process.start()
    try:
        url = await asyncio.to_thread(pipe.recv)
        with tempfile.TemporaryDirectory() as folder:
            return await _read(url, len(texts), quotes, Path(folder) / "stream.db")
    finally:
        pipe.send("end")
        process.join(5)
        if process.is_alive():
            process.terminate()


async def _read(url: str, count: int, quotes: Sequence[str], path: Path) -> Figures:
    call = StoreThread()
    store = await call(open_store, path)
    await call(_prepare, store, url, quotes)
    matcher = Matcher(await call(store.quotes))
    seen = matches = windows = 0
    done = asyncio.Event()

    async def find(posts: Sequence[Post]) -> list[Match]:
        nonlocal seen, windows
        found: list[Match] = []
        for start in range(0, len(posts), BATCH):
            found += matcher.find(posts[start : start + BATCH])
            await asyncio.sleep(0)
        windows += 1
        seen += len(posts)
        if seen >= count:
            done.set()
        return found

    def on_record(poll: Poll, recorded: Recorded) -> None:
        nonlocal matches
        matches += recorded.matches
        if poll.error:
            print(f"lost: {poll.error}")

    streams = Streams(store, call, _connect, find, kinds={SourceKind.JETSTREAM: jetstream}, on_record=on_record)
    before, peaks = _resident(), [0]
    watching = asyncio.create_task(_watch(peaks))
    started, started_working = time.perf_counter(), time.process_time()
    streams.start(await call(store.active_sources))
    await done.wait()
    await streams.stop()
    seconds, working = time.perf_counter() - started, time.process_time() - started_working
    watching.cancel()
    await call(store.close)
    call.close()
    return Figures(
        posts=seen,
        quotes=len(quotes),
        seconds=seconds,
        processor_seconds=working,
        memory_before=before,
        memory_peak=max(*peaks, before),
        windows=windows,
        matches=matches,
        planted=sum(_has_quote(number, quotes) for number in range(count)),
    )


def _prepare(store: SqliteStore, url: str, quotes: Sequence[str]) -> None:
    at = datetime.now(UTC)
    source = WantedSource(kind=SourceKind.JETSTREAM, address=url, name="stream", keep=Keep.MATCHED)
    store.seed_sources([source], at)
    store.seed_quotes([WantedQuote(text=text) for text in quotes], at)


async def _connect(request: Request) -> WebSocket:
    options = FetchOptions(user_agent="benchmark", allow_networks=(ip_network(HOST),))
    return await open_websocket(request.url, options=options)


async def _watch(peaks: list[int]) -> None:
    while True:
        peaks.append(_resident())
        await asyncio.sleep(0.05)


def _resident() -> int:
    """Return the bytes of memory this process holds just now."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # no such file outside Linux: then the largest ever, in kilobytes
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _arguments() -> argparse.Namespace:
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=60_000, help="how many (60,000)")
    parser.add_argument("--quotes", type=int, default=1_000, help="how many are tracked (1,000)")
    parser.add_argument("--file", type=Path, help='JSONL of posts, {"text": ...} a line, instead of made-up ones')
    return parser.parse_args()


if __name__ == "__main__":
    main()
