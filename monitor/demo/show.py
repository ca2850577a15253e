"""The demonstration itself: settings for it, the alerts printed, and what to look at afterwards."""

import asyncio
import os
import shlex
import sys
from collections import Counter
from datetime import timedelta
from ipaddress import ip_network
from itertools import count
from pathlib import Path
from typing import TextIO

from monitor.app import assembled
from monitor.bot import alert_texts
from monitor.core.model import AlertState, Poll, SourceKind, WantedSource
from monitor.core.telling import Found, Look, Telling
from monitor.demo import pages
from monitor.demo.server import STAGES, outlets, serving
from monitor.demo.terminal import shown
from monitor.life import Monitor, now
from monitor.quotefile import read_quotes
from monitor.settings import Configuration, DatabaseSettings, FetchSettings, PollingSettings, Settings, defaults

NAMES = {
    "agora": "Agora, public timeline",
    "commuter": "The Daily Commuter",
    "harbor-wire": "Harbor Wire",
    "ledger": "The Evening Ledger",
    "meridian-post": "The Meridian Post",
    "night-desk": "Night Desk",
    "plaza-news": "Plaza Noticias",
}
EVERY = timedelta(seconds=2)
CHANNEL = "@quote_alerts"


class Terminal:
    """A way to people that needs no Telegram: prints each message as the channel would show it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._numbers = count(1)

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        """Print a message."""
        number = next(self._numbers)
        self._print(f"message {number}", telling, plain=plain)
        return number

    async def update(self, telling: Telling, message_id: int, *, plain: bool = False) -> None:
        """Print a message as it is from now on."""
        self._print(f"message {message_id}, brought up to date", telling, plain=plain)

    async def look(self, telling: Telling, message_id: int, *, again: bool) -> Look:
        """Say that what was not printed is not there: here nothing is lost on the way."""
        del telling, message_id, again
        return Look(found=Found.NOTHING)

    async def remove(self, telling: Telling, message_id: int) -> None:
        """Do nothing: what is printed stays, and nothing is printed twice."""

    async def bare(self, telling: Telling, message_id: int) -> None:
        """Do nothing: there are no buttons."""

    def _print(self, title: str, telling: Telling, *, plain: bool) -> None:
        html = alert_texts.telling_text(telling)
        colour = self._out.isatty() and "NO_COLOR" not in os.environ
        text = alert_texts.plain(html) if plain else shown(html, colour=colour)
        print(f"\n── {CHANNEL} · {title} " + "─" * 40, text, sep="\n", file=self._out, flush=True)


class Story:
    """Knows when every outlet was polled often enough to have said all."""

    def __init__(self, sources: int) -> None:
        self._left = sources
        self._polls: Counter[str] = Counter()
        self.told = asyncio.Event()

    def on_poll(self, poll: Poll) -> None:
        """Count a poll."""
        self._polls[poll.source.address] += 1
        if self._polls[poll.source.address] == STAGES:
            self._left -= 1
            if not self._left:
                self.told.set()


async def perform(database: Path, *, stop: asyncio.Event, keep: bool, out: TextIO = sys.stdout) -> None:
    """Run the demonstration until its story is told; with `keep`, or pages to read in a terminal, until `stop`."""
    with serving() as address:
        configuration = settings(address, database)
        async with assembled(configuration, notify=Terminal(out)) as monitor:
            _introduce(configuration, address, out)
            story = Story(len(configuration.sources))
            monitor.on_poll = story.on_poll
            running = asyncio.create_task(monitor.run(stop))
            await _first(story.told, stop, running)
            await _settled(monitor, running)
            await _conclude(monitor, database, out)
            async with pages.serving(database, configuration.settings.display.time_zone) as history:
                stays = keep or (history is not None and out.isatty())
                _tell_of_pages(history if stays else None, database, out)
                if stays and not stop.is_set():
                    print("Staying up: Ctrl-C ends it.", file=out, flush=True)
                    await _first(stop, stop, running)
            stop.set()
            await running


def settings(address: str, database: Path) -> Configuration:
    """Return the program's own default quotes, with the sample feeds at `address` as its sources."""
    given = Settings()
    return Configuration(
        settings=given.model_copy(
            update={
                "database": DatabaseSettings(path=database),
                "fetch": FetchSettings(allow_networks=(ip_network("127.0.0.0/8"),), host_spacing=timedelta()),
                "polling": PollingSettings(),
                "telegram": given.telegram.model_copy(update={"token": None, "channel": CHANNEL}),
            }
        ),
        sources=tuple(
            WantedSource(kind=SourceKind.FEED, address=f"{address}/{name}/feed", name=NAMES[name], every=EVERY)
            for name in outlets()
        ),
        quotes=tuple(wanted for _, wanted in read_quotes(defaults() / "quotes.toml")),
    )


