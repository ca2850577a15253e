"""The history to take along: matches as CSV, JSONL or a feed, a quote's chart and report, packs of evidence.

Rows are read a batch at a time, each in a view of the database of its own that lasts milliseconds: somebody who takes
a file slowly neither fills memory nor keeps SQLite from tidying its log. New matches come at the other end of the list
than the one that is read on, so that none is missed or doubled.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

from datasette.utils.asgi import AsgiStream, NotFound, Request, Response

from monitor.core.errors import InputError
from monitor.core.history import Statistics
from monitor.core.model import MatchId, QuoteId
from monitor.evidence.pack import packed
from monitor.export.atom import FeedFacts, write_atom
from monitor.export.charts import svg
from monitor.export.report import LISTED, report
from monitor.export.rows import Row, write_csv, write_jsonl
from monitor.store.database import Database
from monitor.store.values import json_list, time_of
from monitor.web.feeds import TOKEN
from monitor.web.queries import quotes
from monitor.web.queries.listing import listing
from monitor.web.queries.wanted import Wanted, wanted
from monitor.web.site import Site, TookTooLong
from monitor.web.texts import cut, query

AT_ONCE = 500  # rows
FEED_ENTRIES = 100
MOST_PACKED = 1000  # matches of a quote, in one pack
DAYS = {"30": 30, "90": 90, "365": 365, "all": 3660}
TRACKED_SINCE = datetime(2026, 1, 1, tzinfo=UTC)  # part of the ids in a feed of several quotes: never to be changed
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}
COLUMNS = "SELECT name FROM pragma_table_info('match_history')"
ROWS = "SELECT * FROM match_history WHERE id IN (SELECT value FROM json_each(?))"


async def matches(site: Site, request: Request) -> Any:
    """Answer with the wanted matches, all of them, newest first: `/matches.csv?quote=3`."""
    form = request.url_vars["form"]
    asked = replace(_asked(request), before="")
    if form == "atom":
        return await _feed(site, request, asked)
    if site.exports.locked():
        raise TookTooLong("Others are exporting just now: try again in a minute.")
    written = _csv if form == "csv" else _jsonl
    columns = await site.read(_columns)
    await site.read(_batch, asked, 1)  # what cannot be asked is said now, not in the file

    async def sent(writer: Any) -> None:
        async with site.exports:
            await writer.write(written([], columns, first=True))
            async for rows in _batches(site, asked):
                await writer.write(written(rows, columns, first=False))

    return AsgiStream(sent, headers=_named(f"{_name(asked)}.{form}"), content_type=TYPES[form])


def _asked(request: Request) -> Wanted:
    return wanted({name: request.args.get(name) or "" for name in request.args})


async def _batches(site: Site, asked: Wanted) -> AsyncIterator[list[Row]]:
    while True:
        rows, before = await site.read_patiently(_batch, asked, AT_ONCE)
        yield rows
        if before is None:
            return
        asked = replace(asked, before=before)


def _batch(db: Database, asked: Wanted, size: int) -> tuple[list[Row], str | None]:
    """Return some of the matches, and where the next ones begin; None: there are no more."""
    found = listing(db, asked, size)
    rows = {row["id"]: dict(row) for row in db.rows(ROWS, json_list(found.ids))}
    return [rows[number] for number in found.ids], found.before


def _columns(db: Database) -> list[str]:
    return [row["name"] for row in db.rows(COLUMNS)]


def _csv(rows: list[Row], columns: list[str], *, first: bool) -> str:
    """Return rows as CSV; `first`: with the names, after the mark by which spreadsheets know UTF-8."""
    out = StringIO(newline="")
    write_csv(rows, out, columns=columns)
    return f"\ufeff{out.getvalue()}" if first else out.getvalue().partition("\r\n")[2]


def _jsonl(rows: list[Row], columns: list[str], *, first: bool) -> str:
    del columns, first
    out = StringIO()
    write_jsonl(rows, out)
    return out.getvalue()


async def _feed(site: Site, request: Request, asked: Wanted) -> Response:
    rows, _ = await site.read(_batch, asked, FEED_ENTRIES)
    quote = await site.read(quotes.quote, asked.quote) if asked.quote is not None else None
    if asked.quote is not None and quote is None:
        raise NotFound("quote")
    since = time_of(quote["added_at"]) if quote else TRACKED_SINCE
    pages = site.pages(request)
    token = {TOKEN: given} if (given := request.args.get(TOKEN)) else {}
    facts = FeedFacts(
        subject=_subject(asked),
        title=f"“{cut(quote['text'], 100)}”" if quote else "Quote Monitor",
        since=since,
        updated=max((time_of(str(row["found_at"])) for row in rows), default=since),
        # Readers may go on with this address: it keeps the token that it was read with.
        address=f"{pages}{request.path}{query(asked.address() | token)}" if pages else None,
        authority=(urlsplit(pages or "").hostname or "localhost").lower(),
        pages=pages,
    )
    out = StringIO()
    write_atom(rows, out, feed=facts)
    return _unless_known(request, out.getvalue(), "application/atom+xml; charset=utf-8")


def _subject(asked: Wanted) -> str:
    """Return what names a feed for good."""
    given = asked.address()
    if set(given) <= {"quote"}:
        return f"quote/{given['quote']}" if given else "quotes"
    return f"matches{query(given)}"


def _unless_known(request: Request, body: str, kind: str) -> Response:
    """Answer with a text, or that whoever asks has it already (RFC 9110, section 13.1.2)."""
    etag = f'"{hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()[:32]}"'
    if etag in request.headers.get("if-none-match", ""):
        return Response("", status=304, headers={"etag": etag}, content_type=kind)
    return Response(body, headers={"etag": etag}, content_type=kind)


async def chart(site: Site, request: Request) -> Response:
    """Answer with a quote's matches by day as a picture: `/quote/3.svg?days=365`."""
    about = await _statistics(site, request)
    assert about.facts is not None, "statistics of one quote"
    return _unless_known(request, svg(about.days, f"“{about.facts.quote.text}”"), "image/svg+xml; charset=utf-8")


