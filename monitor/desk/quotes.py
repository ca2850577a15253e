"""Serves what is tracked: the store changed, and the matcher in step with it at once."""

from monitor.core.model import Quote, WantedQuote
from monitor.desk.base import DeskBase


class QuoteDesk(DeskBase):
    """Serves what is tracked: the store changed, and the matcher in step with it at once."""

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
