"""Whether a passage says the opposite of the quote: a negation too many or too few, or who and whom exchanged."""

from collections.abc import Sequence

from monitor.matching.align import Alignment
from monitor.matching.lexicon import NEGATIONS
from monitor.matching.similarity import STRONG
from monitor.matching.swaps import CONTENT_BITS, gaps_of

_NEARLY_ALL = 0.85
_SUBJECTS = frozenset(("i", "you", "he", "she", "it", "we", "they"))


def negations(alignment: Alignment) -> int:
    """Return how many negations the passage has too many or too few, where it otherwise says the same."""
    words, heard = alignment.wording.words, alignment.heard.words
    matched = {pair.i for pair in alignment.pairs}
    places = set(alignment.places)
    count = 0
    for gap_i, gap_j in gaps_of(alignment)[:-2]:
        quoted = [k for k in gap_i if k not in matched and negates(words, k)]
        said = [k for k in gap_j if k not in places and negates(heard, k)]
        near = words[max(0, gap_i.start - 3) : gap_i.stop + 3]
        if (said and not quoted and len(gap_j) <= 3 and not NEGATIONS.intersection(near)) or (
            quoted
            and not said
            and len(gap_i) <= 3
            and not NEGATIONS.intersection(heard[max(0, gap_j.start - 3) : gap_j.stop + 3])
        ):
            count += 1
    count += sum(
        negates(words, pair.i) != negates(heard, int(pair.j))
        and not NEGATIONS.intersection(heard[max(0, int(pair.j) - 4) : int(pair.j)])
        and not any(k not in matched and words[k] in NEGATIONS for k in range(max(0, pair.i - 3), pair.i))
        for pair in alignment.main
        if pair.sim < STRONG
    )
    return count + _is_negated_before(alignment) + _exchanged(alignment)


def negates(words: Sequence[str], place: int) -> bool:
    """Say whether a word turns its sentence into the opposite. "Don't I get thanks?" and "nothing but" do not."""
    if words[place] not in NEGATIONS:
        return False
    after = words[place + 1 : place + 5]
    is_asked = words[place] == "not" and bool(after) and after[0] in _SUBJECTS
    is_only = words[place] != "not" and "but" in after
    return not (is_asked or is_only)


def _exchanged(alignment: Alignment) -> int:
    """Return how many single words, telling ones or negations, changed places with others: who does what to whom.

    Clauses that changed places are longer, and say the same.
    """
    in_main = {pair.i for pair in alignment.main}
    moved = sorted(pair for pair in alignment.pairs if pair.i not in in_main)
    if not moved or alignment.matched < _NEARLY_ALL * alignment.wording.bits:
        return 0
    words, weights = alignment.wording.words, alignment.wording.weights
    alone = 0
    for k, pair in enumerate(moved):
        beside = [
            other
            for other in moved[max(0, k - 1) : k + 2]
            if other is not pair and abs(other.i - pair.i) <= 2 >= abs(other.j - pair.j)
        ]
        if not beside and (weights[pair.i] >= CONTENT_BITS or words[pair.i] in NEGATIONS):
            alone += 1
    return alone if alone > 1 or any(words[pair.i] in NEGATIONS for pair in moved) else 0


def _is_negated_before(alignment: Alignment) -> bool:
    first, said = alignment.first, alignment.heard.said
    if not first or min(pair.i for pair in alignment.pairs) or alignment.heard.words[first - 1] not in ("not", "never"):
        return False
    return not alignment.heard.text[said[first - 1].end : said[first].start].strip(" '’")
