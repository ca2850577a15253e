"""One connection to a stream: read, gather, compare, record; from its opening to its loss or its end.

Two tasks share an intake. One reads messages into it and waits while it is full, so that a stream that is
faster than the comparison is slowed down by its own connection and nothing is dropped. The other takes windows
from it: up to a second or some hundreds of posts, compared together and recorded in one transaction with the
cursor. So a post that is neither recorded nor compared is always beyond the recorded cursor, and comes again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from monitor.core.errors import FetchError, ParseError
from monitor.core.model import (
    Arrival,
    Event,
    Finding,
    Keep,
    Match,
    Poll,
    PollOutcome,
    Post,
    Quiet,
    Recorded,
    Source,
    Tier,
)
from monitor.core.ports import Store, StreamKind
from monitor.intake import Intake, StreamLimits, Window, ended, messages_of, rounds
from monitor.watchlist import StoreCall

log = structlog.get_logger()

BREATH = 64  # messages read between two breaths of the event loop
NO_MESSAGES: Mapping[str, bytes] = {}
MOST_DELETIONS = 5_000  # that wait to be recorded with the next window


class Connection(Protocol):
    """An open connection to a stream."""

    async def receive(self) -> bytes:
        """Return the next message. Raises FetchError once the connection is lost."""

    async def close(self) -> None:
        """Close it, lost or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What every connection needs."""

    store: Store
    call: StoreCall
    find: Callable[[Sequence[Post]], Awaitable[list[Match]]]
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    limits: StreamLimits
    on_record: Callable[[Poll, Recorded], None]


class Session:
    """One connection, read until it is lost or `finish` is called."""

    def __init__(
        self, source: Source, connection: Connection, *, kind: StreamKind, tools: Tools, is_resumed: bool
    ) -> None:
        self.is_proven = False  # it brought something, and that is recorded
        self._source = source
        self._connection = connection
        self._kind = kind
        self._read_message = kind.reader(source)
        self._tools = tools
        self._is_resumed = is_resumed
        self._intake = Intake(tools.limits, tools.sleep)
        self._messages = 0
        self._lost: FetchError | None = None
        self._reading: asyncio.Task[None] | None = None
        self._newest = int(source.cursor) if source.cursor and source.cursor.isdecimal() else 0
        # What was said since the cursor is said again: nobody was blind meanwhile, unless it proves to be gone.
        self.since = _time(self._newest, tools.now()) if is_resumed and self._newest else tools.now()
        self._recorded_at = tools.monotonic()
        self._seen = self._skipped = 0
        self._deleted: dict[str, None] = {}

    async def run(self) -> None:
        """Read and record until `finish`. Raises FetchError when the connection is lost, StoreError.

        Either way all that was read before is recorded, but for a StoreError: then it is read again.
        """
        reading = self._reading = asyncio.create_task(self._read(), name=f"read {self._source.name}")
        watching = asyncio.create_task(self._watch(), name=f"watch {self._source.name}")
        try:
            while (window := await self._intake.window()) is not None:
                await self._take(window)
            if self._seen or self._skipped or self._deleted:
                await self._record()
        finally:
            await ended(reading, watching)
            await self._connection.close()
        if reading.done() and not reading.cancelled():
            reading.result()
        if self._lost is not None:
            raise self._lost

    def finish(self) -> None:
        """Read no more: `run` returns once what was read is recorded."""
        if self._reading is not None:
            self._reading.cancel()
        self._intake.end()

    async def _read(self) -> None:
        try:
            while True:
                message = await self._connection.receive()
                self._messages += 1
                if self._messages % BREATH == 0:
                    await asyncio.sleep(0)
                try:
                    event = self._read_message(message)
                except ParseError:
                    self._intake.skip()
                    continue
                if event is None:
                    continue
                self._intake.add(replace(event, raw=_bytes(message)) if event.post is not None else event)
                if self._intake.is_full:
                    await self._intake.room()
        except FetchError as error:
            self._lost = self._lost or error
        finally:
            self._intake.end()

    async def _watch(self) -> None:
        """Give up a stream that is open and says nothing; one that may be silent is recorded as listened to."""
        while self._kind.FALLS_SILENT:
            await self._tools.sleep(self._tools.limits.record_every.total_seconds())
            self._intake.wake()
        silence = self._tools.limits.silence
        while True:
            before = self._messages
            await self._tools.sleep(silence.total_seconds())
            if self._messages == before and not self._intake.is_full:
                self._lost = FetchError(f"said nothing for {silence.total_seconds():g} s")
                self.finish()
                return

    async def _take(self, window: Window) -> None:
        """Compare a window, and record it when there is something to record, or it is time."""
        self._skipped += window.skipped
        is_silence = not window.events and self._is_good_silence
        if not self.is_proven and (window.events or is_silence):
            await self._tell_gap(min((event.time_us for event in window.events), default=0))
        if is_silence:
            await self._record()
        for events in rounds(window.events):
            arrivals, findings = await self._found(events)
            self._seen += len(events)
            self._newest = max(self._newest, *(event.time_us for event in events))
            for event in events:
                if event.deleted is not None:
                    self._deleted[event.deleted] = None
                elif event.post is not None:
                    self._deleted.pop(event.post.guid, None)
            if arrivals or self._is_time:
                await self._record(arrivals, findings, messages=messages_of(events, findings))

    @property
    def _is_time(self) -> bool:
        return not self.is_proven or self._has_waited or len(self._deleted) >= MOST_DELETIONS

    @property
    def _is_good_silence(self) -> bool:
        """Whether having heard nothing says that nothing was said; a first word that cannot be read proves nothing."""
        return self._kind.FALLS_SILENT and self._has_waited and (self.is_proven or not self._skipped)

    @property
    def _has_waited(self) -> bool:
        return self._tools.monotonic() - self._recorded_at >= self._tools.limits.record_every.total_seconds()

    async def _found(self, events: Sequence[Event]) -> tuple[list[Arrival], list[Finding]]:
        """Return what of some events is to be recorded. Repeats of what is recorded are not."""
        posts = [event.post for event in events if event.post is not None]
        matches = await self._tools.find(posts) if posts else []
        matched = {match.post.guid for match in matches}
        if self._source.keep is Keep.MATCHED:
            edited = {event.post.guid for event in events if event.post is not None and event.is_edit}
            posts = [post for post in posts if post.guid in matched or post.guid in edited]
        if not posts:
            return [], []
        unseen = await self._tools.call(self._tools.store.unseen, self._source, posts)
        arrivals = [
            arrival
            for arrival in unseen
            if self._source.keep is Keep.ALL or arrival.edits is not None or arrival.post.guid in matched
        ]
        new = {arrival.post.guid for arrival in arrivals}
        return arrivals, [_finding(match) for match in matches if match.post.guid in new]

    async def _record(
        self,
        arrivals: Sequence[Arrival] = (),
        findings: Sequence[Finding] = (),
        messages: Mapping[str, bytes] = NO_MESSAGES,
    ) -> None:
        now = self._tools.now()
        poll = Poll(
            source=self._source,
            started_at=self.since,
            finished_at=now,
            outcome=PollOutcome.OK,
            next_poll_at=now + self._tools.limits.record_every,
            cursor=str(min(self._newest, microseconds(now))) if self._newest else None,
            deleted=tuple(self._deleted),
            seen=self._seen + self._skipped,
            skipped=self._skipped,
            messages=messages,
        )
        recorded = await self._tools.call(self._tools.store.record, poll, arrivals, findings)
        if not self.is_proven and self._source.failures:
            log.info("stream is back", source=self._source.name, failures=self._source.failures)
        self.is_proven = True
        self.since = now
        self._recorded_at = self._tools.monotonic()
        self._seen = self._skipped = 0
        self._deleted.clear()
        _tell(self._source, recorded)
        self._tools.on_record(poll, recorded)

    async def _tell_gap(self, oldest: int) -> None:
        """Record, as a poll that failed, the time of which nothing will be said any more, when it is too long.

        Of a stream that repeats it is between the cursor and what came first, else since it was last listened to.
        """
        now = self._tools.now()
        if self._kind.REPEATS:
            start, end = _time(self._newest, now) if self._newest else now, _time(oldest, now)
            harmless = self._tools.limits.gap if self._is_resumed else timedelta()
        else:
            start, end = self._source.last_success_at or self.since, self.since
            harmless = timedelta()
        gap = end - start
        if gap <= harmless:
            return
        error = f"what it said in {_length(gap)} is no longer to be had"
        log.warning("stream has a gap", source=self._source.name, since=start.isoformat(), error=error)
        poll = Poll(
            source=self._source,
            started_at=start,
            finished_at=end,
            outcome=PollOutcome.FAILED,
            next_poll_at=now,
            error=error,
        )
        self._tools.on_record(poll, await self._tools.call(self._tools.store.record, poll))
        self.since = end


def microseconds(time: datetime) -> int:
    """Return a time as microseconds since 1970."""
    return int(time.timestamp() * 1_000_000)


def _time(time_us: int, now: datetime) -> datetime:
    """Return a time of the stream's clock, `now` when it lies ahead."""
    return datetime.fromtimestamp(min(time_us, microseconds(now)) / 1e6, UTC)


def _bytes(message: bytes | str) -> bytes:
    return message.encode("utf-8", "replace") if isinstance(message, str) else message


def _finding(match: Match) -> Finding:
    return Finding(match=match, quiet=None if match.tier is Tier.ALERT else Quiet.SUGGESTED)


def _tell(source: Source, recorded: Recorded) -> None:
    if recorded.posts or recorded.edits or recorded.matches:
        log.info("stream read", source=source.name, **asdict(recorded))


def _length(gap: timedelta) -> str:
    minutes = gap.total_seconds() / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"
