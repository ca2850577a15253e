"""All that is kept of one match."""

from dataclasses import dataclass

from monitor.core.model import Explanation, Span
from monitor.store.database import Database, Row
from monitor.store.values import explanation_of, spans_of

MATCH = """
SELECT m.*, q.text AS quote, q.speaker, q.removed_at AS quote_removed_at, s.name AS source, s.kind AS source_kind,
    p.source_id, p.guid, p.url, p.author, p.lang, p.published_at, p.first_seen_at, p.edited_at, p.deleted_at, p.back_at,
    p.redacted_at, p.text_digest, p.text AS text_now, v.id AS version_id,
    coalesce(v.text, CASE WHEN p.text_digest = m.matched_text_digest THEN p.text END, p.text) AS text
FROM matches AS m
JOIN quotes AS q ON q.id = m.quote_id
JOIN posts AS p ON p.id = m.post_id
JOIN sources AS s ON s.id = p.source_id
LEFT JOIN post_versions AS v ON v.post_id = m.post_id AND v.text_digest = m.matched_text_digest
WHERE m.id = ?
"""
NEIGHBOURS = """
SELECT
    (SELECT max(id) FROM matches WHERE quote_id = ?1 AND id < ?2) AS earlier,
    (SELECT min(id) FROM matches WHERE quote_id = ?1 AND id > ?2) AS later
"""
ALERTS = """
SELECT a.id, a.state, a.attempts, a.reason, a.created_at, a.sent_at, a.edited_at, a.told_in, a.thread_id,
    c.title, c.address, c.kind
FROM alerts AS a JOIN chats AS c ON c.id = a.chat_id WHERE a.match_id = ? ORDER BY a.id LIMIT 100
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One match with everything around it."""

    row: Row
    spans: tuple[Span, ...]
    explanation: Explanation
    versions: list[Row]  # earlier wordings of the post, oldest first
    verdicts: list[Row]  # newest first
    alerts: list[Row]
    repeated_by: list[int]  # later matches whose posts say the same
    evidence: list[Row]
    rechecks: list[Row]
    earlier: int | None  # matches of the same quote
    later: int | None

    @property
    def is_in_text(self) -> bool:
        """Whether the text that is shown is the one the passage was found in."""
        return bool(self.row["text"][self.row["start"] : self.row["end"]] == self.row["passage"])


def whole(db: Database, match_id: int) -> Whole | None:
    """Return all that is kept of a match; None: there is none of this number."""
    row = db.row(MATCH, match_id)
    if row is None:
        return None
    neighbours = db.row(NEIGHBOURS, row["quote_id"], match_id)
    assert neighbours is not None
    return Whole(
        row=row,
        spans=spans_of(row["spans"]),
        explanation=explanation_of(row["explanation"]),
        versions=db.rows("SELECT * FROM post_versions WHERE post_id = ? ORDER BY id LIMIT 50", row["post_id"]),
        verdicts=db.rows("SELECT * FROM verdicts WHERE match_id = ? ORDER BY id DESC LIMIT 50", match_id),
        alerts=db.rows(ALERTS, match_id),
        repeated_by=[
            one["id"] for one in db.rows("SELECT id FROM matches WHERE repeats = ? ORDER BY id LIMIT 50", match_id)
        ],
        evidence=db.rows(
            "SELECT id, kind, url, fetched_at, status, digest, chain FROM evidence"
            " WHERE id = ? OR post_id = ? ORDER BY id LIMIT 50",
            row["evidence_id"],
            row["post_id"],
        ),
        rechecks=db.rows("SELECT * FROM rechecks WHERE post_id = ? ORDER BY after_s", row["post_id"]),
        earlier=neighbours["earlier"],
        later=neighbours["later"],
    )
