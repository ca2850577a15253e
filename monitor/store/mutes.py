"""The `mutes` table: what a chat wants to hear nothing of for a while. Recording goes on."""

from collections.abc import Mapping
from datetime import datetime

from monitor.core.model import Chat, ChatId, QuoteId
from monitor.core.people import Mute
from monitor.store import alerts, audit
from monitor.store.database import Database
from monitor.store.values import time_or_none, time_text


def mute(db: Database, chat: Chat, quote_id: QuoteId | None, *, until: datetime | None, by: str, at: datetime) -> None:
    """Tell a chat nothing of a quote, or of any, until then (None: until unmuted)."""
    before = of(db, chat.id, quote_id)
    _clear(db, chat.id, quote_id)
    db.change(
        "INSERT INTO mutes (chat_id, quote_id, until, muted_at, muted_by) VALUES (?, ?, ?, ?, ?)",
        chat.id, quote_id, until, at, by,
    )  # fmt: skip
    after = of(db, chat.id, quote_id)
    audit.note(db, at=at, by=by, action="mute", subject=f"chat {chat.address}", before=before, after=after)
    alerts.rehold(db, chat.id, at)


def unmute(db: Database, chat: Chat, quote_id: QuoteId | None, *, by: str, at: datetime) -> bool:
    """End a mute; return whether it still held."""
    before = of(db, chat.id, quote_id)
    until = before and before["until"]
    if before is None:
        return False
    _clear(db, chat.id, quote_id)
    audit.note(db, at=at, by=by, action="unmute", subject=f"chat {chat.address}", before=before)
    alerts.rehold(db, chat.id, at)
    return until is None or str(until) > time_text(at)


def in_force(db: Database, chat_id: ChatId, at: datetime) -> list[Mute]:
    """Return what a chat wants to hear nothing of now, everything first."""
    rows = db.rows(
        "SELECT mutes.*, quotes.text FROM mutes LEFT JOIN quotes ON quotes.id = mutes.quote_id"
        " WHERE chat_id = ? AND (until IS NULL OR until > ?) ORDER BY coalesce(mutes.quote_id, 0)",
        chat_id, at,
    )  # fmt: skip
    return [Mute(quote_id=row["quote_id"], quote=row["text"], until=time_or_none(row["until"])) for row in rows]


def put_back(db: Database, chat_id: ChatId, quote_id: QuoteId | None, mute: Mapping[str, object] | None) -> None:
    """Make a mute as it was, as `of` wrote it down; None: there was none."""
    _clear(db, chat_id, quote_id)
    if mute is not None:
        db.change(
            "INSERT INTO mutes (chat_id, quote_id, until, muted_at, muted_by) VALUES (?, ?, ?, ?, ?)",
            chat_id, quote_id, mute["until"], mute["muted_at"], mute["muted_by"],
        )  # fmt: skip


def of(db: Database, chat_id: ChatId, quote_id: QuoteId | None) -> dict[str, object] | None:
    """Return a mute as it is written into the audit, or None."""
    row = db.row("SELECT * FROM mutes WHERE chat_id = ? AND quote_id IS ?", chat_id, quote_id)
    return None if row is None else {key: row[key] for key in ("quote_id", "until", "muted_at", "muted_by")}


def _clear(db: Database, chat_id: ChatId, quote_id: QuoteId | None) -> None:
    db.change("DELETE FROM mutes WHERE chat_id = ? AND quote_id IS ?", chat_id, quote_id)
