"""Which sent messages no longer say how things are: delivery brings them up to date (`alerts.stale_at`)."""

from collections.abc import Iterable
from datetime import datetime

from monitor.core.model import ChatId, MatchId, PostId
from monitor.store.database import Database
from monitor.store.values import json_list


def mark(db: Database, match_ids: Iterable[MatchId], at: datetime) -> int:
    """Mark the messages that told of these matches; return how many there are."""
    return db.change(
        "UPDATE alerts SET stale_at = ?1 WHERE state IN ('in flight', 'sent') AND id IN ("
        " SELECT coalesce(told.told_in, told.id) FROM alerts AS told"
        " WHERE told.match_id IN (SELECT value FROM json_each(?2))"
        " AND told.state IN ('in flight', 'sent', 'digested'))",
        at, json_list(match_ids),
    )  # fmt: skip


def mark_number(db: Database, chat_id: ChatId, number: int, at: datetime) -> None:
    """Mark the message of this number, if it is a known one: it may have got the buttons of another."""
    db.change(
        "UPDATE alerts SET stale_at = ? WHERE chat_id = ? AND message_id = ? AND state = 'sent'", at, chat_id, number
    )


def mark_posts(db: Database, post_ids: Iterable[PostId], at: datetime) -> int:
    """Mark the messages that told of matches in these posts; return how many there are."""
    rows = db.rows("SELECT id FROM matches WHERE post_id IN (SELECT value FROM json_each(?))", json_list(post_ids))
    return mark(db, [MatchId(row["id"]) for row in rows], at) if rows else 0
