"""The review pages beside the demonstration, when the extra `web` is installed."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

HOST, USUAL_PORT = "127.0.0.1", 8010


def are_there() -> bool:
    """Return whether the pages can be served."""
    return find_spec("datasette") is not None and find_spec("uvicorn") is not None


@asynccontextmanager
async def serving(database: Path, zone: ZoneInfo) -> AsyncIterator[str | None]:
    """Serve the pages over a database while inside; yields their address. None: the extra is not installed."""
    if not are_there():
        yield None
        return
    from monitor.web.server import serve
    from monitor.web.site import SiteOptions

    port, stop = _free_port(), asyncio.Event()
    served = asyncio.create_task(
        serve(SiteOptions(database=database, zone=zone), host=HOST, port=port, stop=stop), name="pages"
    )
    try:
        yield f"http://{HOST}:{port}/"
    finally:
        stop.set()
        await served


def _free_port() -> int:
    """Return the usual port, or another that is free when something else is served there."""
    for wanted in (USUAL_PORT, 0):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((HOST, wanted))
            except OSError:
                continue
            return int(one.getsockname()[1])
    raise AssertionError("the system gives out free ports")
