"""The composition root: the only module that names every concrete class.

`assembled` builds a `Monitor` (`monitor/life.py`) from settings: every part is made here, and given to those
that need it. What each part does is in its own module.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial

import structlog

from monitor import __version__
from monitor.articles import Articles, Extractor
from monitor.bot.client import TelegramBot, TelegramOptions
from monitor.bot.delivery import Delivery
from monitor.bot.notify import TelegramNotify
from monitor.bot.roles import Access
from monitor.core.cadence import Limits
from monitor.core.errors import SettingsError
from monitor.core.model import Request
from monitor.core.ports import Fetch, Notify
from monitor.desk import Quotas, SignIn, StoreDesk
from monitor.fetch import Account, FetchOptions, HttpFetch, PatientFetch, SignedFetch
from monitor.fetch.websocket import WebSocket, open_websocket
from monitor.life import Monitor, now
from monitor.matching import Matcher
from monitor.metrics import CountedNotify, Metrics, NoMetrics, PrometheusMetrics
from monitor.offload import Backlog, Calibrator, Elsewhere, Parser, StoreThread
from monitor.pipeline import Enrich, Flow, as_it_came, compare
from monitor.rechecks import Rechecks
from monitor.settings import Configuration, Settings, effective
from monitor.signing import signing_beside
from monitor.sources import KINDS
from monitor.sources import streams as stream_kinds
from monitor.sources.trying import Remembered
from monitor.store import InstanceLock, SqliteStore, make_folder, open_store
from monitor.streams import Streams
from monitor.watchlist import Watchlist
from monitor.workers import Workers

log = structlog.get_logger()


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
        make_folder(path)
        stack.enter_context(InstanceLock(path))
        call = StoreThread()
        stack.callback(call.close)
        store = await call(partial(open_store, path, zone=settings.display.time_zone))
        stack.push_async_callback(call, store.close)
        tracked = {quote.id for quote in await call(store.quotes)}
        await _seed(store, call, configuration)
        backlog = Backlog()
        workers, slow = [await stack.enter_async_context(Workers()) for _ in range(2)]
        parse = Parser(workers, slow=slow, backlog=backlog)
        http = await stack.enter_async_context(HttpFetch(fetch_options(settings), room=backlog.room))
        fetch = _signed(http, settings)
        watchlist = Watchlist(_matcher(settings), store, call)
        stack.callback(watchlist.close)
        await watchlist.reload()
        metrics = _metrics(settings)
        stack.callback(metrics.close)
        asked = await stack.enter_async_context(Workers())
        desk = StoreDesk(
            store,
            call,
            watchlist,
            fetch=fetch,
            parse=parse,
            calibrated=Calibrator(asked),
            now=now,
            elsewhere=Elsewhere(asked),
            threshold=settings.matching.threshold,
            quotas=_quotas(settings),
        )
        stack.push_async_callback(desk.looking_back.stop)
        for quote in watchlist.quotes:
            if tracked and quote.id not in tracked:  # else nothing is stored yet to look back over
                desk.looking_back.begin(quote)
        bot = None
        if telegram and notify is None and token is not None:
            bot = TelegramBot(telegram_options(settings, token.get_secret_value()), desk)
            notify = TelegramNotify(bot.bot, settings.display.time_zone, match_url=desk.match_page)
        flow = replace(
            _flow(settings, store, call, PatientFetch(fetch, http.network), parse, watchlist),
            enrich=await _articles(settings, fetch, stack),
            backlog=backlog,
        )
        streams = Streams(
            store,
            call,
            partial(_listened, options=fetch_options(settings)),
            partial(compare, flow=flow),
            kinds=stream_kinds({host: token.get_secret_value() for host, token in settings.mastodon.tokens.items()}),
            on_record=lambda found, recorded: monitor.after_stream(found, recorded),  # noqa: PLW0108 - made below
        )
        rechecks = Rechecks(store, call, flow.fetch, Elsewhere(asked), now=now)
        monitor = Monitor(
            settings=settings,
            store=store,
            call=call,
            flow=flow,
            streams=streams,
            delivery=_delivery(store, call, CountedNotify(notify, metrics), bot, settings) if notify else None,
            bot=bot,
            metrics=metrics,
            rechecks=rechecks if settings.evidence.rechecks else None,
        )
        desk.on_sources = monitor.follow_sources
        desk.sign_in, desk.pages_url = _sign_in(settings), settings.web.public_url
        desk.on_post = monitor.heard
        yield monitor


@asynccontextmanager
async def looking(settings: Settings) -> AsyncIterator[tuple[Fetch, Parser]]:
    """Yield the real way out and the real parser, for a look at sources that records nothing."""
    async with Workers() as workers, HttpFetch(fetch_options(settings)) as fetch:
        yield Remembered(_signed(fetch, settings)), Parser(workers)


async def _listened(request: Request, *, options: FetchOptions) -> WebSocket:
    return await open_websocket(request.url, headers=request.headers, options=options)


def _signed(fetch: HttpFetch, settings: Settings) -> Fetch:
    """Return the way out with the sessions of the accounts in the settings."""
    account = settings.bluesky
    if not account.identifier or account.app_password is None:
        return SignedFetch(fetch, {})
    password = account.app_password.get_secret_value()
    return SignedFetch(fetch, {"bluesky": Account(identifier=account.identifier, password=password)})


def _delivery(
    store: SqliteStore, call: StoreThread, notify: Notify, bot: TelegramBot | None, settings: Settings
) -> Delivery:
    grace = settings.telegram.grace
    return Delivery(store, call, notify, on_closed=bot.tell_closed if bot else None, grace=grace, now=now)


def _flow(
    settings: Settings, store: SqliteStore, call: StoreThread, fetch: Fetch, parse: Parser, watchlist: Watchlist
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


async def _articles(settings: Settings, fetch: Fetch, stack: AsyncExitStack) -> Enrich:
    """Return what adds articles to posts. They have a worker of their own, so that no feed waits for one."""
    wanted = settings.articles
    if not wanted.enabled:
        return as_it_came
    extract = Extractor(await stack.enter_async_context(Workers()))
    await extract.check()
    return Articles(fetch, extract, budget_per_hour=wanted.per_hour, shortest=wanted.shortest, patience=wanted.timeout)


async def _seed(store: SqliteStore, call: StoreThread, configuration: Configuration) -> None:
    """Take over what the configuration lists, and the alerts that a crash left in flight."""
    at = now()
    await call(store.note_settings, effective(configuration.settings), at)
    await call(store.seed_sources, configuration.sources, at)
    await call(store.seed_quotes, configuration.quotes, at)
    await call(store.seed_channel, configuration.settings.telegram.channel, at)
    recovered = await call(store.recover, at + configuration.settings.telegram.grace)
    if recovered:
        log.warning(
            "messages were under way when the monitor ended; it is looked whether they arrived", messages=recovered
        )


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


def _quotas(settings: Settings) -> Quotas:
    telegram = settings.telegram
    return Quotas(owners=telegram.owners, quotes=telegram.most_quotes, sources=telegram.most_sources)


def _sign_in(settings: Settings) -> SignIn | None:
    """Return what makes links to the review pages, if the settings say where they are."""
    url = settings.web.public_url
    if url is None:
        return None
    signing = signing_beside(settings.database.path)
    return lambda user_id, name, role, at: signing.sign_in_link(url, user_id=user_id, name=name, role=role, now=at)


def telegram_options(settings: Settings, token: str) -> TelegramOptions:
    telegram = settings.telegram
    return TelegramOptions(
        token=token,
        api_url=telegram.api_url,
        owners=telegram.owners,
        channel=telegram.channel,
        access=Access(telegram.access),
        zone=settings.display.time_zone,
        webhook_url=telegram.webhook_url,
        webhook_host=telegram.webhook_host,
        webhook_port=telegram.webhook_port,
    )
