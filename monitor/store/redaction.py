"""Blanking what somebody said, while the fact that it was said, and every count, stays.

What goes: text, author, parts, earlier wordings, passages, word by word explanations, the raw bodies kept as evidence
(their digests stay, so the chain of evidence still holds). What stays: that there was a post, where, when, and which
quote was found in it. The guid stays, else the post would be taken for a new one at the next poll. Of what a person
asked to be forgotten, the guid and the address go too: they often name who wrote it, and `forgotten` knows the post.

What was blanked because its source took it back is stored anew when the source shows it again (`posts.record`); what a
person asked to be forgotten never is (`forgotten`).
"""

from collections.abc import Iterable
from datetime import datetime

from monitor.core.evidence import EvidenceId
from monitor.core.identity import same_name
from monitor.core.model import PostId, SourceId
from monitor.store.database import Database
from monitor.store.values import json_list


def redact(db: Database, post_ids: Iterable[PostId], at: datetime) -> int:
    """Blank these posts; return how many were not blank before."""
    chosen = json_list(post_ids)
    db.change(
        "UPDATE matches SET passage = '', explanation = json_set(explanation, '$.words', json('[]'))"
        " WHERE post_id IN (SELECT value FROM json_each(?))", chosen,
    )  # fmt: skip
    db.change(
        "UPDATE post_versions SET text = '', parts = '[]' WHERE post_id IN (SELECT value FROM json_each(?))", chosen
    )
    db.change(
        "UPDATE evidence SET body = NULL WHERE body IS NOT NULL AND (post_id IN (SELECT value FROM json_each(?))"
        " OR id IN (SELECT evidence_id FROM matches WHERE post_id IN (SELECT value FROM json_each(?))))",
        chosen, chosen,
    )  # fmt: skip
    return db.change(
        "UPDATE posts SET text = '', parts = '[]', author = NULL, redacted_at = ?"
        " WHERE redacted_at IS NULL AND id IN (SELECT value FROM json_each(?))",
        at, chosen,
    )  # fmt: skip


def take_names(db: Database, post_ids: Iterable[PostId]) -> None:
    """Blank what names these posts where they came from: guid and address. What knew them by it knows them no more."""
    db.change(
        "UPDATE posts SET guid = 'forgotten ' || id, link = '', url = NULL"
        " WHERE id IN (SELECT value FROM json_each(?))",
        json_list(post_ids),
    )  # fmt: skip


def blank_bodies(db: Database, evidence_ids: Iterable[EvidenceId]) -> int:
    """Blank the bodies of entries of the chain, whose digests stay; return how many were not blank before."""
    return db.change(
        "UPDATE evidence SET body = NULL WHERE body IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        json_list(evidence_ids),
    )


def guids_of(db: Database, post_ids: Iterable[PostId]) -> list[tuple[SourceId, str]]:
    """Return the source and the guid of these posts."""
    rows = db.rows(
        "SELECT source_id, guid FROM posts WHERE id IN (SELECT value FROM json_each(?))", json_list(post_ids)
    )
    return [(SourceId(row["source_id"]), row["guid"]) for row in rows]


def urls_of(db: Database, post_ids: Iterable[PostId]) -> list[str]:
    """Return the addresses of these posts, of those that have one."""
    rows = db.rows(
        "SELECT url FROM posts WHERE url <> '' AND id IN (SELECT value FROM json_each(?))", json_list(post_ids)
    )
    return [row["url"] for row in rows]


def of_author(db: Database, author: str) -> list[PostId]:
    """Return the posts of an author, as sources name them and `same_name` compares names."""
    wanted = same_name(author)
    named = [row["author"] for row in db.rows("SELECT DISTINCT author FROM posts WHERE author <> ''")]
    alike = json_list(name for name in named if same_name(name) == wanted)
    rows = db.rows("SELECT id FROM posts WHERE author IN (SELECT value FROM json_each(?))", alike)
    return [PostId(row["id"]) for row in rows]


def at_link(db: Database, link: str) -> list[PostId]:
    """Return the posts of this canonical link."""
    return [PostId(row["id"]) for row in db.rows("SELECT id FROM posts WHERE link = ? AND link <> ''", link)]
