"""Forgetting the words of posts in which no quote was found, by age and by size. What matched is never touched.

Of a source that is read by a cursor the whole row goes, since it never shows a post again. Of any other the row stays
without its words: a feed that lists everything it ever published would else seem to publish it anew.
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.model import PostId, SourceId
from monitor.store.database import Database, Row
from monitor.store.values import json_list

AT_ONCE = 500  # posts in one transaction, so that nobody waits long for it
MEGABYTE = 1_000_000
WORDED = (
    "posts.source_id = ?1 AND posts.text <> '' AND NOT EXISTS (SELECT 1 FROM matches WHERE matches.post_id = posts.id)"
    " AND NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.post_id = posts.id)"
)
ALL = f"SELECT id FROM posts WHERE {WORDED} ORDER BY id LIMIT ?2"  # noqa: S608  # nothing from outside
OLD = f"SELECT id FROM posts WHERE {WORDED} AND first_seen_at < ?3 ORDER BY first_seen_at, id LIMIT ?2"  # noqa: S608
SURPLUS = (
    "SELECT id FROM (SELECT id, sum(length(text)) OVER (ORDER BY first_seen_at DESC, id DESC) AS so_far"  # noqa: S608
    f" FROM posts WHERE {WORDED}) WHERE so_far > ?3 ORDER BY id LIMIT ?2"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How long, and how much of, the posts of one source without a match are kept."""

    source_id: SourceId
    name: str
    before: datetime | None  # older ones are forgotten; None: none is too old
    characters: int | None  # more than this is forgotten, oldest first; None: there is no most
    nothing: bool = False  # only what matched is kept
    is_read_by_cursor: bool = False


def overdue(db: Database, kept: Kept, *, limit: int = AT_ONCE) -> list[PostId]:
    """Return posts of a source that are to be forgotten, oldest first, `limit` at most."""
    if kept.nothing:
        return _ids(db.rows(ALL, kept.source_id, limit))
    found: list[PostId] = []
    if kept.before is not None:
        found = _ids(db.rows(OLD, kept.source_id, limit, kept.before))
    if not found and kept.characters is not None:
        found = _ids(db.rows(SURPLUS, kept.source_id, limit, kept.characters))
    return found


def forget(db: Database, kept: Kept, post_ids: list[PostId], at: datetime) -> int:
    """Forget these posts of a source; return how many characters that frees."""
    chosen = json_list(post_ids)
    freed = db.value("SELECT sum(length(text)) FROM posts WHERE id IN (SELECT value FROM json_each(?))", chosen)
    db.change("DELETE FROM post_versions WHERE post_id IN (SELECT value FROM json_each(?))", chosen)
    if kept.is_read_by_cursor:
        db.change("DELETE FROM posts WHERE id IN (SELECT value FROM json_each(?))", chosen)
    else:
        db.change(
            "UPDATE posts SET text = '', parts = '[]', author = NULL, redacted_at = ?"
            " WHERE id IN (SELECT value FROM json_each(?))",
            at, chosen,
        )  # fmt: skip
    return int(freed or 0)


def sources(db: Database) -> list[Row]:
    """Return what the sources' rows say of keeping."""
    return db.rows("SELECT id, name, keep, keep_days, keep_mb, cursor FROM sources ORDER BY id")


def _ids(rows: list[Row]) -> list[PostId]:
    return [PostId(row["id"]) for row in rows]
