"""What is not known of messages, and what they no longer tell rightly: tellings in doubt, and stale messages.

A telling in doubt has `probe_at`, when it is next looked for, and once it was looked for `probe_from`, the number that
is asked about next. A number is written down before it is asked about, so a crash leaves no doubt which one it was.
"""

from datetime import datetime
from itertools import islice

from monitor.core.model import AlertId, AlertState, Chat, ChatId, ChatKind
from monitor.core.telling import Doubt, Stale, Telling
from monitor.store import calls, stale
from monitor.store.database import Database, Row
from monitor.store.tellings import put_back, telling_of
from monitor.store.waiting import EDITS_EVERY

SHARING = (ChatKind.PRIVATE, ChatKind.GROUP)  # their messages are counted together
COPIES_AMONG = 12  # numbers among which a message is looked for when none was known before it, or another copy of it

GAP = 3  # empty numbers in a row behind which nothing is any more: deleted messages leave gaps
SHARED_GAP = 12  # where the numbers are shared: what others write in other chats looks like nothing here

ON_THEIR_WAY = """
SELECT count(*) FROM alerts JOIN chats ON chats.id = alerts.chat_id
WHERE alerts.state = 'in flight' AND alerts.told_in IS NULL AND chats.kind IN ('private', 'group') AND chats.id <> ?
"""
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
        "SELECT id, state, message_id, anchor, probe_from, probe_empty FROM alerts WHERE chat_id = ? AND probe_at <= ?"
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
    anchor = row["anchor"] if row["anchor"] is not None else _anchor_after_all(db, chat_id)
    if anchor is None:
        return Doubt(telling=telling, look_at=None)
    known = _known(db, chat_id, since=anchor)
    newest = max(known, default=anchor)
    look_at = row["probe_from"] or anchor + 1
    return Doubt(
        telling=telling,
        look_at=look_at,
        is_repeated=row["probe_from"] is not None,
        empty=min(row["probe_empty"], max(look_at - 1 - newest, 0)) if row["probe_from"] else 0,
        known=known,
        newest=newest,
        gap=_gap(db, telling.lead.chat),
    )


def _gap(db: Database, chat: Chat) -> int:
    """Return how many empty numbers in a row say that there is nothing more.

    Where chats share their numbers, those of messages that are in doubt elsewhere may lie between, too.
    """
    return SHARED_GAP + int(db.value(ON_THEIR_WAY, chat.id)) if chat.kind in SHARING else GAP


def _anchor_after_all(db: Database, chat_id: ChatId) -> int | None:
    """Return a number from which on to look for what was sent when no message was known, or None when still none is.

    What was sent at the same time, or since, has a number near its own.
    """
    known = _known(db, chat_id, since=0)
    return max(min(known) - 1 - COPIES_AMONG, 0) if known else None


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


def looking(db: Database, lead_id: AlertId, *, number: int, empty: int, at: datetime, until: datetime) -> None:
    """Write down which number is asked about next, after how many empty ones, and when again should no answer come."""
    calls.note_of_alert(db, lead_id, at)
    db.change(
        "UPDATE alerts SET probe_from = ?, probe_empty = ?, next_at = ?, probe_at = ? WHERE id = ?",
        number, empty, at, until, lead_id,
    )  # fmt: skip


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
    calls.note_of_alert(db, lead_id, at)
    db.change("UPDATE alerts SET edited_at = ? WHERE id = ?", at, lead_id)
    if since is not None:
        db.change("UPDATE alerts SET stale_at = NULL WHERE id = ? AND stale_at = ?", lead_id, since)
