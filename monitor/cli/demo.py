"""`demo`: the whole program at work on sample feeds, for a first look."""

import asyncio
import sys
from pathlib import Path

import click

from monitor.cli.common import stopped_by_signals
from monitor.core.errors import StoreError


@click.command()
@click.option("--keep", is_flag=True, help="Stay up after the story is told, until Ctrl-C.")
@click.option(
    "--database",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("data/demo.db"),
    show_default=True,
    help="Where the demonstration records; an earlier demonstration's file is replaced.",
)
def demo(keep: bool, database: Path) -> None:
    """Run the real program against sample feeds served on this machine. Needs no token and no internet.

    Each alert is shown as Telegram would show it. When every feed has said all it has to say, it ends by itself; in a
    terminal, with the extra `web`, it first shows the history as pages, until Ctrl-C.
    """
    from monitor.demo.show import perform
    from monitor.logs import configure

    configure(level="WARNING", form="console")
    _clear(database)

    async def performed() -> None:
        await perform(database, stop=stopped_by_signals(), keep=keep, out=sys.stdout)

    asyncio.run(performed())


def _clear(database: Path) -> None:
    """Remove what an earlier demonstration recorded. Raises StoreError, also when one is still running."""
    from monitor.store import InstanceLock, make_folder

    make_folder(database)
    with InstanceLock(database):
        for suffix in ("", "-wal", "-shm"):
            try:
                database.with_name(database.name + suffix).unlink(missing_ok=True)
            except OSError as error:
                raise StoreError(f"{database} cannot be replaced: {error}. Name another with --database.") from error
