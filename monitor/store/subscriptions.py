"""The `subscriptions` table: which chat, or forum topic of it, is told of which quotes."""

from datetime import datetime
from typing import Any

from monitor.core.errors import InputError
from monitor.core.model import Chat, ChatId, ChatKind, QuoteId, Subscription
from monitor.store import alerts, audit, chats, quotes
from monitor.store.database import Database, Row

SETTINGS = "settings"


def add(
    db: Database,
    chat: Chat,
    *,
    thread_id: int | None = None,
    quote_id: QuoteId | None = None,
    tag: str | None = None,
    by: str,
    at: datetime,
) -> bool:
    """Tell a chat of a quote, of a tag's quotes, or of all; return False when it was told already.

    Raises InputError when there is no such quote.
    """
    if quote_id is not None and quotes.by_id(db, quote_id) is None:
        raise InputError(
            "There is no tracked quote #{number}: see the list of quotes for the numbers.", number=quote_id
        )
    added = db.rows(
        "INSERT INTO subscriptions (chat_id, thread_id, quote_id, tag, added_at, added_by) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING RETURNING *",
        chat.id, thread_id, quote_id, tag, at, by,
    )  # fmt: skip
    if added:
        audit.note(db, at=at, by=by, action="subscribe", subject=_subject(chat), after=_what(added))
    return bool(added)


def seed_channel(db: Database, address: str | None, at: datetime) -> None:
    """Tell the channel of the settings of all quotes, and no longer the one they named before."""
    for row in db.rows("SELECT DISTINCT chat_id FROM subscriptions WHERE added_by = ?", SETTINGS):
        earlier = chats.by_ids(db, [ChatId(row["chat_id"])])[ChatId(row["chat_id"])]
        if earlier.address != address:
            ended = db.rows(
                "DELETE FROM subscriptions WHERE chat_id = ? AND added_by = ? RETURNING *", earlier.id, SETTINGS
            )
            audit.note(db, at=at, by=SETTINGS, action="unsubscribe", subject=_subject(earlier), before=_what(ended))
            alerts.bury_unwanted(db, earlier.id, reason="no longer the channel", at=at)
    if address is not None:
        chat = chats.ensure(db, address, ChatKind.CHANNEL, None, at)
        add(db, chat, by=SETTINGS, at=at)


def remove(
    db: Database,
    chat: Chat,
    *,
    thread_id: int | None = None,
    quote_id: QuoteId | None = None,
    tag: str | None = None,
    by: str,
    at: datetime,
) -> bool:
    """Stop telling a chat and give up what waits for nobody now; return False when nothing was to stop.

    Without a quote or tag everything stops: in the topic when one is named, and else in the whole chat.
    """
    if quote_id is None and tag is None:
        removed = db.rows(
            "DELETE FROM subscriptions WHERE chat_id = ?1 AND (?2 IS NULL OR thread_id = ?2) RETURNING *",
            chat.id, thread_id,
        )  # fmt: skip
    else:
        removed = db.rows(
            "DELETE FROM subscriptions WHERE chat_id = ? AND thread_id IS ? AND quote_id IS ? AND tag IS ? RETURNING *",
            chat.id, thread_id, quote_id, tag,
        )  # fmt: skip
    if removed:
        alerts.bury_unwanted(db, chat.id, reason="unsubscribed", at=at)
        audit.note(db, at=at, by=by, action="unsubscribe", subject=_subject(chat), before=_what(removed))
    return bool(removed)


def put_back(
    db: Database, chat: Chat, wanted: list[dict[str, Any]], unwanted: list[dict[str, Any]], *, by: str, at: datetime
) -> None:
    """Make the subscriptions of a chat as they were: those removed there, those added gone; as `_what` wrote them."""
    for gone in unwanted:
        db.change(
            "DELETE FROM subscriptions WHERE chat_id = ? AND thread_id IS ? AND quote_id IS ? AND tag IS ?",
            chat.id, gone["thread_id"], gone["quote_id"], gone.get("tag"),
        )  # fmt: skip
    for row in wanted:
        db.change(
            "INSERT INTO subscriptions (chat_id, thread_id, quote_id, tag, added_at, added_by)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            chat.id, row["thread_id"], row["quote_id"], row.get("tag"), at, by,
        )  # fmt: skip
    alerts.bury_unwanted(db, chat.id, reason="unsubscribed", at=at)


def listed(db: Database, address: str | None) -> list[Subscription]:
    """Return the subscriptions of one chat, or of all."""
    rows = db.rows(
        "SELECT subscriptions.* FROM subscriptions JOIN chats ON chats.id = subscriptions.chat_id"
        " WHERE ?1 IS NULL OR chats.address = ?1 ORDER BY subscriptions.id",
        address,
    )
    known = chats.by_ids(db, {ChatId(row["chat_id"]) for row in rows})
    return [
        Subscription(
            chat=known[ChatId(row["chat_id"])],
            thread_id=row["thread_id"],
            quote_id=row["quote_id"],
            tag=row["tag"],
        )
        for row in rows
    ]


def move(db: Database, chat: Chat, address: str, at: datetime) -> None:
    """Give a chat its new address, or join it to the chat that has this address already.

    A group becomes a supergroup this way (core.telegram.org/bots/api#responseparameters, migrate_to_chat_id).
    What the other chat was told already is not told again.
    """
    other = chats.by_address(db, address)
    if other is None or other.id == chat.id:
        chats.change_address(db, chat, address, at)
        alerts.forget_anchors(db, chat.id)
        return
    chats.ensure(db, address, other.kind, other.title, at)  # it exists, so it is open
    db.change("UPDATE OR IGNORE subscriptions SET chat_id = ?, added_at = ? WHERE chat_id = ?", other.id, at, chat.id)
    db.change("DELETE FROM subscriptions WHERE chat_id = ?", chat.id)
    chats.close(db, chat.id, reason=f"moved to {address}", at=at)
    alerts.move(db, chat.id, to=other.id, reason=f"told in {address}", at=at)


def _subject(chat: Chat) -> str:
    return f"chat {chat.address}"


def _what(rows: list[Row]) -> list[dict[str, object]]:
    return [{key: row[key] for key in ("thread_id", "quote_id", "tag")} for row in rows]
