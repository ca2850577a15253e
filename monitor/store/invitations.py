"""The `invitations` table: links that make one person a member. Of their secrets only digests are kept."""

import hashlib
from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.people import Member, Role, UserId
from monitor.store import audit, members
from monitor.store.database import Database
from monitor.store.values import time_of


def make(db: Database, secret: str, role: Role, *, by: str, at: datetime, expires_at: datetime) -> None:
    """Let whoever first says this secret have the role."""
    made = db.value(
        "INSERT INTO invitations (digest, role, made_at, made_by, expires_at) VALUES (?, ?, ?, ?, ?) RETURNING id",
        _digest(secret), role, at, by, expires_at,
    )  # fmt: skip
    audit.note(db, at=at, by=by, action="invite", subject=f"invitation {made}", after={"role": role.value})


def use(db: Database, secret: str, *, user_id: UserId, name: str | None, at: datetime) -> Member:
    """Give a person the role of an invitation, once. Raises InputError; an invitation that gives nothing stays good."""
    row = db.row("SELECT * FROM invitations WHERE digest = ?", _digest(secret))
    if row is None or row["used_at"] is not None or time_of(row["expires_at"]) <= at:
        raise InputError("This invitation was used already or has ended: ask for a new one.")
    role = Role(row["role"])
    known = members.by_id(db, user_id)
    if known is not None and members.ORDER.index(known.role) <= members.ORDER.index(role):
        raise InputError("You are a member already; this invitation would add nothing.")
    if known is not None and known.role is Role.BANNED:
        raise InputError("This invitation was used already or has ended: ask for a new one.")
    db.change("UPDATE invitations SET used_at = ?, used_by = ? WHERE id = ?", at, user_id, row["id"])
    return members.give_role(db, user_id, role, name=name, by=f"telegram:{user_id}", at=at)


def end(db: Database, number: int, *, at: datetime) -> None:
    """Let an invitation be good for nobody any more. Raises InputError when it was used."""
    if not db.change("UPDATE invitations SET expires_at = ? WHERE id = ? AND used_at IS NULL", at, number):
        raise InputError("This invitation was used already: /members can take the role back.")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