def _introduce(configuration: Configuration, address: str, out: TextIO) -> None:
    quote = configuration.quotes[0]
    print(
        f"Tracking  “{quote.text}”",
        *(f"          “{variant.text}”" for variant in quote.variants),
        f"in {len(configuration.sources)} sample feeds at {address}, each polled every {EVERY.seconds} s.",
        sep="\n",
        file=out,
        flush=True,
    )


async def _first(*wanted: "asyncio.Event | asyncio.Task[None]") -> None:
    """Wait until one of these happened; a task that failed raises here."""
    tasks = [thing if isinstance(thing, asyncio.Task) else asyncio.create_task(_happened(thing)) for thing in wanted]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for thing, task in zip(wanted, tasks, strict=True):
        if thing is not task:
            task.cancel()
    for task in done:
        task.result()


async def _happened(event: asyncio.Event) -> None:
    await event.wait()


async def _settled(monitor: Monitor, running: "asyncio.Task[None]") -> None:
    """Wait until nothing is left in the outbox, or the monitor ended."""
    while not running.done():
        status = await monitor.call(monitor.store.status, now())
        if not status.alerts.get(AlertState.PENDING) and not status.alerts.get(AlertState.IN_FLIGHT):
            return
        await asyncio.sleep(0.2)


async def _conclude(monitor: Monitor, database: Path, out: TextIO) -> None:
    status = await monitor.call(monitor.store.status, now())
    messages = status.alerts.get(AlertState.SENT, 0)
    told = messages + status.alerts.get(AlertState.DIGESTED, 0)
    print(
        "",
        f"{status.posts} posts read, {status.matches} matches recorded, {told} of them told in {messages} messages"
        " (the others were old when first seen, or only a suggestion).",
        f"Everything is in {database}, one SQLite file. To look at it:",
        f"  {_command()} --database {database} matches list",
        f"  {_python()} -m sqlite_utils rows {database} match_history -c found_at -c source -c score -c passage -t",
        file=out,
        sep="\n",
        flush=True,
    )


def _tell_of_pages(address: str | None, database: Path, out: TextIO) -> None:
    """Say where the history is to be read, or how it would be."""
    if address:
        said = f"The history as pages, to read and search: {address}"
    elif pages.are_there():
        usual = f"http://{pages.HOST}:{pages.USUAL_PORT}/"
        said = f"The history as pages is at {usual} with:\n  {_command()} --database {database} web"
    else:
        said = f"The history as pages needs more packages: {_python()} -m pip install 'quote-monitor[web]'"
    print(said, file=out, flush=True)


def _command() -> str:
    """Return how this program was called, so that what is printed can be typed."""
    called = Path(sys.argv[0])
    return f"{_python()} -m monitor" if called.name == "__main__.py" else shlex.quote(_short(called))


def _python() -> str:
    return shlex.quote(_short(Path(sys.executable)))


def _short(path: Path) -> str:
    """Return a path as it is typed from here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
