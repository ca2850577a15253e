"""`/explore`: the tables, to look at as they are. Each table's own page is Datasette's."""

from datasette.utils.asgi import Request, Response

from monitor.store.tables import SCHEMA_NOTES
from monitor.web.access import may_explore
from monitor.web.exploring import HISTORY
from monitor.web.site import Site, visitor_of


async def page(site: Site, request: Request) -> Response:
    """Show which tables there are for whoever asks, the view that is read first before the others."""
    access = visitor_of(request).access
    names = [name for name in SCHEMA_NOTES if may_explore(access, name) and not name.endswith("_fts")]
    names.sort(key=lambda name: (name != HISTORY, name))
    return await site.page("explore.html", request, tables=[(name, SCHEMA_NOTES[name][""]) for name in names])
