"""What would match a text, and when nothing does, what comes nearest and why it is not enough."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.core.model import Match, Post, Quote
from monitor.matching.matcher import Matcher


class Unmet(StrEnum):
    """A condition of a quote that a passage does not meet."""

    EXACT = "exact"
    QUOTED = "quoted_only"
    NEAR = "near"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """The passage most like a tracked quote that does not match."""

    match: Match  # as it would be if nothing but the words counted, and any score were enough
    unmet: tuple[Unmet, ...] = ()  # empty: its score is too low


@dataclass(frozen=True, slots=True, kw_only=True)
class Tryout:
    """What a text comes to: every quote that matches it, the best first, and the nearest miss when none does."""

    text: str
    matches: tuple[Match, ...] = ()
    miss: Miss | None = None


def tried(quotes: Sequence[Quote], text: str, threshold: float | None = None) -> Tryout:
    """Return what a text would match. `threshold` is that of quotes without one of their own; None: the engine's."""
    post = Post(guid="", text=text)
    matches = Matcher(quotes, threshold=threshold).find([post])
    if matches:
        return Tryout(text=text, matches=tuple(matches))
    bare = {quote.id: _bare(quote) for quote in quotes}
    near = Matcher(bare.values(), threshold=threshold, suggest=0.0).find([post])
    if not near:
        return Tryout(text=text)
    best = near[0]
    (quote,) = (quote for quote in quotes if quote.id == best.quote.id)
    unmet = tuple(name for name, asked in _conditions(quote) if not Matcher([asked], suggest=0.0).find([post]))
    return Tryout(text=text, miss=Miss(match=best, unmet=unmet))


def _bare(quote: Quote) -> Quote:
    return replace(quote, exact=False, quoted_only=False, near=(), excluded=())


def _conditions(quote: Quote) -> Iterator[tuple[Unmet, Quote]]:
    """Yield each condition of a quote with the quote as it would be with this one alone."""
    bare = _bare(quote)
    if quote.exact:
        yield Unmet.EXACT, replace(bare, exact=True)
    if quote.quoted_only:
        yield Unmet.QUOTED, replace(bare, quoted_only=True)
    if quote.near:
        yield Unmet.NEAR, replace(bare, near=quote.near)
    if quote.excluded:
        yield Unmet.EXCLUDED, replace(bare, excluded=quote.excluded)
