"""What all of the desk has in hand."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.model import Post, Quote, Source
from monitor.core.ports import Fetch
from monitor.matching import Calibration
from monitor.sources.discover import Parse
from monitor.store import SqliteStore
from monitor.watchlist import StoreCall, Watchlist

Calibrated = Callable[[str], Awaitable[Calibration | None]]
"""Says what tracking a text means; None when that takes too long to find out."""


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
    ) -> None:
        self._store = store
        self._call = call
        self._watchlist = watchlist
        self._fetch = fetch
        self._parse = parse
        self._calibrated = calibrated
        self._now = now
        self.on_post: Callable[[Source, Post], Awaitable[None]] = _unheard  # of a channel the bot is in
        self.on_sources: Callable[[], Awaitable[None]] = _nothing  # after each change of what is polled

    async def _found(self, words: str) -> Quote:
        quote = await self._call(self._store.find_quote, words)
        if quote is None:
            raise InputError(f"No tracked quote is “{words[:80]}”: /quotes shows them with their numbers.")
        return quote
