"""What people say of matches, and what follows from it: how precise a quote is, and which threshold it should have.

`right` and `variant` both say that the passage is the quote; a `variant` is a wording worth tracking. `unsure` counts
for nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby

FEWEST_VERDICTS = 10  # fewer say nothing about a threshold
WANTED_PRECISION = 0.95
LONGEST_NOTE = 500  # characters


class Verdict(StrEnum):
    """What a person says of a match."""

    RIGHT = "right"
    WRONG = "wrong"
    VARIANT = "variant"  # right, and a wording of its own
    UNSURE = "unsure"


IS_THE_QUOTE = frozenset({Verdict.RIGHT, Verdict.VARIANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One verdict, as it was given. The newest of a match counts."""

    verdict: Verdict
    note: str | None
    at: datetime
    by: str  # as in the audit: "telegram:123456"
    name: str | None  # what that person is called


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How many of the matches that people judged are right."""

    counts: Mapping[Verdict, int] = field(default_factory=dict)

    @property
    def right(self) -> int:
        return sum(self.counts.get(verdict, 0) for verdict in IS_THE_QUOTE)

    @property
    def judged(self) -> int:
        """Those with a clear verdict."""
        return self.right + self.counts.get(Verdict.WRONG, 0)

    @property
    def share(self) -> float | None:
        """The share that is right (0-1), or None when none was judged."""
        return self.right / self.judged if self.judged else None


class Reason(StrEnum):
    """Why a threshold is proposed, or why none is."""

    BETTER = "a lower or higher threshold would be precise enough"
    FITS = "the present threshold is the one"
    TOO_FEW = "too few verdicts"
    TOO_MANY_WRONG = "no threshold is precise enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdAdvice:
    """What verdicts say about the threshold of a quote."""

    reason: Reason
    threshold: float | None = None  # 0-100, proposed; None: leave it as it is
    right: int = 0  # of the judged matches that reach it, or of all when there is none
    judged: int = 0

    @property
    def why(self) -> str:
        """One sentence, in English."""
        match self.reason:
            case Reason.BETTER:
                return f"At {self.threshold:g}, {self.right} of {self.judged} judged matches are right."
            case Reason.FITS:
                return f"The threshold fits: {self.right} of {self.judged} judged matches that reach it are right."
            case Reason.TOO_FEW:
                return f"{self.judged} of the {FEWEST_VERDICTS} verdicts that a threshold is proposed from."
            case Reason.TOO_MANY_WRONG:
                return f"Only {self.right} of {self.judged} are right, and no threshold tells them apart."


def proposed_threshold(judged: Iterable[tuple[float, Verdict]], *, present: float | None = None) -> ThresholdAdvice:
    """Return the lowest threshold at which enough of the judged matches are right, if there is one.

    `judged` holds the score (0-100) and the verdict of each match, `present` the quote's own threshold. A threshold is
    rounded down to a half, and proposed only when `FEWEST_VERDICTS` matches reach it.
    """
    clear = sorted(((score, verdict) for score, verdict in judged if verdict is not Verdict.UNSURE), reverse=True)
    all_right = sum(verdict in IS_THE_QUOTE for _, verdict in clear)
    if len(clear) < FEWEST_VERDICTS:
        return ThresholdAdvice(reason=Reason.TOO_FEW, right=all_right, judged=len(clear))
    best: ThresholdAdvice | None = None
    right = reached = 0
    for threshold, group in groupby(clear, key=lambda one: _half_down(one[0])):
        verdicts = [verdict for _, verdict in group]
        reached += len(verdicts)
        right += sum(verdict in IS_THE_QUOTE for verdict in verdicts)
        if reached >= FEWEST_VERDICTS and right / reached >= WANTED_PRECISION:
            best = ThresholdAdvice(reason=Reason.BETTER, threshold=threshold, right=right, judged=reached)
    if best is None:
        return ThresholdAdvice(reason=Reason.TOO_MANY_WRONG, right=all_right, judged=len(clear))
    if present is not None and best.threshold is not None and present <= best.threshold:
        between = [score for score, _ in clear if present <= score < best.threshold]
        if not between:  # nothing that the present threshold lets through is wrong
            return ThresholdAdvice(reason=Reason.FITS, right=best.right, judged=best.judged)
    return best


def _half_down(score: float) -> float:
    return int(score * 2) / 2
