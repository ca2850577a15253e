"""When each source is looked at: one APScheduler job a source, and a monotonic watchdog beside it.

APScheduler decides by the wall clock. When that is set back an hour (a time server, a resumed laptop, a
hand), its jobs wait an hour too long; set forward, they all run at once (agronholm/apscheduler#339, #1036).
So what is due when is kept here on the monotonic clock, which nobody can set, and the watchdog dates the
jobs anew as soon as the two clocks disagree.

A job runs once and is then given its next date, so a source is never polled twice at a time and a late
job is late, not lost (`misfire_grace_time=None`).
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.core.model import SourceId

log = structlog.get_logger()

BEAT = timedelta(seconds=5)  # how often the watchdog looks
CLOCK_STEP = timedelta(seconds=3)  # a disagreement of the clocks larger than this is a step, not drift
OVERDUE = timedelta(seconds=15)  # a job this late was forgotten
GRACE = timedelta(seconds=4)  # for polls under way at the end; a container is killed after ten
AFTER_TROUBLE = timedelta(minutes=1)  # until a poll that ended in a bug or a full disk is tried again

Turn = Callable[[SourceId], Awaitable[timedelta | None]]
"""Polls a source and returns when to look again, or None for never."""


def wall_clock() -> datetime:
    """Return the time of day."""
    return datetime.now(UTC)


class Schedule:
    """Calls `turn` for each source when it is due, until stopped."""

    def __init__(
        self,
        turn: Turn,
        *,
        beat: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = wall_clock,
    ) -> None:
        self._turn = turn
        self._beat = beat
        self._monotonic = monotonic
        self._wall = wall
        self._due: dict[SourceId, float] = {}  # on the monotonic clock
        self._running: set[SourceId] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._watchdog: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._clocks_apart = self._apart()

    def start(self) -> None:
        """Begin; sources may be added before and after."""
        self._scheduler.start()
        self._watchdog = asyncio.create_task(self._watch(), name="watchdog")

    async def stop(self) -> None:
        """Start no more polls, give those under way a moment to end, and cancel what is left.

        A poll is one transaction at its end, so one that is cancelled brought nothing and is repeated next time.
        """
        if self._watchdog:
            self._watchdog.cancel()
            await asyncio.gather(self._watchdog, return_exceptions=True)
        self._due.clear()
        if self._scheduler.running:
            self._scheduler.pause()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), GRACE.total_seconds())
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self._idle.wait()

    def add(self, source_id: SourceId, *, wait: timedelta) -> None:
        """Look at a source after `wait`, and then whenever its turn says."""
        self._due[source_id] = self._monotonic() + wait.total_seconds()
        self._date(source_id)

    def hasten(self, source_id: SourceId, *, wait: timedelta) -> None:
        """Look at a source after `wait` at the latest; one that is due sooner, under way or unknown stays as it is."""
        due = self._due.get(source_id)
        if due is None or source_id in self._running or due <= self._monotonic() + wait.total_seconds():
            return
        self.add(source_id, wait=wait)

    def remove(self, source_id: SourceId) -> None:
        """Look at a source no more; a poll under way ends as it does."""
        self._due.pop(source_id, None)
        try:
            self._scheduler.remove_job(str(source_id))
        except JobLookupError:  # it is running, or was never added
            return

    @property
    def sources(self) -> frozenset[SourceId]:
        """The sources that will be looked at, those being looked at included."""
        return frozenset(self._due) | frozenset(self._running)

    def check(self) -> None:
        """Date the jobs anew after a step of the wall clock, and those that were forgotten."""
        apart, before = self._apart(), self._clocks_apart
        self._clocks_apart = apart
        stepped = abs(apart - before) > CLOCK_STEP.total_seconds()
        if stepped:
            log.warning("the clock was set", seconds=round(apart - before))
        late = self._monotonic() - OVERDUE.total_seconds()
        for source_id, due in self._due.items():
            if source_id not in self._running and (stepped or due < late):
                self._date(source_id)

    def _apart(self) -> float:
        return self._wall().timestamp() - self._monotonic()

    def _date(self, source_id: SourceId) -> None:
        wait = max(0.0, self._due[source_id] - self._monotonic())
        self._scheduler.add_job(
            self._run,
            "date",
            run_date=self._wall() + timedelta(seconds=wait),
            args=[source_id],
            id=str(source_id),
            replace_existing=True,
            misfire_grace_time=None,
            max_instances=2,  # a turn dates its successor while it still counts as running
        )

    async def _run(self, source_id: SourceId) -> None:
        if source_id in self._running or source_id not in self._due:
            return
        if self._due[source_id] - self._monotonic() > CLOCK_STEP.total_seconds():
            self._date(source_id)  # the clock was set forward, and the watchdog did not notice yet
            return
        self._running.add(source_id)
        self._idle.clear()
        try:
            wait = await self._turn(source_id)
        except Exception:
            # A bug in one source's poll must not end that source for good, let alone the others.
            log.exception("poll failed", source_id=source_id)
            wait = AFTER_TROUBLE
        finally:
            self._running.discard(source_id)
            if not self._running:
                self._idle.set()
        if source_id not in self._due:  # removed meanwhile
            return
        if wait is None:
            del self._due[source_id]
        else:
            self.add(source_id, wait=wait)

    async def _watch(self) -> None:
        while True:
            self._beat()
            await asyncio.sleep(BEAT.total_seconds())
            self.check()
