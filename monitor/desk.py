"""What the bot's commands come to: the store changed, and the matcher in step with it at once."""

from collections.abc import Callable
from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.model import ChatKind, Quote, Status, WantedQuote
from monitor.store import SqliteStore
from monitor.watchlist import StoreCall, Watchlist


class StoreDesk:
    """Serves the commands of the bot (`monitor/bot/desk.py`) from the store."""

    def __init__(
        self, store: SqliteStore, call: StoreCall, watchlist: Watchlist, *, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._call = call
        self._watchlist = watchlist
        self._now = now

    async def track(self, text: str, *, by: str) -> Quote:
        """Track a quote and return it."""
        quote = await self._call(self._store.track, WantedQuote(text=text), by=by, at=self._now())
        await self._watchlist.reload()
        return quote

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
