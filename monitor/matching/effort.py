"""How much work one post may be, and what is looked at first when it may be the place of too many quotes.

Nearly no post comes near the bounds. They are for the post that somebody wrote of the words that all quotes are made
of, and for quotes whose words are in every post: without them such a post takes seconds. What is left out is what is
least like a quote, and it is counted.

How like a quote is told here by stretches: a wording is cut into halves and quarters, and those that the post has word
for word count. Scrambled words have few of them, a quote with a word changed or a clause left out has most.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from monitor.matching.align import Alignment, Heard, between
from monitor.matching.similarity import Alike

Item = TypeVar("Item")

_ALIGNED, _ALIGNED_A_WORD = 25_000, 60  # pairs of alike words that are looked at in one post
_WORDING = 100  # pairs whose work a wording is, however few it has
_JUDGED, _JUDGED_A_WORD, _JUDGED_A_WORDING = 60, 0.15, 0.001  # alignments
_UNKNOWN = chr(0x10FFFF)  # stands for words that no quote has


class Sought(NamedTuple):
    """A wording that a post may hold, by number, its words, by number, and between which places it may be."""

    slot: int
    ids: Sequence[int]
    first: int
    last: int


def affordable(
    sought: Sequence[Sought], heard: Heard, alike: Callable[[str], Sequence[Alike]], *, tracked: int
) -> tuple[list[Sought], int]:
    """Return what to align with a post, in the order of slots, and how many were left out.

    `tracked` is the number of all wordings: of a hundred thousand, many more may be in an ordinary post.
    """
    room = _ALIGNED + _ALIGNED_A_WORD * len(heard.words) + tracked
    least = sum(_WORDING + 2 * min(len(heard.words), one.last - one.first) for one in sought)
    if least <= room or sum(_work(one, heard) for one in sought) <= room:  # the first is soon told, and true of most
        return sorted(sought), 0
    said = _written(max(alike(word), key=lambda one: one[1], default=(None, 0.0))[0] for word in heard.words)
    kept: list[Sought] = []
    for one in sorted(sought, key=lambda one: (-_word_for_word(one.ids, said), one.slot)):
        room -= _work(one, heard)
        if room < 0 and kept:
            break
        kept.append(one)
    return sorted(kept), len(sought) - len(kept)


def judged(alignments: Sequence[Alignment], *, words: int, tracked: int) -> tuple[Sequence[Alignment], int]:
    """Return what to judge of the alignments with a post of so many words, in order, and how many were left out."""
    most = int(_JUDGED + _JUDGED_A_WORD * words + _JUDGED_A_WORDING * tracked)
    if len(alignments) <= most:
        return alignments, 0
    ranked = sorted(range(len(alignments)), key=lambda place: -_in_order(alignments[place]))
    return [alignments[place] for place in sorted(ranked[:most])], len(alignments) - most


def _work(one: Sought, heard: Heard) -> int:
    places = heard.places
    return _WORDING + sum(len(between(places[number], one.first, one.last)) for number in one.ids if number in places)


def _written(numbers: Iterable[int | None]) -> str:
    """Return words as a text of one character each, in which a stretch of words is found as fast as a word."""
    return "".join(_UNKNOWN if number is None else chr(number) for number in numbers)


def _word_for_word(ids: Sequence[int], said: str) -> float:
    """Return how much of a wording is said word for word, 0 to 1."""
    wording = _written(ids)
    stretches = [stretch for parts in (1, 2, 4) for stretch in _cut(wording, parts)]
    return sum(len(stretch) for stretch in stretches if stretch in said) / sum(map(len, stretches))


def _cut(text: str, parts: int) -> Iterator[str]:
    for first, last in pairwise(len(text) * part // parts for part in range(parts + 1)):
        if first < last:
            yield text[first:last]


def _in_order(alignment: Alignment) -> float:
    """Return the share of a wording that its longest part in order has."""
    weights = alignment.wording.weights
    return sum(weights[pair.i] * pair.sim for pair in alignment.main) / alignment.wording.bits
