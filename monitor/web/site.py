"""What all pages share: the database to read, the clock, who asks, and the page that comes of it."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request, Response
from jinja2 import Environment

from monitor.core.errors import MonitorError, StoreError
from monitor.core.people import UserId
from monitor.offload import StoreThread
from monitor.signing import Signing
from monitor.store import SqliteStore
from monitor.store.database import Database
from monitor.web.access import DATABASE, Visitor
from monitor.web.digest import Digests
from monitor.web.watching import Watching

P = ParamSpec("P")
T = TypeVar("T")

READ_LIMIT_MS = 2000  # of one page's questions to the database
FRESH, STALE = timedelta(seconds=25), timedelta(seconds=60)  # ages of a count: shown as it is; not shown any more
LATER = 0.2  # seconds after which what nobody waits for begins, when the page that asked is on its way
MOST_KEPT = 200  # answers remembered
MOST_EXPORTS = 3  # files of matches that are sent at once
HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-f:]+\](:\d+)?", re.ASCII | re.IGNORECASE)
VISITOR = "quote_monitor.visitor"  # where the guard leaves who asks


class TookTooLong(MonitorError):
    """A question to the database was stopped, or not begun because others keep it busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOptions:
    """What the pages need to know. `owners` may do everything; `public_url` is where people open the pages."""

    database: Path
    zone: ZoneInfo
    owners: frozenset[UserId] = frozenset()
    public: bool = False
    public_url: str | None = None

    @property
    def is_https(self) -> bool:
        return (self.public_url or "").startswith("https://")


class Site:
    """One running instance of the pages."""

    def __init__(
        self,
        options: SiteOptions,
        *,
        datasette: Datasette,
        store: SqliteStore,
        call: StoreThread,
        signing: Signing,
        now: Callable[[], datetime],
    ) -> None:
        self.options = options
        self.datasette = datasette
        self.store = store
        self.call = call  # runs what the store does in its own thread
        self.signing = signing
        self.now = now
        self.over = asyncio.Event()  # these pages end: their database was replaced by another
        self._file = _identity(options.database)
        self.used_links: dict[str, datetime] = {}  # number of a link: when it would have ended
        self.watching = Watching(self.read_patiently)
        self.digests = Digests(self.read_patiently, now)
        self._kept: dict[Hashable, tuple[datetime, Any]] = {}
        self._making: dict[Hashable, asyncio.Task[Any]] = {}
        self._templates: Environment | None = None
        self.exports = asyncio.Semaphore(MOST_EXPORTS)

    async def read(self, query: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the database, in one unchanging view of it. Raises TookTooLong, StoreError."""

        def look(connection: sqlite3.Connection) -> T:
            db = Database(connection, name=str(self.options.database))
            with sqlite_timelimit(connection, READ_LIMIT_MS), db.reading():
                return query(db, *args, **kwargs)

        return await self._run(look)

    def is_replaced(self) -> bool:
        """Return whether another file stands where the database was, as after `restore`: what is open is the old one.

        Once it is so, `over` is set: a verdict written now would be lost with the old file.
        """
        found = _identity(self.options.database)
        if found is not None and found != self._file:
            self.over.set()
        return self.over.is_set()

    async def read_patiently(
        self, query: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do the same for what is read beside the pages, and may take its time."""

        def look(connection: sqlite3.Connection) -> T:
            db = Database(connection, name=str(self.options.database))
            with db.reading():
                return query(db, *args, **kwargs)

        return await self._run(look)

    async def _run(self, look: Callable[[sqlite3.Connection], T]) -> T:
        try:
            found: T = await self.datasette.get_database(DATABASE).execute_fn(look)
        except StoreError as error:
            if getattr(error.__cause__, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                raise TookTooLong("This takes too long: ask for less, such as one quote or fewer days.") from error
            raise
        return found

    async def kept(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Return what `make` answers, remembered for a minute at most. Many who ask at once wait for one answer.

        In the second half of the minute a new answer is fetched while the old one is shown, so that few ever wait.
        """
        known = self._kept.get(key)
        age = abs(self.now() - known[0]) if known else STALE
        if age > FRESH and key not in self._making:
            later = LATER if known and age < STALE else 0
            self._making[key] = asyncio.ensure_future(self._make(key, make, later))
        if known is None or age >= STALE:
            await asyncio.shield(self._making[key])
        value: T = self._kept[key][1]
        return value

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[object]], later: float) -> None:
        try:
            await asyncio.sleep(later)
            now = self.now()
            self._kept[key] = (now, await make())
            while len(self._kept) > MOST_KEPT:
                del self._kept[min(self._kept, key=lambda one: self._kept[one][0])]
        finally:
            del self._making[key]

    def pages(self, request: Request) -> str | None:
        """Return where the pages are, as far as this can be known."""
        if self.options.public_url:
            return self.options.public_url.rstrip("/")
        return f"http://{request.host}" if HOST.fullmatch(request.host or "") else None

    async def close(self) -> None:
        """Stop what is read beside the pages."""
        tasks = [*self._making.values(), *self.digests.reading, *self.watching.reading]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def page(self, template: str, request: Request, *, status: int = 200, **context: object) -> Response:
        """Return a page made of a template."""
        shared = {"visitor": visitor_of(request), "here": request.path, "now": self.now(), "site": self}
        html = self.render(template, **shared, csrftoken=request.scope["csrftoken"], **context)
        return Response.html(html, status=status)

    def render(self, template: str, **context: object) -> str:
        """Return a template filled in. Ours wait for nothing, so they need not be compiled as if they did."""
        if self._templates is None:  # Datasette's is complete only when it has started
            self._templates = self.datasette.jinja_env.overlay(enable_async=False)
        return self._templates.get_template(template).render(context)


def visitor_of(request: Request) -> Visitor:
    """Return who asks."""
    found = request.scope.get(VISITOR, Visitor())
    assert isinstance(found, Visitor)
    return found


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of its name; None: there is none just now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
