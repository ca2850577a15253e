"""All that the file knows of some matches, as plain values for a pack: rows as they are, and what was received.

Nothing is worked out here. Times stay texts and JSON stays JSON, so that a pack says what the database says.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.core.errors import StoreError
from monitor.core.evidence import EvidenceId, without_userinfo
from monitor.core.model import MatchId
from monitor.store import evidence, looks
from monitor.store.database import Database
from monitor.store.evidence import Kept
from monitor.store.values import json_list

Plain = Mapping[str, object]

MOST_MARKS = 100_000  # of the chain, beside the entries themselves: 13 MB
JSON_COLUMNS = frozenset({"spans", "explanation", "parts", "near", "excluded", "tags"})

MATCHES = """
SELECT id, post_id, quote_id, variant_id, wording, matched_text_digest, spans, passage, part, score, threshold, tier,
    kind, explanation, engine, quiet, repeats, evidence_id, found_at,
    (SELECT verdict FROM verdicts WHERE match_id = matches.id ORDER BY id DESC LIMIT 1) AS verdict
FROM matches WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
POSTS = """
SELECT posts.id, posts.source_id, sources.name AS source, sources.kind AS source_kind,
    sources.address AS source_address, posts.guid, posts.url, posts.author, posts.lang, posts.text, posts.parts,
    posts.text_digest, posts.published_at, posts.first_seen_at, posts.edited_at, posts.deleted_at, posts.back_at,
    posts.redacted_at
FROM posts JOIN sources ON sources.id = posts.source_id
WHERE posts.id IN (SELECT value FROM json_each(?)) ORDER BY posts.id
"""
VERSIONS = """
SELECT id, post_id, text, parts, text_digest, seen_at FROM post_versions
WHERE post_id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
QUOTES = """
SELECT id, text, speaker, lang, threshold, exact, quoted_only, near, excluded, added_at, added_by, removed_at,
    (SELECT count(*) FROM matches WHERE matches.quote_id = quotes.id) AS matches
FROM quotes WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
VARIANTS = """
SELECT id, quote_id, text, lang, origin, confirmed, threshold, added_at, removed_at FROM variants
WHERE quote_id IN (SELECT value FROM json_each(?)) ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is known of some matches; each row under its column names."""

    matches: Sequence[Plain]
    posts: Sequence[Plain]
    versions: Sequence[Plain]  # earlier wordings of the posts
    rechecks: Sequence[Plain]  # later looks, with how many others came before each
    in_place: Sequence[Plain]  # of posts that are not looked at by themselves: who stands for them
    quotes: Sequence[Plain]
    variants: Sequence[Plain]
    received: Sequence[Kept]  # in the order of the chain
    marks: Sequence[tuple[str, str]]  # mark and chain value of every entry from the first of `received` on


def of(db: Database, match_ids: Sequence[MatchId]) -> Proof:
    """Return all that is known of these matches. StoreError: something that was received can no longer be read."""
    matches = _rows(db, MATCHES, match_ids)
    post_ids = sorted({int(str(match["post_id"])) for match in matches})
    quote_ids = sorted({int(str(match["quote_id"])) for match in matches})
    rechecks = looks.of_posts(db, post_ids)
    ids = {EvidenceId(int(str(row["evidence_id"]))) for row in [*matches, *rechecks] if row["evidence_id"] is not None}
    try:
        received = evidence.of_ids(db, sorted(ids))
    except ValueError as error:
        raise StoreError(f"{error}: see `quote-monitor verify --database`.") from error
    return Proof(
        matches=matches,
        posts=[
            {**post, "source_address": without_userinfo(str(post["source_address"]))}
            for post in _rows(db, POSTS, post_ids)
        ],
        versions=_rows(db, VERSIONS, post_ids),
        rechecks=rechecks,
        in_place=looks.in_place(db, post_ids),
        quotes=_rows(db, QUOTES, quote_ids),
        variants=_rows(db, VARIANTS, quote_ids),
        received=received,
        marks=evidence.marks(db, EvidenceId(received[0].entry.id), MOST_MARKS) if received else (),
    )


def _rows(db: Database, sql: str, ids: Sequence[int]) -> list[Plain]:
    return [
        {
            column: json.loads(row[column]) if column in JSON_COLUMNS and row[column] is not None else row[column]
            for column in row.keys()  # noqa: SIM118 - a Row iterates over its values
        }
        for row in db.rows(sql, json_list(ids))
    ]
