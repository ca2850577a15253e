"""Looking back: stored posts are matched again, with a new quote, a changed one, or new rules.

What is found anew is recorded; it alerts nobody unless that is asked for. What is recorded and would now be found in
another way, or no more, is counted and left as it is: it is what was found, and told, then.
The same posts, quotes and rules give the same differences in the same order.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from monitor.core.history import Difference, LookedBack, StoredMatch, Taped
from monitor.core.identity import text_digest
from monitor.core.model import Finding, Match, MatchId, Post, PostId, Quiet, Quote, QuoteId, Tier, WantedQuote
from monitor.matching import Calibration, Matcher
from monitor.watchlist import StoreCall

BATCH = 500  # posts read, matched and recorded at once: some tenths of a second of computing elsewhere
NEWEST = 10  # of the matches found are kept by number, to be shown

Find = Callable[[tuple[Quote, ...], Sequence[Post]], Awaitable[list[list[Match]]]]
"""Returns the matches of each post; done where it stalls nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How often a quote would have fired, with what is asked of it, before anybody tracks it."""

    wanted: WantedQuote
    looked: int  # stored posts
    sure: int  # would have alerted in them
    suggested: int  # would have been recorded without alerting
    is_partial: bool  # older stored posts were left out
    background: float  # alerts in 100,000 everyday posts, with its conditions
    calibration: Calibration | None  # of its words alone; None: not found out in time
    examples: tuple[Match, ...] = ()  # the newest in stored posts, newest first


class TapeStore(Protocol):
    """What looking back needs of the store."""

    def tape_start(self, *, newest: int | None = None, since: datetime | None = None) -> PostId: ...
    def tape(self, *, after: PostId, limit: int) -> list[Taped]: ...
    def stored_matches(
        self, post_ids: Collection[PostId], quote_ids: Collection[QuoteId]
    ) -> dict[tuple[PostId, QuoteId], StoredMatch]: ...
    def record_replayed(self, findings: Sequence[tuple[PostId, Finding]], *, at: datetime) -> list[MatchId]: ...


def matches_of(quotes: tuple[Quote, ...], posts: Sequence[Post], threshold: float | None = None) -> list[list[Match]]:
    """Return the matches of each post; for `Workers`, which run it elsewhere."""
    matcher = _matcher(quotes, threshold)
    return [matcher.find([post]) for post in posts]


@lru_cache(maxsize=1)  # one batch follows the other
def _matcher(quotes: tuple[Quote, ...], threshold: float | None) -> Matcher:
    return Matcher(quotes, threshold=threshold)


def differences(
    taped: Taped,
    matches: Sequence[Sequence[Match]],
    stored: Sequence[StoredMatch],
) -> Iterator[Difference]:
    """Yield what matching says of a post (`matches` of each of its wordings) that its `stored` matches do not."""
    known = {match.quote_id: match for match in stored}
    found = _of_quotes(taped, matches, known)
    for quote_id in sorted(found.keys() | known.keys()):
        new, old = found.get(quote_id), known.get(quote_id)
        if old is None or new is None or not _is_same(new, old):
            yield Difference(post_id=taped.post_id, quote_id=quote_id, found=new, stored=old)


def _of_quotes(
    taped: Taped, matches: Sequence[Sequence[Match]], known: dict[QuoteId, StoredMatch]
) -> dict[QuoteId, Match]:
    """Return the match of each quote: in the wording it is recorded in, else in the newest that has one."""
    found: dict[QuoteId, Match] = {}
    for post, there in zip(taped.wordings, matches, strict=True):
        digest = text_digest(post)
        for match in there:
            old = known.get(match.quote.id)
            if match.quote.id not in found or (old is not None and old.text_digest == digest):
                found[match.quote.id] = match
    return found


def _is_same(new: Match, old: StoredMatch) -> bool:
    return (
        new.spans == old.spans
        and round(new.score, 1) == round(old.score, 1)
        and new.tier is old.tier
        and new.kind is old.kind
    )


class Replay:
    """One look back over stored posts, which goes on in steps and can be asked how far it is."""

    def __init__(
        self,
        quotes: Sequence[Quote],
        *,
        store: TapeStore,
        call: StoreCall,
        find: Find,
        now: Callable[[], datetime],
        alert: bool = False,
        dry: bool = False,
        on_difference: Callable[[Difference], None] | None = None,
    ) -> None:
        """`alert`: tell people of what is sure enough; `dry`: record nothing, only say what would be."""
        self.quotes = tuple(quotes)
        self.state = LookedBack(quote_id=quotes[0].id if len(quotes) == 1 else None)
        self._ids = {quote.id for quote in quotes}
        self._store = store
        self._call = call
        self._find = find
        self._now = now
        self._alert = alert
        self._dry = dry
        self._on_difference = on_difference
        self._after = PostId(0)

    async def run(self, *, newest: int | None = None, since: datetime | None = None) -> LookedBack:
        """Go through the `newest` so many posts, or those first seen `since` then; None: all. Raises StoreError."""
        self._after = await self._call(self._store.tape_start, newest=newest, since=since)
        self.state = replace(self.state, is_partial=self._after > 0)
        return await self.go_on()

    async def go_on(self) -> LookedBack:
        """Go through the posts that were recorded since. Raises StoreError."""
        self.state = replace(self.state, is_done=False)
        while batch := await self._call(self._store.tape, after=self._after, limit=BATCH):
            await self._step(batch)
            self._after = batch[-1].post_id
        self.state = replace(self.state, is_done=True)
        return self.state

    async def _step(self, batch: Sequence[Taped]) -> None:
        found = iter(await self._find(self.quotes, [post for taped in batch for post in taped.wordings]))
        matches = {taped.post_id: [next(found) for _ in taped.wordings] for taped in batch}
        stored = await self._call(self._store.stored_matches, matches.keys(), self._ids)
        of_post: dict[PostId, list[StoredMatch]] = {}
        for match in stored.values():
            of_post.setdefault(match.post_id, []).append(match)
        differing = [
            one for taped in batch for one in differences(taped, matches[taped.post_id], of_post.get(taped.post_id, ()))
        ]
        new = [(one.post_id, self._finding(one.found)) for one in differing if one.found and not one.stored]
        recorded: list[MatchId] = []
        if new and not self._dry:
            recorded = await self._call(self._store.record_replayed, new, at=self._now())
        for one in differing:
            if self._on_difference:
                self._on_difference(one)
        self._count(len(batch), differing, recorded)

    def _finding(self, match: Match) -> Finding:
        if not self._alert:
            return Finding(match=match, quiet=Quiet.BACKFILL)
        return Finding(match=match, quiet=None if match.tier is Tier.ALERT else Quiet.SUGGESTED)

    def _count(self, looked: int, differing: Sequence[Difference], recorded: Sequence[MatchId]) -> None:
        new = [one.found for one in differing if one.found and not one.stored]
        before = self.state
        self.state = replace(
            before,
            looked=before.looked + looked,
            new=(*before.new, *recorded)[-NEWEST:],
            found=before.found + len(new),
            sure=before.sure + sum(match.tier is Tier.ALERT for match in new),
            changed=before.changed + sum(bool(one.found and one.stored) for one in differing),
            gone=before.gone + sum(one.found is None for one in differing),
        )
