"""The `matches` table: one row for each (quote, post), and what an alert or a review shows of it.

A match remembers the digest of the wording it was found in, so its spans point into the right text also
after the post was edited.
"""

from collections.abc import Iterable
from datetime import datetime

from monitor.core.identity import text_digest
from monitor.core.model import AlertId, Appearance, Finding, MatchId, MatchKind, PostId, QuoteId, Tier
from monitor.store import stories
from monitor.store.database import Database, Row
from monitor.store.judgements import judgement
from monitor.store.values import (
    explanation_json,
    explanation_of,
    json_list,
    spans_json,
    spans_of,
    time_of,
    time_or_none,
)

TOLD = 50  # matches of one message that are looked at again

APPEARANCES = """
SELECT
    matches.id, matches.quote_id, matches.spans, matches.part, matches.score, matches.tier, matches.kind,
    matches.explanation, matches.found_at,
    quotes.text AS quote,
    CASE WHEN matches.variant_id IS NOT NULL THEN matches.wording END AS variant,
    coalesce(post_versions.text, posts.text) AS text,
    posts.url, posts.author, posts.published_at, posts.first_seen_at, posts.edited_at, posts.deleted_at,
    CASE WHEN post_versions.id IS NOT NULL THEN posts.text END AS says_now,
    CASE WHEN post_versions.id IS NULL AND posts.edited_at IS NOT NULL THEN (
        SELECT older.text FROM post_versions AS older WHERE older.post_id = posts.id ORDER BY older.id DESC LIMIT 1
    ) END AS said_before,
    matches.repeats,
    (SELECT count(*) FROM matches AS repost WHERE repost.repeats = matches.id) AS reposts,
    judged.verdict, judged.note, judged.given_at, judged.given_by, judged.given_name,
    sources.name AS source,
    first_match.found_at AS first_appeared_at,
    first_source.name AS first_appeared_in
FROM matches
JOIN quotes ON quotes.id = matches.quote_id
JOIN posts ON posts.id = matches.post_id
JOIN sources ON sources.id = posts.source_id
LEFT JOIN post_versions
    ON post_versions.post_id = matches.post_id AND post_versions.text_digest = matches.matched_text_digest
LEFT JOIN verdicts AS judged ON judged.id = (SELECT max(id) FROM verdicts WHERE verdicts.match_id = matches.id)
LEFT JOIN matches AS first_match ON first_match.id = (
    SELECT min(older.id) FROM matches AS older WHERE older.quote_id = matches.quote_id AND older.id < matches.id
)
LEFT JOIN posts AS first_post ON first_post.id = first_match.post_id
LEFT JOIN sources AS first_source ON first_source.id = first_post.source_id
WHERE matches.id IN (SELECT value FROM json_each(?))
"""


def record(db: Database, post_id: PostId, finding: Finding, at: datetime) -> MatchId | None:
    """Record a match and return its id, or None when this quote is recorded in this post already."""
    match = finding.match
    found = db.value(
        "INSERT INTO matches (post_id, quote_id, variant_id, wording, matched_text_digest, spans, start, \"end\","
        " passage, part, score, threshold, tier, kind, explanation, engine, quiet, found_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        post_id, match.quote.id, match.variant and match.variant.id, (match.variant or match.quote).text,
        text_digest(match.post), spans_json(match.spans), match.start, match.end, match.passage,
        match.post.part_at(match.start), match.score, match.threshold, match.tier, match.kind,
        explanation_json(match.explanation), match.engine, finding.quiet, at,
    )  # fmt: skip
    if found is None:
        return None
    match_id = MatchId(found)
    _count(db, post_id, finding, at)
    repeated = stories.tell_apart(db, match_id, post_id, finding, at)
    if repeated is not None:
        db.change("UPDATE matches SET repeats = ? WHERE id = ?", repeated, match_id)
    return match_id


def say_again(db: Database, post_id: PostId, finding: Finding) -> MatchId | None:
    """Fill a match in anew whose words were blanked, and return its id; None when there is none such.

    What was told of it stays: its tier, and whether it was quiet.
    """
    match = finding.match
    found = db.value(
        "UPDATE matches SET variant_id = ?, wording = ?, matched_text_digest = ?, spans = ?, start = ?, \"end\" = ?,"
        " passage = ?, part = ?, score = ?, threshold = ?, kind = ?, explanation = ?, engine = ?"
        " WHERE post_id = ? AND quote_id = ? AND passage = '' RETURNING id",
        match.variant and match.variant.id, (match.variant or match.quote).text, text_digest(match.post),
        spans_json(match.spans), match.start, match.end, match.passage, match.post.part_at(match.start), match.score,
        match.threshold, match.kind, explanation_json(match.explanation), match.engine, post_id, match.quote.id,
    )  # fmt: skip
    return None if found is None else MatchId(found)


