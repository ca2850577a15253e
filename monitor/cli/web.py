"""`web`: the review pages."""

import asyncio
import getpass
import sys
from importlib.util import find_spec

import click

from monitor.cli import Options
from monitor.cli.common import configuration, now, start_logging, stopped_by_signals
from monitor.core.errors import SettingsError, StoreError
from monitor.core.people import Role, UserId
from monitor.settings import Configuration
from monitor.signing import OPERATOR, signing_beside


@click.command()
@click.option("--host", help="The address to serve at, instead of web.host.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to serve at, instead of web.port.")
@click.option("--link", is_flag=True, help="Only print a link that signs you in as an owner, for ten minutes.")
@click.pass_obj
def web(options: Options, host: str | None, port: int | None, link: bool) -> None:
    """Serve the review pages: the history of matches, to read, search and judge.

    Needs the extra `web`. Runs beside `quote-monitor run`, on the same database.
    """
    if find_spec("datasette") is None or find_spec("uvicorn") is None:
        raise SettingsError("The review pages need more packages: pip install 'quote-monitor[web]'")
    read = configuration(options)
    path = read.settings.database.path
    if not path.exists():
        raise StoreError(
            f"There is no database at {path} yet: start the monitor first, or name another with --database."
        )
    wanted = read.settings.web
    host, port = host or wanted.host, port or wanted.port
    if link:
        click.echo(_link(read, host, port))
        return
    start_logging(read)
    if sys.stdout.isatty():
        click.echo(f"To sign in as an owner, within ten minutes:\n  {_link(read, host, port)}")
    asyncio.run(_serve(read, host, port))


def _link(read: Configuration, host: str, port: int) -> str:
    """Return a link that signs in whoever can run this."""
    settings = read.settings
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else f"[{host}]" if ":" in host else host  # noqa: S104
    base = settings.web.public_url or f"http://{shown}:{port}"
    signing = signing_beside(settings.database.path)
    return signing.sign_in_link(base, user_id=OPERATOR, name=_name(), role=Role.OWNER, now=now())


def _name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user often has no name
        return "operator"


async def _serve(read: Configuration, host: str, port: int) -> None:
    from monitor.web.server import serve
    from monitor.web.site import SiteOptions

    settings = read.settings
    options = SiteOptions(
        database=settings.database.path,
        zone=settings.display.time_zone,
        owners=frozenset(UserId(owner) for owner in settings.telegram.owners),
        public=settings.web.public,
        public_url=settings.web.public_url,
    )
    await serve(options, host=host, port=port, stop=stopped_by_signals())
