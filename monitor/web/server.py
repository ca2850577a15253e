"""The review pages put together and served: Datasette with our plugin, behind the guard."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from monitor.core.errors import SettingsError
from monitor.offload import StoreThread
from monitor.signing import signing_beside
from monitor.store import open_store
from monitor.store.tables import SCHEMA_NOTES
from monitor.web import plugin
from monitor.web.access import DATABASE
from monitor.web.exploring import KnownFile
from monitor.web.guard import Guard
from monitor.web.pages import COUNTED
from monitor.web.site import Site, SiteOptions

log = structlog.get_logger()

HERE = Path(__file__).parent
LOUD = "datasette.handle_exception"  # prints a traceback, with all values, for each address that means nothing
REFRESH = 30.0  # seconds between looks at what is watched, and at what pages count
SETTINGS = {
    "default_allow_sql": False,
    "allow_download": False,
    "suggest_facets": False,  # it is what makes a large table slow
    "allow_csv_stream": False,  # whole exports are `quote-monitor export`
    "sql_time_limit_ms": 3000,
    "default_page_size": 50,
    "max_returned_rows": 500,
    "truncate_cells_html": 120,
    "default_cache_ttl": 0,
    "num_sql_threads": 4,
}


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def built(options: SiteOptions, *, now: Callable[[], datetime] = _now) -> AsyncIterator[tuple[Guard, Site]]:
    """Yield the application (ASGI) and what its pages share. StoreError: there is no database, or none of ours."""
    call = StoreThread()
    # The monitor reads the file through when it starts; the pages need not make people wait for the same.
    store = await call(open_store, options.database, create=False, check=False)
    try:
        signing = signing_beside(options.database)
        datasette = Datasette(
            [],
            metadata=_metadata(),
            settings=SETTINGS,
            secret=signing.derived("datasette"),
            template_dir=str(HERE / "templates"),
            static_mounts=[("static", str(HERE / "static"))],
        )
        datasette.remove_database("_memory")
        datasette.add_database(KnownFile(datasette, options.database), name=DATABASE)
        site = Site(options, datasette=datasette, store=store, call=call, signing=signing, now=now)
        plugin.SITES[datasette] = site
        if not pm.is_registered(plugin):
            pm.register(plugin)
            pm.unregister(name=LOUD)
        await datasette.invoke_startup()
        try:
            yield Guard(datasette.app(), site), site
        finally:
            await site.close()
            datasette.executor.shutdown(wait=True)
            datasette.get_database(DATABASE).close()
    finally:
        await call(store.close)
        call.close()


def _metadata() -> dict[str, object]:
    """Tell Datasette what tables and columns mean, so that explored tables explain themselves."""
    tables = {
        name: {"description": notes[""], "columns": {column: note for column, note in notes.items() if column}}
        for name, notes in SCHEMA_NOTES.items()
    }
    return {"title": "Quote Monitor", "databases": {DATABASE: {"tables": tables}}}


async def serve(options: SiteOptions, *, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve the pages until `stop`, anew when the database is replaced meanwhile.

    Raises StoreError; SettingsError: the address cannot be served at.
    """
    while await _serve_one(options, host=host, port=port, stop=stop):
        log.warning("the database was replaced: the pages begin anew with the one that is there now")


async def _serve_one(options: SiteOptions, *, host: str, port: int, stop: asyncio.Event) -> bool:
    """Serve the pages until `stop`, or until their database is replaced; return whether it was."""
    async with built(options) as (app, site):
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                access_log=False,  # addresses hold the secrets of sign-in links
                log_config=None,
                lifespan="off",
                server_header=False,
                proxy_headers=False,  # whose headers say that somebody is on this machine is the guard's business
                timeout_keep_alive=15,
                limit_concurrency=200,
                timeout_graceful_shutdown=4,
            )
        )
        server.config.load()
        try:
            listening = server.config.bind_socket()
        except SystemExit as error:  # uvicorn ends the program itself
            raise SettingsError(
                f"The pages cannot be served at {host}:{port}: it is in use, or no address of this machine. "
                "Set web.host and web.port."
            ) from error
        # asyncio does this only for sockets that name their protocol, which uvicorn's does not; without it, each answer
        # waits 40 ms for the browser to acknowledge its beginning. What is accepted inherits it.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await site.watching.known(site.now(), days=2)
        watching = asyncio.create_task(_keep_watching(site))
        stopping = [asyncio.create_task(_stop(server, one)) for one in (stop, site.over)]
        try:
            log.info("review pages are served", address=f"http://{host}:{port}", database=str(options.database))
            await server.serve([listening])
        finally:
            watching.cancel()
            for one in stopping:
                one.cancel()
    return site.over.is_set() and not stop.is_set()


async def _stop(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


async def _keep_watching(site: Site) -> None:
    """Read beside the pages when sources were looked at, and what pages count, so that nobody waits for it."""
    while not site.is_replaced():
        try:
            for count in COUNTED:
                await count(site)
            await site.watching.refresh(site.now())
        except Exception:
            log.exception("what is kept for the pages could not be read")
        await asyncio.sleep(REFRESH)
