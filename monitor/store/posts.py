"""The `posts` and `post_versions` tables: what sources said, each wording kept once.

`posts` holds the newest wording; a wording that an edit replaced moves to `post_versions`. A wording that
comes back (A, B, A) is not a new one: a source that shows two headlines in turn adds two, not one a poll.
A post that its source took back stays, marked; what was blanked then is stored anew when the source shows it again,
for then it is public again. What a person asked to be forgotten is not.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto

from monitor.core.identity import Known, arrivals, canonical_link, distinct_guids, fingerprint, text_digest
from monitor.core.model import Arrival, Post, PostId, Source, SourceId
from monitor.store import audit, forgotten, stale
from monitor.store.database import Database, Row
from monitor.store.values import json_list, parts_json, parts_of, plain_text, time_or_none


class Change(Enum):
    """What recording a post changed."""

    NEW = auto()
    EDITED = auto()
    BACK = auto()  # blanked when its source took it back, and shown again in the same words
    NOTHING = auto()


def unseen(db: Database, source: Source, posts: Iterable[Post]) -> list[Arrival]:
    """Return the posts not yet recorded for a source, new wordings of recorded ones, and those that came back."""
    posts = distinct_guids(map(plain, posts))
    known = _known(db, source.id, [post.guid for post in posts])
    found = arrivals(
        posts,
        by_guid=known,
        fingerprints=_fingerprints(db, source.id, [fingerprint(post) for post in posts]),
    )
    found += _back(db, posts, known, told={arrival.edits for arrival in found})
    gone = forgotten.guids(db, source.id, [arrival.post for arrival in found])
    return [arrival for arrival in found if arrival.post.guid not in gone]


def record(db: Database, source_id: SourceId, arrival: Arrival, at: datetime) -> tuple[PostId, Change]:
    """Record a post, or its new wording; nothing changes when this wording is recorded already."""
    post = arrival.post
    row = _row(db, source_id, arrival)
    if row is None:
        return _insert(db, source_id, post, at), Change.NEW
    post_id = PostId(row["id"])
    if row["deleted_at"] is not None:
        db.change("UPDATE posts SET deleted_at = NULL, back_at = ? WHERE id = ?", at, post_id)
        stale.mark_posts(db, [post_id], at)
        if row["redacted_at"] is not None:
            return post_id, _show_again(db, row, post, at)
    if text_digest(post) in _wordings(db, row):
        return post_id, Change.NOTHING
    _edit(db, row, post, at)
    stale.mark_posts(db, [post_id], at)
    return post_id, Change.EDITED


def take_back(db: Database, source_id: SourceId, guids: Sequence[str], at: datetime) -> list[PostId]:
    """Mark the posts of these guids as taken back by their source; return those that were not marked before."""
    if not guids:
        return []
    rows = db.rows(
        "UPDATE posts SET deleted_at = ? WHERE source_id = ? AND guid IN (SELECT value FROM json_each(?))"
        " AND deleted_at IS NULL RETURNING id",
        at, source_id, json_list(guids),
    )  # fmt: skip
    taken = [PostId(row["id"]) for row in rows]
    stale.mark_posts(db, taken, at)
    return taken


def of_row(row: Row, wording: Row | None = None) -> Post:
    """Return the post of a row, in its newest wording or in that of another row."""
    wording = wording or row
    return Post(
        guid=row["guid"],
        text=wording["text"],
        parts=parts_of(wording["parts"]),
        url=row["url"],
        author=row["author"],
        published_at=time_or_none(row["published_at"]),
        lang=row["lang"],
    )


def plain(post: Post) -> Post:
    """Return a post as SQLite will keep it, so that it is the same post when it is read back."""
    return replace(
        post,
        guid=plain_text(post.guid),
        text=plain_text(post.text),
        url=None if post.url is None else plain_text(post.url),
    )


def _known(db: Database, source_id: SourceId, guids: Sequence[str]) -> dict[str, Known]:
    rows = db.rows(
        "SELECT id, guid, link, text_digest FROM posts WHERE source_id = ?"
        " AND guid IN (SELECT value FROM json_each(?))",
        source_id, json_list(guids),
    )  # fmt: skip
    return {row["guid"]: Known(id=PostId(row["id"]), link=row["link"], text_digest=row["text_digest"]) for row in rows}


def _back(
    db: Database, posts: Sequence[Post], known: Mapping[str, Known], *, told: Collection[PostId | None]
) -> list[Arrival]:
    """Return those of the posts that were taken back and are here again, but for the ones told of already."""
    rows = db.rows(
        "SELECT id FROM posts WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NOT NULL",
        json_list(there.id for there in known.values()),
    )
    marked = {PostId(row["id"]) for row in rows}.difference(told)
    return [
        Arrival(post=post, edits=there.id)
        for post in posts
        if (there := known.get(post.guid)) is not None
        and there.id in marked
        and (there.text_digest == text_digest(post) or there.link == canonical_link(post.url))
    ]


def _fingerprints(db: Database, source_id: SourceId, marks: Sequence[str]) -> set[str]:
    rows = db.rows(
        "SELECT fingerprint FROM posts WHERE source_id = ?1 AND fingerprint IN (SELECT value FROM json_each(?2))"
        " UNION SELECT post_versions.fingerprint FROM post_versions JOIN posts ON posts.id = post_versions.post_id"
        " WHERE posts.source_id = ?1 AND post_versions.fingerprint IN (SELECT value FROM json_each(?2))",
        source_id, json_list(marks),
    )  # fmt: skip
    return {row["fingerprint"] for row in rows}


def _row(db: Database, source_id: SourceId, arrival: Arrival) -> Row | None:
    if arrival.edits is not None:
        return db.row("SELECT * FROM posts WHERE id = ?", arrival.edits)
    return db.row("SELECT * FROM posts WHERE source_id = ? AND guid = ?", source_id, arrival.post.guid)


def _wordings(db: Database, row: Row) -> set[str]:
    older = db.rows("SELECT text_digest FROM post_versions WHERE post_id = ?", row["id"])
    return {row["text_digest"], *(version["text_digest"] for version in older)}


def _insert(db: Database, source_id: SourceId, post: Post, at: datetime) -> PostId:
    inserted = db.value(
        "INSERT INTO posts (source_id, guid, fingerprint, text_digest, link, url, author, lang, text, parts,"
        " published_at, first_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        source_id, post.guid, fingerprint(post), text_digest(post), canonical_link(post.url), post.url,
        post.author, post.lang, post.text, parts_json(post.parts), post.published_at, at,
    )  # fmt: skip
    return PostId(inserted)


def _show_again(db: Database, row: Row, post: Post, at: datetime) -> Change:
    """Store the words of a post anew that were blanked when its source took it back: it is public again."""
    audit.note(
        db,
        at=at,
        by=f"source {row['source_id']}",
        action="show again",
        subject=f"post {row['id']}",
        before={"deleted_at": row["deleted_at"], "redacted_at": row["redacted_at"]},
    )
    if text_digest(post) != row["text_digest"]:
        # A wording it had before is the newest now, and stands in one place.
        db.change("DELETE FROM post_versions WHERE post_id = ? AND text_digest = ?", row["id"], text_digest(post))
        _edit(db, row, post, at)
        return Change.EDITED
    db.change(
        "UPDATE posts SET author = ?, lang = ?, text = ?, parts = ?, redacted_at = NULL WHERE id = ?",
        post.author, post.lang, post.text, parts_json(post.parts), row["id"],
    )  # fmt: skip
    return Change.BACK


def _edit(db: Database, row: Row, post: Post, at: datetime) -> None:
    """Keep the wording of `row` as a version and let `post` replace it; the first date it claimed stays."""
    db.change(
        "INSERT INTO post_versions (post_id, text, parts, text_digest, fingerprint, seen_at) VALUES (?, ?, ?, ?, ?, ?)",
        row["id"], row["text"], row["parts"], row["text_digest"], row["fingerprint"],
        row["edited_at"] or row["first_seen_at"],
    )  # fmt: skip
    db.change(
        "UPDATE posts SET fingerprint = ?, text_digest = ?, link = ?, url = ?, author = ?, lang = ?, text = ?,"
        " parts = ?, published_at = coalesce(published_at, ?), edited_at = ?, redacted_at = NULL WHERE id = ?",
        fingerprint(post), text_digest(post), canonical_link(post.url), post.url, post.author, post.lang, post.text,
        parts_json(post.parts), post.published_at, at, row["id"],
    )  # fmt: skip
