"""Which words of a post are which words of a quote, and how much of the quote that makes.

A local alignment over words: pairs of alike words are chained so that both orders agree; skipping words of the quote
costs
part of their bits, skipping words of the post costs a little each, up to a cap, so that an attribution or a bracket
inside
a quote is cheap. Only pairs of alike words are looked at (sparse dynamic programming), within a window around the
rarest of
them, and each looks back a few words: time is linear in the post. Further passes over what is left find
clauses that changed places.
"""

from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from operator import add, mul
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from monitor.matching.chain import FAR, Found, chain
from monitor.matching.normalize import Reading
from monitor.matching.similarity import Alike
from monitor.matching.wording import Wording

_SLACK = 10
_AROUND = 30  # words before and after the best stretch that may belong to the quote as well
LONG_PASSAGE = 150  # words
_BAND = 8  # how far the place of a word may drift from its place in the quote, for a rough first look
_IN_ORDER = 0.6  # of the least bits: what must be within two neighbouring bands
_JOINED = 0.97  # how alike words are that differ in a space
_PASSES = 3
_MAIN_PART = 0.6  # of the least bits: what the longest part in order has at least
_NEARBY = 12  # words between the main part and a part that changed places, at most
_MOST_PAIRS = 600
_SHORT = 4  # letters; so short a word is not made of two
_ROUNDING = 1e-6  # bits


Spot = tuple[int, float]
"""Where a word of the vocabulary may be in a post, and how alike what is there is to it."""
Spots = Sequence[Spot]


class Pair(NamedTuple):
    """Word `j` of the post is word `i` of the quote, alike by `sim`. A half in `j` is a second word inside one."""

    j: float
    i: int
    sim: float


class Heard:
    """A post's words, findable by the quote words they may stand for. Where they stand is read when it is asked for.

    `relevant` are the quote words worth remembering, and `within` are the first place and the one after the last where
    they are looked for; `numbers` are all quote words; `read` gives words and their places.
    """

    def __init__(
        self,
        text: str,
        words: Sequence[str],
        *,
        alike: Callable[[str], tuple[Alike, ...]],
        relevant: Container[int],
        within: tuple[int, int],
        numbers: Mapping[str, int],
        read: Callable[[], Reading],
    ) -> None:
        self.text = text
        self.words = words
        self._numbers = numbers
        self._read = read
        self.places: dict[int, list[Spot]] = {}
        places = self.places
        first, last = max(0, within[0]), within[1]
        for place, stands in enumerate(map(alike, words[first:last]), first):
            for number, sim in stands:
                if number in relevant:
                    places.setdefault(number, []).append((place, sim))

    @cached_property
    def said(self) -> Reading:
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
    """A way to see a wording in a post: pairs in the order of the post, the main part, and its bits.

    A narrow one leaves out what a likelier one has far away: it is worth a look only where that is no alert.
    """

    wording: Wording
    heard: Heard
    pairs: tuple[Pair, ...]
    main: tuple[Pair, ...]
    is_narrow: bool = False

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


def margin(words: int) -> int:
    """Return how many words before and after the stretch where a wording of so many was met may be of it as well."""
    return max(_AROUND, words)


def between(spots: Spots, first: int, last: int) -> Spots:
    """Return the spots from the place `first` to before `last`."""
    if first <= spots[0][0] and spots[-1][0] < last:
        return spots
    return spots[bisect_left(spots, (first,)) : bisect_left(spots, (last,))]


def align(wording: Wording, heard: Heard, least: float, start: int, stop: int) -> Iterator[Alignment]:
    """Yield the ways to see a wording in a post, likeliest first; none when less than `least` bits of it can be there.

    It is looked for from the word of the post at `start` to before the one at `stop`. Where parts of the likeliest
    are far from each other, other ways are to see all of it beside one part: the rest may be of another sentence.
    """
    everywhere = _pairs(wording, heard, start, stop)
    chains = [(*chain(wording, pairs), pairs) for pairs in _where_most_is(wording, everywhere, least)]
    chains.sort(key=lambda one: -one[0])
    for _, main, pairs in chains:
        if found := _with_swapped(wording, main, pairs, least):
            break
    else:
        return
    if not _is_in_order(wording.weights, everywhere, _IN_ORDER * least):
        return
    yield _alignment(wording, heard, found, main)
    for near in _around_parts(wording, main, pairs):
        _, part = chain(wording, near)
        if part != main and (found := _with_swapped(wording, part, near, least)):
            yield replace(_alignment(wording, heard, found, part), is_narrow=True)


def _alignment(wording: Wording, heard: Heard, pairs: Sequence[Found], main: Sequence[Found]) -> Alignment:
    return Alignment(wording, heard, tuple(map(Pair._make, sorted(pairs))), tuple(map(Pair._make, main)))


