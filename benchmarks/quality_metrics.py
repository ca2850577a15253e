"""Figures of merit for scored pairs, in plain Python. A pair is a score (0-100) and whether it truly matches.

Pairs nobody scored count as score 0: `Pairs` keeps only how many of them there are, since there are millions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

BUCKETS = ((0.01, 2), (2, 10), (10, 30), (30, 50), (50, 65), (65, 80), (80, 90), (90, 95), (95, 100.01))
"""Scores from the first figure up to, not including, the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One (quote, post) pair that a system said something about."""

    score: float
    true: bool
    alerted: bool
    background: bool = False  # the post is of the background, where false alarms are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """All (quote, post) pairs of a data set as one system sees them."""

    scored: Sequence[Scored]
    positives: int  # of all pairs, scored or not
    negatives: int
    background: int  # of the negatives, those whose post is of the background

    @property
    def alerted_true(self) -> int:
        return sum(pair.alerted and pair.true for pair in self.scored)

    @property
    def alerted_false(self) -> int:
        return sum(pair.alerted and not pair.true for pair in self.scored)

    @property
    def precision(self) -> float:
        return _ratio(self.alerted_true, self.alerted_true + self.alerted_false)

    @property
    def recall(self) -> float:
        return _ratio(self.alerted_true, self.positives)

    @property
    def f1(self) -> float:
        return _ratio(2 * self.precision * self.recall, self.precision + self.recall)

    @property
    def false_alarms(self) -> float:
        """Alerts on the background, in a million pairs of quote and background post."""
        return 1e6 * _ratio(sum(pair.alerted and pair.background for pair in self.scored), self.background)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What holds when everything scored at least `score` counts as found."""

    score: float
    precision: float
    recall: float


def curve(pairs: Pairs) -> list[Point]:
    """Return one point for each distinct score, the highest first; equal scores are found together."""
    points: list[Point] = []
    true = found = 0
    for score, group in groupby(sorted(pairs.scored, key=lambda pair: -pair.score), key=lambda pair: pair.score):
        same = [pair.true for pair in group]
        true, found = true + sum(same), found + len(same)
        points.append(Point(score=score, precision=true / found, recall=_ratio(true, pairs.positives)))
    if found < pairs.positives + pairs.negatives:
        everything = _ratio(pairs.positives, pairs.positives + pairs.negatives)
        points.append(Point(score=0.0, precision=everything, recall=1.0))
    return points


def average_precision(pairs: Pairs) -> float:
    """Return the mean precision over recall, as a step function without interpolation."""
    total = before = 0.0
    for point in curve(pairs):
        total += (point.recall - before) * point.precision
        before = point.recall
    return total


def recall_at_precision(pairs: Pairs, precision: float) -> float:
    """Return the highest recall at which precision is still at least `precision`; 0 when it never is."""
    return max((point.recall for point in curve(pairs) if point.precision >= precision), default=0.0)


def false_alarms_at_recall(pairs: Pairs, recall: float) -> float | None:
    """Return false alarms in a million background pairs at the highest score that reaches `recall`; None: none does."""
    reached = next((point.score for point in curve(pairs) if point.score > 0 and point.recall >= recall), None)
    if reached is None:
        return None
    return 1e6 * _ratio(sum(pair.background and pair.score >= reached for pair in pairs.scored), pairs.background)


def reliability(pairs: Pairs) -> list[tuple[str, int, float]]:
    """Return (scores, how many pairs, share of them that is true) of each bucket: of those scored 90, are 90 % true?"""
    rows = []
    for low, high in BUCKETS:
        here = [pair.true for pair in pairs.scored if low <= pair.score < high]
        rows.append((f"{low:.0f}-{min(high, 100):.0f}", len(here), _ratio(sum(here), len(here))))
    return rows


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
