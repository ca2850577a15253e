"""The tracked quotes in the matcher, kept in step with the store.

The bot changes quotes through the store and then calls `reload`; another process (the command line) may
change them too, which `refresh` notices before each poll at the cost of one PRAGMA.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import ParamSpec, Protocol, TypeVar

from monitor.core.model import Match, Post, Quote, QuoteId

P = ParamSpec("P")
T = TypeVar("T")


class StoreCall(Protocol):
    """Runs a method of the store where the store lives (in its own thread) and returns its answer."""

    async def __call__(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


class QuoteStore(Protocol):
    """What the watchlist needs of the store."""

    def quotes(self) -> list[Quote]:
        """Return the tracked quotes with their variants."""

    def changed_elsewhere(self) -> bool:
        """Return True once after another connection changed the database."""


class QuoteMatcher(Protocol):
    """What the watchlist needs of the matcher."""

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
        self.on_change: Callable[[], Awaitable[None]] = _nothing

    def find(self, posts: Sequence[Post]) -> list[Match]:
        """Return the matches of all tracked quotes in `posts`."""
        return self.matcher.find(posts)

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
        """Bring the matcher in step with the store. Raises StoreError."""
        wanted = {quote.id: quote for quote in await self._call(self._store.quotes)}
        for quote_id in self._held.keys() - wanted.keys():
            self.matcher.remove(quote_id)
        for quote_id, quote in wanted.items():
            if quote_id not in self._held:
                self.matcher.add(quote)
            elif quote != self._held[quote_id]:
                self.matcher.replace(quote)
        self._held = wanted
