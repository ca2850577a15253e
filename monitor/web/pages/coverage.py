"""`/coverage`: when each source was looked at, and when nobody could have seen a post."""

from datetime import timedelta

from datasette.utils.asgi import Request, Response

from monitor.core.model import SourceId
from monitor.store.database import Database, Row
from monitor.web import charts
from monitor.web.site import Site

DAYS = 7
PAGE = 100
SOURCES = """
SELECT id, name, kind, state, last_success_at, next_poll_at, failures, last_error FROM sources
WHERE state <> 'removed' ORDER BY id
"""


async def page(site: Site, request: Request) -> Response:
    """Show the last week of every source, the worst watched first."""
    now = site.now()
    await site.watching.known(now, days=DAYS + 1)
    number = request.args.get("page") or "1"
    number = number if number.isdecimal() and len(number) < 6 else "1"
    rows = await site.kept("coverage", lambda: site.read(_sources))
    blind = site.watching.blind_now(now)
    watched = {row["id"]: site.watching.of_source(SourceId(row["id"]), now, DAYS) for row in rows}
    nothing = timedelta()
    ordered = sorted(
        rows,
        key=lambda row: (
            row["state"] != "active",
            -(one.blind_for if (one := watched[row["id"]]) else nothing),
            row["id"],
        ),
    )
    pages = max(-(-len(ordered) // PAGE), 1)
    current = min(max(int(number), 1), pages)
    shown = ordered[(current - 1) * PAGE : current * PAGE]
    strips = {
        row["id"]: charts.strip(watched[row["id"]], DAYS, f"The last {DAYS} days of {row['name']}") for row in shown
    }
    return await site.page(
        "coverage.html",
        request,
        rows=shown,
        watched=watched,
        strips=strips,
        blind=blind,
        active=sum(row["state"] == "active" for row in rows),
        blind_active=sum(row["id"] in blind for row in rows if row["state"] == "active"),
        days=DAYS,
        page=current,
        pages=pages,
        unread=site.watching.unread(now, DAYS + 1),
    )


def _sources(db: Database) -> list[Row]:
    return db.rows(SOURCES)
