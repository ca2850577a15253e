"""The part of the desk with a memory that is about quotes, sources and what was found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.core.coverage import SourceReport
from monitor.core.history import Glance, HistoryFilter, HistoryPage, LookedBack, QuoteFacts, Statistics
from monitor.core.model import (
    MatchId,
    Post,
    Quote,
    QuoteId,
    Reading,
    Source,
    SourceKind,
    VariantId,
    WantedQuote,
    WantedSource,
    WantedVariant,
)
from monitor.core.quotes import QuoteChanges
from monitor.matching import Calibration
from monitor.matching.nearest import Tryout
from monitor.sources.trying import Tried
from tests.builders import NOON, a_post, a_quote, a_source


def a_look(**given: Any) -> Tried:
    wanted = WantedSource(kind=SourceKind.FEED, address="https://news.example/feed.xml", name="Example News")
    reading = Reading(posts=(a_post("first"), a_post("second")))
    return Tried(**({"wanted": wanted, "reading": reading} | given))


class MemoryQuotes:
    """Notes what it is asked, and knows the quotes it is given."""

    def __init__(self, *quotes: Quote) -> None:
        self.known = list(quotes)
        self.kept: list[object] = []

    def _note(self, *what: Any) -> None:
        raise NotImplementedError

    async def quotes(self) -> list[Quote]:
        self._note("quotes")
        return self.known

    async def quote(self, quote: str) -> Quote:
        return a_quote()

    async def facts(self, quote: str) -> QuoteFacts:
        self._note("facts", quote)
        return QuoteFacts(quote=a_quote(), added_at=NOON, added_by="ann")

    async def track(self, wanted: WantedQuote, *, by: str) -> Quote:
        self._note("track", wanted.text, by)
        quote = a_quote(wanted.text, id=QuoteId(len(self.known) + 1))
        self.known.append(quote)
        return quote

    async def calibration(self, text: str) -> Calibration | None:
        return None

    async def edit_quote(self, quote: str, changes: QuoteChanges, *, by: str) -> Quote:
        self._note("edit", quote, changes, by)
        return replace(a_quote(), **changes)

    async def pause_quote(self, quote: str, *, by: str) -> Quote:
        self._note("pause", quote, by)
        return a_quote(paused=True)

    async def resume_quote(self, quote: str, *, by: str) -> Quote:
        self._note("resume", quote, by)
        return a_quote()

    async def untrack(self, quote: str, *, by: str, takes_back: bool = False) -> Quote:
        self._note("untrack", quote, by)
        return a_quote()

    async def track_again(self, quote_id: QuoteId, *, by: str) -> Quote:
        self._note("track again", quote_id, by)
        return a_quote()

    async def add_variant(self, quote: str, wanted: WantedVariant, *, by: str) -> Quote:
        self._note("variant", "add", quote, wanted, by)
        return a_quote()

    async def confirm_variant(self, variant_id: VariantId, *, by: str) -> Quote:
        self._note("variant", "confirm", variant_id, by)
        return a_quote()

    async def remove_variant(self, variant_id: VariantId, *, by: str) -> Quote:
        self._note("variant", "remove", variant_id, by)
        return a_quote()

    async def look_back(self, quote: str, *, anew: bool = False) -> Glance:
        return Glance(looked=LookedBack(is_done=True))

    async def history(
        self, wanted: HistoryFilter, *, limit: int, before: MatchId | None = None, after: MatchId | None = None
    ) -> HistoryPage:
        self._note("history", wanted, before, after)
        return HistoryPage(rows=())

    async def statistics(self, quote: str | None) -> Statistics:
        self._note("statistics", quote)
        return Statistics(facts=None, total=0, days=(), sources=())

    async def check(self, text: str) -> Tryout:
        self._note("check", text)
        return Tryout(text=text)

    async def record_pasted(self, post: Post, *, by: str) -> Source:
        self._note("record", post, by)
        return a_source()

    def put_by(self, thing: object) -> str:
        self.kept.append(thing)
        return str(len(self.kept))

    def taken_up(self, name: str) -> object | None:
        return self.kept[int(name) - 1] if name.isdigit() and 0 < int(name) <= len(self.kept) else None

    def now(self) -> datetime:
        return NOON

    async def sources(self) -> list[SourceReport]:
        self._note("sources")
        return [SourceReport(source=a_source(), posts_per_day=12.0, matches_per_day=0.5)]

    async def source(self, source: str) -> Source:
        return a_source()

    async def add_looked_at(self, found: Tried, *, by: str) -> Source:
        self._note("source", "add", found.wanted.address, by)
        return a_source()

    async def try_source(self, text: str) -> Tried:
        self._note("source", "try", text)
        return a_look()

    async def test_source(self, source: str) -> Tried:
        self._note("source", "test", source)
        return a_look()

    async def pause_source(self, source: str, *, by: str) -> Source:
        self._note("source", "pause", source, by)
        return a_source()

    async def resume_source(self, source: str, *, by: str) -> Source:
        self._note("source", "resume", source, by)
        return a_source()

    async def remove_source(self, source: str, *, by: str) -> Source:
        self._note("source", "remove", source, by)
        return a_source()

    async def heard(self, addresses: Sequence[str], post: Post) -> None:
        self._note("heard", addresses, post)
