"""The `rechecks` table: later looks at posts in which a quote was found, planned when it is found."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.core.evidence import RECHECKED_AFTER, EvidenceId, Received, Recheck, RecheckOutcome
from monitor.core.model import Arrival, PostId, SourceId
from monitor.store import evidence, posts, redaction, stale
from monitor.store.database import Database, Row
from monitor.store.values import json_list

DUE = """
SELECT posts.id, posts.source_id, posts.guid, posts.url, posts.text,
    (SELECT json_group_array(passage) FROM matches WHERE matches.post_id = posts.id AND passage <> '') AS passages,
    EXISTS (SELECT 1 FROM rechecks AS earlier WHERE earlier.post_id = posts.id AND earlier.outcome = 'same') AS was_seen
FROM posts
WHERE posts.id IN (
    SELECT post_id FROM rechecks WHERE done_at IS NULL AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2
)
"""


def plan(db: Database, post_ids: Sequence[PostId], at: datetime) -> None:
    """Plan the later looks at posts in which a quote was found."""
    for post_id in dict.fromkeys(post_ids):
        for after in RECHECKED_AFTER:
            db.change(
                "INSERT INTO rechecks (post_id, after_s, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                post_id, after.total_seconds(), at + after,
            )  # fmt: skip


def due(db: Database, now: datetime, *, limit: int) -> list[Recheck]:
    """Return the posts to look at again, those that wait longest first; `limit` planned looks are gone through."""
    found = {row["id"]: _recheck(row) for row in db.rows(DUE, now, limit)}
    order = db.rows(
        "SELECT post_id, min(due_at) AS due_at FROM rechecks WHERE done_at IS NULL"
        " AND post_id IN (SELECT value FROM json_each(?)) GROUP BY post_id ORDER BY due_at, post_id",
        json_list(found),
    )
    return [found[row["post_id"]] for row in order]


def done(
    db: Database,
    looked: Recheck,
    outcome: RecheckOutcome,
    *,
    at: datetime,
    received: Received | None = None,
    now_says: str | None = None,
    redact: bool = False,
) -> None:
    """Record a look, with what was received; it serves for all looks at the post that are due by then.

    An edit is recorded like a source's own (`now_says`, when the new words are known), and so is a deletion; `redact`:
    its words are blanked then.
    """
    kept: EvidenceId | None = evidence.keep(db, received) if received else None
    db.change(
        "UPDATE rechecks SET done_at = ?1, outcome = ?2, evidence_id = ?3"
        " WHERE post_id = ?4 AND done_at IS NULL AND due_at <= ?1",
        at, outcome, kept, looked.post_id,
    )  # fmt: skip
    if outcome is RecheckOutcome.GONE:
        posts.take_back(db, looked.source_id, [looked.guid], at)
        if redact:
            redaction.redact(db, [looked.post_id], at)
    elif outcome is RecheckOutcome.EDITED:
        if now_says is not None:
            _reword(db, looked, now_says, at)
        stale.mark_posts(db, [looked.post_id], at)


def give_up(db: Database, post_ids: Sequence[PostId], at: datetime) -> None:
    """End the looks planned at posts that were blanked or taken back: nothing of them is asked for any more."""
    db.change(
        "UPDATE rechecks SET done_at = ?, outcome = 'gone' WHERE done_at IS NULL"
        " AND post_id IN (SELECT value FROM json_each(?))",
        at, json_list(post_ids),
    )  # fmt: skip


def _reword(db: Database, looked: Recheck, text: str, at: datetime) -> None:
    row = db.row("SELECT * FROM posts WHERE id = ?", looked.post_id)
    if row is not None and row["redacted_at"] is None:
        post = posts.of_row(row)
        posts.record(db, looked.source_id, Arrival(post=replace(post, text=text, parts=()), edits=looked.post_id), at)


def _recheck(row: Row) -> Recheck:
    return Recheck(
        post_id=PostId(row["id"]),
        source_id=SourceId(row["source_id"]),
        guid=row["guid"],
        url=row["url"],
        text=row["text"],
        passages=tuple(json.loads(row["passages"])),
        was_seen=bool(row["was_seen"]),
    )
