"""The `chats` table: where alerts go. Who asked for what is in `subscriptions`."""

from collections.abc import Iterable
from datetime import datetime

from monitor.core.model import Chat, ChatId, ChatKind
from monitor.store.database import Database, Row
from monitor.store.values import json_list, time_or_none


def by_address(db: Database, address: str) -> Chat | None:
    row = db.row("SELECT * FROM chats WHERE address = ?", address)
    return None if row is None else chat_of(row)


def by_ids(db: Database, chat_ids: Iterable[ChatId]) -> dict[ChatId, Chat]:
    rows = db.rows("SELECT * FROM chats WHERE id IN (SELECT value FROM json_each(?))", json_list(chat_ids))
    return {ChatId(row["id"]): chat_of(row) for row in rows}


def ensure(db: Database, address: str, kind: ChatKind, title: str | None, at: datetime) -> Chat:
    """Return the chat of this address, as it now calls itself; one that was closed is open again."""
    (row,) = db.rows(
        "INSERT INTO chats (address, kind, title, added_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (address) DO UPDATE SET kind = excluded.kind, title = coalesce(excluded.title, title),"
        " unreachable = NULL, unreachable_at = NULL RETURNING *",
        address, kind, title, at,
    )  # fmt: skip
    return chat_of(row)


def hold(db: Database, chat_id: ChatId, *, until: datetime) -> None:
    db.change("UPDATE chats SET hold_until = ? WHERE id = ?", until, chat_id)


def close(db: Database, chat_id: ChatId, *, reason: str, at: datetime) -> None:
    db.change("UPDATE chats SET unreachable = ?, unreachable_at = ? WHERE id = ?", reason, at, chat_id)


def change_address(db: Database, chat: Chat, address: str, at: datetime) -> None:
    """Give a chat another address. `added_at` says since when it has it: message numbers begin anew there."""
    kind = ChatKind.SUPERGROUP if chat.kind is ChatKind.GROUP else chat.kind
    db.change("UPDATE chats SET address = ?, kind = ?, added_at = ? WHERE id = ?", address, kind, at, chat.id)


def chat_of(row: Row) -> Chat:
    return Chat(
        id=ChatId(row["id"]),
        address=row["address"],
        kind=ChatKind(row["kind"]),
        title=row["title"],
        unreachable=row["unreachable"],
        hold_until=time_or_none(row["hold_until"]),
    )
