"""What the commands about quotes ask for."""

from typing import Protocol

from monitor.core.model import Quote


class QuoteDesk(Protocol):
    """Serves what is tracked. A quote is named by its number (`Quote.id`, as /quotes shows it) or by its words."""

    async def track(self, text: str, *, by: str) -> Quote:
        """Track a quote and return it."""

    async def advice(self, quote: Quote) -> str:
        """Return in one sentence how often a quote would have fired, and what to ask for if that is too often."""

    async def untrack(self, quote: str, *, by: str) -> Quote:
        """Stop tracking a quote and return what it was."""

    async def quotes(self) -> list[Quote]:
        """Return the tracked quotes."""
