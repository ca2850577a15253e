"""The `calls` table: what was asked of Telegram of late in which chat, as its flood limits count.

Sending, editing and looking for a message each are a call. What is older than the longest of the limits is dropped.
"""

from datetime import datetime, timedelta

from monitor.core.model import ChatId
from monitor.store.database import Database
from monitor.store.values import time_of

KEPT_FOR = timedelta(minutes=1)


def note(db: Database, chat_id: ChatId, at: datetime) -> None:
    """Write down a call in a chat."""
    db.change("DELETE FROM calls WHERE at < ?", at - KEPT_FOR)
    db.change("INSERT INTO calls (chat_id, at) VALUES (?, ?)", chat_id, at)


def note_of_alert(db: Database, lead_id: int, at: datetime) -> None:
    """Write down a call about the message of an alert."""
    chat = db.row("SELECT chat_id FROM alerts WHERE id = ?", lead_id)
    if chat is not None:
        note(db, ChatId(chat["chat_id"]), at)


def recent(db: Database, since: datetime) -> list[tuple[ChatId, datetime]]:
    """Return the calls since then, oldest first."""
    rows = db.rows("SELECT chat_id, at FROM calls WHERE at >= ? ORDER BY at", since)
    return [(ChatId(row["chat_id"]), time_of(row["at"])) for row in rows]
