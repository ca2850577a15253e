"""The tracked quotes, and finding them in posts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.core.model import Match, MatchKind, Post, Quote, QuoteId, Span, Tier, Variant
from monitor.matching import partial
from monitor.matching.explain import Word, explain, without_stray_ends, words_of
from monitor.matching.normalize import Normalized, normalize
from monitor.matching.score import ENOUGH, Aligned, align, calibrated, uncalibrated
from monitor.matching.windows import Window, windows

ENGINE = "baseline/1"
"""Name and version of the rules; every match carries it. A change that finds other passages changes it."""

SUGGESTED = 7.0  # points below the threshold in which a match is still suggested
LONGEST = 2_000  # normalized characters of a wording that are compared; longer ones are known by their beginning
FEWEST = 4  # letters and digits: fewer than that are in every post


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """One text of a quote's family, ready to be compared."""

    variant: Variant | None
    written: str
    plain: str
    words: tuple[Word, ...]
    threshold: float

    @property
    def can_alert(self) -> bool:
        return self.variant is None or self.variant.confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The best place of a wording in a post, in normalized stretches."""

    wording: _Wording
    score: float
    stretches: tuple[tuple[int, int], ...]

    @property
    def tier(self) -> Tier:
        sure = self.score >= self.wording.threshold and self.wording.can_alert
        return Tier.ALERT if sure else Tier.SUGGEST

    @property
    def rank(self) -> tuple[bool, float]:
        return self.tier is Tier.ALERT, self.score


class Matcher:
    """Tracked quotes, to be found in posts. The method is told in the docstring of `monitor.matching`.

    `threshold` (0-100) holds for every quote and variant that has none of its own. A match that misses it by
    no more than SUGGESTED points is of the tier `suggest`.
    """

    def __init__(self, quotes: Iterable[Quote] = (), *, threshold: float = ENOUGH) -> None:
        self.threshold = threshold
        self._quotes: dict[QuoteId, Quote] = {}
        self._wordings: dict[QuoteId, tuple[_Wording, ...]] = {}
        for quote in quotes:
            self.add(quote)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The tracked quotes, in the order they came."""
        return tuple(self._quotes.values())

    def add(self, quote: Quote) -> None:
        """Track a quote; one with the same id is replaced."""
        self._quotes[quote.id] = quote
        self._wordings[quote.id] = tuple(self._prepared(quote))

    def replace(self, quote: Quote) -> None:
        """Track a quote in its new wording, in the place of the one with the same id."""
        self.add(quote)

    def remove(self, quote_id: QuoteId) -> None:
        """Stop tracking a quote; one that is not tracked is no error."""
        self._quotes.pop(quote_id, None)
        self._wordings.pop(quote_id, None)

    def find(self, posts: Sequence[Post]) -> list[Match]:
        """Return the matches of all quotes in `posts`: at most one for each (quote, post), its most alike wording.

        They are in the order of the posts, and in one post by falling score. Never raises, whatever a text holds.
        """
        return [match for post in posts for match in self._matches(post)]

    def _prepared(self, quote: Quote) -> Iterator[_Wording]:
        for variant in (None, *quote.variants):
            given = variant or quote
            normalized = normalize(given.text)
            if sum(character.isalnum() for character in normalized.text) < FEWEST:
                continue
            cut = _whole_words(normalized.text)
            own = variant.threshold if variant else None
            family = quote.threshold if quote.threshold is not None else self.threshold
            yield _Wording(
                variant=variant,
                written=given.text,
                plain=normalized.text[:cut],
                words=tuple(words_of(given.text, normalized, 0, cut)),
                threshold=own if own is not None else family,
            )

    def _matches(self, post: Post) -> list[Match]:
        said = normalize(post.text)
        if len(said.text) < FEWEST or not self._wordings:
            return []
        longest = max((len(wording.plain) for family in self._wordings.values() for wording in family), default=0)
        views = tuple(windows(said, overlap=2 * longest + 100))
        cut_short = partial.is_cut_short(post.text)
        matches = []
        for quote_id, family in self._wordings.items():
            found = [best for wording in family if (best := _best(wording, views, cut_short=cut_short))]
            if found:
                best = max(found, key=lambda candidate: candidate.rank)
                matches.append(_match(self._quotes[quote_id], best, post, said))
        return sorted(matches, key=lambda match: -match.score)


def _whole_words(text: str) -> int:
    if len(text) <= LONGEST:
        return len(text)
    space = text.rfind(" ", 0, LONGEST + 1)
    return space if space > 0 else LONGEST


def _best(wording: _Wording, views: Sequence[Window], *, cut_short: bool) -> _Found | None:
    """Return the best place of a wording in the windows of a post, or None when none is worth suggesting."""
    lowest = max(1.0, wording.threshold - SUGGESTED)
    best: _Found | None = None
    for view in views:
        is_last = cut_short and view is views[-1]
        aligned = _in_window(wording.plain, view.text, cutoff=lowest, cut_short=is_last)
        if aligned and (best is None or aligned.score > best.score):
            stretches = tuple(view.stretches(aligned.start, aligned.end))
            best = _Found(wording=wording, score=aligned.score, stretches=stretches)
            lowest = max(lowest, aligned.score)
    return best


def _in_window(wording: str, text: str, *, cutoff: float, cut_short: bool) -> Aligned | None:
    """Return the best place of a wording in one window; its score is calibrated."""
    length = len(wording)
    whole = align(wording, text, cutoff=uncalibrated(cutoff, length))
    ways = [
        whole and whole._replace(score=calibrated(whole.score, length)),
        partial.inside(wording, text, cutoff=cutoff),
        partial.beginning_at_the_end(wording, text, cutoff=cutoff) if cut_short else None,
    ]
    return max((way for way in ways if way), key=lambda aligned: aligned.score, default=None)


def _span(words: Sequence[Word]) -> Span | None:
    return Span(start=words[0].span.start, end=words[-1].span.end) if words else None


def _match(quote: Quote, found: _Found, post: Post, said: Normalized) -> Match:
    wording = found.wording
    stretches = [words_of(post.text, said, *stretch) for stretch in found.stretches]
    words = without_stray_ends(wording.words, [word for stretch in stretches for word in stretch])
    spans = [span for stretch in stretches if (span := _span([word for word in stretch if word in words]))]
    explanation, kind = explain(
        wording.words,
        words,
        passage=post.text[spans[0].start : spans[-1].end],
        wording=wording.written,
        threshold=wording.threshold,
        stretches=len(spans),
    )
    return Match(
        quote=quote,
        variant=wording.variant,
        post=post,
        spans=tuple(spans),
        score=found.score,
        threshold=wording.threshold,
        tier=found.tier,
        kind=kind if wording.can_alert else MatchKind.DERIVED,
        explanation=explanation,
        engine=ENGINE,
    )
