"""Stored posts played again, and what matching them again found, recorded.

Posts come in the order they were recorded, each with every wording it had, so that the same file always plays the
same tape.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from monitor.core.history import StoredMatch, Taped
from monitor.core.model import Finding, MatchId, MatchKind, PostId, QuoteId, Tier
from monitor.store import alerts, evidence, matches, posts
from monitor.store.database import Database, Row
from monitor.store.values import json_list, spans_of


def played(db: Database, *, after: PostId, limit: int) -> list[Taped]:
    """Return the posts recorded after this one, at most `limit`, in the order they were recorded; no blanked ones."""
    rows = db.rows("SELECT * FROM posts WHERE id > ? AND redacted_at IS NULL ORDER BY id LIMIT ?", after, limit)
    older: dict[int, list[Row]] = {}
    for version in db.rows(
        "SELECT post_id, text, parts FROM post_versions WHERE post_id IN (SELECT value FROM json_each(?))"
        " ORDER BY id DESC",
        json_list(row["id"] for row in rows),
    ):
        older.setdefault(version["post_id"], []).append(version)
    return [
        Taped(
            post_id=PostId(row["id"]),
            wordings=tuple(posts.plain(posts.of_row(row, wording)) for wording in (row, *older.get(row["id"], ()))),
        )
        for row in rows
    ]


def start(db: Database, *, newest: int | None, since: datetime | None) -> PostId:
    """Return the post after which to begin: with the `newest` so many, with those first seen `since` then; 0: all."""
    by_count = newest and db.value("SELECT id FROM posts ORDER BY id DESC LIMIT 1 OFFSET ?", newest)
    by_time = since and db.value("SELECT max(id) FROM posts WHERE first_seen_at < ?", since)
    return PostId(max(by_count or 0, by_time or 0))


def stored(
    db: Database, post_ids: Collection[PostId], quote_ids: Collection[QuoteId]
) -> dict[tuple[PostId, QuoteId], StoredMatch]:
    """Return what is recorded of these quotes in these posts."""
    rows = db.rows(
        "SELECT * FROM matches WHERE post_id IN (SELECT value FROM json_each(?))"
        " AND quote_id IN (SELECT value FROM json_each(?))",
        json_list(post_ids), json_list(quote_ids),
    )  # fmt: skip
    known = [_stored(row) for row in rows]
    return {(match.post_id, match.quote_id): match for match in known}


def record(db: Database, findings: Sequence[tuple[PostId, Finding]], at: datetime) -> list[MatchId]:
    """Record matches found in stored posts, and alert those that are not quiet; return the new ones."""
    new: list[MatchId] = []
    for post_id, finding in findings:
        match_id = matches.record(db, post_id, finding, at)
        if match_id is not None:
            alerts.add(db, match_id, finding, at)
            new.append(match_id)
    evidence.tie_to_kept(db, new)
    return new


def _stored(row: Row) -> StoredMatch:
    return StoredMatch(
        match_id=MatchId(row["id"]),
        post_id=PostId(row["post_id"]),
        quote_id=QuoteId(row["quote_id"]),
        text_digest=row["matched_text_digest"],
        spans=spans_of(row["spans"]),
        score=row["score"],
        tier=Tier(row["tier"]),
        kind=MatchKind(row["kind"]),
        engine=row["engine"],
    )
