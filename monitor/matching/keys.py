"""Under which words a wording is posted: so few, and so rare, that no match can be without them.

A match must bring at least `least_worth` of a wording's worth. If a wording's common words together cannot reach that,
at least one of its rare words (its keys) must be in the post; often at least two. So each wording is posted under the
fewest and rarest keys for which this holds (the prefix filter of set-similarity joins: Chaudhuri, Ganti, Kaushik 2006).
A wording of common words only ("I'll be back") is posted under pairs of its words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

HITS = 2  # asked for where that is possible: more would mean longer lists
_KEY_BITS = 6.0  # a word in more than one post in 64 is no key
_MOST_WORTH = 10.0
_LONE_KEY_BITS = 8.5  # a key that decides alone is rarer
_MANY_PAIRS = 5  # of which a post must have two

WordPair = tuple[int, int]


def worth(bits: float) -> float:
    """Return what a word counts here, where order is not looked at: common words are in every post, in some order.

    A rare one counts no more than a less rare one: a name alone is no quote.
    """
    return min(_MOST_WORTH, bits * min(1.0, bits / _KEY_BITS))


def least_worth(total: float) -> float:
    """Return how much of a wording's worth a post must have to be aligned.

    The more a wording says, the smaller the part of it that chance no longer explains; and a worth of forty
    is no chance, however much else a wording says. A post is looked at in windows, and a long wording is
    never whole in one.
    """
    return max(min(0.33 * total, 40.0), min(0.57 * total, 13.5))


@dataclass(frozen=True, slots=True)
class Keys:
    """What a wording is posted under: words, or else pairs of words. `needed` of them must be in a post, 1 or 2.

    Of the telling pairs any one will do.
    """

    words: Sequence[int]
    pairs: Sequence[WordPair]
    needed: int
    telling: Sequence[WordPair] = ()


def keys(ids: Sequence[int], worths: Sequence[float], least: float, rarity: Callable[[int], float]) -> Keys:
    """Return what to post a wording under, given its words by number; `rarity` is that of a word, in bits."""
    total: dict[int, float] = {}
    for number, value in zip(ids, worths, strict=True):
        total[number] = total.get(number, 0.0) + value
    rare = {number: bits for number in total if (bits := rarity(number)) >= _KEY_BITS}
    words = sorted(rare, key=lambda number: -rare[number])
    common = sum(value for number, value in total.items() if number not in rare)
    needed = min(HITS, _hits_needed(common, [total[word] for word in words], least))
    while words and _hits_needed(common + total[words[-1]], [total[w] for w in words[:-1]], least) >= needed > 0:
        common += total[words.pop()]
    if needed == 0 or (needed == 1 and rare[words[-1]] < _LONE_KEY_BITS):
        pairs = _pairs(ids, worths)
        if len(pairs) < _MANY_PAIRS:
            return Keys((), (), 1, pairs)
        worth_of = dict(zip(ids, worths, strict=True))
        telling = [(one, two) for one, two in pairs if worth_of[one] + worth_of[two] >= least]
        return Keys((), [pair for pair in pairs if pair not in telling], HITS, telling)
    return Keys(words, (), needed)


def _hits_needed(common: float, worths: Sequence[float], least: float) -> int:
    """Return how many keys of these worths a post must have at least, if it has all that is common."""
    total = common
    for count, value in enumerate(sorted(worths, reverse=True)):
        if total >= least:
            return count
        total += value
    return len(worths) if total >= least else len(worths) + 1


def _pairs(ids: Sequence[int], worths: Sequence[float]) -> list[WordPair]:
    """Return the more telling half of the pairs of words that stand beside each other, or with one between."""
    indexes = range(len(ids))
    places = chain(pairwise(indexes), zip(indexes, indexes[2:], strict=False))
    found = {(ids[a], ids[b]): worths[a] + worths[b] for a, b in places}
    ranked = sorted(found, key=lambda pair: -found[pair])
    return ranked[: max(2, (len(ranked) + 1) // 2)]
