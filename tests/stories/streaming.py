"""A town with a stream: a real server, the real way out, the real reading, matcher and store."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from monitor.core.model import (
    ChatKind,
    Keep,
    Match,
    Poll,
    Post,
    Recorded,
    Request,
    Source,
    SourceKind,
    WantedQuote,
    WantedSource,
)
from monitor.fetch.websocket import WebSocket, open_websocket
from monitor.intake import StreamLimits
from monitor.matching import Matcher
from monitor.sources import jetstream
from monitor.store import SqliteStore, open_store
from monitor.streams import Streams
from tests.builders import QUOTE, a_quote
from tests.fakes.clock import NapClock
from tests.fakes.jetstream import (
    START_US,
    Jetstream,
    Line,
    account,
    identity,
    like,
    post,
)
from tests.fakes.ports import direct
from tests.fetch.servers import options, resolved

LATER = datetime(2026, 1, 6, 20, 0, tzinfo=UTC)  # all events of the tests lie before
PATIENCE = 20  # seconds of real time until a story counts as stuck


class Counted:
    """A connection that counts what is read from it."""

    def __init__(self, inner: WebSocket) -> None:
        self._inner = inner
        self.received = 0

    async def receive(self) -> bytes:
        message = await self._inner.receive()
        self.received += 1
        return message

    async def close(self) -> None:
        await self._inner.close()


class Town:
    """One stream, one quote, one channel."""

    def __init__(self, address: str, **given: object) -> None:
        self.clock = NapClock(LATER)
        self.store: SqliteStore = open_store(":memory:")
        self.wanted = WantedSource(
            address=address, name="Bluesky", **{"kind": SourceKind.JETSTREAM, "keep": Keep.MATCHED} | given
        )
        self.store.seed_sources([self.wanted], LATER)
        self.store.seed_quotes([WantedQuote(text=QUOTE)], LATER)
        self.store.subscribe("@alerts", ChatKind.CHANNEL, "Alerts", by="test", at=LATER)
        self.matcher = Matcher([a_quote(id=self.store.quotes()[0].id)])
        self.polls: list[Poll] = []
        self.recorded = Recorded()
        self.connections: list[Counted] = []
        self.found_in: list[int] = []  # sizes of what was compared
        self.gate = asyncio.Event()  # comparing waits for it
        self.gate.set()
        self.failing: list[Exception] = []  # what recording raises, once each

    @property
    def source(self) -> Source:
        return self.store.all_sources()[0]

    def streams(self, **given: object) -> Streams:
        return Streams(
            self.store,
            self._call,
            self._connect,
            self._find,
            kinds={SourceKind.JETSTREAM: jetstream},
            now=self.clock.now,
            monotonic=self.clock.monotonic,
            sleep=self.clock.sleep,
            chance=lambda: 0.0,
            limits=StreamLimits(**given),
            on_record=self._note,
        )

    @asynccontextmanager
    async def reading(self, **given: object) -> AsyncIterator[Streams]:
        """Read the stream for a while."""
        streams = self.streams(**given)
        streams.start(self.store.active_sources())
        try:
            yield streams
        finally:
            await streams.stop()

    async def until(self, true: Callable[[], object]) -> None:
        """Wait until something is true; sockets are real here, so only they know how long it takes."""
        async with asyncio.timeout(PATIENCE):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    def rows(self, query: str) -> list[tuple]:
        return [tuple(row) for row in self.store._db.rows(query)]

    @property
    def matches(self) -> list[str]:
        """The texts in which the quote was found."""
        return sorted(text for (text,) in self.rows("SELECT text FROM posts JOIN matches ON post_id = posts.id"))

    @property
    def alerts(self) -> int:
        [(count,)] = self.rows("SELECT count(*) FROM alerts WHERE state <> 'digested'")
        return count

    async def _call(self, method, *args, **kwargs):
        if method.__name__ == "record" and self.failing:
            raise self.failing.pop(0)
        return await direct(method, *args, **kwargs)

    async def _connect(self, request: Request) -> Counted:
        opened = await open_websocket(request.url, options=options(), resolve=resolved)
        self.connections.append(Counted(opened))
        return self.connections[-1]

    async def _find(self, posts: Sequence[Post]) -> list[Match]:
        self.found_in.append(len(posts))
        await self.gate.wait()
        return self.matcher.find(posts)

    def _note(self, poll: Poll, recorded: Recorded) -> None:
        self.polls.append(poll)


@asynccontextmanager
async def town_of(server: Jetstream, **given: object) -> AsyncIterator[Town]:
    async with server:
        town = Town(server.url, **given)
        yield town
        town.store.close()


def said(number: int) -> str:
    return f"No. {number}, he wrote: “{QUOTE}” and left."


def talk(count: int, *, quoted: Callable[[int], bool], seed: int = 1) -> list[Line]:
    """Posts with times that are not in order, and some noise between them."""
    chance = random.Random(seed)
    lines: list[Line] = []
    for number in range(count):
        jitter = chance.randrange(-2_000_000, 2_000_000)
        text = said(number) if quoted(number) else f"the weather of day {number} is fine"
        lines.append(post(number, text, time_us=START_US + number * 200_000 + jitter))
        lines += chance.choice([[], [], [like(number)], [identity(number)], [account(number)]])
    return lines


def passed(clock: NapClock) -> bool:
    clock.advance(1)
    return False
