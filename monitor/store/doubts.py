"""What is not known of messages, and what they no longer tell rightly: tellings in doubt, and stale messages.

A telling in doubt has `probe_at`, when it is next looked for, and once it was looked for `probe_from`, the number that
is asked about next. A number is written down before it is asked about, so a crash leaves no doubt which one it was.
"""

from datetime import datetime
from itertools import islice

from monitor.core.model import AlertId, AlertState, ChatId
from monitor.core.telling import Doubt, Stale, Telling
from monitor.store import stale
from monitor.store.database import Database, Row
from monitor.store.tellings import put_back, telling_of
from monitor.store.waiting import EDITS_EVERY

COPIES_AMONG = 12  # numbers of which nothing is known, that another copy of a message is looked for

SAME_NUMBERS = """
SELECT message_id FROM alerts JOIN chats ON chats.id = alerts.chat_id JOIN chats AS this ON this.id = ?1
WHERE message_id >= ?2 AND alerts.sent_at >= chats.added_at
    AND (chats.id = this.id OR (chats.kind IN ('private', 'group') AND this.kind IN ('private', 'group')))
"""


def doubt(db: Database, lead_id: AlertId, *, until: datetime, reason: str) -> None:
    """Say that nobody knows whether a telling arrived, and that it is to be looked for, not before `until`."""
    db.change(
        "UPDATE alerts SET probe_at = ?, reason = CASE WHEN state = 'dead' THEN reason ELSE ? END"
        " WHERE id = ? AND state <> 'sent'",
        until, reason, lead_id,
    )  # fmt: skip


def recover(db: Database, until: datetime) -> int:
    """Doubt what a crash left on its way; return how many messages that is."""
    return db.change(
        "UPDATE alerts SET probe_at = ?,"
        " reason = coalesce(reason, 'the monitor stopped while this was being sent: it may have arrived')"
        " WHERE probe_at IS NULL AND ((state = 'in flight' AND told_in IS NULL)"
        "  OR (state = 'dead' AND id IN (SELECT told_in FROM alerts WHERE state = 'in flight')))",
        until,
    )


def next_doubt(db: Database, chat_id: ChatId, now: datetime) -> Doubt | None:
    """Return the telling of a chat that is to be looked for now, the oldest first, or None.

    A number that was asked about, without an answer, and is known by now is not asked about again: its message may have
    got the buttons of the telling, so it is to be brought up to date.
    """
    row = db.row(
        "SELECT id, state, message_id, anchor, probe_from FROM alerts WHERE chat_id = ? AND probe_at <= ?"
        " ORDER BY id LIMIT 1",
        chat_id, now,
    )  # fmt: skip
    if row is None:
        return None
    if row["probe_from"] is not None:
        stale.mark_number(db, chat_id, row["probe_from"], now)
    telling = telling_of(db, AlertId(row["id"]), now)
    if row["state"] == AlertState.SENT:
        return _other_copy(db, telling, row)
    if row["anchor"] is None:
        return Doubt(telling=telling, look_at=None)
    known = _known(db, chat_id, since=row["anchor"])
    return Doubt(
        telling=telling,
        look_at=row["probe_from"] or row["anchor"] + 1,
        is_repeated=row["probe_from"] is not None,
        known=known,
        newest=max(known, default=row["anchor"]),
    )


def _other_copy(db: Database, telling: Telling, row: Row) -> Doubt:
    """Return where to look for another copy of what was sent more than once: at the newest unknown numbers."""
    known = _known(db, telling.lead.chat.id, since=0)
    newest = max(known)
    unknown = islice((number for number in range(newest, 0, -1) if number not in known), COPIES_AMONG)
    look_at = row["probe_from"] or min(unknown, default=newest + 1)
    return Doubt(telling=telling, look_at=look_at, known=known, newest=newest, is_there=True)


def _known(db: Database, chat_id: ChatId, *, since: int) -> frozenset[int]:
    """Return the numbers, from one on, of messages that are known where this chat's messages are numbered."""
    return frozenset(found["message_id"] for found in db.rows(SAME_NUMBERS, chat_id, since))


def send_again(db: Database, lead_id: AlertId, *, at: datetime) -> None:
    """Return a telling to the outbox of which nothing can be known, to look for a first copy of it once it is sent."""
    put_back(db, lead_id, until=at, reason="it cannot be known whether it arrived, so it is sent again")
    db.change("UPDATE alerts SET resent = 1 WHERE id = ? AND state = 'pending'", lead_id)


def no_copy(db: Database, lead_id: AlertId) -> None:
    """Say that there is no other copy of a telling."""
    db.change("UPDATE alerts SET probe_at = NULL, probe_from = NULL, resent = 0 WHERE id = ?", lead_id)


def looking(db: Database, lead_id: AlertId, *, number: int, at: datetime) -> None:
    """Write down which number is asked about next. The time counts for Telegram's limits."""
    db.change("UPDATE alerts SET probe_from = ?, next_at = ? WHERE id = ?", number, at, lead_id)


def next_stale(db: Database, chat_id: ChatId, now: datetime) -> Stale | None:
    """Return the message of a chat that is to be brought up to date first, or None.

    It is marked anew with this moment, so that whatever makes it stale from now on is told from what it will tell.
    """
    row = db.row(
        "SELECT id, message_id FROM alerts WHERE chat_id = ? AND stale_at IS NOT NULL AND state = 'sent'"
        " AND max(sent_at, coalesce(edited_at, sent_at)) <= ? ORDER BY coalesce(edited_at, sent_at), id LIMIT 1",
        chat_id, now - EDITS_EVERY,
    )  # fmt: skip
    if row is None:
        return None
    mark_stale(db, AlertId(row["id"]), now)
    return Stale(telling=telling_of(db, AlertId(row["id"]), now), message_id=row["message_id"], since=now)


def mark_stale(db: Database, lead_id: AlertId, at: datetime) -> None:
    """Say that a message does not tell what it should."""
    db.change("UPDATE alerts SET stale_at = ? WHERE id = ?", at, lead_id)


def edited(db: Database, lead_id: AlertId, *, since: datetime | None, at: datetime) -> None:
    """Say that a message was edited; with `since`, that it tells all that was known then."""
    db.change("UPDATE alerts SET edited_at = ? WHERE id = ?", at, lead_id)
    if since is not None:
        db.change("UPDATE alerts SET stale_at = NULL WHERE id = ? AND stale_at = ?", lead_id, since)