def read_again(db: Database, post_ids: Iterable[PostId]) -> None:
    """Take the passages of matches whose words were blanked from the words of their posts, which are there again."""
    db.change(
        "UPDATE matches SET passage = substr(posts.text, matches.start + 1, matches.\"end\" - matches.start)"
        " FROM posts WHERE posts.id = matches.post_id AND posts.text_digest = matches.matched_text_digest"
        " AND matches.passage = '' AND matches.post_id IN (SELECT value FROM json_each(?))",
        json_list(post_ids),
    )  # fmt: skip


def _count(db: Database, post_id: PostId, finding: Finding, at: datetime) -> None:
    """Add one to the matches of the day, which charts are drawn from; looking back finds what was there before."""
    db.change(
        "INSERT INTO match_daily (day, quote_id, source_id, tier, matches)"
        " SELECT substr(iif(?5 = 'backfill', posts.first_seen_at, ?1), 1, 10), ?2, posts.source_id, ?3, 1"
        " FROM posts WHERE posts.id = ?4"
        " ON CONFLICT (quote_id, day, source_id, tier) DO UPDATE SET matches = match_daily.matches + 1",
        at, finding.match.quote.id, finding.match.tier, post_id, finding.quiet,
    )  # fmt: skip


def newest(db: Database, *, limit: int, quote_id: QuoteId | None, before_id: MatchId | None) -> list[Appearance]:
    """Return recorded matches, newest first; `before_id` is the last of the previous page."""
    rows = db.rows(
        "SELECT id FROM matches WHERE (?1 IS NULL OR quote_id = ?1) AND (?2 IS NULL OR id < ?2)"
        " ORDER BY id DESC LIMIT ?3",
        quote_id, before_id, limit,
    )  # fmt: skip
    wanted = [MatchId(row["id"]) for row in rows]
    found = appearances(db, wanted)
    return [found[match_id] for match_id in wanted]


def told_by(db: Database, alert_id: AlertId) -> list[Appearance]:
    """Return what the message of an alert tells, the alert's own match first, then the newest of the others."""
    rows = db.rows(
        "SELECT match_id FROM alerts WHERE id = ?1 OR (told_in = ?1 AND state <> 'dead')"
        " ORDER BY id <> ?1, match_id DESC LIMIT ?2",
        alert_id, TOLD,
    )  # fmt: skip
    wanted = [MatchId(row["match_id"]) for row in rows]
    found = appearances(db, wanted)
    return [found[match_id] for match_id in wanted]


def appearances(db: Database, match_ids: Iterable[MatchId]) -> dict[MatchId, Appearance]:
    """Return all that is shown of these matches."""
    rows = db.rows(APPEARANCES, json_list(match_ids))
    seen_before = _seen_before(db, rows)
    return {MatchId(row["id"]): _appearance(row, seen_before[MatchId(row["id"])]) for row in rows}


def _seen_before(db: Database, rows: Iterable[Row]) -> dict[MatchId, int]:
    """Return how many matches of its quote precede each match, counting each of them once for all."""
    counts: dict[MatchId, int] = {}
    reached: dict[int, tuple[int, int]] = {}
    for row in sorted(rows, key=lambda row: row["id"]):
        since, before = reached.get(row["quote_id"], (0, 0))
        more = db.value(
            "SELECT count(*) FROM matches WHERE quote_id = ? AND id >= ? AND id < ?", row["quote_id"], since, row["id"]
        )
        counts[MatchId(row["id"])] = before + more
        reached[row["quote_id"]] = row["id"], before + more
    return counts


def _appearance(row: Row, seen_before: int) -> Appearance:
    return Appearance(
        match_id=MatchId(row["id"]),
        quote_id=QuoteId(row["quote_id"]),
        quote=row["quote"],
        variant=row["variant"],
        text=row["text"],
        spans=spans_of(row["spans"]),
        part=row["part"],
        score=row["score"],
        tier=Tier(row["tier"]),
        kind=MatchKind(row["kind"]),
        explanation=explanation_of(row["explanation"]),
        source=row["source"],
        url=row["url"],
        author=row["author"],
        published_at=time_or_none(row["published_at"]),
        first_seen_at=time_of(row["first_seen_at"]),
        seen_before=seen_before,
        first_appeared_at=time_or_none(row["first_appeared_at"]),
        first_appeared_in=row["first_appeared_in"],
        judgement=judgement(row) if row["verdict"] else None,
        repeats=row["repeats"],
        reposts=row["reposts"],
        edited_at=time_or_none(row["edited_at"]),
        deleted_at=time_or_none(row["deleted_at"]),
        said_before=row["said_before"],
        says_now=row["says_now"],
    )