async def printable(site: Site, request: Request) -> Response:
    """Answer with a report of a quote on one page, to print or to send."""
    about = await _statistics(site, request)
    rows, _ = await site.read(_batch, Wanted(quote=int(request.url_vars["number"])), LISTED)
    return Response.html(await asyncio.to_thread(report, about, rows, made_at=site.now()))


async def _statistics(site: Site, request: Request) -> Statistics:
    number = int(request.url_vars["number"])
    row = await site.read(quotes.quote, number)
    if row is None:
        raise NotFound("quote")
    if row["removed_at"]:
        raise InputError("This quote was removed: its matches can be taken along as CSV or JSONL.")
    known = (site.now() - time_of(row["added_at"])).days + 1
    days = min(DAYS.get(request.args.get("days") or "", DAYS["90"]), max(known, DAYS["30"]))
    ask: Callable[..., Statistics] = site.store.statistics
    return await site.call(ask, QuoteId(number), now=site.now(), days=days)


async def evidence(site: Site, request: Request) -> Response:
    """Answer with what proves a match, or the newest matches of a quote: what was received, byte for byte."""
    what, number = request.url_vars["what"], int(request.url_vars["number"])
    if what == "quote":
        chosen = await site.call(site.store.matches_of, QuoteId(number), limit=MOST_PACKED)
    else:
        chosen = [MatchId(number)] if await site.call(site.store.has_match, MatchId(number)) else []
    if not chosen:
        raise NotFound(what)
    proof = await site.call(site.store.proof, chosen)
    pack = await asyncio.to_thread(packed, proof, made_at=site.now())
    return Response(pack, headers=_named(f"evidence-{what}-{number}.zip"), content_type="application/zip")


def _name(asked: Wanted) -> str:
    return "matches" if asked.quote is None else f"matches-quote-{asked.quote}"


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
