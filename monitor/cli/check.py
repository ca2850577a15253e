"""`check`: tries everything the monitor relies on, and changes nothing."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from monitor.cli import Options
from monitor.cli.common import configuration, counting, now, print_table
from monitor.core.errors import MonitorError, SourceError
from monitor.core.model import Quote, QuoteId, WantedSource
from monitor.settings import Configuration, Settings
from monitor.store import seals
from monitor.store.problems import UNSEALED


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was tried."""

    subject: str
    said: str
    good: bool | None = True  # None: worth knowing, not wrong


@click.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Try the settings, the database, the bot's token, the channel and every source, and say how each is.

    Changes nothing. Exits 1 when something must be mended before `run` can do its work.
    """
    assert isinstance(ctx.obj, Options)
    read = configuration(ctx.obj)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "what", "how it is"):
        table.add_column(column, overflow="fold")
    failed = 0
    for finding in asyncio.run(_findings(read)):
        failed += finding.good is False
        mark, style = {True: ("ok", "green"), None: ("–", "yellow"), False: ("no", "bold red")}[finding.good]
        table.add_row(Text(mark, style=style), Text(finding.subject), Text(finding.said))
    print_table(table)
    if failed:
        click.echo(f"{failed} of these must be mended.")
        ctx.exit(1)


async def _findings(read: Configuration) -> list[Finding]:
    found = [*_settings(read), _database(read.settings.database.path)]
    found += [finding async for finding in _telegram(read.settings)]
    return found + await _sources(read)


def _settings(read: Configuration) -> Iterator[Finding]:
    sources, quotes = counting(len(read.sources), "source"), counting(len(read.quotes), "quote")
    yield Finding(subject="settings", said=f"{sources}, {quotes} to begin with")
    if not read.sources:
        yield Finding(subject="sources.toml", said="lists no source, so nothing is polled: add one", good=False)
    if not read.settings.fetch.contact:
        yield Finding(subject="fetch.contact", said="is empty: sources cannot tell you when you bother them", good=None)


def _database(path: Path) -> Finding:
    if not path.exists():
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        writable = os.access(folder, os.W_OK)
        said = f"{path} will be made at the first run" if writable else f"{folder} cannot be written: set database.path"
        return Finding(subject="database", said=said, good=writable)
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            broken = seals.broken(connection)
            matches = connection.execute("SELECT count(*) FROM matches").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        return Finding(subject="database", said=f"{path} cannot be read: {error}", good=False)
    if verdict != "ok":
        return Finding(subject="database", said=f"{path} is damaged: {verdict}. Restore a backup.", good=False)
    if broken:
        return Finding(subject="database", said=UNSEALED.format(name=path, where=seals.told(broken)), good=False)
    if not os.access(path, os.W_OK):
        return Finding(subject="database", said=f"{path} cannot be written by this user", good=False)
    return Finding(subject="database", said=f"{path}: {counting(matches, 'match')}")


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    from monitor.app import telegram_options
    from monitor.bot.probe import channel_rights, who_am_i

    token = settings.telegram.token
    if token is None:
        yield Finding(
            subject="telegram.token",
            said="is missing: get one from @BotFather and set QUOTE_MONITOR_TELEGRAM__TOKEN",
            good=False,
        )
        return
    options = telegram_options(settings, token.get_secret_value())
    try:
        yield Finding(subject="telegram.token", said=f"is @{await who_am_i(options)}'s")
    except MonitorError as error:
        yield Finding(subject="telegram.token", said=str(error), good=False)
        return
    if not options.owners:
        yield Finding(
            subject="telegram.owners",
            said="is empty, so nobody can track quotes in Telegram: send the bot /start, it tells you your id",
            good=None,
        )
    if options.channel is None:
        yield Finding(subject="telegram.channel", said="is not set: alerts go to subscribed chats only", good=None)
        return
    try:
        yield Finding(subject="telegram.channel", said=await channel_rights(options))
    except MonitorError as error:
        yield Finding(subject="telegram.channel", said=str(error), good=False)


async def _sources(read: Configuration) -> list[Finding]:
    from monitor.app import looking
    from monitor.sources.trying import said, tried_source

    quotes = [Quote(id=QuoteId(number), text=wanted.text) for number, wanted in enumerate(read.quotes, 1)]
    async with looking(read.settings) as (fetch, parse):

        async def look(wanted: WantedSource) -> Finding:
            try:
                found = await tried_source(wanted, fetch=fetch, parse=parse, quotes=quotes)
            except SourceError as error:
                return Finding(subject=wanted.name, said=str(error), good=False)
            if found.reading is None:
                return Finding(subject=wanted.name, said=found.untried, good=None)
            return Finding(subject=wanted.name, said=said(found.reading, now=now()))

        return list(await asyncio.gather(*(look(wanted) for wanted in read.sources)))
