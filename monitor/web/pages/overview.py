"""`/`: what is new, what rises, what nobody looks at, what waits for a verdict."""

from datasette.utils.asgi import Request, Response

from monitor.store.database import Database
from monitor.web.queries import overview
from monitor.web.queries.cards import Card, cards
from monitor.web.site import Site

NEWEST = 8
MOST_BLIND = 8


async def page(site: Site, request: Request) -> Response:
    """Show the monitor at a glance."""
    now = site.now()
    await site.watching.known(now, days=2)
    names, active = await sources(site)
    blind = sorted(
        ((names[number], since) for number, since in site.watching.blind_now(now).items() if number in active),
        key=lambda one: one[1],
    )
    return await site.page(
        "overview.html",
        request,
        glance=await glance(site),
        newest=await site.read(_newest),
        blind=blind[:MOST_BLIND],
        blind_count=len(blind),
    )


async def glance(site: Site) -> overview.Glance:
    """Return the numbers of the overview, a minute old at most."""
    return await site.kept("glance", lambda: site.read_patiently(overview.glance, site.now()))


async def sources(site: Site) -> tuple[dict[int, str], set[int]]:
    """Return the names of the sources, and which are active, a minute old at most."""
    return await site.kept("sources", lambda: site.read(_sources))


def _newest(db: Database) -> list[Card]:
    return cards(db, overview.newest(db, NEWEST).ids)


def _sources(db: Database) -> tuple[dict[int, str], set[int]]:
    return overview.names_of(db), overview.active(db)
