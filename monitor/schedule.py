"""When each source is looked at: one alarm for whichever is due first, and a monotonic watchdog beside it.

APScheduler rings the alarm, and decides by the wall clock. When that is set back an hour (a time server, a resumed
laptop, a hand), its jobs wait an hour too long; set forward, they all run at once (agronholm/apscheduler#339, #1036).
So what is due when is kept here on the monotonic clock, which nobody can set, and the watchdog sets the alarm anew
as soon as the two clocks disagree.

There is one job, not one a source: APScheduler makes, dates and starts jobs one by one in the event loop, which for ten
thousand of them holds everything else up for half a second at the start, and for more than one when all are due
at once because the machine slept. An alarm begins what is due, a few turns between two breaths of the event loop. While
many are under way, others begin as those end, and a few of them even if none does: one host that is asked rarely
and has hundreds of sources waiting keeps none of another host from being asked. A source is never polled twice at a
time, and a late one is late, not lost (`misfire_grace_time=None`).
"""

import asyncio
import contextlib
import heapq
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.core.model import SourceId

log = structlog.get_logger()

BEAT = timedelta(seconds=5)  # how often the watchdog looks
CLOCK_STEP = timedelta(seconds=3)  # a disagreement of the clocks larger than this is a step, not drift
OVERDUE = timedelta(seconds=15)  # an alarm this late was forgotten
AT_ONCE = 50  # turns that begin between two breaths of the event loop
MANY = 500  # turns under way; beyond, more begin as others end: they would only wait, and hold memory
HELD_BACK = timedelta(seconds=5)  # at the longest, even if none ends
ALARM = "what is due first"
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
        self._order: list[tuple[float, SourceId]] = []  # a heap of the same; what `_due` no longer says is passed over
        self._alarm: float | None = None  # what it is set for, or was when it rang
        self._is_beginning = False
        self._running: set[SourceId] = set()
        self._turns: set[asyncio.Task[None]] = set()
        self._enough = MANY  # turns under way, until there are fewer
        self._fewer = asyncio.Event()
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
        self._fewer.set()
        while self._is_beginning:  # noqa: ASYNC110 - nothing is left to begin, so it takes a breath
            await asyncio.sleep(0)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._turns:
            _, left = await asyncio.wait(self._turns, timeout=GRACE.total_seconds())
            for turn in left:
                turn.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def add(self, source_id: SourceId, *, wait: timedelta) -> None:
        """Look at a source after `wait`, and then whenever its turn says."""
        self._due[source_id] = due = self._monotonic() + wait.total_seconds()
        heapq.heappush(self._order, (due, source_id))
        self._set_alarm()

    def hasten(self, source_id: SourceId, *, wait: timedelta) -> None:
        """Look at a source after `wait` at the latest; one that is due sooner, under way or unknown stays as it is."""
        due = self._due.get(source_id)
        if due is None or source_id in self._running or due <= self._monotonic() + wait.total_seconds():
            return
        self.add(source_id, wait=wait)

    def remove(self, source_id: SourceId) -> None:
        """Look at a source no more; a poll under way ends as it does."""
        self._due.pop(source_id, None)

    @property
    def sources(self) -> frozenset[SourceId]:
        """The sources that will be looked at, those being looked at included."""
        return frozenset(self._due) | frozenset(self._running)

    def check(self) -> None:
        """Set the alarm anew after a step of the wall clock, and one that was forgotten."""
        apart, before = self._apart(), self._clocks_apart
        self._clocks_apart = apart
        stepped = abs(apart - before) > CLOCK_STEP.total_seconds()
        if stepped:
            log.warning("the clock was set", seconds=round(apart - before))
        if not self._is_beginning and (stepped or self._is_forgotten):
            self._set_alarm(anew=True)

    @property
    def _is_forgotten(self) -> bool:
        return self._pass_over() and self._order[0][0] < self._monotonic() - OVERDUE.total_seconds()

    def _apart(self) -> float:
        return self._wall().timestamp() - self._monotonic()

    def _set_alarm(self, *, anew: bool = False) -> None:
        """Set the alarm for what is due first, unless it is set for then or sooner."""
        self._pass_over()
        if not self._order:
            return
        due = self._order[0][0]
        if self._alarm is not None and self._alarm <= due and not anew:
            return
        self._alarm = due
        self._scheduler.add_job(
            self._begin_due,
            "date",
            run_date=self._wall() + timedelta(seconds=max(0.0, due - self._monotonic())),
            id=ALARM,
            replace_existing=True,
            misfire_grace_time=None,
            max_instances=2,  # an alarm sets the next while it still counts as running
        )

    async def _begin_due(self) -> None:
        """Begin the turns that are due: none, where the clock was set forward and the watchdog did not notice yet."""
        if self._is_beginning:
            return
        self._is_beginning = True
        try:
            while few := list(islice(self._taken(), AT_ONCE)):
                for source_id in few:
                    turn = asyncio.create_task(self._run(source_id), name=f"source {source_id}")
                    self._turns.add(turn)
                    turn.add_done_callback(self._ended)
                await asyncio.sleep(0)
                await self._until_fewer()
        finally:
            self._is_beginning, self._alarm = False, None
        self._set_alarm()

    async def _until_fewer(self) -> None:
        """While many turns are under way, wait until about as many have ended as began last, but not for ever."""
        self._enough = max(MANY, len(self._turns) - AT_ONCE)
        self._fewer.clear()
        if self._due and len(self._turns) > self._enough:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._fewer.wait(), HELD_BACK.total_seconds())

    def _ended(self, turn: asyncio.Task[None]) -> None:
        self._turns.discard(turn)
        if len(self._turns) <= self._enough:
            self._fewer.set()

    def _taken(self) -> Iterator[SourceId]:
        """Take what is due, the longest due first."""
        while self._pass_over() and self._order[0][0] <= self._monotonic():
            yield heapq.heappop(self._order)[1]

    def _pass_over(self) -> bool:
        """Take out what was removed or is due at another time by now; say whether anything is left."""
        while self._order and self._due.get(self._order[0][1]) != self._order[0][0]:
            heapq.heappop(self._order)
        return bool(self._order)

    async def _run(self, source_id: SourceId) -> None:
        if source_id in self._running or source_id not in self._due:
            return
        self._running.add(source_id)
        try:
            wait = await self._turn(source_id)
        except Exception:
            # A bug in one source's poll must not end that source for good, let alone the others.
            log.exception("poll failed", source_id=source_id)
            wait = AFTER_TROUBLE
        finally:
            self._running.discard(source_id)
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
