"""What commands share: settings read, logging on, the store opened, tables and JSON printed."""

import asyncio
import json
import os
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.bot.display import shown
from monitor.cli import Options
from monitor.core.errors import StoreError
from monitor.logs import configure
from monitor.settings import Configuration, DatabaseSettings, load
from monitor.store import SqliteStore, make_folder, open_store

WIDEST = 10_000  # characters of a line that no terminal shows


def configuration(options: Options) -> Configuration:
    """Read the settings, with the database named on the command line. Raises SettingsError."""
    read = load(options.folder)
    if options.database is None:
        return read
    settings = read.settings.model_copy(update={"database": DatabaseSettings(path=options.database)})
    return Configuration(settings=settings, sources=read.sources, quotes=read.quotes)


def start_logging(read: Configuration) -> None:
    """Log as the settings say, with the secrets kept out."""
    settings = read.settings
    secrets = (settings.telegram.token, settings.bluesky.app_password)
    configure(
        level=settings.log.level,
        form=settings.log.format,
        secrets=[secret.get_secret_value() for secret in secrets if secret],
    )


@contextmanager
def existing_store(options: Options) -> Iterator[SqliteStore]:
    """Open the database for a command that looks at it or changes it; a running monitor may have it open too."""
    path = configuration(options).settings.database.path
    if not path.exists():
        raise StoreError(
            f"There is no database at {path} yet: start the monitor first, or name another with --database."
        )
    with open_store(path, check=False) as store:  # a monitor reads it through when it starts, the doctor when asked
        yield store


@contextmanager
def any_store(options: Options) -> Iterator[SqliteStore]:
    """Open the database, made anew where there is none."""
    path = configuration(options).settings.database.path
    make_folder(path)
    with open_store(path) as store:
        yield store


def now() -> datetime:
    """Return the time, aware and UTC."""
    return datetime.now(UTC)


def stopped_by_signals() -> asyncio.Event:
    """Return an event that SIGTERM or Ctrl-C sets, for the running event loop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def counting(number: int, thing: str) -> str:
    """Return how many there are of a thing: "1 match", "2 matches"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}{'es' if thing.endswith('ch') else 's'}"


def fit(text: str) -> str:
    """Return what a stranger wrote, fit for a line of a terminal: nothing in it hides or reorders the rest."""
    return shown(text).replace("\n", " ")


def show(rows: Sequence[Mapping[str, object]], *, columns: Iterable[str], as_json: bool, empty: str) -> None:
    """Print rows as a table for people, or as one JSON object a line."""
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False, default=_plain))
        return
    if not rows:
        click.echo(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        is_time = any(isinstance(row[column], datetime) for row in rows)  # a broken date is hard to read
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=is_time)
    for row in rows:
        table.add_row(*(Text(_cell(row[column])) for column in columns))
    print_table(table)


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal; into a pipe or a file, where `grep` may read it, nothing is broken."""
    console = Console()
    is_free = not console.is_terminal and "COLUMNS" not in os.environ
    (Console(width=WIDEST) if is_free else console).print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:g}" if isinstance(value, float) else fit(str(value))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
