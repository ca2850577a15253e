"""`/quote/N`: a quote's family, its course over time, where it came from and what became of it."""

import json
from datetime import UTC, date, datetime, timedelta

from datasette.utils.asgi import NotFound, Request, Response

from monitor.core.verdicts import Precision, Verdict, proposed_threshold
from monitor.store.database import Database, Row
from monitor.web import charts
from monitor.web.digest import Digest
from monitor.web.pages.feed import addresses
from monitor.web.queries import quotes
from monitor.web.queries.cards import Card, cards
from monitor.web.queries.judged import judged
from monitor.web.queries.listing import listing
from monitor.web.queries.wanted import Wanted
from monitor.web.site import Site

SPANS = {"30": "30 days", "90": "90 days", "365": "a year", "all": "all of it"}
USUAL_SPAN = "90"
NEWEST = 5
TOP = 10


async def page(site: Site, request: Request) -> Response:
    """Show one quote."""
    number = int(request.url_vars["number"])
    row = await site.read(quotes.quote, number)
    if row is None:
        raise NotFound("quote")
    now = site.now()
    counted = await site.kept(("counts", number), lambda: site.read_patiently(quotes.counts, number))
    variants, newest_verdict, newest = await site.read(_about, number)
    given = await site.kept(("judged", number, newest_verdict), lambda: site.read(judged, number))
    digest = await site.digests.of(number, row["text"])
    span = request.args.get("days") or USUAL_SPAN
    span = span if span in SPANS else USUAL_SPAN
    bars = _bars(site, counted, span, now)
    verdicts = [verdict for _, verdict in given]
    return await site.page(
        "quote.html",
        request,
        quote=row,
        near=json.loads(row["near"]),
        excluded=json.loads(row["excluded"]),
        tags=json.loads(row["tags"]),
        variants=variants,
        counts=counted,
        bars=bars,
        chart=charts.timeline(bars, _spoken(row, bars)),
        span=span,
        spans=SPANS,
        digest=digest,
        lags=_lags(digest),
        authors=digest.authors,
        top_sources=counted.by_source[:TOP],
        precision=Precision(counts={verdict: verdicts.count(verdict) for verdict in Verdict}),
        advice=proposed_threshold(given, present=row["threshold"]),
        newest=newest,
        feeds=await addresses(site, request, number),
    )


def _about(db: Database, number: int) -> tuple[list[Row], int | None, list[Card]]:
    newest = cards(db, listing(db, Wanted(quote=number), NEWEST).ids)
    return quotes.variants(db, number), db.value("SELECT max(id) FROM verdicts"), newest


def _bars(site: Site, counted: quotes.Counts, span: str, now: datetime) -> list[charts.Bar]:
    last = now.astimezone(UTC).date()
    first = min(counted.by_day, default=last)
    if span != "all":
        first = last - timedelta(days=int(span) - 1)
    return charts.bars(counted.by_day, site.watching.shares(_days(first, last)), first, last)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _spoken(row: Row, bars: list[charts.Bar]) -> str:
    found = sum(bar.sure + bar.maybe for bar in bars)
    return f"Matches of quote {row['id']} over time: {found} from {bars[0].label} to {bars[-1].label}"


def _lags(digest: Digest) -> list[tuple[str, object, timedelta]]:
    """Return the sorts of places, the first to say it first, and how long after the first each said it."""
    ordered = sorted(digest.firsts.items(), key=lambda one: one[1].said_at)
    if not ordered:
        return []
    first = datetime.fromisoformat(ordered[0][1].said_at)
    return [(kind, one, datetime.fromisoformat(one.said_at) - first) for kind, one in ordered]
