"""What the bot's commands come to: the store changed, and the matcher in step with it at once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from monitor.core.coverage import SourceReport
from monitor.core.errors import InputError
from monitor.core.model import ChatKind, Post, Quote, Source, SourceId, SourceKind, Status, WantedQuote
from monitor.core.ports import Fetch
from monitor.matching import Calibration
from monitor.sources.discover import Parse
from monitor.sources.trying import Remembered, Tried, tried
from monitor.store import SqliteStore
from monitor.watchlist import StoreCall, Watchlist


class Change(Protocol):
    """A method of the store that changes one source."""

    def __call__(self, source_id: SourceId, *, by: str, at: datetime) -> Source: ...


Calibrated = Callable[[str], Awaitable[Calibration | None]]
"""Says what tracking a text means; None when that takes too long to find out."""


async def _unheard(source: Source, post: Post) -> None:
    """Do nothing with a post."""
    del source, post


async def _nothing() -> None:
    """Do nothing when the sources change."""


class StoreDesk:
    """Serves the commands of the bot (`monitor/bot/desk.py`) from the store."""

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

    async def track(self, text: str, *, by: str) -> Quote:
        """Track a quote and return it."""
        quote = await self._call(self._store.track, WantedQuote(text=text), by=by, at=self._now())
        await self._watchlist.reload()
        return quote

    async def advice(self, quote: Quote) -> str:
        """Return in one sentence how often a quote would have fired, and what to ask for if that is too often."""
        found = await self._calibrated(quote.text)
        return f"{found.why[0].upper()}{found.why[1:]}." if found else ""

    async def untrack(self, quote: str, *, by: str) -> Quote:
        """Stop tracking a quote and return what it was."""
        found = await self._found(quote)
        removed = await self._call(self._store.untrack, found.id, by=by, at=self._now())
        await self._watchlist.reload()
        return removed

    async def quotes(self) -> list[Quote]:
        """Return the tracked quotes."""
        return await self._call(self._store.quotes)

    async def subscribe(
        self, address: str, *, kind: ChatKind, title: str | None, thread_id: int | None, quote: str | None, by: str
    ) -> tuple[bool, Quote | None]:
        """Tell a chat of a quote, or of all (None). Return whether that is new, and the quote."""
        found = await self._found(quote) if quote else None
        new = await self._call(
            self._store.subscribe,
            address,
            kind,
            title,
            thread_id=thread_id,
            quote_id=found.id if found else None,
            by=by,
            at=self._now(),
        )
        return new, found

    async def unsubscribe(
        self, address: str, *, thread_id: int | None, quote: str | None, by: str
    ) -> tuple[bool, Quote | None]:
        """Tell a chat no longer of a quote, or of any (None). Return whether it was told, and the quote."""
        found = await self._found(quote) if quote else None
        was = await self._call(
            self._store.unsubscribe,
            address,
            thread_id=thread_id,
            quote_id=found.id if found else None,
            by=by,
            at=self._now(),
        )
        return was, found

    async def status(self) -> Status:
        """Return the monitor at a glance."""
        return await self._call(self._store.status, self._now())

    async def sources(self) -> list[SourceReport]:
        """Return the sources, with how each is."""
        return await self._call(self._store.source_reports, self._now())

    async def add_source(self, text: str, *, by: str) -> tuple[Source, Tried]:
        """Poll what a person means by `text`, after a look at it; return it and what it says."""
        found = await self.try_source(text)
        title = found.reading.title if found.reading else None
        unnamed = found.wanted.name == found.wanted.address
        wanted = replace(found.wanted, name=title) if title and unnamed else found.wanted
        source = await self._call(self._store.add_source, wanted, by=by, at=self._now())
        await self.on_sources()
        return source, found

    async def try_source(self, text: str) -> Tried:
        """Look at what a person means by `text` without recording anything."""
        quotes = self._watchlist.quotes
        return await tried(text, fetch=Remembered(self._fetch), parse=self._parse, quotes=quotes)

    async def pause_source(self, source: str, *, by: str) -> Source:
        """Poll a source (its number, address or name) no more until it is resumed."""
        return await self._changed(self._store.pause_source, source, by)

    async def resume_source(self, source: str, *, by: str) -> Source:
        """Poll a source again."""
        return await self._changed(self._store.resume_source, source, by)

    async def remove_source(self, source: str, *, by: str) -> Source:
        """Poll a source no more and list it no more."""
        return await self._changed(self._store.remove_source, source, by)

    async def _changed(self, change: Change, words: str, by: str) -> Source:
        known = await self._call(self._store.find_source, words)
        if known is None:
            raise InputError(f"No source is “{words[:80]}”: /sources shows them with their numbers.")
        changed = await self._call(change, known.id, by=by, at=self._now())
        await self.on_sources()
        return changed

    async def heard(self, addresses: Sequence[str], post: Post) -> None:
        """Take a post of a channel that the bot is in; it is recorded when the channel is a source."""
        for source in await self._call(self._store.active_sources):
            if source.kind is SourceKind.BOT_CHANNEL and source.address.lower() in addresses:
                await self.on_post(source, post)

    async def chat_closed(self, address: str, *, reason: str) -> None:
        """Take note that a chat, if it is known, no longer accepts messages."""
        chat = await self._call(self._store.chat, address)
        if chat is not None:
            await self._call(self._store.close_chat, chat.id, reason=reason, at=self._now())

    async def chat_opened(self, address: str) -> None:
        """Take note that a chat, if it is known, accepts messages again."""
        chat = await self._call(self._store.chat, address)
        if chat is not None:
            await self._call(self._store.ensure_chat, address, chat.kind, chat.title, at=self._now())

    async def chat_moved(self, address: str, *, to: str) -> None:
        """Take note that a chat, if it is known, has a new address: a group became a supergroup."""
        await self._call(self._store.rename_chat, address, to)

    async def _found(self, words: str) -> Quote:
        quote = await self._call(self._store.find_quote, words)
        if quote is None:
            raise InputError(f"No tracked quote is “{words[:80]}”: /quotes shows them with their numbers.")
        return quote
