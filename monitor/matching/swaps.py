"""What stands in the place of what: where a passage goes on with other words than the quote.

That is what a parody does: the frame is kept and what it is about is exchanged.
"""

from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz

from monitor.matching.align import Alignment
from monitor.matching.frequencies import Frequencies
from monitor.matching.lexicon import ATTRIBUTIONS

CONTENT_BITS = 6.0  # from here on a word says what a sentence is about
_LIKE = 75.0  # of 100: another form of the word, not another word
_STOPS = frozenset('.!?;:…\n"“”„«»|()[]。！？')
_ASIDE = '[]()"“”„«»…'


class Swap(NamedTuple):
    """Other content in the place of the quote's: the bits that had to go, and whether the quote goes on behind it."""

    bits: float
    inside: bool


def swaps(alignment: Alignment, frequencies: Frequencies) -> list[Swap]:
    """Return the places where other content stands than that of the quote."""
    words, weights = alignment.wording.words, alignment.wording.weights
    heard = alignment.heard.words
    used_i, used_j = {pair.i for pair in alignment.pairs}, set(alignment.places)
    found: list[Swap] = []
    for gap_i, gap_j in gaps_of(alignment):
        if not gap_i or not gap_j or len(gap_j) > len(gap_i) + 3:
            continue
        if gap_i.stop < len(words) and gap_i.start and _is_aside(alignment, gap_j):
            continue
        said = [heard[k] for k in gap_j if k not in used_j and frequencies.bits(heard[k]) >= CONTENT_BITS]
        gone = [k for k in gap_i if k not in used_i and frequencies.bits(words[k]) >= CONTENT_BITS]
        lost = sum(weights[k] for k in gone if all(fuzz.ratio(words[k], word) < _LIKE for word in said))
        instead = sum(frequencies.bits(word) for word in said)
        if lost and instead:
            found.append(Swap(min(lost, instead), inside=gap_i.start > 0 and gap_i.stop < len(words)))
    return found


def gaps_of(alignment: Alignment) -> list[tuple[range, range]]:
    """Return the gaps of the passage, in quote and post; the last two are what follows and what comes before.

    Where clauses changed places, they are the gaps of the main part.
    """
    count = len(alignment.wording.words)
    in_order = all(one.i < two.i for one, two in pairwise(alignment.pairs))
    pairs = alignment.pairs if in_order else alignment.main
    gaps = [(range(one.i + 1, two.i), range(int(one.j) + 1, int(two.j))) for one, two in pairwise(pairs)]
    first, last = pairs[0], pairs[-1]
    gaps.append((range(last.i + 1, count), _goes_on(alignment, int(last.j), 1, count - last.i)))
    gaps.append((range(first.i), _goes_on(alignment, int(first.j), -1, first.i + 1)))
    return gaps


def _goes_on(alignment: Alignment, place: int, step: int, most: int) -> range:
    """Return the places after (or before) a word of the post that belong to the same stretch of speech."""
    said, text = alignment.heard.said, alignment.heard.text
    at = place
    for _ in range(most if most > 1 else 0):
        after = at + step
        if not 0 <= after < len(said):
            break
        low, high = (said[at].end, said[after].start) if step > 0 else (said[after].end, said[at].start)
        if _STOPS.intersection(text[low:high]):
            break
        at = after
    return range(place + 1, at + 1) if step > 0 else range(at, place)


def _is_aside(alignment: Alignment, places: range) -> bool:
    """Say whether these words only say who speaks, or stand in brackets: they take no word's place."""
    said, text = alignment.heard.said, alignment.heard.text
    around = text[max(0, said[places[0]].start - 4) : said[places[-1]].end + 4]
    return any(c in _ASIDE for c in around) or any(alignment.heard.words[k] in ATTRIBUTIONS for k in places)
