"""Looking at a source from the command line, over the real fetch, before anything is stored."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from monitor.cli import Options
from monitor.cli.common import configuration, now
from monitor.core.errors import InputError, SourceError
from monitor.core.model import Quote, Source, WantedSource
from monitor.core.ports import Fetch
from monitor.settings import Configuration
from monitor.sources.discover import Parse
from monitor.sources.trying import Tried, tried, tried_source
from monitor.store import open_store


def looked_up(read: Configuration, text: str, quotes: Sequence[Quote], *, hint: str = "") -> Tried:
    """Look at what was typed. Raises InputError, with `hint` at its end."""
    try:
        return _over_the_real_fetch(read, lambda fetch, parse: tried(text, fetch=fetch, parse=parse, quotes=quotes))
    except InputError as error:
        raise InputError(f"{str(error).removesuffix('.')}{hint}.") from error


def looked_at(read: Configuration, source: Source, quotes: Sequence[Quote]) -> Tried:
    """Look at a source that is there. Raises InputError."""
    wanted = WantedSource(kind=source.kind, address=source.url, name=source.name, follow=source.follow)
    try:
        return _over_the_real_fetch(
            read, lambda fetch, parse: tried_source(wanted, fetch=fetch, parse=parse, quotes=quotes)
        )
    except SourceError as error:
        raise InputError(f"{source.name} could not be read: {error}.") from error


def _over_the_real_fetch(read: Configuration, look: Callable[[Fetch, Parse], Awaitable[Tried]]) -> Tried:
    async def looked() -> Tried:
        from monitor.app import looking

        async with looking(read.settings) as (fetch, parse):
            return await look(fetch, parse)

    return asyncio.run(looked())


def tracked_quotes(options: Options) -> list[Quote]:
    """Return the tracked quotes; before the first start, those that the settings would track."""
    read = configuration(options)
    path = read.settings.database.path
    with open_store(path if path.exists() else ":memory:") as store:
        if not path.exists():
            store.seed_quotes(read.quotes, now())
        return store.quotes()
