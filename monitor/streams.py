"""Streams beside the polled sources: each is connected to, and connected to again when it is lost.

What a connection does with what it reads is in `monitor/streaming.py`. Here is what happens between two
connections: a wait that doubles, a row in the store that says from when to when a stream was lost, one line
in the log when it is lost and one when it is back. A new connection reads on from the recorded cursor.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import structlog

from monitor.core import cadence
from monitor.core.errors import SourceError, StoreError
from monitor.core.model import (
    Match,
    Poll,
    PollOutcome,
    Post,
    Recorded,
    Request,
    Source,
    SourceId,
    SourceKind,
    SourceState,
)
from monitor.core.ports import Store, StreamKind
from monitor.fetch.websocket import HandshakeRefused, MessageTooLarge
from monitor.intake import StreamLimits, first_of
from monitor.streaming import Connection, Session, Tools
from monitor.watchlist import StoreCall

log = structlog.get_logger()

AFTER_TROUBLE = timedelta(minutes=1)  # after a bug or a full disk
GRACE = timedelta(seconds=4)  # for the windows under way at the end; a container is killed after ten
HOPELESS = 3  # times that reading on from one place is refused; then the stream is read from now on


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _nobody(poll: Poll, recorded: Recorded) -> None:
    del poll, recorded


@dataclass(slots=True)
class _Stream:
    """One stream under supervision."""

    ending: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None
    session: Session | None = None
    refused_from: str | None = None  # the cursor that led nowhere the last time
    refusals: int = 0  # in a row, from there

    def end(self) -> None:
        """Let it come to its end: an open connection records what it read, anything else stops at once."""
        self.ending.set()
        if self.session is not None:
            self.session.finish()
        elif self.task is not None:
            self.task.cancel()


class Streams:
    """Keeps the given streams connected, until stopped. `connect` opens what is asked for and raises FetchError.

    `find` compares posts with the tracked quotes; `on_record` is told of every poll that was recorded. `sleep`
    takes seconds, as `monotonic` gives them; `chance` is in [0, 1).
    """

    def __init__(
        self,
        store: Store,
        call: StoreCall,
        connect: Callable[[Request], Awaitable[Connection]],
        find: Callable[[Sequence[Post]], Awaitable[list[Match]]],
        *,
        kinds: Mapping[SourceKind, StreamKind],
        now: Callable[[], datetime] = _utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        limits: StreamLimits | None = None,
        on_record: Callable[[Poll, Recorded], None] = _nobody,
    ) -> None:
        self._tools = Tools(
            store=store,
            call=call,
            find=find,
            now=now,
            monotonic=monotonic,
            sleep=sleep,
            limits=limits or StreamLimits(),
            on_record=on_record,
        )
        self._connect = connect
        self._kinds = kinds
        self._chance = chance
        self._streams: dict[SourceId, _Stream] = {}
        self._leaving: dict[asyncio.Task[None], SourceId] = {}

    def start(self, sources: Iterable[Source]) -> None:
        """Begin with those of the sources that are streams; returns at once."""
        for source in sources:
            self.add(source)

    def add(self, source: Source) -> None:
        """Read a source from now on; one that is read already, or is no stream, changes nothing."""
        if source.kind not in self._kinds or source.id in self._streams:
            return
        stream = self._streams[source.id] = _Stream()
        before = [task for task, leaving in self._leaving.items() if leaving == source.id]
        stream.task = asyncio.create_task(self._keep(source.id, stream, before), name=f"stream {source.name}")
        stream.task.add_done_callback(lambda task: self._leaving.pop(task, None))

    def remove(self, source_id: SourceId) -> None:
        """Read a source no more; what was read is still recorded."""
        stream = self._streams.pop(source_id, None)
        if stream is not None:
            if stream.task is not None and not stream.task.done():
                self._leaving[stream.task] = source_id
            stream.end()

    async def stop(self) -> None:
        """End all: windows under way are compared and recorded, within a few seconds; what is not comes again."""
        for source_id in tuple(self._streams):
            self.remove(source_id)
        leaving = tuple(self._leaving)
        if leaving:
            _, late = await asyncio.wait(leaving, timeout=GRACE.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*leaving, return_exceptions=True)

    @property
    def sources(self) -> frozenset[SourceId]:
        """The sources that are read, those being connected to included."""
        return frozenset(self._streams)

    async def _keep(self, source_id: SourceId, stream: _Stream, before: Sequence["asyncio.Task[None]"]) -> None:
        if before:
            await asyncio.wait(before)
        while not stream.ending.is_set():
            try:
                wait = await self._connected(source_id, stream)
            except StoreError as error:
                log.error("nothing can be recorded", error=str(error), again_in_seconds=AFTER_TROUBLE.seconds)
                wait = AFTER_TROUBLE
            except Exception:
                # A bug in one stream must not end that stream for good, let alone the others.
                log.exception("stream failed", source_id=source_id)
                wait = AFTER_TROUBLE
            if wait is None:
                break
            await first_of(self._tools.sleep(wait.total_seconds()), stream.ending.wait())
        if self._streams.get(source_id) is stream:
            del self._streams[source_id]

    async def _connected(self, source_id: SourceId, stream: _Stream) -> timedelta | None:
        """Read a source for as long as one connection lasts; return how long to wait, or None when it is to end."""
        source = await self._tools.call(self._tools.store.source, source_id)
        if source is None or source.state is not SourceState.ACTIVE:
            return None
        kind = self._kinds[source.kind]
        is_resumed = stream.refusals < HOPELESS
        failures, since = source.failures, self._tools.now()
        try:
            connection = await self._connect(kind.request(source if is_resumed else replace(source, cursor=None)))
            stream.session = Session(source, connection, kind=kind, tools=self._tools, is_resumed=is_resumed)
            try:
                await stream.session.run()
            finally:
                if stream.session.is_proven:
                    failures, since = 0, stream.session.since
                stream.session = None
        except SourceError as error:
            _count(stream, source, error)
            return await self._lost(source, error, failures=failures + 1, since=since)
        return None

    async def _lost(self, source: Source, error: SourceError, *, failures: int, since: datetime) -> timedelta:
        """Record and tell that a stream is lost; return how long to leave it alone."""
        limits = self._tools.limits
        wait = cadence.backoff_after(
            error,
            failures=failures,
            interval=limits.shortest_wait,
            limits=cadence.Limits(longest_backoff=limits.longest_wait),
        )
        wait = cadence.smeared(wait, chance=self._chance())
        now = self._tools.now()
        poll = Poll(
            source=source,
            started_at=min(since, now),
            finished_at=now,
            outcome=PollOutcome.FAILED,
            next_poll_at=now + wait,
            error=str(error),
        )
        level = log.warning if failures == 1 else log.debug  # a failure that goes on is repeated quietly
        level("stream lost", source=source.name, error=str(error), again_in_seconds=round(wait.total_seconds(), 1))
        self._tools.on_record(poll, await self._tools.call(self._tools.store.record, poll))
        return wait


def _count(stream: _Stream, source: Source, error: SourceError) -> None:
    """Count how often in a row reading on from one place is refused, or ends at one message that cannot be read."""
    if not isinstance(error, (HandshakeRefused, MessageTooLarge)) or source.cursor is None:
        stream.refusals = 0
    else:
        stream.refusals = stream.refusals + 1 if stream.refused_from == source.cursor else 1
    stream.refused_from = source.cursor
