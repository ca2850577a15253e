"""The monitor at a glance: what rises, what is blind, what waits for a verdict."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.model import Tier
from monitor.store.database import Database
from monitor.web.queries.listing import Listing, listing
from monitor.web.queries.wanted import Wanted

DAY = timedelta(days=1)
USUAL_DAYS = 28
RISING = 2.0  # times what is usual
FEWEST = 3  # matches in a day, before anything rises
WAITING_DAYS = 30
MOST_WAITING = 1000  # counted

LATEST = "SELECT quote_id, count(*) AS matches FROM matches WHERE found_at >= ? GROUP BY quote_id"
USUAL = """
SELECT match_daily.quote_id, sum(matches) AS matches, quotes.added_at
FROM match_daily JOIN quotes ON quotes.id = match_daily.quote_id
WHERE day >= ? AND day < ? GROUP BY match_daily.quote_id
"""
WAITING = """
SELECT m.id FROM matches AS m INDEXED BY matches_by_tier
WHERE m.tier = 'suggest' AND m.found_at >= ? AND NOT EXISTS (SELECT 1 FROM verdicts WHERE match_id = m.id)
ORDER BY m.found_at DESC, m.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """A quote, its last 24 hours against a usual day."""

    quote_id: int
    quote: str
    matches: int  # in the last 24 hours
    usual: float  # a day, over the four weeks before
    times: float | None  # None: it was never found before


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The numbers of the overview."""

    last_day: int  # matches
    usual: float  # a day
    rising: tuple[Rising, ...]
    waiting: int
    quotes: int
    sources: int
    last_match_at: str | None


def newest(db: Database, size: int) -> Listing:
    """Return the newest matches sure enough to alert."""
    return listing(db, Wanted(tier=Tier.ALERT), size)


def glance(db: Database, now: datetime, most: int = 6) -> Glance:
    """Return the numbers of the overview."""
    latest = {row["quote_id"]: row["matches"] for row in db.rows(LATEST, now - DAY)}
    today = now.date()
    usual: dict[int, float] = {}
    for row in db.rows(USUAL, (today - timedelta(days=USUAL_DAYS)).isoformat(), today.isoformat()):
        tracked = (now - datetime.fromisoformat(row["added_at"])) / DAY
        usual[row["quote_id"]] = row["matches"] / min(max(tracked, 1.0), USUAL_DAYS)
    risen = sorted(
        (quote_id for quote_id, count in latest.items() if _rises(count, usual.get(quote_id, 0.0))),
        key=lambda quote_id: latest[quote_id] / max(usual.get(quote_id, 0.0), 0.5),
        reverse=True,
    )[:most]
    return Glance(
        last_day=sum(latest.values()),
        usual=sum(usual.values()),
        rising=tuple(_rising(db, quote_id, latest[quote_id], usual.get(quote_id, 0.0)) for quote_id in risen),
        waiting=len(db.rows(WAITING, now - WAITING_DAYS * DAY, MOST_WAITING)),
        quotes=db.value("SELECT count(*) FROM quotes WHERE removed_at IS NULL"),
        sources=db.value("SELECT count(*) FROM sources WHERE state = 'active'"),
        last_match_at=db.value("SELECT max(found_at) FROM matches"),
    )


def _rises(count: int, usual: float) -> bool:
    return count >= FEWEST and count > usual * RISING


def _rising(db: Database, quote_id: int, matches: int, usual: float) -> Rising:
    return Rising(
        quote_id=quote_id,
        quote=db.value("SELECT text FROM quotes WHERE id = ?", quote_id),
        matches=matches,
        usual=usual,
        times=matches / usual if usual else None,
    )


def names_of(db: Database) -> dict[int, str]:
    """Return the names of all sources that are not removed."""
    return {row["id"]: row["name"] for row in db.rows("SELECT id, name FROM sources WHERE state <> 'removed'")}


def active(db: Database) -> set[int]:
    """Return the sources that are polled."""
    return {row["id"] for row in db.rows("SELECT id FROM sources WHERE state = 'active'")}
