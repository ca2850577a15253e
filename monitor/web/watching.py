"""When each source was looked at, day by day: what the timelines show as "not looking".

Read from the polls, which are many: a day that is over for long enough stays as it was read, and only the last two
are read again. How a look counts is decided in `core/coverage.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from monitor.core import coverage
from monitor.core.coverage import Coverage, Interval
from monitor.core.model import SourceId
from monitor.store.coverage import of_all

DAY = timedelta(days=1)
DAYS = 30  # polls are kept that long (`life.POLLS_KEPT`)
AGAIN = timedelta(seconds=45)  # how old what is shown of today may be

Watched = Mapping[SourceId, Coverage]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWatched:
    """How much of a day the sources were watched, all together."""

    day: date
    share: float | None  # 0 to 1; None: not known any more


class Watching:
    """Remembers the coverage of every source, a day at a time. `read` asks the database."""

    def __init__(self, read: Callable[..., Awaitable[Any]]) -> None:
        self._read = read
        self._days: dict[date, Watched] = {}
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def known(self, now: datetime, days: int) -> None:
        """Wait until the last two days are known; what is older, or was read long ago, makes nobody wait."""
        if self.unread(now, 2):
            await self.refresh(now, 2)
        if (self._is_old(now) or self.unread(now, days)) and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self.refresh(now, days))

    @property
    def reading(self) -> list[asyncio.Task[None]]:
        """What is being read beside the pages."""
        return [self._task] if self._task else []

    def unread(self, now: datetime, days: int) -> int:
        """Return how many of the last days are still to be read."""
        today = now.astimezone(UTC).date()
        return sum(today - back * DAY not in self._days for back in range(days))

    async def refresh(self, now: datetime, days: int = DAYS) -> None:
        """Read what is not known yet, newest day first; today's and yesterday's again when they are old."""
        async with self._lock:
            await self._refresh(now, days)

    async def _refresh(self, now: datetime, days: int) -> None:
        today = now.astimezone(UTC).date()
        if self._is_old(now):
            for day in (today, today - DAY):
                self._days[day] = await self._day(day, now)
            self._read_at = now
        for back in range(2, days):
            day = today - back * DAY
            if day not in self._days:
                self._days[day] = await self._day(day, now)
        for day in [day for day in self._days if day <= today - DAYS * DAY]:  # polls of these are gone
            del self._days[day]

    def _is_old(self, now: datetime) -> bool:
        return self._read_at is None or abs(now - self._read_at) > AGAIN

    async def _day(self, day: date, now: datetime) -> Watched:
        since = datetime.combine(day, time(), UTC)
        # A gap over midnight is known as one only when the day after is read too.
        found: Watched = await self._read(of_all, since=since, now=min(since + 2 * DAY, now))
        until = min(since + DAY, now)
        return {
            source_id: Coverage(
                since=min(one.since, until),
                until=until,
                blind=tuple(coverage.within(one.blind, since=min(one.since, until), until=until)),
            )
            for source_id, one in found.items()
        }

    def of_source(self, source_id: SourceId, now: datetime, days: int = DAYS) -> Coverage | None:
        """Return when one source was not watched in the last so many times 24 hours; None: nothing is known of it."""
        begin = now - days * DAY
        first = begin.astimezone(UTC).date()
        read = (self._days[day].get(source_id) for day in sorted(self._days) if day >= first)
        known = [one for one in read if one is not None and one.since < one.until]
        if not known:
            return None
        since, until = max(known[0].since, begin), known[-1].until
        blind = _joined(interval for one in known for interval in one.blind)
        return Coverage(
            since=min(since, until), until=until, blind=tuple(coverage.within(blind, since=since, until=until))
        )

    def blind_now(self, now: datetime) -> dict[SourceId, datetime]:
        """Return since when each source is not watched that is not watched now, as far back as is known."""
        today = now.astimezone(UTC).date()
        found = {}
        for source_id in self._days.get(today, {}):
            watched = self.of_source(source_id, now)
            if watched and watched.blind and watched.blind[-1].end == watched.until:
                found[source_id] = watched.blind[-1].start
        return found

    def shares(self, days: Iterable[date]) -> list[DayWatched]:
        """Return how much of each day the sources were watched, all together."""
        return [DayWatched(day=day, share=_share(self._days.get(day, {}).values())) for day in days]


def _share(watched: Iterable[Coverage]) -> float | None:
    known = [one for one in watched if one.since < one.until]
    whole = sum((one.until - one.since for one in known), timedelta())
    return 1 - sum((one.blind_for for one in known), timedelta()) / whole if whole else None


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    """Return intervals with those that touch joined; they come in order."""
    found: list[Interval] = []
    for interval in intervals:
        if found and found[-1].end >= interval.start:
            found[-1] = Interval(start=found[-1].start, end=interval.end)
        else:
            found.append(interval)
    assert all(one.end < two.start for one, two in pairwise(found))
    return found
