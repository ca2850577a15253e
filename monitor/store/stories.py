"""The `stories` table: by what a repost is known to be one. It holds marks of the matches of the last week.

What says the same as a story shares one of its marks (`monitor.core.repeats`), so only the few matches that do are
compared, and a burst stays fast. A match that may alert repeats only one that might alert too: what was recorded in
silence, such as the posts a new source already had, never keeps anybody from hearing of a repost.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.core.identity import digest
from monitor.core.model import Finding, MatchId, PostId, QuoteId, Tier
from monitor.core.repeats import Story, are_alike, story, surroundings
from monitor.store.database import Database, Row
from monitor.store.values import json_list, spans_of

REPEATED_WITHIN = timedelta(days=7)
COMPARED = 8  # matches, for each mark; the newest

NEAR = """
SELECT matches.id, matches.spans, coalesce(post_versions.text, posts.text) AS text, sources.name AS source
FROM matches
JOIN posts ON posts.id = matches.post_id
JOIN sources ON sources.id = posts.source_id
LEFT JOIN post_versions
    ON post_versions.post_id = matches.post_id AND post_versions.text_digest = matches.matched_text_digest
WHERE matches.id IN (SELECT value FROM json_each(?)) ORDER BY matches.id DESC
"""


def tell_apart(db: Database, match_id: MatchId, post_id: PostId, finding: Finding, at: datetime) -> MatchId | None:
    """Return the earlier match of this quote whose post says the same, or None; keep the marks of this one.

    One place read in two ways (the same guid and link in two sources) is the same, whatever each says of it.
    """
    place = db.row(
        "SELECT posts.guid, posts.link, sources.name FROM posts JOIN sources ON sources.id = posts.source_id"
        " WHERE posts.id = ?",
        post_id,
    )
    assert place is not None, f"post {post_id} is being recorded"
    match = finding.match
    here = story(match.post.text, match.spans, names=[place["name"]])
    near = here.nearest()
    certain = [here.whole, digest("place", place["guid"], place["link"])] if place["link"] else [here.whole]
    may_alert = finding.quiet is None and match.tier is Tier.ALERT
    since = at - REPEATED_WITHIN
    found = next(iter(_with(db, match.quote.id, certain, may_alert=may_alert, since=since)), None)
    if found is None:
        candidates = _with(db, match.quote.id, near, may_alert=may_alert, since=since)
        found = _alike(here, db.rows(NEAR, json_list(candidates)))
    prune(db, at)
    _keep(db, match.quote.id, certain if found else [*certain, *near], found or match_id)
    return found


def prune(db: Database, now: datetime) -> int:
    """Forget the marks of matches that are too old to be repeated; return how many."""
    oldest = db.value("SELECT id FROM matches WHERE found_at >= ? ORDER BY found_at, id LIMIT 1", now - REPEATED_WITHIN)
    if oldest is None:
        return db.change("DELETE FROM stories")
    return db.change("DELETE FROM stories WHERE match_id < ?", oldest)


def _with(db: Database, quote_id: QuoteId, marks: Iterable[str], *, may_alert: bool, since: datetime) -> list[MatchId]:
    """Return the newest matches that have one of these marks."""
    rows = [
        row
        for mark in marks
        for row in db.rows(
            "SELECT matches.id FROM stories JOIN matches ON matches.id = stories.match_id"
            " WHERE stories.quote_id = ? AND stories.mark = ? AND matches.found_at >= ?"
            " AND (NOT ? OR (matches.quiet IS NULL AND matches.tier = 'alert'))"
            " ORDER BY stories.match_id DESC LIMIT ?",
            quote_id, mark, since, may_alert, COMPARED,
        )
    ]  # fmt: skip
    return [MatchId(row["id"]) for row in rows]


def _alike(here: Story, candidates: Iterable[Row]) -> MatchId | None:
    """Return the newest of the candidates that says the same."""
    for row in candidates:
        if are_alike(here.near, surroundings(row["text"], spans_of(row["spans"]), names=[row["source"]])):
            return MatchId(row["id"])
    return None


def _keep(db: Database, quote_id: QuoteId, marks: Iterable[str], match_id: MatchId) -> None:
    for mark in marks:
        db.change(
            "INSERT INTO stories (quote_id, mark, match_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            quote_id, mark, match_id,
        )  # fmt: skip
