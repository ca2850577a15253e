"""The store's methods about quotes. Each is one transaction."""

from collections.abc import Iterable
from datetime import datetime

from monitor.core.model import Quote, QuoteId, VariantId, WantedQuote, WantedVariant
from monitor.core.quotes import QuoteChanges
from monitor.store import quote_edits, quotes
from monitor.store.database import Database
from monitor.store.quotes import SeededQuotes


class QuoteStore:
    """The part of `SqliteStore` that is about what is tracked. InputError: there is no such quote or variant."""

    _db: Database

    def quotes(self) -> list[Quote]:
        """Return the tracked quotes with their variants, paused ones too."""
        with self._db.reading():
            return quotes.tracked(self._db)

    def find_quote(self, text_or_number: str | int) -> Quote | None:
        """Return the tracked quote of this number ("3", "#3") or of these words, its variants' words included."""
        with self._db.reading():
            return quotes.find(self._db, text_or_number)

    def seed_quotes(self, wanted: Iterable[WantedQuote], now: datetime) -> SeededQuotes:
        """Track what the settings list, but for what a person removed. Raises InputError for an unusable text."""
        with self._db.writing():
            return quotes.seed(self._db, wanted, now)

    def track(self, wanted: WantedQuote, *, by: str, at: datetime) -> Quote:
        """Track a quote. InputError: its text cannot be tracked, or is already. A removed one gets its number back."""
        with self._db.writing():
            return quotes.track(self._db, wanted, by=by, at=at)

    def untrack(self, quote_id: QuoteId, *, by: str, at: datetime, takes_back: bool = False) -> Quote:
        """Stop tracking a quote and return it; its waiting alerts are given up. `takes_back`: see `quotes.untrack`."""
        with self._db.writing():
            return quotes.untrack(self._db, quote_id, by=by, at=at, takes_back=takes_back)

    def restore_quote(self, quote_id: QuoteId, *, by: str, at: datetime) -> Quote:
        """Track a quote again as it was when it was untracked. InputError: its words are another quote's now."""
        with self._db.writing():
            return quotes.restore(self._db, quote_id, by=by, at=at)

    def edit_quote(self, quote_id: QuoteId, changes: QuoteChanges, *, by: str, at: datetime) -> Quote:
        """Change what is asked of a quote beside its text. InputError also for what cannot be asked."""
        with self._db.writing():
            return quote_edits.edit(self._db, quote_id, changes, by=by, at=at)

    def pause_quote(self, quote_id: QuoteId, *, by: str, at: datetime) -> Quote:
        """Look for a quote no more until it is resumed; nothing changes when it is paused already."""
        with self._db.writing():
            return quote_edits.pause(self._db, quote_id, by=by, at=at)

    def resume_quote(self, quote_id: QuoteId, *, by: str, at: datetime) -> Quote:
        """Look for a paused quote again; nothing changes when it is not paused."""
        with self._db.writing():
            return quote_edits.resume(self._db, quote_id, by=by, at=at)

    def add_variant(
        self, quote_id: QuoteId, wanted: WantedVariant, *, confirmed: bool = True, by: str, at: datetime
    ) -> Quote:
        """Track another wording of a quote, or propose it (not `confirmed`). InputError: tracked already."""
        with self._db.writing():
            return quote_edits.add_variant(self._db, quote_id, wanted, confirmed=confirmed, by=by, at=at)

    def confirm_variant(self, variant_id: VariantId, *, by: str, at: datetime) -> Quote:
        """Let a proposed wording alert; nothing changes when it does already."""
        with self._db.writing():
            return quote_edits.confirm_variant(self._db, variant_id, by=by, at=at)

    def remove_variant(self, variant_id: VariantId, *, by: str, at: datetime) -> Quote:
        """Track a wording no more."""
        with self._db.writing():
            return quote_edits.remove_variant(self._db, variant_id, by=by, at=at)