def _around_parts(wording: Wording, main: Sequence[Found], pairs: Sequence[Found]) -> Iterator[Sequence[Found]]:
    """Yield for each part of a chain with many words between the pairs where the rest would be, were it beside it."""
    cuts = [k for k, (one, two) in enumerate(pairwise(main), 1) if two[0] - one[0] > FAR]
    if not cuts:
        return
    count = len(wording.weights)
    for first, last in pairwise([0, *cuts, len(main)]):
        low, high = main[first][0] - main[first][1] - FAR, main[last - 1][0] + count - main[last - 1][1] + FAR
        yield [pair for pair in pairs if low < pair[0] < high]


def _with_swapped(wording: Wording, main: Sequence[Found], pairs: Sequence[Found], least: float) -> Sequence[Found]:
    """Return a chain of pairs with those of clauses that changed places; none when that is less than `least` bits."""
    bits = _bits(wording, main)
    if bits < _MAIN_PART * least:
        return ()
    found = list(main)
    first, last = main[0][0], main[-1][0]
    worth_it = max(5.0, 0.1 * wording.bits)
    for _ in range(_PASSES - 1):
        used_i, used_j = {i for _, i, _ in found}, {j for j, _, _ in found}
        low, high = first - _NEARBY - 8, last + _NEARBY + 8
        rest = [pair for pair in pairs if low <= pair[0] <= high and pair[1] not in used_i and pair[0] not in used_j]
        more = sum_of_best(wording, rest)
        if len(found) == len(main) and bits + more < least - _ROUNDING:
            return ()
        if more < worth_it:
            break
        _, part = chain(wording, rest)
        if _bits(wording, part) < worth_it:
            break
        if max(0.0, part[0][0] - last, first - part[-1][0]) > _NEARBY:
            break
        found += part
        first, last = min(first, part[0][0]), max(last, part[-1][0])
    return found if sum_of_best(wording, found) >= least - 2 * _ROUNDING else ()


def sum_of_best(wording: Wording, pairs: Sequence[Found]) -> float:
    """Return the bits a wording would have if every word counted wherever it stands: no alignment has more."""
    best = [0.0] * len(wording.weights)
    for _, i, sim in pairs:
        if sim > best[i]:  # noqa: PLR1730  here and below: a call for each pair would take longer than the rest
            best[i] = sim
    total: float = sum(map(mul, best, wording.weights))
    return total


def _pairs(wording: Wording, heard: Heard, first: int, last: int) -> list[Found]:
    """Return the pairs of alike words that are between two places, in the order of the post."""
    places = heard.places
    pairs: list[Found] = [
        (j, i, sim)
        for i, number in enumerate(wording.ids)
        if number in places
        for j, sim in between(places[number], first, last)
    ]
    if joined := heard.joined:  # "god damn" for "goddamn"
        ids = wording.ids
        pairs += [(joined[number], ids.index(number), _JOINED) for number in joined.keys() & ids]
    for together in wording.joined.keys() & heard.different:  # "goddamn" for "god damn"
        i, j = wording.joined[together], heard.words.index(together)
        pairs += [(j, i, _JOINED), (j + 0.5, i + 1, _JOINED)]
    pairs.sort()
    return pairs


def _where_most_is(wording: Wording, pairs: Sequence[Found], least: float) -> Iterator[Sequence[Found]]:
    """Yield the pairs around each stretch of the post that has most of the wording, none with less than `least` bits.

    A stretch is as long as the quote and a little; a quote that others' words have split is still more than half in
    one. Of stretches that overlap only the one that has most counts, but somebody may scatter a quote's words before
    saying it, so that one is not enough.
    """
    if not pairs:
        return
    if pairs[-1][0] - pairs[0][0] <= len(wording.weights) + _SLACK:
        if sum_of_best(wording, pairs) >= least:
            yield pairs
        return
    for first, last in _stretches(wording.weights, pairs, least):
        around = [pair for pair in pairs if first - _AROUND <= pair[0] <= last + _AROUND][:_MOST_PAIRS]
        if sum_of_best(wording, around) >= least:
            yield around


def _stretches(weights: Sequence[float], pairs: Sequence[Found], least: float) -> Iterator[tuple[float, float]]:
    """Yield the first and the last place of stretches that have `least` bits, each beginning after the one before."""
    width = len(weights) + _SLACK
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
        if start > best_last and best >= least:
            yield best_first, best_last
            best = 0.0
        if total > best:
            best, best_first, best_last = total, start, j
    if best >= least:
        yield best_first, best_last


def _is_in_order(weights: Sequence[float], pairs: Sequence[Found], least: float) -> bool:
    """Say whether `least` bits stand nearly as far from each other as in the quote. Scattered words do not."""
    bands: dict[int, float] = {}
    for band, i in {(int(j - i) // _BAND, i) for j, i, _ in pairs}:
        bands[band] = bands.get(band, 0.0) + weights[i]
    return any(bits + bands.get(band + 1, 0.0) >= least for band, bits in bands.items())


def _bits(wording: Wording, pairs: Sequence[Found]) -> float:
    weights = wording.weights
    return sum([weights[i] * sim for _, i, sim in pairs])
