"""The tracked quotes in the matcher, kept in step with the store.

The bot changes quotes through the store and then calls `reload`; another process (the command line) may
change them too, which `refresh` notices before each poll at the cost of one PRAGMA.

What takes longer than a moment is compared in a thread of its own. The matcher is Python nearly throughout, so the
interpreter takes turns between that thread and the event loop, which one long call in C would not let it do.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, Protocol, TypeVar

from monitor.core.model import Match, Post, Quote, QuoteId

INLINE_SECONDS = 0.01  # of comparing, that the event loop can spare
FIRST_PACE = 1e-5  # seconds a character, until it is measured
FORGETTING = 0.9  # of the slowest pace, with every batch: one strange post does not slow all that follow

P = ParamSpec("P")
T = TypeVar("T")


class StoreCall(Protocol):
    """Runs a method of the store where the store lives (in its own thread) and returns its answer."""

    async def __call__(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


class QuoteStore(Protocol):
    """What the watchlist needs of the store."""

    def quotes(self) -> list[Quote]:
        """Return the tracked quotes with their variants, paused ones too."""

    def changed_elsewhere(self) -> bool:
        """Return True once after another connection changed the database."""


class QuoteMatcher(Protocol):
    """What the watchlist needs of the matcher."""

    left_out: int

    def find(self, posts: Sequence[Post]) -> list[Match]: ...
    def add(self, quote: Quote) -> None: ...
    def replace(self, quote: Quote) -> None: ...
    def remove(self, quote_id: QuoteId) -> None: ...


async def _nothing() -> None:
    """Do nothing when something changed."""


class Watchlist:
    """Holds the matcher and changes only what changed, so that a new quote never rebuilds the others."""

    def __init__(self, matcher: QuoteMatcher, store: QuoteStore, call: StoreCall) -> None:
        self.matcher = matcher
        self._store = store
        self._call = call
        self._held: dict[QuoteId, Quote] = {}
        self._aside = Aside()
        self._pace = FIRST_PACE
        self._on_the_spot = asyncio.Lock()  # many polls may go on at once; together they would spare far too much
        self.on_change: Callable[[], Awaitable[None]] = _nothing

    async def find(self, posts: Sequence[Post]) -> list[Match]:
        """Return the matches of all tracked quotes in `posts`: of what is short at once, of what is long meanwhile."""
        size = sum(len(post.text) for post in posts)
        async with self._on_the_spot:
            if self._aside.is_idle and size * self._pace <= INLINE_SECONDS:
                matches = self._find(posts, size)
                await asyncio.sleep(0)
                return matches
        return await self._aside(self._find, posts, size)

    def _find(self, posts: Sequence[Post], size: int) -> list[Match]:
        began = time.thread_time()
        matches = self.matcher.find(posts)
        self._pace = max(self._pace * FORGETTING, (time.thread_time() - began) / max(1, size))
        return matches

    @property
    def left_out(self) -> int:
        """How many wordings were never compared, because posts that might hold them were too much work."""
        return self.matcher.left_out

    @property
    def quotes(self) -> list[Quote]:
        """The quotes that are looked for."""
        return list(self._held.values())

    async def refresh(self) -> None:
        """Take over changes made by another process, and say so to `on_change`. Raises StoreError."""
        if await self._call(self._store.changed_elsewhere):
            await self.reload()
            await self.on_change()

    async def reload(self) -> None:
        """Bring the matcher in step with the store; paused quotes are left out. Raises StoreError."""
        wanted = {quote.id: quote for quote in await self._call(self._store.quotes) if not quote.paused}
        await self._aside(self._bring_in_step, wanted)

    def close(self) -> None:
        """End the thread, after what it is at."""
        self._aside.close()

    def _bring_in_step(self, wanted: dict[QuoteId, Quote]) -> None:
        for quote_id in self._held.keys() - wanted.keys():
            self.matcher.remove(quote_id)
        for quote_id, quote in wanted.items():
            if quote_id not in self._held:
                self.matcher.add(quote)
            elif quote != self._held[quote_id]:
                self.matcher.replace(quote)
        self._held = wanted


class Aside:
    """Runs one piece of work after the other in a thread. Who sees it idle may use what it works on, until it waits."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="matcher")
        self._pieces = 0  # under way or waiting, also those that nobody waits for any more

    @property
    def is_idle(self) -> bool:
        return not self._pieces

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `work` does. Cancelling leaves work that has begun to its end."""
        loop = asyncio.get_running_loop()

        def done(_: Future[T]) -> None:
            loop.call_soon_threadsafe(self._one_less)

        self._pieces += 1
        piece = self._thread.submit(work, *args, **kwargs)
        piece.add_done_callback(done)
        return await asyncio.wrap_future(piece)

    def close(self) -> None:
        """Leave what is waiting, end with what is under way."""
        self._thread.shutdown(cancel_futures=True)

    def _one_less(self) -> None:
        self._pieces -= 1
