"""`/matches`: every match, newest first, narrowed by what is asked."""

from dataclasses import replace

from datasette.utils.asgi import Request, Response

from monitor.core.errors import InputError
from monitor.core.model import MatchKind, Tier
from monitor.store.database import Database
from monitor.web.queries.cards import Card, cards
from monitor.web.queries.listing import Listing, listing
from monitor.web.queries.wanted import VERDICTS, Wanted, wanted
from monitor.web.site import Site
from monitor.web.texts import query

MOST_CHOICES = 2000


async def page(site: Site, request: Request) -> Response:
    """Show a page of matches, with the form that narrows them."""
    given = {name: request.args.get(name) or "" for name in request.args}
    problem = ""
    try:
        asked = wanted(given)
        found, shown = await site.read(_found, asked)
    except InputError as error:
        asked, found, shown, problem = Wanted(), Listing(ids=(), before=None), [], str(error)
    choices = await site.kept("choices", lambda: site.read(_choices))
    return await site.page(
        "matches.html",
        request,
        status=400 if problem else 200,
        wanted=asked,
        given=given,
        found=found,
        cards=shown,
        problem=problem,
        more=query(replace(asked, before="").address(), before=found.before) if found.before else None,
        first=query(replace(asked, before="").address()) if asked.before else None,
        kinds=list(MatchKind),
        tiers=list(Tier),
        verdicts=VERDICTS,
        **choices,
    )


def _found(db: Database, asked: Wanted) -> tuple[Listing, list[Card]]:
    found = listing(db, asked)
    return found, cards(db, found.ids)


def _choices(db: Database) -> dict[str, object]:
    """Return what can be chosen in the form."""
    return {
        "quotes": db.rows("SELECT id, text FROM quotes ORDER BY removed_at IS NOT NULL, id LIMIT ?", MOST_CHOICES),
        "sources": db.rows(
            "SELECT id, name FROM sources WHERE state <> 'removed' ORDER BY name COLLATE NOCASE LIMIT ?", MOST_CHOICES
        ),
        "langs": _langs(db),
    }


def _langs(db: Database) -> list[str]:
    """Return the languages there are, hopping along the index from each to the next."""
    found: list[str] = []
    last = ""
    while len(found) < 100:
        last = db.value("SELECT min(lang) FROM posts WHERE lang > ?", last)
        if last is None:
            break
        found.append(last)
    return found
