"""The `chats` table: where alerts go. Who asked for what is in `subscriptions`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from monitor.core.model import Chat, ChatId, ChatKind
from monitor.core.people import Digest, Preferences
from monitor.store.database import Database, Row
from monitor.store.holding import preferences_of
from monitor.store.values import clock_of, clock_text, json_list, time_or_none


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


def preferences(db: Database, address: str) -> Preferences:
    """Return how the chat of this address wants to be told; the usual way when it is not known."""
    row = db.row("SELECT * FROM chats WHERE address = ?", address)
    return Preferences() if row is None else preferences_of(row)


def prefer(db: Database, chat_id: ChatId, wanted: Preferences) -> None:
    """Keep how a chat wants to be told."""
    db.change(
        "UPDATE chats SET lang = ?, zone = ?, quiet_from = ?, quiet_to = ?, digest = ?, digest_at = ?, silent = ?"
        " WHERE id = ?",
        wanted.lang, wanted.zone, clock_text(wanted.quiet_from), clock_text(wanted.quiet_to), wanted.digest,
        clock_text(wanted.digest_at), wanted.silent, chat_id,
    )  # fmt: skip


def preferences_note(wanted: Preferences) -> dict[str, object]:
    """Return preferences as they are written into the audit."""
    return {
        "lang": wanted.lang,
        "zone": wanted.zone,
        "quiet_from": clock_text(wanted.quiet_from),
        "quiet_to": clock_text(wanted.quiet_to),
        "digest": wanted.digest and wanted.digest.value,
        "digest_at": clock_text(wanted.digest_at),
        "silent": wanted.silent,
    }


def preferences_noted(note: Mapping[str, Any]) -> Preferences:
    """Return the preferences that a note of the audit tells of."""
    return Preferences(
        lang=note["lang"],
        zone=note["zone"],
        quiet_from=clock_of(note["quiet_from"]),
        quiet_to=clock_of(note["quiet_to"]),
        digest=Digest(note["digest"]) if note["digest"] else None,
        digest_at=clock_of(note["digest_at"]),
        silent=note["silent"],
    )


def speak(db: Database, chat_id: ChatId, lang: str | None) -> None:
    """Speak to a chat in this language, unless one was chosen already."""
    db.change("UPDATE chats SET lang = coalesce(lang, ?) WHERE id = ?", lang, chat_id)


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
