"""Which words of a post are which words of a quote, and how much of the quote that makes.

A local alignment over words: pairs of alike words are chained so that both orders agree; skipping words of the quote
costs
part of their bits, skipping words of the post costs a little each, up to a cap, so that an attribution or a bracket
inside
a quote is cheap. Only pairs of alike words are looked at (sparse dynamic programming), within a window around the
rarest of
them, and each looks back a bounded number of pairs: time is linear in the post. Further passes over what is left find
clauses that changed places.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import add, mul
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from monitor.matching.normalize import Said
from monitor.matching.similarity import Alike
from monitor.matching.wording import Wording

_SKIPPED = 0.45  # of its bits: the cost of leaving out a word of the quote
_INSERTED = 1.6  # bits: the cost of a word between
_INSERTED_MOST = 9.0  # bits: the most that a gap costs
_SLACK = 10
_AROUND = 30  # words before and after the best stretch that may belong to the quote as well
LONG_PASSAGE = 150  # words
_BAND = 8  # how far the place of a word may drift from its place in the quote, for a rough first look
_IN_ORDER = 0.6  # of the least bits: what must be within two neighbouring bands
_LOOK_BACK = 32  # pairs
_JOINED = 0.97  # how alike words are that differ in a space
_PASSES = 3
_MAIN_PART = 0.6  # of the least bits: what the longest part in order has at least
_NEARBY = 12  # words between the main part and a part that changed places, at most
_MOST_PAIRS = 600
_SHORT = 4  # letters; so short a word is not made of two
_ROUNDING = 1e-6  # bits


Found = tuple[float, int, float]
"""A pair as it is while it is one of many: making a `Pair` of each would take longer than all that is done with it."""


class Pair(NamedTuple):
    """Word `j` of the post is word `i` of the quote, alike by `sim`. A half in `j` is a second word inside one."""

    j: float
    i: int
    sim: float


class Heard:
    """A post's words, findable by the quote words they may stand for. Where they stand is read when it is asked for.

    `relevant` are the quote words worth remembering, `numbers` all quote words; `read` gives words and their places.
    """

    def __init__(
        self,
        text: str,
        words: Sequence[str],
        *,
        alike: Callable[[str], tuple[Alike, ...]],
        relevant: Container[int],
        numbers: Mapping[str, int],
        read: Callable[[], Sequence[Said]],
    ) -> None:
        self.text = text
        self.words = words
        self._numbers = numbers
        self._read = read
        self.places: dict[int, list[tuple[int, float]]] = {}
        places = self.places
        for place, stands in enumerate(map(alike, words)):
            for number, sim in stands:
                if number in relevant:
                    places.setdefault(number, []).append((place, sim))

    @cached_property
    def said(self) -> Sequence[Said]:
        return self._read()

    @cached_property
    def joined(self) -> dict[int, int]:
        """Quote words that two neighbouring words run together are → the place of the first of them."""
        numbers, together = self._numbers, [*map(add, self.words, self.words[1:])]
        return {numbers[word]: together.index(word) for word in numbers.keys() & together if len(word) > _SHORT}

    @cached_property
    def different(self) -> frozenset[str]:
        return frozenset(self.words)


@dataclass(frozen=True)
class Alignment:
    """The best way to see a wording in a post: pairs in the order of the post, the main part, and its bits."""

    wording: Wording
    heard: Heard
    pairs: tuple[Pair, ...]
    main: tuple[Pair, ...]

    @cached_property
    def matched(self) -> float:
        """Bits of the wording that the post has."""
        weights = self.wording.weights
        best: dict[int, float] = {}
        for pair in self.pairs:
            best[pair.i] = max(best.get(pair.i, 0.0), pair.sim)
        return sum(weights[i] * sim for i, sim in best.items())

    @cached_property
    def places(self) -> list[int]:
        """The post's words that are part of it, in order."""
        places = {int(pair.j) for pair in self.pairs}
        words, said = self.wording.words, self.heard.words
        halves = [int(j) + 1 for j, i, sim in self.pairs if sim == _JOINED and said[int(j)] != words[i]]
        return sorted(
            places.union(half for half in halves if half < len(said) and said[half - 1] + said[half] in words)
        )

    @cached_property
    def letters(self) -> float:
        """How alike the letters of the wording and of the passage are, 0 to 1; 1 when the passage is very long."""
        if self.last - self.first >= LONG_PASSAGE:
            return 1.0
        return ratio(self.wording.letters, "".join(self.heard.words[self.first : self.last + 1])) / 100.0

    @property
    def first(self) -> int:
        return self.places[0]

    @property
    def last(self) -> int:
        return self.places[-1]

    @property
    def start(self) -> int:
        return self.heard.said[self.first].start

    @property
    def end(self) -> int:
        return max(self.heard.said[place].end for place in self.places[-2:])


