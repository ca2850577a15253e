"""The `evidence` table: what was really received, for posts in which a quote was found; a chain that only grows.

How it is chained is said in `monitor/core/evidence.py`. An entry is written in the transaction of the match it is
evidence of, by the one writer, so the chain never forks.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from monitor.core.evidence import (
    FIRST,
    ChainReport,
    Entry,
    EvidenceId,
    EvidenceKind,
    Received,
    chained,
    link_problems,
    sha256,
    without_userinfo,
)
from monitor.core.identity import ARTICLE
from monitor.core.model import Match, MatchId, Page, Poll, PostId, SourceId
from monitor.store import forgotten
from monitor.store.database import Database, Row
from monitor.store.values import json_list, plain_text, time_text

MOST_PROBLEMS = 20  # told of one chain
AT_ONCE = 200  # entries read at once; a body may have megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An entry with its body."""

    entry: Entry
    body: bytes | None = field(repr=False)  # as received; None: it was blanked


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What a match that is being recorded came in."""

    post_id: PostId
    guid: str
    article: Page | None = None  # the answer its passage was read from, when that was an article


def keep(db: Database, received: Received) -> EvidenceId:
    """Add an entry to the chain and return its number."""
    body = None if received.is_blank else zlib.compress(received.body)
    last = db.row("SELECT id, chain FROM evidence ORDER BY id DESC LIMIT 1")
    number, previous = (last["id"] + 1, last["chain"]) if last else (1, FIRST)
    entry = Entry(
        id=number,
        kind=received.kind.value,
        source_id=received.source_id,
        post_id=received.post_id,
        url=None if received.url is None else plain_text(without_userinfo(received.url)),
        fetched_at=time_text(received.fetched_at),
        status=received.status,
        headers=plain_text(json.dumps(dict(received.headers), ensure_ascii=False)),
        digest=sha256(received.body),
        previous=previous,
        chain="",
    )
    db.change(
        "INSERT INTO evidence (id, source_id, post_id, kind, url, fetched_at, status, headers, body, digest, previous,"
        " chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entry.id, entry.source_id, entry.post_id, entry.kind, entry.url, entry.fetched_at, entry.status, entry.headers,
        body, entry.digest, previous, chained(previous, entry.mark),
    )  # fmt: skip
    return EvidenceId(number)


def keep_of_poll(db: Database, poll: Poll, matched: Mapping[MatchId, Came]) -> None:
    """Keep what a poll received and tie its matches to it: each to its article, to its message, or to the page.

    Of a page that also shows somebody who asked to be forgotten only the digest is kept.
    """
    shows_forgotten = bool(matched) and bool(forgotten.guids(db, poll.source.id, poll.shown))
    kept: dict[tuple[EvidenceKind, PostId | None], EvidenceId] = {}
    for match_id, came in matched.items():
        received = _received(poll, came)
        if received is not None:
            key = received.kind, received.post_id
            if key not in kept:
                is_page_of_many = received.post_id is None
                kept[key] = keep(db, replace(received, is_blank=is_page_of_many and shows_forgotten))
            db.change("UPDATE matches SET evidence_id = ? WHERE id = ?", kept[key], match_id)


def _received(poll: Poll, came: Came) -> Received | None:
    """Return what a match came in, or None when that is not known."""
    message = poll.messages.get(came.guid)
    if came.article is not None:
        return _of_page(poll, came.article, came.post_id)
    if message is not None:
        return _of_message(poll, came.post_id, message)
    return None if poll.page is None else _of_page(poll, poll.page)


def tie_to_kept(db: Database, match_ids: Iterable[MatchId]) -> None:
    """Tie matches that were found in stored posts to what another match in the same words is tied to, if any is."""
    db.change(
        "UPDATE matches SET evidence_id = (SELECT other.evidence_id FROM matches AS other"
        " WHERE other.post_id = matches.post_id AND other.matched_text_digest = matches.matched_text_digest"
        " AND other.evidence_id IS NOT NULL ORDER BY other.id LIMIT 1)"
        " WHERE evidence_id IS NULL AND id IN (SELECT value FROM json_each(?))",
        json_list(match_ids),
    )  # fmt: skip


def is_of_article(match: Match) -> bool:
    """Tell whether a passage begins in the article that was fetched for its post, which its source does not show."""
    return match.post.part_at(match.start) == ARTICLE


def _of_message(poll: Poll, post_id: PostId, message: bytes) -> Received:
    return Received(
        kind=EvidenceKind.MESSAGE,
        source_id=poll.source.id,
        post_id=post_id,
        url=poll.source.url,
        fetched_at=poll.finished_at,
        body=message,
    )


def _of_page(poll: Poll, page: Page, post_id: PostId | None = None) -> Received:
    return Received(
        kind=EvidenceKind.PAGE,
        source_id=poll.source.id,
        post_id=post_id,
        url=page.url,
        fetched_at=poll.finished_at,
        status=page.status,
        headers=page.headers,
        body=page.body,
    )


def of_ids(db: Database, ids: list[EvidenceId]) -> list[Kept]:
    """Return these entries with their bodies, in the order of the chain. ValueError: a body cannot be unpacked."""
    rows = db.rows("SELECT * FROM evidence WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", json_list(ids))
    return [Kept(entry=_entry(row), body=_body(row)) for row in rows]


def bodies(db: Database, *, after: EvidenceId, limit: int) -> list[Kept]:
    """Return the entries after one that still have their bodies, in the order of the chain. ValueError as `of_ids`."""
    rows = db.rows("SELECT * FROM evidence WHERE id > ? AND body IS NOT NULL ORDER BY id LIMIT ?", after, limit)
    return [Kept(entry=_entry(row), body=_body(row)) for row in rows]


def marks(db: Database, first: EvidenceId, limit: int) -> list[tuple[str, str]]:
    """Return mark and chain value of `limit` entries from `first` on."""
    rows = db.rows(
        "SELECT id, source_id, post_id, kind, url, fetched_at, status, headers, digest, previous, chain FROM evidence"
        " WHERE id >= ? ORDER BY id LIMIT ?",
        first, limit,
    )  # fmt: skip
    return [(entry.mark, entry.chain) for entry in map(_entry, rows)]


def check(db: Database) -> ChainReport:
    """Look through the whole chain, bodies included."""
    problems: list[str] = []
    entries = removed = 0
    previous, expected = FIRST, 1
    for row in _all(db):
        entry = _entry(row)
        entries += 1
        if entry.id != expected:
            problems.append(f"entry {expected} is missing" if entry.id > expected else f"entry {entry.id} is surplus")
        elif entry.previous != previous:
            problems.append(f"entry {entry.id} does not follow the one before it")
        problems += link_problems([entry])
        if row["body"] is None:
            removed += 1
        else:
            problems += _body_problems(row)
        previous, expected = entry.chain, entry.id + 1
        if len(problems) >= MOST_PROBLEMS:
            break
    problems += _loose_ends(db)
    return ChainReport(entries=entries, removed=removed, head=previous, problems=tuple(problems[:MOST_PROBLEMS]))


def _all(db: Database) -> Iterator[Row]:
    last = 0
    while rows := db.rows("SELECT * FROM evidence WHERE id > ? ORDER BY id LIMIT ?", last, AT_ONCE):
        yield from rows
        last = rows[-1]["id"]


def _body_problems(row: Row) -> list[str]:
    try:
        body = _body(row)
    except ValueError:
        return [f"entry {row['id']}: its body cannot be unpacked"]
    return [] if sha256(body or b"") == row["digest"] else [f"entry {row['id']}: its body is not what was received"]


def _loose_ends(db: Database) -> list[str]:
    """Return what refers to entries that are not there: those at the end of a chain are missed by nothing else."""
    count = db.value(
        "SELECT count(*) FROM (SELECT evidence_id FROM matches UNION ALL SELECT evidence_id FROM rechecks) AS referring"
        " WHERE evidence_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM evidence WHERE id = referring.evidence_id)"
    )
    return [f"{count} matches or later looks refer to entries that are missing"] if count else []


def _entry(row: Row) -> Entry:
    return Entry(
        id=row["id"],
        kind=row["kind"],
        source_id=SourceId(row["source_id"]),
        post_id=row["post_id"],
        url=row["url"],
        fetched_at=row["fetched_at"],
        status=row["status"],
        headers=row["headers"],
        digest=row["digest"],
        previous=row["previous"],
        chain=row["chain"],
    )


def _body(row: Row) -> bytes | None:
    if row["body"] is None:
        return None
    try:
        return zlib.decompress(row["body"])
    except zlib.error as error:
        raise ValueError(f"the body of entry {row['id']} cannot be unpacked: {error}") from error
