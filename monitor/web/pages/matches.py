"""`/matches`: every match, newest first, narrowed by what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from monitor.core.errors import InputError
from monitor.core.model import MatchKind, Tier
from monitor.store.database import Database
from monitor.web.queries.cards import Card, cards
from monitor.web.queries.listing import Listing, listing
from monitor.web.queries.wanted import VERDICTS, Wanted, wanted
from monitor.web.site import Site
from monitor.web.texts import cut, plain, query

MOST_CHOICES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A long list to choose from, written out once: it is most of the page, and the same on each."""

    names: Mapping[int, str]
    options: Markup

    @classmethod
    def of(cls, names: Mapping[int, str]) -> "Choice":
        """Return a list of these names."""
        written = (Markup('<option value="{}">{}</option>').format(number, name) for number, name in names.items())
        return cls(names=names, options=Markup("").join(written))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen in the form."""

    quotes: Choice
    sources: Choice
    langs: list[str]


async def page(site: Site, request: Request) -> Response:
    """Show a page of matches, with the form that narrows them."""
    given = {name: request.args.get(name) or "" for name in request.args}
    problem = ""
    try:
        asked = wanted(given)
        found, shown = await site.read(_found, asked)
    except InputError as error:
        asked, found, shown, problem = Wanted(), Listing(ids=(), before=None), [], str(error)
    return await site.page(
        "matches.html",
        request,
        status=400 if problem else 200,
        wanted=asked,
        given=given,
        numbers={name: _number(given.get(name, "")) for name in ("quote", "source")},
        found=found,
        cards=shown,
        problem=problem,
        more=query(replace(asked, before="").address(), before=found.before) if found.before else None,
        first=query(replace(asked, before="").address()) if asked.before else None,
        address=query(narrowed) if (narrowed := replace(asked, before="").address()) else "",
        kinds=list(MatchKind),
        tiers=list(Tier),
        verdicts=VERDICTS,
        choices=await choices(site),
    )


def _number(value: str) -> int | None:
    """Return a number that was given, for the form to show again; None: it is none, and `wanted` said so."""
    digits = value.strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None


async def choices(site: Site) -> Choices:
    """Return what can be chosen, a minute old at most."""
    return await site.kept("choices", lambda: site.read(_choices))


def _found(db: Database, asked: Wanted) -> tuple[Listing, list[Card]]:
    found = listing(db, asked)
    return found, cards(db, found.ids)


def _choices(db: Database) -> Choices:
    quotes = db.rows("SELECT id, text FROM quotes ORDER BY removed_at IS NOT NULL, id LIMIT ?", MOST_CHOICES)
    sources = db.rows(
        "SELECT id, name FROM sources WHERE state <> 'removed' ORDER BY name COLLATE NOCASE LIMIT ?", MOST_CHOICES
    )
    return Choices(
        quotes=Choice.of({row["id"]: f"{row['id']} · {cut(plain(row['text']), 70)}" for row in quotes}),
        sources=Choice.of({row["id"]: cut(plain(row["name"]), 60) for row in sources}),
        langs=_langs(db),
    )


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
