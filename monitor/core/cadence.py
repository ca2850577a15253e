"""How often to look: the interval of a source that works, the backoff of one that fails. Plain functions.

The interval follows the source's own rhythm. Half the usual gap between its posts keeps the expected wait
for a new post near a quarter of that gap, and asks a quiet source rarely. What the server wishes
(Cache-Control max-age, RSS ttl) is honoured within the operator's upper limit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from monitor.core.errors import RateLimited, SourceError, SourceGone

RHYTHM_POSTS = 20  # the newest posts say how a source speaks now
GROWTH = 1.25  # a poll that brings nothing is followed by a longer wait, until the rhythm is known better
SMEAR = 0.1  # sources of one restart or one interval drift apart by this share


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The operator's bounds for every adaptive interval."""

    shortest: timedelta = timedelta(minutes=2)
    longest: timedelta = timedelta(hours=1)
    longest_backoff: timedelta = timedelta(hours=6)


def rhythm(published: Iterable[datetime], *, now: datetime) -> timedelta | None:
    """Return the usual time between a source's newest posts, or None when there are too few dates to tell.

    The silence since the newest post counts as a gap once it is longer than the others: a source that
    stopped speaking is not polled for ever as if it still did.
    """
    times = sorted({time for time in published if time <= now})[-RHYTHM_POSTS:]
    if len(times) < 3:
        return None
    gaps = [later - earlier for earlier, later in pairwise(times)]
    usual = timedelta(seconds=median(gap.total_seconds() for gap in gaps))
    return max(usual, (now - times[-1]) / 4)


def interval_after(
    current: timedelta | None,
    *,
    every: timedelta | None,
    usual_gap: timedelta | None,
    brought: int,
    wishes: Iterable[timedelta | None],
    limits: Limits,
) -> timedelta:
    """Return the time to the next look after a poll that worked.

    `every` is what a person fixed and wins over all. `usual_gap` is the source's `rhythm`, `brought` the
    number of new posts, `wishes` what the server asked for.
    """
    if every is not None:
        return every
    if usual_gap is not None:
        wanted = usual_gap / 2
    elif brought or current is None:
        wanted = current or limits.shortest
    else:
        wanted = current * GROWTH
    asked = max((wish for wish in wishes if wish is not None), default=timedelta())
    return min(max(wanted, asked, limits.shortest), limits.longest)


def backoff_after(error: SourceError, *, failures: int, interval: timedelta, limits: Limits) -> timedelta:
    """Return how long to leave a source alone after its `failures`-th failure in a row (1 is the first).

    Doubles from the source's interval up to the limit; a server that names a time is given at least that.
    """
    doubled = min(interval * int(2 ** min(failures - 1, 16)), max(limits.longest_backoff, interval))
    match error:
        case SourceGone():
            return limits.longest_backoff
        case RateLimited():
            return max(error.wait, interval)
        case _:
            return doubled


def smeared(wait: timedelta, *, chance: float) -> timedelta:
    """Return `wait` made up to 10 % longer, by a `chance` in [0, 1): neighbours do not stay in step.

    Never shorter, so that what a server asked for is kept.
    """
    return wait * (1 + SMEAR * chance)
