"""What makes an appearance worth a word more, counted: a spike, and a long silence that it ends.

What counts are matches sure enough to alert. What was already old when it was first seen (a new source's posts, a look
back) appeared when its post was published, as far as the post says.
"""

from datetime import datetime, timedelta

from monitor.core.model import AlertId, MatchId, QuoteId
from monitor.core.remarkable import LONG_SILENCE, USUAL_DAYS, silent_since, times_usual
from monitor.store.database import Database
from monitor.store.values import time_of, time_or_none


def spike(db: Database, quote_id: QuoteId, now: datetime) -> float | None:
    """Return how many times its usual rate a quote appeared in the last hour, or None when that is usual."""
    last_hour = db.value(
        "SELECT count(*) FROM matches WHERE quote_id = ?1 AND tier = 'alert' AND quiet IS NULL AND found_at >= ?2"
        " AND found_at <= ?3 AND id >= (SELECT id FROM matches WHERE found_at >= ?2 ORDER BY found_at LIMIT 1)",
        quote_id, now - timedelta(hours=1), now,
    )  # fmt: skip
    today = now.date()
    tracked = db.value("SELECT added_at FROM quotes WHERE id = ?", quote_id)
    days = 0 if tracked is None else min((today - time_of(tracked).date()).days, USUAL_DAYS)
    usual = db.value(
        "SELECT coalesce(sum(matches), 0) FROM match_daily"
        " WHERE quote_id = ? AND tier = 'alert' AND day >= ? AND day < ?",
        quote_id, (today - timedelta(days=days)).isoformat(), today.isoformat(),
    )  # fmt: skip
    return times_usual(last_hour, usual=usual, days=days)


def suggested(db: Database, lead_id: AlertId, *, until: datetime) -> int:
    """Return how many less sure matches of the quotes of a message were recorded while it was put together."""
    return db.value(  # type: ignore[no-any-return]
        "SELECT count(*) FROM matches WHERE tier = 'suggest' AND quiet = 'suggested' AND found_at <= ?2"
        " AND found_at >= (SELECT created_at FROM alerts WHERE id = ?1) AND quote_id IN ("
        " SELECT told.quote_id FROM alerts JOIN matches AS told ON told.id = alerts.match_id"
        " WHERE (alerts.id = ?1 OR alerts.told_in = ?1) AND alerts.state <> 'dead')",
        lead_id, until,
    )  # fmt: skip


def ended_silence(db: Database, match_id: MatchId) -> datetime | None:
    """Return when the quote of a match appeared last before it, if that is long ago."""
    row = db.row(
        "SELECT quote_id, quiet, found_at, published_at FROM matches JOIN posts ON posts.id = matches.post_id"
        " WHERE matches.id = ?",
        match_id,
    )
    if row is None:
        return None
    at = time_of((row["quiet"] and row["published_at"]) or row["found_at"])
    recent = db.value(
        "SELECT 1 FROM matches WHERE quote_id = ? AND id < ? AND tier = 'alert' AND quiet IS NULL AND found_at > ?"
        " ORDER BY id DESC LIMIT 1",
        row["quote_id"], match_id, at - LONG_SILENCE,
    )  # fmt: skip
    if recent:
        return None
    previous = db.value(
        "SELECT max(at) FROM ("
        " SELECT CASE WHEN matches.quiet IS NULL THEN found_at ELSE coalesce(published_at, found_at) END AS at"
        " FROM matches JOIN posts ON posts.id = matches.post_id WHERE quote_id = ?1 AND tier = 'alert'"
        " AND matches.id <> ?2 AND (matches.id < ?2 OR matches.quiet IS NOT NULL)) WHERE at <= ?3",
        row["quote_id"], match_id, at,
    )  # fmt: skip
    return silent_since(time_or_none(previous), now=at)
