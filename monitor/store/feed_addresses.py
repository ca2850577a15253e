"""The `feed_addresses` table: who may read a quote's feed without signing in. Addresses are signed in `signing`."""

from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.feeds import FEED_LIFE, FeedAddress
from monitor.core.model import QuoteId
from monitor.core.people import UserId
from monitor.store import audit
from monitor.store.database import Database, Row
from monitor.store.values import time_of, time_or_none

GOOD = "SELECT * FROM feed_addresses WHERE quote_id = ? AND revoked_at IS NULL AND expires_at > ? ORDER BY id LIMIT 100"


def make(db: Database, number: str, quote_id: QuoteId, *, user_id: UserId, by: str, at: datetime) -> FeedAddress:
    """Let a person's reader read a quote's feed for a year. One that is good already stays. InputError: not tracked."""
    if db.value("SELECT 1 FROM quotes WHERE id = ? AND removed_at IS NULL", quote_id) is None:
        raise InputError("Quote #{number} is not tracked.", number=quote_id)
    known = next((one for one in good(db, quote_id, at) if one.user_id == user_id), None)
    if known is not None:
        return known
    until = at + FEED_LIFE
    made = db.value(
        "INSERT INTO feed_addresses (number, quote_id, user_id, made_at, made_by, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        number, quote_id, user_id, at, by, until,
    )  # fmt: skip
    after = {"quote": quote_id, "until": f"{until:%Y-%m-%d}"}
    audit.note(db, at=at, by=by, action="make", subject=f"feed {made}", after=after)
    return FeedAddress(
        id=made, number=number, quote_id=quote_id, user_id=user_id, made_at=at, made_by=by, expires_at=until
    )


def revoke(db: Database, address_id: int, *, by: str, at: datetime) -> None:
    """Let an address be good no more. InputError: there is none of this number, or it was revoked already."""
    row = db.row("SELECT * FROM feed_addresses WHERE id = ? AND revoked_at IS NULL", address_id)
    if row is None:
        raise InputError("This address was revoked already.")
    db.change("UPDATE feed_addresses SET revoked_at = ? WHERE id = ?", at, address_id)
    before = {"quote": row["quote_id"], "made by": row["made_by"]}
    audit.note(db, at=at, by=by, action="revoke", subject=f"feed {address_id}", before=before)


def good(db: Database, quote_id: int, now: datetime) -> list[FeedAddress]:
    """Return the addresses of a quote's feed that may be read, oldest first."""
    return [_address(row) for row in db.rows(GOOD, quote_id, now)]


def by_number(db: Database, number: str) -> FeedAddress | None:
    """Return an address by the number it is signed with, good or not."""
    row = db.row("SELECT * FROM feed_addresses WHERE number = ?", number)
    return _address(row) if row else None


def _address(row: Row) -> FeedAddress:
    return FeedAddress(
        id=row["id"],
        number=row["number"],
        quote_id=QuoteId(row["quote_id"]),
        user_id=UserId(row["user_id"]),
        made_at=time_of(row["made_at"]),
        made_by=row["made_by"],
        expires_at=time_of(row["expires_at"]),
        revoked_at=time_or_none(row["revoked_at"]),
    )
