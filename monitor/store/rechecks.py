"""The `rechecks` table: later looks at posts in which a quote was found, planned when it is found.

Of posts that say the same (a repost, another source's entry of the same page) one is looked at for all: ten thousand
reposts are three looks. The others' turn comes only by its result: when it was edited or is gone, the first of them are
looked at too; when its page tells nothing, one other is tried in its place.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.core.evidence import RECHECKED_AFTER, EvidenceId, Received, Recheck, RecheckOutcome
from monitor.core.model import Arrival, PostId, SourceId
from monitor.store import evidence, posts, redaction, stale
from monitor.store.database import Database, Row
from monitor.store.values import json_list, time_of

MOST_OF_A_STORY = 20  # posts that say the same and are looked at, whatever their pages tell
FIRST = RECHECKED_AFTER[0].total_seconds()

# CROSS JOIN keeps SQLite to this order of tables (sqlite.org/optoverview.html#crossjoin): a post first, then its like.

DUE = """
SELECT posts.id, posts.source_id, posts.guid, posts.url, posts.text,
    (SELECT json_group_array(passage) FROM matches WHERE matches.post_id = posts.id AND passage <> '') AS passages,
    EXISTS (SELECT 1 FROM rechecks AS earlier WHERE earlier.post_id = posts.id AND earlier.outcome = 'same') AS was_seen
FROM posts WHERE posts.id IN (SELECT value FROM json_each(?))
"""
WAITING = """
SELECT post_id, min(due_at) AS due_at FROM rechecks
WHERE done_at IS NULL AND due_at <= ? AND after_s = ? GROUP BY post_id ORDER BY due_at, post_id LIMIT ?
"""
WAITING_LATER = WAITING.replace("after_s = ?", "after_s > ?")
STOOD_FOR = """
SELECT NOT EXISTS (
    SELECT 1 FROM matches AS mine WHERE mine.post_id = ?1 AND mine.quiet IS NULL AND (
        mine.repeats IS NULL OR NOT EXISTS (
            SELECT 1 FROM matches AS other JOIN rechecks ON rechecks.post_id = other.post_id
            WHERE (other.id = mine.repeats OR other.repeats = mine.repeats) AND other.post_id <> ?1
                AND rechecks.done_at IS NULL
        )
    )
) OR EXISTS (
    SELECT 1 FROM posts AS mine
    CROSS JOIN posts AS other ON other.link = mine.link AND other.link <> '' AND other.id <> mine.id
    CROSS JOIN rechecks ON rechecks.post_id = other.id AND rechecks.done_at IS NULL
    WHERE mine.id = ?1
)
"""
STORY = """
SELECT other.post_id, other.found_at FROM matches AS mine
JOIN matches AS other ON other.id = coalesce(mine.repeats, mine.id) OR other.repeats = coalesce(mine.repeats, mine.id)
WHERE mine.post_id = ?1 AND other.post_id <> ?1 AND other.quiet IS NULL
UNION
SELECT other.id, matches.found_at FROM posts AS mine
CROSS JOIN posts AS other ON other.link = mine.link AND other.link <> '' AND other.id <> mine.id
CROSS JOIN matches ON matches.post_id = other.id AND matches.quiet IS NULL
WHERE mine.id = ?1
"""


def plan(db: Database, post_ids: Sequence[PostId], at: datetime) -> None:
    """Plan the later looks at posts in which a quote was found, but for those that another stands for."""
    for post_id in dict.fromkeys(post_ids):
        if not db.value(STOOD_FOR, post_id):
            _plan(db, post_id, found_at=at, at=at)


def _plan(db: Database, post_id: PostId, *, found_at: datetime, at: datetime) -> None:
    for after in RECHECKED_AFTER:
        db.change(
            "INSERT INTO rechecks (post_id, after_s, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            post_id, after.total_seconds(), max(found_at + after, at),
        )  # fmt: skip


def _look_at_others(db: Database, post_ids: Sequence[PostId], at: datetime, *, most: int) -> None:
    """Plan looks at posts that say the same as these, the first `most` of those that nobody looks at yet."""
    for post_id in post_ids:
        story = {PostId(row["post_id"]): time_of(row["found_at"]) for row in db.rows(STORY, post_id)}
        looked = db.value(
            "SELECT count(DISTINCT post_id) FROM rechecks WHERE post_id IN (SELECT value FROM json_each(?))",
            json_list([post_id, *story]),
        )
        unseen = db.rows(
            "SELECT value AS id FROM json_each(?) AS one"
            " WHERE NOT EXISTS (SELECT 1 FROM rechecks WHERE post_id = one.value) ORDER BY one.value LIMIT ?",
            json_list(story), max(0, min(most, MOST_OF_A_STORY - looked)),
        )  # fmt: skip
        for row in unseen:
            _plan(db, PostId(row["id"]), found_at=story[PostId(row["id"])], at=at)


def due(db: Database, now: datetime, *, limit: int) -> list[Recheck]:
    """Return the posts to look at again: `limit` first looks, those that wait longest first, then as many later ones.

    A look an hour after says most: what is edited or taken back is so soon. A post is here once.
    """
    first = [row["post_id"] for row in db.rows(WAITING, now, FIRST, limit)]
    later = [row["post_id"] for row in db.rows(WAITING_LATER, now, FIRST, limit)]
    rows = {row["id"]: row for row in db.rows(DUE, json_list({*first, *later}))}
    return [_recheck(rows[number], is_first=number in first) for number in dict.fromkeys([*first, *later])]


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
    if outcome is not RecheckOutcome.SAME:
        is_changed = outcome in (RecheckOutcome.GONE, RecheckOutcome.EDITED)
        _look_at_others(db, [looked.post_id], at, most=MOST_OF_A_STORY if is_changed else 1)


def give_up(db: Database, post_ids: Sequence[PostId], at: datetime) -> None:
    """End the looks planned at posts that were blanked or taken back: nothing of them is asked for any more."""
    db.change(
        "UPDATE rechecks SET done_at = ?, outcome = 'gone' WHERE done_at IS NULL"
        " AND post_id IN (SELECT value FROM json_each(?))",
        at, json_list(post_ids),
    )  # fmt: skip
    _look_at_others(db, post_ids, at, most=MOST_OF_A_STORY)


def _reword(db: Database, looked: Recheck, text: str, at: datetime) -> None:
    row = db.row("SELECT * FROM posts WHERE id = ?", looked.post_id)
    if row is not None and row["redacted_at"] is None:
        post = posts.of_row(row)
        posts.record(db, looked.source_id, Arrival(post=replace(post, text=text, parts=()), edits=looked.post_id), at)


def _recheck(row: Row, *, is_first: bool) -> Recheck:
    return Recheck(
        post_id=PostId(row["id"]),
        source_id=SourceId(row["source_id"]),
        guid=row["guid"],
        url=row["url"],
        text=row["text"],
        passages=tuple(json.loads(row["passages"])),
        was_seen=bool(row["was_seen"]),
        is_first=is_first,
    )