def align(wording: Wording, heard: Heard, least: float) -> Alignment | None:
    """Return the best alignment, or None when less than `least` bits of the wording can be in the post."""
    everywhere = _pairs(wording, heard)
    pairs = _where_most_is(wording, everywhere, least)
    if not pairs:
        return None
    main = _chain(wording, pairs)
    bits = _bits(wording, main)
    if bits < _MAIN_PART * least:
        return None
    found = list(main)
    first, last = main[0][0], main[-1][0]
    worth_it = max(5.0, 0.1 * wording.bits)
    for _ in range(_PASSES - 1):
        used_i, used_j = {i for _, i, _ in found}, {j for j, _, _ in found}
        low, high = first - _NEARBY - 8, last + _NEARBY + 8
        rest = [pair for pair in pairs if low <= pair[0] <= high and pair[1] not in used_i and pair[0] not in used_j]
        more = sum_of_best(wording, rest)
        if len(found) == len(main) and bits + more < least - _ROUNDING:
            return None
        if more < worth_it:
            break
        part = _chain(wording, rest)
        if _bits(wording, part) < worth_it:
            break
        if max(0.0, part[0][0] - last, first - part[-1][0]) > _NEARBY:
            break
        found += part
        first, last = min(first, part[0][0]), max(last, part[-1][0])
    if sum_of_best(wording, found) < least - 2 * _ROUNDING or not _is_in_order(
        wording.weights, everywhere, _IN_ORDER * least
    ):
        return None
    return Alignment(wording, heard, tuple(map(Pair._make, sorted(found))), tuple(map(Pair._make, main)))


def sum_of_best(wording: Wording, pairs: Sequence[Found]) -> float:
    """Return the bits a wording would have if every word counted wherever it stands: no alignment has more."""
    best = [0.0] * len(wording.weights)
    for _, i, sim in pairs:
        if sim > best[i]:  # noqa: PLR1730  here and below: a call for each pair would take longer than the rest
            best[i] = sim
    total: float = sum(map(mul, best, wording.weights))
    return total


def _pairs(wording: Wording, heard: Heard) -> list[Found]:
    """Return all pairs of alike words, in the order of the post."""
    places = heard.places
    pairs: list[Found] = [
        (j, i, sim) for i, number in enumerate(wording.ids) if number in places for j, sim in places[number]
    ]
    if joined := heard.joined:  # "god damn" for "goddamn"
        ids = wording.ids
        pairs += [(joined[number], ids.index(number), _JOINED) for number in joined.keys() & ids]
    for together in wording.joined.keys() & heard.different:  # "goddamn" for "god damn"
        i, j = wording.joined[together], heard.words.index(together)
        pairs += [(j, i, _JOINED), (j + 0.5, i + 1, _JOINED)]
    pairs.sort()
    return pairs


def _where_most_is(wording: Wording, pairs: Sequence[Found], least: float) -> Sequence[Found]:
    """Keep the pairs around the stretch of the post that has most of the wording; none when no stretch has `least`.

    A stretch is as long as the quote and a little; a quote that others' words have split is still more than half in
    one.
    """
    if not pairs:
        return ()
    weights = wording.weights
    width = len(weights) + _SLACK
    if pairs[-1][0] - pairs[0][0] <= width:
        return pairs if sum_of_best(wording, pairs) >= least else ()
    counts = [0] * len(weights)
    total = best = 0.0
    first = 0
    best_first = best_last = start = pairs[0][0]
    for j, i, _ in pairs:
        if not counts[i]:
            total += weights[i]
        counts[i] += 1
        while j - start > width:
            gone = pairs[first][1]
            first += 1
            start = pairs[first][0]
            counts[gone] -= 1
            if not counts[gone]:
                total -= weights[gone]
        if total > best:
            best, best_first, best_last = total, start, j
    if best < least:
        return ()
    around = [pair for pair in pairs if best_first - _AROUND <= pair[0] <= best_last + _AROUND][:_MOST_PAIRS]
    return around if sum_of_best(wording, around) >= least else ()


def _is_in_order(weights: Sequence[float], pairs: Sequence[Found], least: float) -> bool:
    """Say whether `least` bits stand nearly as far from each other as in the quote. Scattered words do not."""
    bands: dict[int, float] = {}
    for band, i in {(int(j - i) // _BAND, i) for j, i, _ in pairs}:
        bands[band] = bands.get(band, 0.0) + weights[i]
    return any(bits + bands.get(band + 1, 0.0) >= least for band, bits in bands.items())


def _chain(wording: Wording, pairs: Sequence[Found]) -> list[Found]:
    """Return the best chain of pairs in which both orders agree."""
    weights, before = wording.weights, wording.before
    count = len(pairs)
    scores, links = [0.0] * count, [-1] * count
    hopes = [0.0] * count  # the score of each, had a pair after it only to pay for all that it skips from the start
    highest = [0.0] * count  # hope so far
    top = 0.0
    for k, (j, i, sim) in enumerate(pairs):
        best = 0.0
        reach = before[i]
        hope = skipped = _SKIPPED * reach - _ROUNDING
        if top > hope:
            for p in range(k - 1, max(-1, k - _LOOK_BACK - 1), -1):
                if hopes[p] <= hope:
                    if highest[p] <= hope:
                        break
                    continue
                pj, pi, _ = pairs[p]
                if pi >= i or pj >= j:
                    continue
                gap = (j - pj - 1.0) * _INSERTED
                if gap >= _INSERTED_MOST:
                    if highest[p] <= hope + _INSERTED_MOST:  # nor is one before it worth so long a gap
                        break
                    gap = _INSERTED_MOST
                value = scores[p] - gap - _SKIPPED * (reach - before[pi + 1])
                if value > best:
                    best, links[k] = value, p
                    hope = skipped + best
        scores[k] = best = best + sim * weights[i]
        hopes[k] = hope = best + _SKIPPED * before[i + 1]
        if hope > top:  # noqa: PLR1730
            top = hope
        highest[k] = top
    at = scores.index(max(scores)) if scores else -1
    chain: list[Found] = []
    while at >= 0:
        chain.append(pairs[at])
        at = links[at]
    chain.reverse()
    return chain


def _bits(wording: Wording, pairs: Sequence[Found]) -> float:
    weights = wording.weights
    return sum([weights[i] * sim for _, i, sim in pairs])
