"""Which stretch of a text is most like a wording, and how much alike they are.

`partial_ratio_alignment` says where to look; it compares the wording with a stretch of the same length, which
may begin in the middle of a word and leaves out what was inserted. So the stretch is then moved to the word
borders that make the `ratio` of wording and stretch highest. A post shorter than the wording can thus never
score high by being contained in it.

How high a ratio chance reaches depends on the length: in English talk a stretch of 25 letters that is 80 % a
given quote is usually another sentence, one of 60 letters usually is not. `calibrated` therefore
stretches the scale so that the same score is the same evidence at every length, and 100 stays "the same words".
"""

from typing import NamedTuple

from rapidfuzz.fuzz import partial_ratio_alignment, ratio

from monitor.matching.normalize import is_boundary

SLACK = 12.0  # points the first look may be below the final ratio, which counts inserted words only half


ENOUGH = 85.0  # the score at which a match is sure enough to interrupt somebody
_RATIOS = ((8, 92.8), (45, 78.0), (90, 75.0))  # characters of a wording, and the ratio that is ENOUGH for it


class Aligned(NamedTuple):
    """The stretch `text[start:end]` is like the wording; `score` is their ratio (0-100)."""

    start: int
    end: int
    score: float


def align(wording: str, text: str, *, cutoff: float) -> Aligned | None:
    """Return the stretch of whole words most like `wording`, or None when none reaches `cutoff`."""
    if not wording or not text:
        return None
    least = max(1.0, cutoff - SLACK)
    if len(text) < len(wording):  # RapidFuzz would look for the text in the wording
        start, end = 0, len(text)
        if not ratio(wording, text, score_cutoff=least):
            return None
    else:
        rough = partial_ratio_alignment(wording, text, score_cutoff=least)
        if rough is None:
            return None
        start, end = rough.dest_start, rough.dest_end
    best = _on_word_borders(wording, text, start, end)
    return best if best.score >= cutoff else None


def _on_word_borders(wording: str, text: str, start: int, end: int) -> Aligned:
    """Return the best stretch that begins and ends at word borders near a rough one."""
    reach = len(wording) // 2 + 12
    starts = [at for at in range(max(0, start - reach), min(len(text), start + reach)) if _begins(text, at)]
    ends = [at for at in range(max(1, end - reach), min(len(text), end + reach) + 1) if _ends(text, at)]
    first = min(starts, key=lambda at: abs(at - start), default=0)
    best = Aligned(first, max(end, first), 0.0)
    for _ in range(3):
        before = best
        best = max(
            (Aligned(best.start, at, ratio(wording, text[best.start : at])) for at in ends if at > best.start),
            key=lambda aligned: aligned.score,
            default=best,
        )
        best = max(
            (Aligned(at, best.end, ratio(wording, text[at : best.end])) for at in starts if at < best.end),
            key=lambda aligned: aligned.score,
            default=best,
        )
        if best == before:
            break
    return best


def _begins(text: str, at: int) -> bool:
    return text[at] != " " and is_boundary(text, at)


def _ends(text: str, at: int) -> bool:
    return text[at - 1] != " " and is_boundary(text, at)


def calibrated(likeness: float, length: int) -> float:
    """Return the score (0-100) of a ratio with a wording of `length` characters."""
    return max(0.0, 100.0 - (100.0 - likeness) * _steepness(length))


def uncalibrated(score: float, length: int) -> float:
    """Return the ratio that gives `score`, or 0 when any does."""
    return max(0.0, 100.0 - (100.0 - score) / _steepness(length))


def _steepness(length: int) -> float:
    return (100.0 - ENOUGH) / (100.0 - _enough(length))


def _enough(length: int) -> float:
    """Return the ratio that is ENOUGH for a wording of `length` characters: straight lines between known points."""
    (left, high), *others = _RATIOS
    for right, low in others:
        if length <= right:
            return high + (low - high) * (max(length, left) - left) / (right - left)
        left, high = right, low
    return high
