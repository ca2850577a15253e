"""Posts that hold only a part of a wording: cut short by a feed, or too short for all of it.

Such a part counts only when it is most of the wording and almost letter-perfect; the score says how much is there.
"""

import re

from rapidfuzz.fuzz import partial_ratio_alignment, ratio

from monitor.matching.normalize import is_boundary
from monitor.matching.score import Aligned, calibrated

LEAST = 0.5  # share of the wording that must be there to be worth a word
FEWEST = 20  # characters of it
EXACTNESS = 93.0  # ratio of the part that is there

_CUT = re.compile(r"(?:…|\.\.\.|\[(?:…|\.\.\.|\+?\d{1,9} ?chars?)\])\s*(?:https?://\S{1,200}\s*)?$")


def is_cut_short(text: str) -> bool:
    """Return whether a post ends as feeds and apps end the ones they shorten: in an ellipsis, perhaps with a link."""
    return bool(_CUT.search(text[-260:].rstrip()))


def beginning_at_the_end(wording: str, text: str, *, cutoff: float) -> Aligned | None:
    """Return how a text that is cut short ends with the beginning of `wording`; its score is final."""
    first_word = wording.split(" ", 1)[0]
    tail = max(0, len(text) - len(wording))
    best: Aligned | None = None
    at = text.find(first_word, tail)
    while at >= 0 and len(text) - at >= max(FEWEST, LEAST * len(wording)):
        if is_boundary(text, at):
            there = text[at:]
            likeness = ratio(wording[: len(there)], there, score_cutoff=EXACTNESS)
            score = _partial_score(likeness, len(there), len(wording))
            if likeness and score >= cutoff and (best is None or score > best.score):
                best = Aligned(at, len(text), score)
        at = text.find(first_word, at + 1)
    return best


def inside(wording: str, text: str, *, cutoff: float) -> Aligned | None:
    """Return how all of a short text is a stretch of `wording`; its score is final."""
    if len(text) >= len(wording) or len(text) < max(FEWEST, LEAST * len(wording)):
        return None
    found = partial_ratio_alignment(text, wording, score_cutoff=EXACTNESS)
    if found is None or not (is_boundary(wording, found.dest_start) and is_boundary(wording, found.dest_end)):
        return None
    score = _partial_score(found.score, len(text), len(wording))
    return Aligned(0, len(text), score) if score >= cutoff else None


def _partial_score(likeness: float, there: int, of: int) -> float:
    """Five eighths of a wording, letter for letter, are just enough to alert."""
    return calibrated(likeness, there) * (0.6 + 0.4 * min(1.0, there / of))
