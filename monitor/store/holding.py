"""Until when an alert is held: what a chat's preferences and mutes mean for it. The decision is in `core.quiet`."""

from datetime import datetime

from monitor.core.model import ChatId, QuoteId
from monitor.core.people import Digest, Preferences
from monitor.core.quiet import FOREVER, held_until, still_held_until, zone_of
from monitor.store.database import Database, Row
from monitor.store.values import clock_of, time_of


def preferences_of(row: Row) -> Preferences:
    """Return how a chat wants to be told, from its row of `chats`."""
    return Preferences(
        lang=row["lang"],
        zone=row["zone"],
        quiet_from=clock_of(row["quiet_from"]),
        quiet_to=clock_of(row["quiet_to"]),
        digest=Digest(row["digest"]) if row["digest"] else None,
        digest_at=clock_of(row["digest_at"]),
        silent=bool(row["silent"]),
    )


def hold_of(db: Database, chat: Row, quote_id: QuoteId, *, now: datetime, made_at: datetime) -> datetime | None:
    """Return until when an alert of this chat (a row of `chats`) is held, or None when it may go."""
    preferences = preferences_of(chat)
    muted = muted_until(db, ChatId(chat["id"]), quote_id, now)
    zone = zone_of(preferences, db.zone)
    if made_at >= now:
        return held_until(preferences, muted_until=muted, now=now, zone=zone)
    return still_held_until(preferences, muted_until=muted, made_at=made_at, now=now, zone=zone)


def muted_until(db: Database, chat_id: ChatId, quote_id: QuoteId, now: datetime) -> datetime | None:
    """Return until when a chat wants to hear nothing of a quote, or of any; None when it is not muted."""
    rows = db.rows(
        "SELECT until FROM mutes WHERE chat_id = ?1 AND (quote_id IS NULL OR quote_id = ?2)"
        " AND (until IS NULL OR until > ?3)",
        chat_id, quote_id, now,
    )  # fmt: skip
    return max((time_of(row["until"]) if row["until"] else FOREVER for row in rows), default=None)
