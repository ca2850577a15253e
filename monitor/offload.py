"""Work that is done elsewhere, so that no disk and no hostile page stalls the event loop."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import ParamSpec, TypeVar, TypeVarTuple

from monitor.core.errors import InputError, ParseError
from monitor.core.model import Page, Reading, Source, SourceId
from monitor.core.ports import Kind
from monitor.matching import Calibration, calibrate
from monitor.workers import WorkerDied, Workers, WorkTimeout

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

INLINE_BYTES = 16_384  # smaller pages are parsed on the spot: handing them to a process would take longer
PARSE_LIMIT = timedelta(seconds=3)  # with the quick try before it and the start of a process, five in all
MOST_WAITING = 32  # pages; each may be some megabytes
CALIBRATION_LIMIT = timedelta(seconds=15)
ANSWER_LIMIT = timedelta(seconds=60)  # for a batch of stored posts, a picture, a file
QUICK_LIMIT = timedelta(seconds=0.5)  # for pages that others wait behind


class StoreThread:
    """Runs the store's methods in the one thread it lives in, in order, so that no disk stalls the event loop."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def __call__(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(method, *args, **kwargs))

    def close(self) -> None:
        """Finish what was asked and end the thread."""
        self._thread.shutdown(wait=True)


class Backlog:
    """Counts pages in hand until they are recorded; while there are too many, `room` is cleared and none is fetched."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._waiting = 0
        self.room = asyncio.Event()
        self.room.set()

    def __enter__(self) -> None:
        self._change(1)

    def __exit__(self, *_: object) -> None:
        self._change(-1)

    def _change(self, by: int) -> None:
        self._waiting += by
        if self._waiting < self._most:
            self.room.set()
        else:
            self.room.clear()


class Parser:
    """Parses pages: small ones on the spot, larger ones in a process that can be killed.

    With workers for `slow` pages, one that takes longer than `QUICK_LIMIT` is begun again there and keeps nobody
    waiting; its source is sent there at once from then on, until its page is read quickly again.
    """

    def __init__(self, workers: Workers, slow: Workers | None = None, *, backlog: Backlog | None = None) -> None:
        self._workers = workers
        self._backlog = backlog or Backlog()
        self._slow = slow
        self._slow_ones: set[SourceId] = set()

    async def __call__(self, kind: Kind, source: Source, page: Page) -> Reading:
        """Return what the page says. Raises ParseError, also for a page that takes too long or too much memory."""
        if len(page.body) <= INLINE_BYTES:
            return kind.parse(source, page)
        try:
            with self._backlog:
                if self._slow is None:
                    return await self._workers.run(kind.parse, source, page, limit=PARSE_LIMIT)
                return await self._quickly(kind, source, page, slow=self._slow)
        except WorkTimeout as error:
            raise ParseError(f"its page took longer than {PARSE_LIMIT.seconds} s to read") from error
        except WorkerDied as error:
            raise ParseError("its page could not be read within the memory and time allowed") from error

    async def _quickly(self, kind: Kind, source: Source, page: Page, *, slow: Workers) -> Reading:
        if source.id not in self._slow_ones:
            with suppress(WorkTimeout):
                return await self._workers.run(kind.parse, source, page, limit=QUICK_LIMIT)
            self._slow_ones.add(source.id)
        reading, took = await slow.run(_timed, kind.parse, source, page, limit=PARSE_LIMIT)
        if took < QUICK_LIMIT.total_seconds() / 2:
            self._slow_ones.discard(source.id)
        return reading


def _timed(parse: Callable[[Source, Page], Reading], source: Source, page: Page) -> tuple[Reading, float]:
    """Return a reading and how many seconds it took."""
    began = time.monotonic()
    return parse(source, page), time.monotonic() - began


class Elsewhere:
    """Runs pure functions in another process, for people who wait for an answer."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    async def __call__(self, fn: Callable[[*Ts], T], *args: *Ts) -> T:
        """Return `fn(*args)`; all of it must be picklable. Raises InputError when it takes too long."""
        try:
            return await self._workers.run(fn, *args, limit=ANSWER_LIMIT)
        except (WorkTimeout, WorkerDied) as error:
            raise InputError("That could not be worked out in time: try again, or with fewer words.") from error


class Calibrator:
    """Finds out in another process how often a quote would have fired: it takes a second of computing."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    async def __call__(self, text: str) -> Calibration | None:
        """Return what tracking `text` means, or None when that takes too long."""
        try:
            return await self._workers.run(calibrate, text, limit=CALIBRATION_LIMIT)
        except (WorkTimeout, WorkerDied):
            return None
