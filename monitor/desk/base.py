"""What all of the desk has in hand."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar, TypeVarTuple

from monitor.core.errors import InputError
from monitor.core.history import Difference
from monitor.core.model import Match, Post, Quote, Source
from monitor.core.ports import Fetch
from monitor.desk.drafts import Drafts
from monitor.desk.looking_back import LookingBack
from monitor.desk.quotas import Quotas
from monitor.matching import Calibration
from monitor.replay import Replay, matches_of
from monitor.sources.discover import Parse
from monitor.store import SqliteStore
from monitor.watchlist import StoreCall, Watchlist

Calibrated = Callable[[str], Awaitable[Calibration | None]]
"""Says what tracking a text means; None when that takes too long to find out."""


T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Elsewhere(Protocol):
    """Runs a pure function where it stalls nobody. Raises InputError when it takes too long."""

    async def __call__(self, fn: Callable[[*Ts], T], *args: *Ts) -> T: ...


async def right_here(fn: Callable[[*Ts], T], *args: *Ts) -> T:
    """Run a function on the spot."""
    return fn(*args)


async def _unheard(source: Source, post: Post) -> None:
    """Do nothing with a post."""
    del source, post


async def _nothing() -> None:
    """Do nothing when the sources change."""


class DeskBase:
    """The store, the matcher's list of quotes, and the way out."""

    def __init__(
        self,
        store: SqliteStore,
        call: StoreCall,
        watchlist: Watchlist,
        *,
        fetch: Fetch,
        parse: Parse,
        calibrated: Calibrated,
        now: Callable[[], datetime],
        elsewhere: Elsewhere = right_here,
        threshold: float | None = None,
        quotas: Quotas | None = None,
    ) -> None:
        """`threshold`: the score that alerts for quotes without one of their own; None: the engine's."""
        self._store = store
        self._call = call
        self._watchlist = watchlist
        self._fetch = fetch
        self._parse = parse
        self._calibrated = calibrated
        self._now = now
        self._elsewhere = elsewhere
        self._threshold = threshold
        self._quotas = quotas or Quotas()
        self._drafts = Drafts()
        self.looking_back = LookingBack(self._replay)
        self.on_post: Callable[[Source, Post], Awaitable[None]] = _unheard  # of a channel the bot is in
        self.on_sources: Callable[[], Awaitable[None]] = _nothing  # after each change of what is polled

    async def _found(self, words: str) -> Quote:
        quote = await self._call(self._store.find_quote, words)
        if quote is None:
            raise InputError("No tracked quote is “{text}”: /quotes shows them with their numbers.", text=words[:80])
        return quote

    def _replay(self, quote: Quote, *, dry: bool = False, seen: Callable[[Difference], None] | None = None) -> Replay:
        """Return a look back for a quote, not yet begun."""
        return Replay(
            [quote],
            store=self._store,
            call=self._call,
            find=self._matches_of,
            now=self._now,
            dry=dry,
            on_difference=seen,
        )

    async def _matches_of(self, quotes: tuple[Quote, ...], posts: Sequence[Post]) -> list[list[Match]]:
        return await self._elsewhere(matches_of, quotes, posts, self._threshold)
