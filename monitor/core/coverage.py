"""When the monitor could not have seen a post, and when a source says less than it used to. Plain functions.

"Nothing found" is worth something only when somebody looked. A stretch is blind when a source was not
successfully looked at for longer than planned, whoever is to blame: the source, the network, or a monitor
that was not running. A silent source is the other case: it answers, and says nothing.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.core.model import PollOutcome, Source

WORKED = frozenset({PollOutcome.OK, PollOutcome.UNCHANGED})
PATIENCE = 2  # planned intervals without a good look: one missed look is no blindness yet
SLACK = timedelta(minutes=5)  # and never sooner: a restart or a slow answer is no news

FEWEST_TIMES = 20  # of a source's posts, before its usual gap is known
UNUSUAL = 6  # usual gaps
SHORTEST_SILENCE = timedelta(hours=6)  # a silence shorter than this alarms nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of time, from `start` until `end`."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What coverage needs of a recorded poll. A window of a stream is one look as long as the window."""

    started_at: datetime
    finished_at: datetime
    outcome: PollOutcome
    next_at: datetime | None = None  # when the next look was planned; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How well one source was watched from `since` until `until`."""

    since: datetime
    until: datetime
    blind: tuple[Interval, ...] = ()  # oldest first, all within

    @property
    def blind_for(self) -> timedelta:
        """How long it was not watched, in all."""
        return sum((interval.length for interval in self.blind), timedelta())

    @property
    def share(self) -> float:
        """The watched share of the time, 0 to 1."""
        whole = self.until - self.since
        return 1 - self.blind_for / whole if whole else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One source, how much it brings and how well it is watched."""

    source: Source
    posts_per_day: float  # newly recorded ones, over the last 7 days or since the source was added
    matches_per_day: float  # over the same time
    blind_for: timedelta = timedelta()  # within the last 24 hours
    blind_since: datetime | None = None  # the monitor is blind for it right now
    silent_for: timedelta | None = None  # it answers, but says nothing for far longer than it used to

    @property
    def last_success_at(self) -> datetime | None:
        return self.source.last_success_at

    @property
    def next_poll_at(self) -> datetime | None:
        return self.source.next_poll_at

    @property
    def last_error(self) -> str | None:
        return self.source.last_error


def blind_intervals(
    polls: Iterable[Look], *, now: datetime, expected: timedelta, since: datetime | None = None
) -> list[Interval]:
    """Return the stretches until `now` in which a source was not successfully looked at for too long, oldest first.

    Too long is more than twice the planned interval (what the look before the stretch planned, else `expected`)
    and SLACK. Such a stretch is blind as a whole, from the end of one good look to the beginning of the next.
    `since` is when watching should have begun, unless a good look began earlier. A look that ends after `now`, by a
    clock since set back, is left out: it would hide that nobody looks.
    """
    good = sorted(
        ((look.started_at, look.finished_at, look.next_at) for look in polls if _counts(look, now)),
        key=lambda look: look[0],
    )
    found: list[Interval] = []
    watched_until = None if since and good and good[0][0] <= since else since
    planned = expected
    for started_at, finished_at, next_at in [*good, (now, now, None)]:
        if watched_until is not None and started_at - watched_until > planned * PATIENCE + SLACK:
            found.append(Interval(start=watched_until, end=started_at))
        if watched_until is None or finished_at >= watched_until:
            watched_until = finished_at
            planned = expected if next_at is None else max(next_at - finished_at, timedelta())
    return found


def _counts(look: Look, now: datetime) -> bool:
    return look.outcome in WORKED and look.finished_at <= now


def within(intervals: Iterable[Interval], *, since: datetime, until: datetime) -> list[Interval]:
    """Return the parts of `intervals` that lie between `since` and `until`."""
    return [
        Interval(start=max(interval.start, since), end=min(interval.end, until))
        for interval in intervals
        if interval.start < until and interval.end > since
    ]


def silence_alarm(times: Iterable[datetime], now: datetime) -> timedelta | None:
    """Return for how long a source that normally speaks has been silent, or None while that is usual for it.

    `times` are those of its newest posts. Unusual is longer than 6 times the gap that 95 % of its gaps do not
    exceed, and than 6 hours; with fewer than 20 different times nobody can tell.
    """
    known = sorted({time for time in times if time <= now})
    if len(known) < FEWEST_TIMES:
        return None
    gaps = sorted(later - earlier for earlier, later in pairwise(known))
    usual = gaps[math.ceil(0.95 * len(gaps)) - 1]
    silence = now - known[-1]
    return silence if silence > max(usual * UNUSUAL, SHORTEST_SILENCE) else None
