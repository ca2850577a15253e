"""Quotes: all of them with how much is found of each, and one with its family and its counts by day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.store.database import Database, Row
from monitor.store.values import json_list

PAGE = 60
RECENT = timedelta(days=28)

QUOTES = """
SELECT q.id, q.text, q.speaker, q.lang, q.tags, q.added_at, q.removed_at, q.paused_at, q.threshold,
    (SELECT count(*) FROM variants WHERE quote_id = q.id AND removed_at IS NULL) AS variants,
    (SELECT max(found_at) FROM matches WHERE quote_id = q.id) AS last_at
FROM quotes AS q WHERE q.id IN (SELECT value FROM json_each(?))
"""
FOUND = """
SELECT q.id FROM quotes AS q WHERE (?1 OR q.removed_at IS NULL)
AND (?2 = '' OR instr(q.words, ?2) OR instr(lower(q.text), ?2) OR instr(lower(coalesce(q.speaker, '')), ?2)
    OR EXISTS (SELECT 1 FROM variants WHERE quote_id = q.id AND instr(words, ?2)))
"""
RECENT_COUNTS = "SELECT quote_id, sum(matches) AS matches FROM match_daily WHERE day >= ? GROUP BY quote_id"
TOTALS = "SELECT quote_id, count(*) AS matches FROM matches INDEXED BY matches_of_quote GROUP BY quote_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePage:
    """Some of the quotes, busiest first."""

    rows: tuple[Row, ...]
    often: "Often"
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """How often each quote was found."""

    recent: dict[int, int]  # in the last four weeks
    totals: dict[int, int]


def often(db: Database, now: datetime) -> Often:
    """Return how often each quote was found."""
    since = (now - RECENT).date().isoformat()
    return Often(
        recent={row["quote_id"]: row["matches"] for row in db.rows(RECENT_COUNTS, since)},
        totals={row["quote_id"]: row["matches"] for row in db.rows(TOTALS)},
    )


def quotes(db: Database, counted: Often, *, words: str = "", page: int = 1, removed: bool = False) -> QuotePage:
    """Return a page of the quotes whose words, speaker or variants have `words` in them."""
    found = [row["id"] for row in db.rows(FOUND, removed, words)]
    ordered = sorted(found, key=lambda number: (-counted.recent.get(number, 0), number))
    pages = max((len(ordered) + PAGE - 1) // PAGE, 1)
    page = min(max(page, 1), pages)
    shown = ordered[(page - 1) * PAGE : page * PAGE]
    rows = {row["id"]: row for row in db.rows(QUOTES, json_list(shown))}
    return QuotePage(
        rows=tuple(rows[number] for number in shown),
        often=counted,
        total=len(ordered),
        page=page,
        pages=pages,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often a quote was found: by day, and by source."""

    by_day: dict[date, tuple[int, int]]  # sure ones, suggestions
    by_source: list[tuple[str, int, str, int]]  # name, number, kind and matches of a source; most first
    total: int


def quote(db: Database, quote_id: int) -> Row | None:
    """Return a quote, removed ones too; None: there is none of this number."""
    return db.row("SELECT * FROM quotes WHERE id = ?", quote_id)


def variants(db: Database, quote_id: int) -> list[Row]:
    """Return the other wordings of a quote."""
    return db.rows("SELECT * FROM variants WHERE quote_id = ? AND removed_at IS NULL ORDER BY id", quote_id)


def counts(db: Database, quote_id: int) -> Counts:
    """Return how often a quote was found."""
    sources = {row["id"]: row for row in db.rows("SELECT id, name, kind FROM sources")}
    by_day: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0])
    for row in db.rows(
        "SELECT day, tier, sum(matches) AS matches FROM match_daily WHERE quote_id = ? GROUP BY day, tier", quote_id
    ):
        by_day[date.fromisoformat(row["day"])][row["tier"] == "suggest"] += row["matches"]
    by_source = [
        (sources[row["source_id"]]["name"], row["source_id"], sources[row["source_id"]]["kind"], row["matches"])
        for row in db.rows(
            "SELECT source_id, sum(matches) AS matches FROM match_daily WHERE quote_id = ?"
            " GROUP BY source_id ORDER BY 2 DESC, 1",
            quote_id,
        )
    ]
    return Counts(
        by_day={day: (sure, maybe) for day, (sure, maybe) in sorted(by_day.items())},
        by_source=by_source,
        total=sum(matches for *_, matches in by_source),
    )
