"""Our one plugin of Datasette (docs.datasette.io/en/0.65.2/plugin_hooks.html): the pages, and who explores what.

Hooks are called for every Datasette of the process; those that are not ours (`SITES`) are left alone.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from monitor.store.tables import SCHEMA_NOTES
from monitor.web import exploring
from monitor.web.access import DATABASE, may_explore, of_actor
from monitor.web.pages import ROUTES, Page
from monitor.web.pages.problems import told
from monitor.web.site import Site, visitor_of
from monitor.web.texts import FILTERS

SITES: WeakKeyDictionary[Datasette, Site] = WeakKeyDictionary()


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Tell which address is which page."""
    site = SITES.get(datasette)
    return [] if site is None else [(f"{pattern}$", _view(site, page)) for pattern, page in ROUTES]


def _view(site: Site, page: Page) -> Callable[..., Awaitable[Response]]:
    async def view(request: Request) -> Response:
        try:
            return await page(site, request)
        except Exception as error:  # noqa: BLE001 - each is told or logged there
            return await told(site, request, error)

    return view


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Datasette) -> None:
    """Give the templates our filters."""
    site = SITES.get(datasette)
    if site is not None:
        env.trim_blocks = env.lstrip_blocks = True
        env.filters.update(FILTERS | {"shown": exploring.shown, "explored": exploring.rows})
        env.globals.update(zone=site.options.zone, pages_of_rows=exploring.PAGES)


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None, table: str | None) -> Any:
    """Give Datasette's own pages what the frame around them shows, and how many rows a whole table has."""
    site = SITES.get(datasette)
    if site is None or request is None:
        return {}
    shared = {"visitor": visitor_of(request), "here": request.path, "now": site.now(), "site": site, "counted": None}
    if table is None or table not in SCHEMA_NOTES or not exploring.is_whole(request.args):
        return shared

    async def counted() -> dict[str, object]:
        return shared | {"counted": await site.kept(("rows", table), lambda: site.read(exploring.count, table))}

    return counted


@hookimpl
def render_cell(datasette: Datasette, table: str | None, column: str, value: object) -> Any:
    """Make links of numbers that stand for something else."""
    return exploring.cell(table or "", column, value) if datasette in SITES else None


@hookimpl(tryfirst=True)
def permission_allowed(datasette: Datasette, actor: object, action: str, resource: object) -> bool | None:
    """Let everybody who came past the guard explore open tables, and reviewers every table; nobody asks in SQL."""
    if datasette not in SITES:
        return None
    match action, resource:
        case "view-instance", _:
            return True
        case "view-database", str():
            return resource == DATABASE
        case "view-table", (str(database), str(table)):
            return database == DATABASE and may_explore(of_actor(actor), table)
        case _:
            return False


@hookimpl
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Any:
    """Say what went wrong in our words: an error's own may hold SQL, or a stranger's text."""
    site = SITES.get(datasette)
    return None if site is None else told(site, request, exception)


@hookimpl
def forbidden(datasette: Datasette, request: Request) -> Any:
    """The same for what may not be seen."""
    site = SITES.get(datasette)
    return None if site is None else told(site, request, PermissionError())


@hookimpl
def prepare_connection(conn: Any, database: str, datasette: Datasette) -> None:
    """Read through the file's own pages in memory, which is faster on large files (sqlite.org/mmap.html)."""
    if datasette in SITES and database == DATABASE:
        conn.execute("PRAGMA mmap_size = 268435456")
        conn.execute("PRAGMA query_only = 1")
        conn.execute("PRAGMA cache_size = -32768")
