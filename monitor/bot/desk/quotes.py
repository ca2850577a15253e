"""What the commands about quotes ask for."""

from typing import Protocol

from monitor.core.history import Glance, QuoteFacts
from monitor.core.model import Quote, QuoteId, VariantId, WantedQuote, WantedVariant
from monitor.core.quotes import QuoteChanges
from monitor.matching import Calibration
from monitor.replay import Preview


class QuoteDesk(Protocol):
    """Serves what is tracked. A quote is named by its number (`Quote.id`, as /quotes shows it) or by its words.

    Whatever makes other passages match begins a look back over stored posts, which alerts nobody.
    """

    async def quotes(self) -> list[Quote]:
        """Return the tracked quotes, paused ones too."""

    async def quote(self, quote: str) -> Quote:
        """Return one tracked quote."""

    async def facts(self, quote: str) -> QuoteFacts:
        """Return a quote with what tracking it has come to."""

    async def track(self, wanted: WantedQuote, *, by: str) -> Quote:
        """Track a quote and return it."""

    async def calibration(self, text: str) -> Calibration | None:
        """Return how often the words of a quote would have fired; None when that takes too long to find out."""

    async def preview(self, wanted: WantedQuote) -> Preview:
        """Return how often a quote would have fired on stored posts and on everyday ones; nothing is recorded."""

    async def edit_quote(self, quote: str, changes: QuoteChanges, *, by: str) -> Quote:
        """Change what is asked of a quote beside its words, and return it."""

    async def pause_quote(self, quote: str, *, by: str) -> Quote:
        """Look for a quote no more until it is resumed."""

    async def resume_quote(self, quote: str, *, by: str) -> Quote:
        """Look for a quote again."""

    async def untrack(self, quote: str, *, by: str, takes_back: bool = False) -> Quote:
        """Stop tracking a quote and return what it was. `takes_back`: it was only just tracked, by mistake."""

    async def track_again(self, quote_id: QuoteId, *, by: str) -> Quote:
        """Track a quote again as it was when it was untracked."""

    async def add_variant(self, quote: str, wanted: WantedVariant, *, by: str) -> Quote:
        """Track another wording of a quote, and return the quote."""

    async def confirm_variant(self, variant_id: VariantId, *, by: str) -> Quote:
        """Let a proposed wording alert, and return its quote."""

    async def remove_variant(self, variant_id: VariantId, *, by: str) -> Quote:
        """Track a wording no more, and return its quote."""

    async def look_back(self, quote: str, *, anew: bool = False) -> Glance:
        """Return what looking back over stored posts has found, after a short wait; begin when it was not begun.

        `anew`: go through all of them again.
        """
