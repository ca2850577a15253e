"""What is between reading a stream and comparing it: bounded in number and in size, handed over in windows.

The one who reads asks `is_full` and waits for `room`; the one who compares waits for a `window`. So neither
runs ahead of the other, and a posts' rush costs no more memory than its limits say.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.core.model import Event, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLimits:
    """Bounds of every stream."""

    window: timedelta = timedelta(seconds=1)  # gathered before it is compared
    posts: int = 500  # of a window; twice as many events are read ahead
    characters: int = 500_000  # of a window
    record_every: timedelta = timedelta(minutes=1)  # at least; and with every match
    silence: timedelta = timedelta(minutes=1)  # after which a stream counts as lost
    gap: timedelta = timedelta(minutes=1)  # longer between the cursor and what came first: something was missed
    shortest_wait: timedelta = timedelta(seconds=1)  # before a lost stream is connected to again
    longest_wait: timedelta = timedelta(minutes=5)


@dataclass(slots=True)
class Window:
    """What was read since the last one."""

    events: list[Event] = field(default_factory=list)
    skipped: int = 0  # messages that could not be read


class Intake:
    """What was read and not yet compared. Bounded by those who ask `is_full` and wait for `room`."""

    def __init__(self, limits: StreamLimits, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._limits = limits
        self._sleep = sleep
        self._events: list[Event] = []
        self._characters = 0
        self._skipped = 0
        self._is_ended = False
        self._some, self._enough, self._room = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @property
    def is_full(self) -> bool:
        return len(self._events) >= 2 * self._limits.posts or self._characters >= 2 * self._limits.characters

    def add(self, event: Event) -> None:
        """Take in an event."""
        self._events.append(event)
        self._characters += _size(event)
        self._some.set()
        if self._is_enough:
            self._enough.set()

    def skip(self) -> None:
        """Count a message that could not be read."""
        self._skipped += 1
        self._some.set()

    def wake(self) -> None:
        """Let the next window come although nothing was read."""
        self._some.set()

    async def room(self) -> None:
        """Wait until it is no longer full."""
        while self.is_full:
            self._room.clear()
            await self._room.wait()

    def end(self) -> None:
        """Nothing more comes: what is there is taken without waiting."""
        self._is_ended = True
        self._some.set()
        self._enough.set()

    async def window(self) -> Window | None:
        """Return the next window, in the order of reading, or None when all was taken and nothing more comes."""
        await self._some.wait()
        if not self._enough.is_set():
            await first_of(self._enough.wait(), self._sleep(self._limits.window.total_seconds()))
        taken = Window(skipped=self._skipped)
        self._skipped = 0
        characters = 0
        for event in self._events[: self._limits.posts]:
            taken.events.append(event)
            characters += _size(event)
            if characters >= self._limits.characters:
                break
        del self._events[: len(taken.events)]
        self._characters -= characters
        self._room.set()
        if not self._is_ended:
            if not self._events:
                self._some.clear()
            if not self._is_enough:
                self._enough.clear()
        return taken if taken.events or taken.skipped or not self._is_ended else None

    @property
    def _is_enough(self) -> bool:
        return len(self._events) >= self._limits.posts or self._characters >= self._limits.characters


def rounds(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield events such that no post is in one round in two wordings; a post that comes twice comes once."""
    current: list[Event] = []
    wordings: dict[str, str] = {}
    for event in events:
        post = event.post
        if post is not None:
            wording = wordings.get(post.guid)
            if wording == post.text:
                post = None
            elif wording is not None:
                yield current
                current, wordings = [], {}
        if post is not None:
            wordings[post.guid] = post.text
            current.append(event)
        else:
            current.append(event if event.post is None else Event(time_us=event.time_us))
    if current:
        yield current


def messages_of(events: Iterable[Event], findings: Iterable[Finding]) -> dict[str, bytes]:
    """Return the messages of the posts in which a quote was found, as they came, by guid."""
    matched = {finding.match.post.guid for finding in findings}
    return {event.post.guid: event.raw for event in events if event.post and event.raw and event.post.guid in matched}


async def first_of(*waits: Awaitable[object]) -> None:
    """Wait until the first of some is done, and end the others."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await ended(*tasks)


async def ended(*tasks: "asyncio.Future[object] | asyncio.Task[None]") -> None:
    """Cancel tasks and wait until they have ended; what they raised stays with them."""
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)


def _size(event: Event) -> int:
    return len(event.post.text) if event.post is not None else 1
