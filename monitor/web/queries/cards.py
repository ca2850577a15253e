"""What a list shows of each match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.store.database import Database, Row
from monitor.store.values import explanation_of, json_list, spans_of
from monitor.web.texts import Stretch, excerpt, stretches_from

LONGEST_PASSAGE = 600  # characters shown in a list

CARDS = """
SELECT m.id, m.quote_id, m.found_at, m.kind, m.tier, m.score, m.passage, m.spans, m.start, m."end", m.explanation,
    m.quiet, m.repeats, q.text AS quote, s.name AS source, s.kind AS source_kind, p.source_id, p.url, p.author, p.lang,
    p.published_at, p.first_seen_at, p.deleted_at, p.edited_at, p.redacted_at,
    CASE WHEN p.text_digest = m.matched_text_digest AND length(p.text) < 200000 THEN p.text END AS text,
    (SELECT verdict FROM verdicts WHERE match_id = m.id ORDER BY id DESC LIMIT 1) AS verdict
FROM matches AS m
JOIN quotes AS q ON q.id = m.quote_id
JOIN posts AS p ON p.id = m.post_id
JOIN sources AS s ON s.id = p.source_id
WHERE m.id IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A match as a list shows it."""

    row: Row
    pieces: tuple[Stretch, ...]  # the passage in a little of its context


def cards(db: Database, ids: Sequence[int]) -> list[Card]:
    """Return these matches as a list shows them, in this order."""
    found = {row["id"]: row for row in db.rows(CARDS, json_list(ids))}
    return [Card(row=found[one], pieces=tuple(_pieces(found[one]))) for one in ids if one in found]


def _pieces(row: Row) -> Iterable[Stretch]:
    words, spans = explanation_of(row["explanation"]).words, spans_of(row["spans"])
    start, end = row["start"], min(row["end"], row["start"] + LONGEST_PASSAGE)
    if row["text"] is None or row["text"][row["start"] : row["end"]] != row["passage"]:
        return stretches_from(row["passage"][:LONGEST_PASSAGE], start, spans, words)
    return excerpt(row["text"], start, end, spans, words)
