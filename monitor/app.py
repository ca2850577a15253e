"""The composition root: the only module that names every concrete class, and the life of the process.

`assembled` builds a Monitor from settings; `Monitor.run` polls, matches, records and delivers until told to
stop, `Monitor.once` does it a single time. What each part does is in its own module.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

import structlog

from monitor import __version__, heartbeat
from monitor.bot.client import TelegramBot, TelegramOptions
from monitor.bot.delivery import Delivery
from monitor.bot.notify import TelegramNotify
from monitor.bot.roles import Access
from monitor.core.cadence import Limits
from monitor.core.errors import ParseError, SettingsError, StoreError
from monitor.core.model import Page, Poll, PollOutcome, Reading, Recorded, Source, SourceId
from monitor.core.ports import Kind, Notify
from monitor.desk import StoreDesk
from monitor.fetch import FetchOptions, HttpFetch
from monitor.matching import Matcher
from monitor.metrics import CountedNotify, Metrics, NoMetrics, PrometheusMetrics
from monitor.pipeline import Flow, poll
from monitor.schedule import AFTER_TROUBLE, Schedule
from monitor.settings import Configuration, Settings
from monitor.sources import KINDS
from monitor.store import InstanceLock, SqliteStore, open_store
from monitor.watchlist import Watchlist
from monitor.workers import WorkerDied, Workers, WorkTimeout

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")

INLINE_BYTES = 16_384  # smaller pages are parsed on the spot: handing them to a process would take longer
PARSE_LIMIT = timedelta(seconds=5)
FIRST_LOOKS = timedelta(seconds=30)  # sources that are due at the start are spread over at most this long


def now() -> datetime:
    """Return the time, aware and UTC."""
    return datetime.now(UTC)


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


class Service(Protocol):
    """Something that runs beside the polls: the bot."""

    async def start(self) -> None:
        """Begin; returns at once."""

    async def stop(self) -> None:
        """End, and wait until it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What looking at every source once came to."""

    polls: tuple[Poll, ...] = ()
    posts: int = 0
    matches: int = 0
    alerts: int = 0

    def __add__(self, other: tuple[Poll, Recorded]) -> "Round":
        found, recorded = other
        return Round(
            polls=(*self.polls, found),
            posts=self.posts + recorded.posts,
            matches=self.matches + recorded.matches,
            alerts=self.alerts + recorded.alerts,
        )


class Monitor:
    """The whole program, assembled and not yet started."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: SqliteStore,
        call: StoreThread,
        flow: Flow,
        delivery: Delivery | None,
        bot: Service | None,
        metrics: Metrics,
    ) -> None:
        self.settings = settings
        self.store = store
        self.call = call
        self.delivery = delivery
        self._flow = flow
        self._bot = bot
        self._metrics = metrics
        self._schedule = Schedule(self._turn, beat=self._beat)
        self.on_poll: Callable[[Poll], None] = lambda _: None

    async def run(self, stop: asyncio.Event) -> None:
        """Poll, record and deliver until `stop` is set, then end cleanly: nothing half-written, unsent alerts kept."""
        sources = await self.call(self.store.active_sources)
        for source in sources:
            self._schedule.add(source.id, wait=_first_wait(source, among=len(sources), at=now()))
        delivering = asyncio.create_task(self.delivery.run(stop), name="delivery") if self.delivery else None
        if self._bot:
            await self._bot.start()
        self._schedule.start()
        log.info("monitor started", sources=len(sources), database=str(self.settings.database.path))
        try:
            await _until(stop, delivering)
        finally:
            stop.set()
            log.info("monitor stopping")
            await self._schedule.stop()
            if delivering:
                await asyncio.gather(delivering, return_exceptions=True)
            if self._bot:
                await self._bot.stop()
            heartbeat.stop(self.settings.database.path)
            log.info("monitor stopped")

    async def once(self) -> Round:
        """Look at every active source once, deliver what is due, and return what it came to."""
        sources = await self.call(self.store.active_sources)
        looks = await asyncio.gather(*(self._look(source) for source in sources), return_exceptions=True)
        done = Round()
        for look in looks:
            if isinstance(look, BaseException):
                raise look
            done += look
        if self.delivery:
            await self.delivery.drain()
        return done

    async def _turn(self, source_id: SourceId) -> timedelta | None:
        """Look at one source, for the schedule: return when to look again."""
        source = await self.call(self.store.source, source_id)
        if source is None:
            return None
        try:
            found, _ = await self._look(source)
        except StoreError as error:
            log.error("nothing can be recorded", error=str(error), again_in_seconds=AFTER_TROUBLE.seconds)
            return AFTER_TROUBLE
        self.on_poll(found)
        return None if found.outcome is PollOutcome.GONE else max(timedelta(), found.next_poll_at - now())

    async def _look(self, source: Source) -> tuple[Poll, Recorded]:
        found, recorded = await poll(source, flow=self._flow)
        self._metrics.polled(found, recorded)
        if recorded.alerts and self.delivery:
            self.delivery.wake()
        return found, recorded

    def _beat(self) -> None:
        try:
            heartbeat.beat(self.settings.database.path, now=now())
        except OSError as error:
            log.error("no sign of life can be written", error=str(error))


