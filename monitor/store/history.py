"""The match history as people look things up in it: by quote, by words, by day."""

from datetime import date, datetime, timedelta

from monitor.core.history import DayCount, HistoryFilter, QuoteFacts, Statistics
from monitor.core.model import Appearance, MatchId, QuoteId
from monitor.store import matches, quotes, verdicts
from monitor.store.database import LARGEST, Database
from monitor.store.values import json_list, time_of, time_or_none

MOST_WORDS = 20  # of a search; more only make it slower
TOP_SOURCES = 5

# The conditions a search may have; each is written out only when it is asked for, so that an index serves it.
OF_QUOTE = "matches.quote_id = ?1"
OF_TIER = "matches.tier = ?2"
WITH_WORDS = """
matches.id IN (
    SELECT matches.id FROM (SELECT rowid FROM posts_fts WHERE posts_fts MATCH ?3 ORDER BY rowid DESC LIMIT 20000) AS hit
    CROSS JOIN matches ON matches.post_id = hit.rowid
    UNION SELECT * FROM (SELECT rowid FROM passages_fts WHERE passages_fts MATCH ?3 ORDER BY rowid DESC LIMIT 20000))
"""  # of words that are everywhere, in the newest posts that have them: else one search would hold up all else

FACTS = """
SELECT quotes.added_at, quotes.added_by,
    (SELECT coalesce(sum(matches), 0) FROM match_daily WHERE quote_id = quotes.id) AS matches,
    (SELECT coalesce(sum(matches), 0) FROM match_daily WHERE quote_id = quotes.id AND tier = 'alert') AS sure,
    (SELECT posts.first_seen_at FROM matches JOIN posts ON posts.id = matches.post_id
     WHERE matches.quote_id = quotes.id ORDER BY matches.id LIMIT 1) AS first_seen_at,
    (SELECT id FROM matches WHERE quote_id = quotes.id ORDER BY id DESC LIMIT 1) AS newest
FROM quotes WHERE quotes.id = ?
"""


def found(
    db: Database, wanted: HistoryFilter, *, limit: int, before: MatchId | None = None, after: MatchId | None = None
) -> list[Appearance]:
    """Return recorded matches, newest first: the newest of all, those before one, or those just after one."""
    ids = sorted(_ids(db, wanted, limit=limit, before=before, after=after), reverse=True)
    shown = matches.appearances(db, ids)
    return [shown[match_id] for match_id in ids]


def count(db: Database, wanted: HistoryFilter) -> int:
    """Return how many recorded matches there are of what is asked for."""
    if wanted.words:
        where, values = _where(wanted)
        return int(db.value(f"SELECT count(*) FROM matches WHERE {where}", *values))  # noqa: S608 - constants
    return int(
        db.value(
            "SELECT coalesce(sum(matches), 0) FROM match_daily WHERE (?1 IS NULL OR quote_id = ?1)"
            " AND (?2 IS NULL OR tier = ?2)",
            wanted.quote_id, wanted.tier,
        )
    )  # fmt: skip


def rows(db: Database, wanted: HistoryFilter, *, limit: int, before: MatchId | None = None) -> list[dict[str, object]]:
    """Return rows of the view `match_history`, newest first."""
    found_rows = db.rows(
        "SELECT * FROM match_history WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
        json_list(_ids(db, wanted, limit=limit, before=before)),
    )
    return [dict(row) for row in found_rows]


def _ids(
    db: Database, wanted: HistoryFilter, *, limit: int, before: MatchId | None = None, after: MatchId | None = None
) -> list[MatchId]:
    """Return the numbers of what is asked for: those before one, those just after one, or the newest."""
    where, values = _where(wanted)
    place = "matches.id > ?4 ORDER BY matches.id" if after is not None else "matches.id < ?4 ORDER BY matches.id DESC"
    edge = after if after is not None else before if before is not None else LARGEST
    asked = f"SELECT matches.id FROM matches WHERE {where} AND {place} LIMIT ?5"  # noqa: S608 - constants
    rows = db.rows(asked, *values, edge, limit)
    return [MatchId(row["id"]) for row in rows]


def _where(wanted: HistoryFilter) -> tuple[str, tuple[object, ...]]:
    """Return what is asked for as a condition on `matches`, with its values 1 to 3."""
    search = search_of(wanted.words)
    asked = [(OF_QUOTE, wanted.quote_id), (OF_TIER, wanted.tier), (WITH_WORDS, search or None)]
    conditions = [condition for condition, value in asked if value is not None]
    return " AND ".join(conditions) or "1", (wanted.quote_id, wanted.tier, search)


def search_of(words: str) -> str:
    """Return words as a full-text query that asks for all of them; none of them can be an operator of its syntax.

    The syntax: sqlite.org/fts5.html#full_text_query_syntax.
    """
    plain = [word.replace('"', "") for word in words.replace("\x00", " ").split()]
    asked = [word for word in plain if any(character.isalnum() for character in word)][:MOST_WORDS]
    return " ".join([*(f'"{word}"' for word in asked[:-1]), *(f'"{word}"*' for word in asked[-1:])])


def facts(db: Database, quote_id: QuoteId) -> QuoteFacts:
    """Return what tracking a quote has come to. Raises InputError when it is not tracked."""
    quote = quotes.must(db, quote_id)
    (row,) = db.rows(FACTS, quote_id)
    newest = matches.appearances(db, [row["newest"]]).get(row["newest"]) if row["newest"] else None
    return QuoteFacts(
        quote=quote,
        added_at=time_of(row["added_at"]),
        added_by=row["added_by"],
        matches=row["matches"],
        sure=row["sure"],
        first_seen_at=time_or_none(row["first_seen_at"]),
        last_seen_at=newest.first_seen_at if newest else None,
        last_seen_in=newest.source if newest else None,
        precision=verdicts.precision(db, quote_id),
        advice=verdicts.threshold_advice(db, quote_id),
    )


def statistics(db: Database, quote_id: QuoteId | None, *, now: datetime, days: int) -> Statistics:
    """Return counts of one quote's matches, or of all, with the last `days` days. InputError: not tracked."""
    since = (now - timedelta(days=days - 1)).date()
    return Statistics(
        facts=None if quote_id is None else facts(db, quote_id),
        total=count(db, HistoryFilter(quote_id=quote_id)),
        days=_days(db, quote_id, since=since, days=days),
        sources=_sources(db, quote_id),
    )


def _days(db: Database, quote_id: QuoteId | None, *, since: date, days: int) -> tuple[DayCount, ...]:
    rows = db.rows(
        "SELECT day, sum(matches) AS matches FROM match_daily"
        " WHERE (?1 IS NULL OR quote_id = ?1) AND day >= ?2 GROUP BY day",
        quote_id, since.isoformat(),
    )  # fmt: skip
    counted = {row["day"]: row["matches"] for row in rows}
    listed = (since + timedelta(days=number) for number in range(days))
    return tuple(DayCount(day=day, matches=counted.get(day.isoformat(), 0)) for day in listed)


def _sources(db: Database, quote_id: QuoteId | None) -> tuple[tuple[str, int], ...]:
    rows = db.rows(
        "SELECT sources.name, sum(match_daily.matches) AS matches FROM match_daily"
        " JOIN sources ON sources.id = match_daily.source_id WHERE (?1 IS NULL OR quote_id = ?1)"
        " GROUP BY sources.id ORDER BY 2 DESC, sources.id LIMIT ?2",
        quote_id, TOP_SOURCES,
    )  # fmt: skip
    return tuple((row["name"], row["matches"]) for row in rows)
