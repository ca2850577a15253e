"""The tracked quotes, and finding them in posts."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import NamedTuple

from monitor.core.batches import batches
from monitor.core.model import Match, Post, Quote, QuoteId, Tier, Variant
from monitor.matching import decide, effort, score
from monitor.matching.align import Alignment, Heard, align, margin
from monitor.matching.candidates import Index, Place
from monitor.matching.ceiling import Ceiling
from monitor.matching.chance import chance
from monitor.matching.explain import explain, spans
from monitor.matching.features import around, of_words
from monitor.matching.frequencies import Frequencies, background
from monitor.matching.normalize import Reading, is_mostly_latin, tokens
from monitor.matching.similarity import Vocabulary
from monitor.matching.wording import Wording, said_in, weights
from monitor.matching.words import Words

ENGINE = f"bits/{score.model().version}"
"""Name and version of the rules; every match carries it. A change that finds other passages changes it."""

_LEAST_LETTERS = 0.4  # likeness of the letters of quote and passage below which the score is next to nothing
_TOGETHER, _CHARACTERS = 64, 50_000  # posts, or so much text, that are looked up at once
_READY = 16_384  # wordings that are kept ready for comparing
_TRACKED = 10.0  # bits: how rare a word of a quote is at most, when a token may be read in several ways


def least(bits: float) -> float:
    """Return how many bits of a wording a post must have to be judged at all.

    What has less has never been the quote: neither among the film lines and forms that were learnt from nor in posts.
    """
    return max(min(0.27 * bits, 42.0), min(0.54 * bits, 16.0))


class _Said(NamedTuple):
    """A text, its raw tokens, and the wordings it may hold, each at places of its tokens."""

    text: str
    tokens: Sequence[str]
    slots: Mapping[int, Sequence[Place]]


@dataclass(frozen=True, slots=True)
class _Found:
    """The best place of a quote in a post so far."""

    alignment: Alignment
    threshold: float
    decision: decide.Decision

    @property
    def score(self) -> float:
        return round(self.decision.score, 1)

    @property
    def rank(self) -> tuple[bool, float]:
        return self.decision.tier is Tier.ALERT, self.score


class Matcher:
    """Tracked quotes, to be found in posts. The method is told in the docstring of `monitor.matching`.

    `threshold` (0-100) holds for every quote and variant that has none of its own; None: the model's. `suggest` is the
    score from which a match is suggested. `frequencies` and `model` are those that ship, unless given.
    """

    def __init__(
        self,
        quotes: Iterable[Quote] = (),
        *,
        threshold: float | None = None,
        suggest: float | None = None,
        frequencies: Frequencies | None = None,
        model: score.Model | None = None,
    ) -> None:
        self._model = model or score.model()
        self._ceiling = Ceiling(self._model)
        self.threshold = self._model.alert if threshold is None else threshold
        self.suggest = self._model.suggest if suggest is None else suggest
        self._frequencies = frequencies or background()
        self._vocabulary = Vocabulary(self._frequencies.knows)
        self._words = Words(self._rarity, self._split)
        self._index = Index(self._vocabulary, self._words, self._frequencies.bits)
        self.left_out = 0
        """How many wordings that posts might hold were never compared, because those posts were too much work."""
        self._quotes: dict[QuoteId, Quote] = {}
        self._slots: dict[QuoteId, list[int]] = {}
        self._wordings: list[tuple[Quote, Variant | None] | None] = []
        self._ready: dict[int, Wording] = {}
        self._free: list[int] = []
        for quote in quotes:
            self.add(quote)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The tracked quotes, in the order they came."""
        return tuple(self._quotes.values())

    def add(self, quote: Quote) -> None:
        """Track a quote; one with the same id is replaced."""
        if quote.id in self._quotes:
            self._forget(quote.id)
        self._quotes[quote.id] = quote
        self._slots[quote.id] = [
            slot for variant in (None, *quote.variants) if (slot := self._place(quote, variant)) is not None
        ]

    def replace(self, quote: Quote) -> None:
        """Track a quote in its new wording, in the place of the one with the same id."""
        self.add(quote)

    def remove(self, quote_id: QuoteId) -> None:
        """Stop tracking a quote; one that is not tracked is no error."""
        if self._quotes.pop(quote_id, None) is not None:
            self._forget(quote_id)

    def find(self, posts: Sequence[Post]) -> list[Match]:
        """Return the matches of all quotes in `posts`: at most one for each (quote, post), its most alike wording.

        They are in the order of the posts, and in one post by falling score. Never raises, whatever a text holds.
        """
        return [
            match
            for some in batches(posts, most=_TOGETHER, characters=_CHARACTERS)
            for post, said in zip(some, self._said([post.text for post in some]), strict=True)
            for match in self._matches(post, said)
        ]

    def alignments(self, text: str, *, least: Callable[[float], float] = least) -> Iterator[Alignment]:
        """Yield how each wording that a text may hold is best seen at each place, before anything is decided.

        `least` says how many of a wording's bits the text must have.
        """
        yield from self._alignments(self._said([text])[0], least)

    def _said(self, texts: Sequence[str]) -> list[_Said]:
        """Return texts with the wordings they may hold."""
        raw = [*map(tokens, texts)]
        return [*map(_Said, texts, raw, self._index.find(raw))]

    def _alignments(self, said: _Said, least: Callable[[float], float]) -> Iterator[Alignment]:
        if not said.slots:
            return
        words, starts, whole = self._heard_words(said)
        sought = [self._sought(slot, place, starts) for slot, places in said.slots.items() for place in places]
        heard = Heard(
            said.text,
            words,
            alike=self._index.alike,
            relevant={number for one in sought for number in one.ids},
            within=(min(one.first for one in sought), max(one.last for one in sought)),
            numbers=self._vocabulary.ids,
            read=lambda: Reading(said.text, self._words) if whole is None else whole,
        )
        kept, left_out = effort.affordable(sought, heard, self._index.alike, tracked=len(self._wordings))
        self.left_out += left_out
        for one in kept:
            wording = self._wording(one.slot)
            enough = least(wording.bits)
            for aligned in align(wording, heard, enough, one.first, one.last):
                if aligned.matched >= enough - 1e-6 and aligned.letters >= _LEAST_LETTERS:
                    yield aligned

    def _heard_words(self, said: _Said) -> tuple[Sequence[str], Sequence[int], Reading | None]:
        """Return a text's words, which of them each raw token begins (and their number), and their places if read."""
        if said.text.isascii() or is_mostly_latin("".join(said.tokens)):
            readings = [*self._index.readings(said.tokens)]
            return [*chain.from_iterable(readings)], [*accumulate(map(len, readings), initial=0)], None
        whole = Reading(said.text, self._words)  # how a word of a foreign script is read depends on the whole text
        return whole.words(), (), whole

    def _sought(self, slot: int, place: Place, starts: Sequence[int]) -> effort.Sought:
        """Return where to look for a wording, given its place in raw tokens. Without `starts`, everywhere."""
        ids = self._index.wording(slot)
        if not starts:
            return effort.Sought(slot, ids, 0, sys.maxsize)
        around = margin(len(ids))
        return effort.Sought(slot, ids, starts[place[0]] - around, starts[min(place[1], len(starts) - 1)] + around)

    def _matches(self, post: Post, said: _Said) -> list[Match]:
        best: dict[QuoteId, _Found] = {}
        alignments = list(self._alignments(said, least))
        if not alignments:
            return []
        kept, left_out = effort.judged(alignments, words=len(alignments[0].heard.words), tracked=len(self._wordings))
        self.left_out += left_out
        for alignment in kept:
            before = best.get(alignment.wording.quote.id)
            if alignment.is_narrow and before is not None and before.decision.tier is Tier.ALERT:
                continue
            found = self._judged(alignment)
            if found is not None and (before is None or found.rank > before.rank):
                best[alignment.wording.quote.id] = found
        return [self._match(found, post) for found in sorted(best.values(), key=lambda one: -one.score)]

    def _judged(self, alignment: Alignment) -> _Found | None:
        wording = alignment.wording
        given = wording.variant.threshold if wording.variant else None
        given = wording.quote.threshold if given is None else given
        alert = self.threshold if given is None else given
        suggest = min(self.suggest, alert)
        told = of_words(alignment, self._frequencies)
        if not told["whole"] and self._ceiling.score(told) < suggest:
            return None
        told |= around(alignment, self._frequencies, told)
        decision = decide.decide(alignment, told, self._model.score(told), alert=alert, suggest=suggest)
        return None if decision is None else _Found(alignment, alert, decision)

    def _match(self, found: _Found, post: Post) -> Match:
        wording = found.alignment.wording
        return Match(
            quote=wording.quote,
            variant=wording.variant,
            post=post,
            spans=spans(found.alignment),
            score=found.score,
            threshold=found.threshold,
            tier=found.decision.tier,
            kind=found.decision.kind,
            explanation=explain(found.alignment, chance=chance(found.alignment)),
            engine=ENGINE,
        )

    def _place(self, quote: Quote, variant: Variant | None) -> int | None:
        words = [one.word for one in said_in(variant.text if variant else quote.text)]
        if not words:
            return None
        slot = self._free.pop() if self._free else len(self._wordings)
        if slot == len(self._wordings):
            self._wordings.append(None)
        self._wordings[slot] = (quote, variant)
        self._index.add(slot, words, weights(words, self._frequencies))
        return slot

    def _forget(self, quote_id: QuoteId) -> None:
        for slot in self._slots.pop(quote_id):
            self._index.remove(slot)
            self._wordings[slot] = None
            self._ready.pop(slot, None)
            self._free.append(slot)

    def _wording(self, slot: int) -> Wording:
        ready = self._ready.get(slot)
        if ready is None:
            if len(self._ready) >= _READY:
                self._ready.clear()
            ready = self._ready[slot] = self._made_ready(slot)
        return ready

    def _made_ready(self, slot: int) -> Wording:
        known = self._wordings[slot]
        assert known is not None
        ids = self._index.wording(slot)
        return Wording(
            *known, tuple(map(self._vocabulary.words.__getitem__, ids)), ids, tuple(self._index.weights(slot))
        )

    def _rarity(self, word: str) -> float:
        rarity = self._frequencies.rarity(word)
        return min(rarity, _TRACKED) if word in self._vocabulary else rarity

    def _split(self, glued: str) -> tuple[str, ...]:
        return self._frequencies.split(glued, self._vocabulary.ids)
