"""The `members` table: who may do more than a stranger, and who is banned. Owners are in the settings."""

from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.people import Member, Role, UserId
from monitor.store import audit, chats, subscriptions
from monitor.store.database import Database, Row
from monitor.store.values import time_of

ORDER = (Role.EDITOR, Role.REVIEWER, Role.SUBSCRIBER, Role.BANNED)
LONGEST_NAME = 64  # characters: core.telegram.org/bots/api#user allows as many for each half


def by_id(db: Database, user_id: UserId) -> Member | None:
    row = db.row("SELECT * FROM members WHERE user_id = ?", user_id)
    return None if row is None else _member(row)


def listed(db: Database) -> list[Member]:
    """Return everybody, editors first and the banned last."""
    found = [_member(row) for row in db.rows("SELECT * FROM members ORDER BY added_at, user_id")]
    return sorted(found, key=lambda member: ORDER.index(member.role))


def give_role(
    db: Database, user_id: UserId, role: Role, *, name: str | None, by: str, at: datetime, reason: str | None = None
) -> Member:
    """Give a person a role; who is banned is told of nothing more. Without a name the known one stays."""
    if role not in ORDER:
        raise InputError("Owners are named in the settings, as telegram.owners.")
    before = by_id(db, user_id)
    db.change(
        "INSERT INTO members (user_id, name, role, added_at, added_by, reason) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (user_id) DO UPDATE SET name = coalesce(excluded.name, name), role = excluded.role,"
        " added_at = excluded.added_at, added_by = excluded.added_by, reason = excluded.reason",
        user_id, name and name[:LONGEST_NAME], role, at, by, reason,
    )  # fmt: skip
    if role is Role.BANNED:
        _silence(db, user_id, by=by, at=at)
    after = must(db, user_id)
    note(db, "ban" if role is Role.BANNED else "role", user_id, before, after, by=by, at=at)
    return after


def remove(db: Database, user_id: UserId, *, by: str, at: datetime) -> Member:
    """Make a member a stranger, who is told of nothing more; return what they were. Raises InputError."""
    before = must(db, user_id)
    _silence(db, user_id, by=by, at=at)
    db.change("DELETE FROM members WHERE user_id = ?", user_id)
    note(db, "remove member", user_id, before, None, by=by, at=at)
    return before


def must(db: Database, user_id: UserId) -> Member:
    """Return a member. Raises InputError when the person is none."""
    member = by_id(db, user_id)
    if member is None:
        raise InputError("{id} is no member: /members lists them.", id=user_id)
    return member


def note(
    db: Database, action: str, user_id: UserId, before: Member | None, after: Member | None, *, by: str, at: datetime
) -> None:
    """Write a change of a member into the audit."""
    subject = f"member {user_id}"
    audit.note(db, at=at, by=by, action=action, subject=subject, before=audited(before), after=audited(after))


def audited(member: Member | None) -> dict[str, object] | None:
    """Return what persons decide of a member, as it is written into the audit."""
    return None if member is None else {"name": member.name, "role": member.role.value, "reason": member.reason}


def _silence(db: Database, user_id: UserId, *, by: str, at: datetime) -> None:
    """End the subscriptions of a person's private chat."""
    chat = chats.by_address(db, str(user_id))
    if chat is not None:
        subscriptions.remove(db, chat, by=by, at=at)


def _member(row: Row) -> Member:
    return Member(
        user_id=UserId(row["user_id"]),
        name=row["name"],
        role=Role(row["role"]),
        added_at=time_of(row["added_at"]),
        added_by=row["added_by"],
        reason=row["reason"],
    )