@asynccontextmanager
async def assembled(
    configuration: Configuration, *, notify: Notify | None = None, telegram: bool = True
) -> AsyncIterator[Monitor]:
    """Build the program: open and lock the database, take over the configured sources and quotes.

    `notify` replaces Telegram as the way to people; `telegram=False` only records. Raises SettingsError, StoreError.
    """
    settings = configuration.settings
    token = settings.telegram.token
    if telegram and notify is None and token is None:
        raise SettingsError(
            "telegram.token is missing: get one from @BotFather and set QUOTE_MONITOR_TELEGRAM__TOKEN "
            "(or telegram.token in monitor.toml). To record without alerts, add --no-telegram."
        )
    async with AsyncExitStack() as stack:
        path = settings.database.path
        _make_folder(path)
        stack.enter_context(InstanceLock(path))
        call = StoreThread()
        stack.callback(call.close)
        store = await call(open_store, path)
        stack.push_async_callback(call, store.close)
        await _seed(store, call, configuration)
        workers = await stack.enter_async_context(Workers())
        fetch = await stack.enter_async_context(HttpFetch(fetch_options(settings)))
        watchlist = Watchlist(_matcher(settings), store, call)
        await watchlist.reload()
        metrics = _metrics(settings)
        stack.callback(metrics.close)
        bot = None
        if telegram and notify is None and token is not None:
            bot = TelegramBot(
                telegram_options(settings, token.get_secret_value()), StoreDesk(store, call, watchlist, now=now)
            )
            notify = TelegramNotify(bot.bot, settings.display.time_zone)
        yield Monitor(
            settings=settings,
            store=store,
            call=call,
            flow=_flow(settings, store, call, fetch, Parser(workers), watchlist),
            delivery=_delivery(store, call, CountedNotify(notify, metrics), bot) if notify else None,
            bot=bot,
            metrics=metrics,
        )


def _delivery(store: SqliteStore, call: StoreThread, notify: Notify, bot: TelegramBot | None) -> Delivery:
    return Delivery(store, call, notify, on_closed=bot.tell_closed if bot else None, now=now)


def _flow(
    settings: Settings, store: SqliteStore, call: StoreThread, fetch: HttpFetch, parse: Parser, watchlist: Watchlist
) -> Flow:
    polling = settings.polling
    return Flow(
        kinds=KINDS,
        fetch=fetch,
        store=store,
        call=call,
        parse=parse,
        watchlist=watchlist,
        breathe=partial(asyncio.sleep, 0),
        now=now,
        chance=random.random,
        limits=Limits(shortest=polling.shortest, longest=polling.longest, longest_backoff=polling.longest_backoff),
        baseline_age=polling.baseline_age,
    )


async def _seed(store: SqliteStore, call: StoreThread, configuration: Configuration) -> None:
    """Take over what the configuration lists, and the alerts that a crash left in flight."""
    at = now()
    await call(store.seed_sources, configuration.sources, at)
    await call(store.seed_quotes, configuration.quotes, at)
    await call(store.seed_channel, configuration.settings.telegram.channel, at)
    recovered = await call(store.recover, at)
    if recovered:
        log.warning("alerts were under way when the monitor ended; they are sent again", alerts=recovered)


def _metrics(settings: Settings) -> Metrics:
    wanted = settings.metrics
    return PrometheusMetrics(wanted.host, wanted.port) if wanted.enabled else NoMetrics()


def _matcher(settings: Settings) -> Matcher:
    threshold = settings.matching.threshold
    return Matcher() if threshold is None else Matcher(threshold=threshold)


def fetch_options(settings: Settings) -> FetchOptions:
    fetch = settings.fetch
    contact = f"; {fetch.contact}" if fetch.contact else ""
    return FetchOptions(
        user_agent=f"quote-monitor/{__version__} (feed reader{contact})",
        deadline=fetch.deadline,
        max_bytes=fetch.max_bytes,
        allow_networks=fetch.allow_networks,
        host_spacing=fetch.host_spacing,
        host_concurrency=fetch.host_concurrency,
        concurrency=fetch.concurrency,
    )


def telegram_options(settings: Settings, token: str) -> TelegramOptions:
    telegram = settings.telegram
    return TelegramOptions(
        token=token,
        api_url=telegram.api_url,
        owners=telegram.owners,
        channel=telegram.channel,
        access=Access(telegram.access),
        zone=settings.display.time_zone,
    )


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder {path.parent} cannot be made: {error}. Set database.path elsewhere.") from error


def _first_wait(source: Source, *, among: int, at: datetime) -> timedelta:
    """Return when to look at a source first: where it left off; those that are due, a little spread."""
    planned = source.next_poll_at - at if source.next_poll_at else timedelta()
    if planned > timedelta():
        return planned
    return min(FIRST_LOOKS, among * timedelta(milliseconds=100)) * random.random()  # noqa: S311 - not a secret


async def _until(stop: asyncio.Event, delivering: "asyncio.Task[None] | None") -> None:
    """Wait for `stop`, or for the delivery to end by itself, which only a bug does: let that be seen."""
    waiting = asyncio.create_task(stop.wait(), name="stop")
    tasks: set[asyncio.Task[object]] = {waiting, delivering} if delivering else {waiting}
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if delivering and delivering.done() and not stop.is_set():
        delivering.result()
