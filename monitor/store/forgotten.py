"""The `forgotten` table: what is never to be stored again, because a person asked for it.

It holds no name and no address, only digests of them, keyed with a salt that each database makes for itself: a list of
digests says nothing without the file it is from. Whoever has the file, and a name in mind, can find out whether it is
among them; nothing that recognises a name can do without that.
"""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b

from monitor.core.identity import canonical_link, same_name
from monitor.core.model import Post, SourceId
from monitor.store.database import Database
from monitor.store.values import json_list, plain_text

SALT_BYTES = 32


def guids(db: Database, source_id: SourceId, posts: Iterable[Post]) -> set[str]:
    """Return the guids of those posts of a source that are not to be stored."""
    salt = _salt(db)
    if salt is None:
        return set()
    marks = {post.guid: set(_marks(salt, source_id, post)) for post in posts}
    known = _known(db, set().union(*marks.values()))
    return {guid for guid, those in marks.items() if those & known}


def add(
    db: Database, *, author: str | None, url: str | None, posts: Iterable[tuple[SourceId, str]], at: datetime
) -> str:
    """Store nothing more by this author, or at this address, nor these posts (source, guid); return the digest."""
    salt = _salt(db) or secrets.token_bytes(SALT_BYTES)
    mark = _of_asked(salt, author, url)
    for one in {mark, *(_of_guid(salt, source_id, guid) for source_id, guid in posts)}:
        db.change("INSERT INTO forgotten VALUES (?, ?, ?) ON CONFLICT DO NOTHING", one, salt, at)
    return mark


def remove(db: Database, *, author: str | None, url: str | None) -> str | None:
    """Store again what is new by this author, or at this address; return its digest, None when it was not forgotten."""
    salt = _salt(db)
    mark = _of_asked(salt, author, url) if salt else ""
    return mark if db.change("DELETE FROM forgotten WHERE digest = ?", mark) else None


def _salt(db: Database) -> bytes | None:
    return db.value("SELECT salt FROM forgotten LIMIT 1")  # type: ignore[no-any-return]  # a column of bytes


def _known(db: Database, marks: Iterable[str]) -> set[str]:
    rows = db.rows("SELECT digest FROM forgotten WHERE digest IN (SELECT value FROM json_each(?))", json_list(marks))
    return {row["digest"] for row in rows}


def _marks(salt: bytes, source_id: SourceId, post: Post) -> Iterator[str]:
    yield _of_guid(salt, source_id, post.guid)
    if post.author:
        yield _of_author(salt, post.author)
    if link := canonical_link(post.url):
        yield _mark(salt, "link", link)


def _of_asked(salt: bytes, author: str | None, url: str | None) -> str:
    return _of_author(salt, author) if author is not None else _mark(salt, "link", canonical_link(url))


def _of_author(salt: bytes, author: str) -> str:
    return _mark(salt, "author", same_name(author))


def _of_guid(salt: bytes, source_id: SourceId, guid: str) -> str:
    return _mark(salt, "post", str(source_id), guid)


def _mark(salt: bytes, *texts: str) -> str:
    return blake2b("\x00".join(map(plain_text, texts)).encode(), digest_size=16, key=salt).hexdigest()
