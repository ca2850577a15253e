"""The life of the process: what runs beside what, from the start to a clean end."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from monitor import heartbeat
from monitor.bot import source_texts
from monitor.bot.delivery import Delivery
from monitor.care.prune import Policy, plans
from monitor.core import cadence
from monitor.core.errors import NetworkDown, StoreError
from monitor.core.model import Poll, PollOutcome, Post, Recorded, Source, SourceId
from monitor.metrics import Metrics
from monitor.offload import StoreThread
from monitor.pipeline import Flow, ingest, poll
from monitor.rechecks import Rechecks
from monitor.schedule import AFTER_TROUBLE, Schedule
from monitor.settings import Settings
from monitor.silence import Silences
from monitor.store import SqliteStore
from monitor.streams import Streams
from monitor.troubles import Troubles

log = structlog.get_logger()

FIRST_LOOKS = timedelta(seconds=30)  # sources that are due at the start are spread over at most this long
CHANGES_EVERY = timedelta(seconds=5)  # how soon a change by another process is noticed at the latest
POLLS_KEPT = timedelta(days=30)  # of the record of looks; posts, matches and alerts are kept
BETWEEN_BATCHES = 0.2  # seconds, while much is forgotten
HEARD_AGAIN = (1.0, 5.0, 30.0)  # seconds between tries to record what came by itself
SILENCES_EVERY = timedelta(minutes=30)  # how soon it is noticed that a source says less than it used to
LONGEST_PLAN = timedelta(days=1)  # a look planned further ahead was planned by a clock that was wrong


def now() -> datetime:
    """Return the time, aware and UTC."""
    return datetime.now(UTC)


class Bot(Protocol):
    """What runs beside the polls and speaks to people."""

    async def start(self) -> None:
        """Begin; returns at once."""

    async def stop(self) -> None:
        """End, and wait until it has."""

    async def tell_owners(self, made: Callable[[], str]) -> None:
        """Tell the owners what `made` returns in the language of each; who cannot be told is only logged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What looking at every source once came to."""

    polls: tuple[Poll, ...]
    recorded: Recorded


class Monitor:
    """The whole program, assembled and not yet started."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: SqliteStore,
        call: StoreThread,
        flow: Flow,
        streams: Streams,
        delivery: Delivery | None,
        bot: Bot | None,
        metrics: Metrics,
        rechecks: Rechecks | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.call = call
        self._flow = flow
        self._streams = streams
        self._delivery = delivery
        self._bot = bot
        self._metrics = metrics
        self._rechecks = rechecks
        self._schedule = Schedule(self._turn, beat=self._beat)
        self._known: frozenset[SourceId] = frozenset()
        self._notices: set[asyncio.Task[None]] = set()
        self._troubles = Troubles(self._notify, zone=settings.display.time_zone, began=now())
        self.on_poll: Callable[[Poll], None] = lambda _: None

    async def run(self, stop: asyncio.Event) -> None:
        """Poll, record and deliver until `stop` is set, then end cleanly: nothing half-written, unsent alerts kept."""
        await self.follow_sources()
        self._flow.watchlist.on_change = self.follow_sources
        tasks = [
            asyncio.create_task(self._notice_changes(), name="changes"),
            asyncio.create_task(self._notice_silences(), name="silences"),
        ]
        if self._rechecks:
            tasks.append(asyncio.create_task(self._rechecks.run(), name="rechecks"))
        endless = tuple(tasks)
        if self._delivery:
            tasks.append(asyncio.create_task(self._delivery.run(stop), name="delivery"))
        try:
            if self._bot:
                await self._bot.start()
            self._schedule.start()
            log.info("monitor started", sources=len(self._known), database=str(self.settings.database.path))
            await _until(stop, tasks)
        finally:
            stop.set()
            log.info("monitor stopping")
            await self._schedule.stop()
            await self._streams.stop()
            for task in endless:
                task.cancel()
            await asyncio.gather(*tasks, *self._notices, return_exceptions=True)
            if self._bot:
                await self._bot.stop()
            heartbeat.stop(self.settings.database.path)
            log.info("monitor stopped")

    async def once(self) -> Round:
        """Look at every active source that can be polled once, deliver what is due, and return what it came to."""
        sources = [source for source in await self.call(self.store.active_sources) if source.kind in self._flow.kinds]
        looks = await asyncio.gather(*(self._look(source) for source in sources), return_exceptions=True)
        polls: list[Poll] = []
        total = Recorded()
        for source, look in zip(sources, looks, strict=True):
            if isinstance(look, NetworkDown):
                polls.append(_not_looked(source, look, at=now()))
            elif isinstance(look, BaseException):
                raise look
            else:
                polls.append(replace(look[0], page=None))  # thousands of pages need not be kept
                total += look[1]
        if self._rechecks:
            with suppress(NetworkDown):
                await self._rechecks.round()
        if self._delivery:
            await self._delivery.drain()
        return Round(polls=tuple(polls), recorded=total)

    async def follow_sources(self) -> None:
        """Take up sources that were added or resumed, leave those paused or removed. Raises StoreError."""
        sources = {source.id: source for source in await self.call(self.store.active_sources)}
        for source_id in self._known - sources.keys():
            self._schedule.remove(source_id)
            self._streams.remove(source_id)
        for source_id in sources.keys() - self._known:
            source = sources[source_id]
            if source.kind in self._flow.kinds:
                self._schedule.add(source_id, wait=_first_wait(source, among=len(sources), at=now()))
            else:
                self._streams.add(source)
        self._known = frozenset(sources)

    async def heard(self, source: Source, post: Post) -> None:
        """Take a post that came by itself; while it cannot be recorded, try again for a while."""
        for wait in (*HEARD_AGAIN, None):
            try:
                recorded = await ingest(source, [post], flow=self._flow)
            except StoreError as error:
                log.error("a post cannot be recorded", source=source.name, error=str(error), again=wait is not None)
                if wait is None:
                    raise
                await asyncio.sleep(wait)
            else:
                if recorded.alerts and self._delivery:
                    self._delivery.wake()
                return

    def after_stream(self, found: Poll, recorded: Recorded) -> None:
        """Take note of what a stream brought."""
        self._metrics.polled(found, recorded)
        if recorded.alerts and self._delivery:
            self._delivery.wake()

    async def _turn(self, source_id: SourceId) -> timedelta | None:
        """Look at one source, for the schedule: return when to look again."""
        source = await self.call(self.store.source, source_id)
        if source is None or source_id not in self._known:
            return None
        try:
            found, _ = await self._look(source)
            if found.outcome in (PollOutcome.OK, PollOutcome.UNCHANGED):
                await self._answered(found)
        except StoreError as error:
            self._troubles.unrecordable(error)
            return AFTER_TROUBLE
        except NetworkDown as error:
            self._troubles.outage(error, at=now())
            return self._usual_wait(source)
        self._troubles.recordable()
        self._troubles.looked(source, found)
        self.on_poll(found)
        if found.outcome is PollOutcome.GONE:
            self._known -= {source_id}  # so that it is taken up again when a person resumes it
            return None
        return max(timedelta(), found.next_poll_at - found.finished_at)  # the clock may be set meanwhile

    async def _look(self, source: Source) -> tuple[Poll, Recorded]:
        found, recorded = await poll(source, flow=self._flow)
        self._metrics.polled(found, recorded)
        if recorded.alerts and self._delivery:
            self._delivery.wake()
        return found, recorded

    async def _answered(self, found: Poll) -> None:
        """Take note that a source was read; after an outage, look soon at those that seemed to fail when it began.

        Those that were asked during it kept their interval, and their places in it: no stampede follows.
        """
        began = self._troubles.answered(found.finished_at)
        if began is None:
            return
        for source in await self.call(self.store.active_sources):
            if source.failures and source.last_polled_at and source.last_polled_at >= began:
                self._schedule.hasten(source.id, wait=self._usual_interval(source) * random.random())  # noqa: S311

    def _usual_interval(self, source: Source) -> timedelta:
        return source.every or source.interval or self.settings.polling.shortest

    def _usual_wait(self, source: Source) -> timedelta:
        """Return how long to wait without a network: an interval at most, so that all are read soon after."""
        wait = self._usual_interval(source) / (1 + cadence.SMEAR)
        return cadence.smeared(wait, chance=random.random())  # noqa: S311 - not a secret

    def _notify(self, made: Callable[[], str]) -> None:
        """Tell the owners beside everything else."""
        if self._bot:
            notice = asyncio.create_task(self._bot.tell_owners(made), name="notice")
            self._notices.add(notice)
            notice.add_done_callback(self._notices.discard)

    async def _notice_changes(self) -> None:
        """Take over what other processes change, and once a day forget looks that are long past."""
        tidied = datetime.min.replace(tzinfo=UTC)
        while True:
            await asyncio.sleep(CHANGES_EVERY.total_seconds())
            try:
                await self._flow.watchlist.refresh()
                if now() - tidied > timedelta(days=1):
                    await self._tidy(now())
                    tidied = now()
            except StoreError as error:
                log.error("changes cannot be read", error=str(error))

    async def _notice_silences(self) -> None:
        """Tell the owners which sources fell silent although they answer, and which speak again."""
        ran_until = (await self.call(self.store.status, now())).last_poll_at
        silences = Silences(lambda at: self.call(self.store.source_reports, at), ran_until=ran_until)
        while True:
            await asyncio.sleep(SILENCES_EVERY.total_seconds())
            try:
                turn = await silences.look(now())
            except StoreError as error:
                log.error("silences cannot be read", error=str(error))
                continue
            if turn.fell_silent:
                log.warning("sources fell silent", sources=[report.source.name for report in turn.fell_silent])
                self._notify(partial(source_texts.silent, turn.fell_silent))
            if turn.speak_again:
                self._notify(partial(source_texts.speaking_again, turn.speak_again))

    async def _tidy(self, at: datetime) -> None:
        """Forget looks that are long past, and the posts that nobody wants kept, a few at a time. Raises StoreError."""
        await self.call(self.store.prune_polls, at - POLLS_KEPT)
        wanted = self.settings.retention
        policy = Policy(days=wanted.days or None, megabytes=wanted.megabytes or None)
        for kept in await self.call(plans, self.store, policy, at):
            forgotten = 0
            while some := (await self.call(self.store.forget_some, kept, at))[0]:
                forgotten += some
                await asyncio.sleep(BETWEEN_BATCHES)
            if forgotten:
                log.info("posts without a match forgotten", source=kept.name, posts=forgotten)

    def _beat(self) -> None:
        try:
            heartbeat.beat(self.settings.database.path, now=now())
        except OSError as error:
            log.error("no sign of life can be written", error=str(error))


def _first_wait(source: Source, *, among: int, at: datetime) -> timedelta:
    """Return when to look at a source first: where it left off; those that are due, a little spread."""
    planned = source.next_poll_at - at if source.next_poll_at else timedelta()
    if planned > timedelta():
        return min(planned, max(LONGEST_PLAN, source.every or LONGEST_PLAN))
    return min(FIRST_LOOKS, among * timedelta(milliseconds=100)) * random.random()  # noqa: S311 - not a secret


def _not_looked(source: Source, error: NetworkDown, *, at: datetime) -> Poll:
    """Return what a look that did not come about counts as; it is nobody's failure, so it is not recorded."""
    return Poll(
        source=source, started_at=at, finished_at=at, outcome=PollOutcome.FAILED, next_poll_at=at, error=str(error)
    )


async def _until(stop: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait for `stop`, or for a task to end by itself, which only a bug does: let that be seen."""
    waiting = asyncio.create_task(_happened(stop), name="stop")
    done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not stop.is_set():
        for task in done:
            task.result()


async def _happened(event: asyncio.Event) -> None:
    await event.wait()
