"""What a scored passage is: its kind, and whether it alerts, is suggested, or is nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.core.model import MatchKind, Tier
from monitor.matching import context
from monitor.matching.align import Alignment
from monitor.matching.similarity import STRONG
from monitor.matching.wording import said_in

EVERYDAY = 17.0  # bits; what proves less than that is said by chance, in everyday words
ORDINARY, _TELLING = 28.0, 9.5  # bits of a quote without a telling word, and of a telling word
_SWAPPED_SHORT, _SWAPPED, _SWAPPED_LONG = 0.2, 0.22, 0.34  # share of the bits in whose place other content stands
_SWAPPED_OFTEN, _OFTEN, _EVERYWHERE = 0.18, 0.5, 0.75  # or this share, in two places inside it or three anywhere
_SHORT = 45.0  # bits
_LONG = 95.0  # bits: in a longer quote, people change more, and one word does not turn it into its opposite
_VERY_LONG = 150.0  # bits
_UNBROKEN = 0.55  # share of the bits of a quote that says little that must stand together
_TOGETHER = 0.55  # share of the passage's words that are the quote's: below, its words are scattered
_PARTIAL = 0.8  # share of the bits
_ENOUGH = 0.32  # share of the bits that alerts
_MOST, _TELLING_PART = 0.6, 30.0  # share of the bits, or bits: less alerts only as a sentence of its own,
_HALF = 0.47  # and that only from this share on
_ENOUGH_UNMEASURED = 0.7  # where nobody counted which words are common, and which stand together


@dataclass(frozen=True, slots=True)
class Decision:
    tier: Tier
    kind: MatchKind
    score: float


def decide(
    alignment: Alignment, features: Mapping[str, float], score: float, *, alert: float, suggest: float
) -> Decision | None:
    """Return what a passage is, given its score and the scores from which it alerts or is suggested; None: nothing.

    A quote's own conditions are a person's word: where one is not met there is nothing; where they are met and all
    words are there, it is meant, however common the words.
    """
    quote, wording = alignment.wording.quote, alignment.wording
    if not meets_conditions(alignment, features):
        return None
    is_conditioned = bool(quote.exact or quote.quoted_only or quote.near)
    is_asked_for = is_exact(alignment, features) and (is_conditioned or is_meant(alignment, features))
    if score < suggest and not is_asked_for:
        return None
    kind = kind_of(alignment, features) if wording.confirmed else MatchKind.DERIVED
    meant = is_asked_for or (
        score >= alert
        and (not is_everyday(alignment) or is_said_apart(alignment, features))
        and not is_in_pieces(alignment, features)
        and is_enough(alignment, features)
        and features["density"] >= _TOGETHER
    )
    sure = meant and kind is not MatchKind.DERIVED
    return Decision(Tier.ALERT if sure else Tier.SUGGEST, kind, max(score, alert) if is_asked_for else score)


def meets_conditions(alignment: Alignment, features: Mapping[str, float]) -> bool:
    """Say whether a passage is what its quote's conditions ask for."""
    quote, words = alignment.wording.quote, alignment.heard.words
    if quote.exact and not is_exact(alignment, features):
        return False
    if quote.quoted_only and not features["quoted"]:
        return False
    if quote.near and not any(_has_term(words, term) for term in quote.near):
        return False
    return not any(_has_term(words, term) for term in quote.excluded)


def kind_of(alignment: Alignment, features: Mapping[str, float]) -> MatchKind:
    bits = alignment.wording.bits
    if (features["negation"] and bits < _LONG) or is_parody(features, bits):
        return MatchKind.DERIVED
    if features["whole"] and features["same words"] == 1.0:
        return MatchKind.VERBATIM
    return MatchKind.PARTIAL if features["coverage"] < _PARTIAL and is_an_end(alignment) else MatchKind.VARIANT


def is_parody(features: Mapping[str, float], bits: float) -> bool:
    """Say whether the quote's frame is kept and what it is about is exchanged. One word of a long quote is a slip."""
    swapped, inside = features["swapped content"], features["swapped inside"]
    return (
        swapped >= (_SWAPPED_SHORT if bits < _SHORT else _SWAPPED if bits < _LONG else _SWAPPED_LONG)
        or (bits < _VERY_LONG and inside >= _SWAPPED_OFTEN and features["swaps inside"] >= _OFTEN)
        or (bits < _VERY_LONG and swapped >= _SWAPPED_OFTEN and features["swaps"] >= _EVERYWHERE)
    )


def is_an_end(alignment: Alignment) -> bool:
    """Say whether what is missing is missing at the beginning or the end."""
    wording = alignment.wording
    best = {pair.i for pair in alignment.pairs}
    outside = wording.before[min(best)] + wording.bits - wording.before[max(best) + 1]
    return outside > 0.6 * (wording.bits - alignment.matched)


def is_everyday(alignment: Alignment) -> bool:
    """Say whether the quote's words could be anybody's, meaning nothing by them."""
    wording = alignment.wording
    return wording.bits < EVERYDAY or (wording.bits < ORDINARY and max(wording.weights) < _TELLING)


def is_in_pieces(alignment: Alignment, features: Mapping[str, float]) -> bool:
    """Say whether a quote that says little is there only with its words changed about."""
    return alignment.wording.bits < ORDINARY and (
        features["moved"] > 0.1 or features["density"] < 0.7 or features["run"] < _UNBROKEN
    )


def is_enough(alignment: Alignment, features: Mapping[str, float]) -> bool:
    """Say whether so much of the quote is there that it, and not a phrase out of it, is what is said."""
    coverage = features["coverage"]
    if not features["measured"]:
        return coverage >= _ENOUGH_UNMEASURED
    if alignment.matched >= _TELLING_PART:
        return coverage >= _ENOUGH
    return coverage >= _MOST or (coverage >= _HALF and bool(features["apart"]))


def is_meant(alignment: Alignment, features: Mapping[str, float]) -> bool:
    """Say whether common words are meant as the quote: all of them, quoted, alone, or with their own capitals."""
    if not features["whole"]:
        return False
    text, start, end = alignment.heard.text, alignment.start, alignment.end
    return (
        bool(features["quoted"])
        or (text[start - 1 : start] == "#" and " " not in text[start:end])
        or context.is_all(text, start, end)
        or context.has_its_capitals(text, start, end, alignment.wording.text)
    )


def is_said_apart(alignment: Alignment, features: Mapping[str, float]) -> bool:
    """Say whether words that are common, but not the commonest, are a sentence of their own."""
    return alignment.wording.bits >= EVERYDAY and bool(features["whole"] and features["apart"])


def is_exact(alignment: Alignment, features: Mapping[str, float]) -> bool:
    """Say whether the passage has all words of the quote, in order, with nothing between."""
    return bool(features["whole"]) and all(pair.sim >= STRONG for pair in alignment.pairs)


def _has_term(words: Sequence[str], term: str) -> bool:
    """Say whether the words of a term stand side by side among the words of a post."""
    wanted = _words_of(term)
    first = wanted[0] if wanted else None
    return any(
        word == first and tuple(words[place : place + len(wanted)]) == wanted for place, word in enumerate(words)
    )


@lru_cache(maxsize=4096)
def _words_of(term: str) -> tuple[str, ...]:
    return tuple(one.word for one in said_in(term))
