"""What is measured: which quotes are looked for in which posts, and which pairs truly match.

Misquotes: every quote of the measured films is looked for in every script line it may come from, in the lines of the
same films that are something else, and in background posts. A pair is true when the post is that quote's own line.
The adversarial set: every quote is looked for in every post; a pair counts when the post is labelled for that quote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from benchmarks.datasets import BackgroundPost, Line, Pair
from benchmarks.quality_metrics import Pairs, Scored
from benchmarks.quality_systems import Found, System
from monitor.core.model import Post, Quote, QuoteId, Variant, VariantId
from tests.corpus.adversarial import ENOUGH_OVERLAP, Item, Label, agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One system on one data set."""

    system: str
    pairs: Pairs
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a system told of an adversarial item's own pair."""

    item: Item
    score: float  # 0 when it told nothing
    alerted: bool
    overlap: float  # 0-1, with the marked passage

    @property
    def passed(self) -> bool:
        """By the rules of the adversarial test; what is told below an alert counts as suggested."""
        placed = self.overlap >= ENOUGH_OVERLAP
        match self.item.label:
            case Label.MATCH:
                return self.alerted and placed
            case Label.PARTIAL:
                return self.score > 0 and placed
            case _:
                return not self.alerted


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredItems:
    """One system on the adversarial set."""

    system: str
    pairs: Pairs  # the items' own pairs
    told: Sequence[Told]
    elsewhere: int  # alerts of quotes in posts that are labelled for quite another one


def measure_misquotes(
    system: System, pairs: Sequence[Pair], lines: Sequence[Line], posts: Sequence[BackgroundPost]
) -> Measured:
    """Look for every quote in every line and post."""
    quotes = [Quote(id=QuoteId(number), text=pair.quote) for number, pair in enumerate(pairs, start=1)]
    said = list(dict.fromkeys(pair.said for pair in pairs))
    place = {text: number for number, text in enumerate(said)}
    texts = [*said, *(line.text for line in lines), *(post.text for post in posts)]
    wanted = [Post(guid=str(number), text=text) for number, text in enumerate(texts)]
    own = {(number, place[pair.said]) for number, pair in enumerate(pairs)}
    first_background = len(texts) - len(posts)
    started = perf_counter()
    scored = [
        Scored(
            score=found.score,
            true=(found.quote, found.post) in own,
            alerted=found.alerted,
            background=found.post >= first_background,
        )
        for found in system.found(quotes, wanted)
    ]
    return Measured(
        system=system.name,
        seconds=perf_counter() - started,
        pairs=Pairs(
            scored=scored,
            positives=len(own),
            negatives=len(quotes) * len(wanted) - len(own),
            background=len(quotes) * len(posts),
        ),
    )


def together(parts: Sequence[Measured]) -> Measured:
    """Return what one system made of several parts of a data set as one: no quote of one part met another's lines."""
    return Measured(
        system=parts[0].system,
        seconds=sum(part.seconds for part in parts),
        pairs=Pairs(
            scored=[scored for part in parts for scored in part.pairs.scored],
            positives=sum(part.pairs.positives for part in parts),
            negatives=sum(part.pairs.negatives for part in parts),
            background=sum(part.pairs.background for part in parts),
        ),
    )


def measure_items(system: System, items: Sequence[Item]) -> MeasuredItems:
    """Look for every quote of the adversarial set in every post of it."""
    families = list(dict.fromkeys((item.quote, item.variants) for item in items))
    quotes = [_quote(number, *family) for number, family in enumerate(families, start=1)]
    posts = [Post(guid=item.id, text=item.text) for item in items]
    own = {(families.index((item.quote, item.variants)), place): item for place, item in enumerate(items)}
    found = {(pair.quote, pair.post): pair for pair in system.found(quotes, posts)}
    told = [_told(system, item, found.get(key), quotes[key[0]], posts[key[1]]) for key, item in own.items()]
    true = sum(item.label in {Label.MATCH, Label.PARTIAL} for item in items)
    return MeasuredItems(
        system=system.name,
        pairs=Pairs(
            scored=[_scored(one) for one in told if one.score > 0],
            positives=true,
            negatives=len(items) - true,
            background=0,
        ),
        told=told,
        elsewhere=sum(pair.alerted and _is_elsewhere(quotes[pair.quote], items[pair.post]) for pair in found.values()),
    )


def _is_elsewhere(quote: Quote, item: Item) -> bool:
    """Whether a post is about another quote. Families with variants are left out: some translate another quote."""
    return not quote.variants and quote.text != item.quote


def _told(system: System, item: Item, found: Found | None, quote: Quote, post: Post) -> Told:
    if found is None:
        return Told(item=item, score=0.0, alerted=False, overlap=0.0)
    overlap = agreement(item, system.spans(quote, post))
    return Told(item=item, score=found.score, alerted=found.alerted, overlap=overlap)


def _scored(told: Told) -> Scored:
    return Scored(score=told.score, true=told.item.label in {Label.MATCH, Label.PARTIAL}, alerted=told.alerted)


def _quote(number: int, text: str, wordings: Sequence[str]) -> Quote:
    variants = tuple(Variant(id=VariantId(number * 100 + place), text=words) for place, words in enumerate(wordings))
    return Quote(id=QuoteId(number), text=text, variants=variants)
