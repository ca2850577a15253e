"""Serves what is tracked: the store changed, the matcher in step with it at once, and a look back begun."""

from collections import deque

from monitor.core.history import Difference, Glance, QuoteFacts
from monitor.core.model import Quote, QuoteId, VariantId, WantedQuote, WantedVariant
from monitor.core.quotes import QuoteChanges, as_quote, checked_text, checked_wishes
from monitor.desk.base import DeskBase
from monitor.matching import Calibration
from monitor.matching.calibrate import alerts_in_sample
from monitor.replay import Preview

PREVIEWED_POSTS = 20_000  # the newest
EXAMPLES = 5


class QuoteDesk(DeskBase):
    """Serves what is tracked: the store changed, the matcher in step with it at once, and a look back begun."""

    async def quotes(self) -> list[Quote]:
        """Return the tracked quotes, paused ones too."""
        return await self._call(self._store.quotes)

    async def quote(self, quote: str) -> Quote:
        """Return one tracked quote."""
        return await self._found(quote)

    async def facts(self, quote: str) -> QuoteFacts:
        """Return a quote with what tracking it has come to."""
        return await self._call(self._store.quote_facts, (await self._found(quote)).id)

    async def track(self, wanted: WantedQuote, *, by: str) -> Quote:
        """Track a quote and return it."""
        self._quotas.check_quotes(by, await self._call(self._store.tracked_by, by))
        return await self._changed_quote(await self._call(self._store.track, wanted, by=by, at=self._now()))

    async def calibration(self, text: str) -> Calibration | None:
        """Return how often the words of a quote would have fired; None when that takes too long to find out."""
        return await self._calibrated(text)

    async def preview(self, wanted: WantedQuote) -> Preview:
        """Return how often a quote would have fired on stored posts and on everyday ones; nothing is recorded."""
        wanted = checked_wishes(wanted)
        quote = as_quote(wanted, text=checked_text(wanted.text))
        seen: deque[Difference] = deque(maxlen=EXAMPLES)
        looked = await self._replay(quote, dry=True, seen=seen.append).run(newest=PREVIEWED_POSTS)
        return Preview(
            wanted=wanted,
            looked=looked.looked,
            sure=looked.sure,
            suggested=looked.found - looked.sure,
            is_partial=looked.is_partial,
            background=await self._elsewhere(alerts_in_sample, quote, self._threshold),
            calibration=await self._calibrated(quote.text),
            examples=tuple(one.found for one in reversed(seen) if one.found),
        )

    async def edit_quote(self, quote: str, changes: QuoteChanges, *, by: str) -> Quote:
        """Change what is asked of a quote beside its words, and return it."""
        found = await self._found(quote)
        return await self._changed_quote(
            await self._call(self._store.edit_quote, found.id, changes, by=by, at=self._now())
        )

    async def pause_quote(self, quote: str, *, by: str) -> Quote:
        """Look for a quote no more until it is resumed."""
        found = await self._found(quote)
        paused = await self._call(self._store.pause_quote, found.id, by=by, at=self._now())
        await self._watchlist.reload()
        return paused

    async def resume_quote(self, quote: str, *, by: str) -> Quote:
        """Look for a quote again."""
        found = await self._found(quote)
        return await self._changed_quote(await self._call(self._store.resume_quote, found.id, by=by, at=self._now()))

    async def untrack(self, quote: str, *, by: str, takes_back: bool = False) -> Quote:
        """Stop tracking a quote and return what it was. `takes_back`: it was only just tracked, by mistake."""
        found = await self._found(quote)
        removed = await self._call(self._store.untrack, found.id, by=by, at=self._now(), takes_back=takes_back)
        self.looking_back.end(found.id)
        await self._watchlist.reload()
        return removed

    async def track_again(self, quote_id: QuoteId, *, by: str) -> Quote:
        """Track a quote again as it was when it was untracked."""
        return await self._changed_quote(await self._call(self._store.restore_quote, quote_id, by=by, at=self._now()))

    async def add_variant(self, quote: str, wanted: WantedVariant, *, by: str) -> Quote:
        """Track another wording of a quote, and return the quote."""
        found = await self._found(quote)
        return await self._changed_quote(
            await self._call(self._store.add_variant, found.id, wanted, by=by, at=self._now())
        )

    async def confirm_variant(self, variant_id: VariantId, *, by: str) -> Quote:
        """Let a proposed wording alert, and return its quote."""
        return await self._changed_quote(
            await self._call(self._store.confirm_variant, variant_id, by=by, at=self._now())
        )

    async def remove_variant(self, variant_id: VariantId, *, by: str) -> Quote:
        """Track a wording no more, and return its quote."""
        quote = await self._call(self._store.remove_variant, variant_id, by=by, at=self._now())
        await self._watchlist.reload()
        return quote

    async def look_back(self, quote: str, *, anew: bool = False) -> Glance:
        """Return what looking back over stored posts has found, after a short wait; begin when it was not begun."""
        found = await self._found(quote)
        if anew:
            self.looking_back.begin(found)
        looked = await self.looking_back.glance(found)
        newest = await self._call(self._store.appearances_of, looked.new[-EXAMPLES:])
        return Glance(looked=looked, newest=tuple(newest))

    async def _changed_quote(self, quote: Quote) -> Quote:
        """Take over a quote that may match other passages now: first the matcher, so that no post falls between."""
        await self._watchlist.reload()
        self.looking_back.begin(quote)
        return quote
