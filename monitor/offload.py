"""Work that is done elsewhere, so that no disk and no hostile page stalls the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from monitor.core.errors import ParseError
from monitor.core.model import Page, Reading, Source
from monitor.core.ports import Kind
from monitor.workers import WorkerDied, Workers, WorkTimeout

P = ParamSpec("P")
T = TypeVar("T")

INLINE_BYTES = 16_384  # smaller pages are parsed on the spot: handing them to a process would take longer
PARSE_LIMIT = timedelta(seconds=5)


class StoreThread:
    """Runs the store's methods in the one thread it lives in, in order, so that no disk stalls the event loop."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def __call__(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(method, *args, **kwargs))

    def close(self) -> None:
        """Finish what was asked and end the thread."""
        self._thread.shutdown(wait=True)


class Parser:
    """Parses pages: small ones on the spot, larger ones in a process that can be killed."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    async def __call__(self, kind: Kind, source: Source, page: Page) -> Reading:
        """Return what the page says. Raises ParseError, also for a page that takes too long or too much memory."""
        if len(page.body) <= INLINE_BYTES:
            return kind.parse(source, page)
        try:
            return await self._workers.run(kind.parse, source, page, limit=PARSE_LIMIT)
        except WorkTimeout as error:
            raise ParseError(f"its page took longer than {PARSE_LIMIT.seconds} s to read") from error
        except WorkerDied as error:
            raise ParseError("its page could not be read within the memory and time allowed") from error
