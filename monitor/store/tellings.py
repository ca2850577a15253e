"""How alerts become messages: a telling is put together, marked as on its way, and settled, always as a whole.

The anchor of a telling is the highest number of a message that is known to be there: were the telling to arrive
without our knowing, its number would be higher. A supergroup or channel counts its own messages; private chats and
basic groups share one count, the bot's (docs.pyrogram.org/topics/message-identifiers).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.core.grouping import Group, next_groups, window_after
from monitor.core.model import Alert, AlertId, ChatId, QuoteId
from monitor.core.people import Preferences
from monitor.core.telling import MOST_SHOWN, Telling
from monitor.store import alerts, calls, remarkable, stale
from monitor.store.database import Database
from monitor.store.holding import hold_of, preferences_of
from monitor.store.values import json_list, time_of
from monitor.store.waiting import reachable, waiting_groups, window_of

OTHERS = f"""
WITH others AS (
    SELECT alerts.*, matches.quote_id, row_number() OVER (PARTITION BY quote_id ORDER BY alerts.id DESC) AS place
    FROM alerts JOIN matches ON matches.id = alerts.match_id
    WHERE alerts.told_in = ?1 AND alerts.state <> 'dead' AND NOT {alerts.IS_REPOST}
)
"""  # noqa: S608 - constants
SHOWN = OTHERS + "SELECT * FROM others ORDER BY place, id DESC LIMIT ?2"  # noqa: S608 - constants
COUNTS = OTHERS + "SELECT quote_id, count(*) FROM others GROUP BY quote_id"  # noqa: S608 - constants
ANCHOR = """
UPDATE alerts SET anchor = (
    SELECT max(newest) FROM (
        SELECT (SELECT message_id FROM alerts WHERE alerts.chat_id = chats.id AND alerts.sent_at >= chats.added_at
            ORDER BY message_id DESC LIMIT 1) AS newest
        FROM chats JOIN chats AS this ON this.id = ?1
        WHERE chats.id = this.id OR (chats.kind IN ('private', 'group') AND this.kind IN ('private', 'group'))
    )
) WHERE id = ?2
"""


def begin(db: Database, chat_id: ChatId, now: datetime, *, gather: timedelta) -> Telling | None:
    """Put together what a chat is to be told next, mark it as on its way, and return it; None: nothing is due."""
    if reachable(db, chat_id) is None:
        return None
    chosen = next_groups(waiting_groups(db, chat_id, now).get(chat_id, []), now, gather=gather)
    while any([_held_after_all(db, group, now) for group in chosen]):  # noqa: C419 - each of them is to be held
        chosen = next_groups(waiting_groups(db, chat_id, now).get(chat_id, []), now, gather=gather)
    if not chosen:
        return None
    lead_id = AlertId(chosen[0].first)
    members = [alert_id for group in chosen for alert_id in _members(db, group, now)]
    _take(db, lead_id, [*members, *_newer(db, chosen[0], members)], now)
    db.change(ANCHOR, chat_id, lead_id)
    calls.note(db, chat_id, now)
    return telling_of(db, lead_id, now)


def _held_after_all(db: Database, group: Group, now: datetime) -> bool:
    """Hold a group whose chat was muted, or whose quiet hours began, while it waited; return whether it is held."""
    if group.quote_id is None or group.retry_at is not None:
        return False
    chat = db.row("SELECT * FROM chats WHERE id = ?", group.chat_id)
    assert chat is not None
    until = hold_of(db, chat, group.quote_id, now=now, made_at=group.since)
    if until is None:
        return False
    db.change(
        "UPDATE alerts SET state = 'held', next_at = ? WHERE id IN (SELECT value FROM json_each(?))",
        until, json_list(_members(db, group, now)),
    )  # fmt: skip
    return True


def _members(db: Database, group: Group, now: datetime) -> list[int]:
    """Return the alerts of a group."""
    if group.is_alone:
        return [group.first]
    if group.quote_id is None:
        rows = db.rows(
            "SELECT id FROM alerts WHERE chat_id = ? AND thread_id IS ? AND state = 'held' AND next_at <= ?",
            group.chat_id, group.thread_id, now,
        )  # fmt: skip
    else:
        rows = db.rows(
            "SELECT alerts.id FROM alerts JOIN matches ON matches.id = alerts.match_id"
            " WHERE alerts.chat_id = ? AND alerts.thread_id IS ? AND alerts.state = 'pending' AND NOT alerts.alone"
            " AND alerts.told_in IS NULL AND matches.quote_id = ?",
            group.chat_id, group.thread_id, group.quote_id,
        )  # fmt: skip
    return [row["id"] for row in rows]


def _newer(db: Database, group: Group, members: Iterable[int]) -> list[int]:
    """Return what waits of the quotes of a digest that is told again: it came since, and takes no message more."""
    rows = db.rows(
        "SELECT alerts.id FROM alerts JOIN matches ON matches.id = alerts.match_id"
        " WHERE alerts.chat_id = ?1 AND alerts.thread_id IS ?2 AND alerts.state = 'pending' AND NOT alerts.alone"
        " AND alerts.told_in IS NULL AND matches.quote_id IN ("
        "  SELECT told.quote_id FROM alerts AS bound JOIN matches AS told ON told.id = bound.match_id"
        "  WHERE bound.state = 'pending' AND bound.told_in IN (SELECT value FROM json_each(?3)))",
        group.chat_id, group.thread_id, json_list(members),
    )  # fmt: skip
    return [row["id"] for row in rows]


def _take(db: Database, lead_id: AlertId, members: Iterable[int], now: datetime) -> None:
    """Mark alerts, and what was to be told with them, as on their way in the message of the lead."""
    taken = json_list(members)
    db.change(
        "UPDATE alerts SET state = 'in flight', attempts = attempts + 1, next_at = ?1, told_in = ?2, reason = NULL"
        " WHERE state IN ('pending', 'held') AND (id IN (SELECT value FROM json_each(?3))"
        " OR told_in IN (SELECT value FROM json_each(?3)))",
        now, lead_id, taken,
    )  # fmt: skip
    db.change(
        "UPDATE alerts SET told_in = ? WHERE state = 'digested' AND told_in IN (SELECT value FROM json_each(?))",
        lead_id, taken,
    )  # fmt: skip
    db.change(
        "UPDATE alerts SET told_in = NULL, probe_at = NULL, probe_from = NULL, stale_at = NULL WHERE id = ?", lead_id
    )


def _widen(db: Database, lead_id: AlertId, now: datetime) -> None:
    """Begin a new window for every quote that is told of."""
    told_of = db.rows(
        "SELECT alerts.chat_id, coalesce(alerts.thread_id, 0), matches.quote_id, min(alerts.created_at) FROM alerts"
        " JOIN matches ON matches.id = alerts.match_id"
        " WHERE (alerts.id = ?1 AND alerts.state <> 'sent')"
        " OR (alerts.told_in = ?1 AND alerts.state IN ('pending', 'in flight')) GROUP BY 1, 2, 3",
        lead_id,
    )
    for *place, since in told_of:
        former = db.row("SELECT * FROM alert_windows WHERE chat_id = ? AND thread_id = ? AND quote_id = ?", *place)
        window = window_after(window_of(former) if former else None, now, since=time_of(since))
        db.change(
            "INSERT OR REPLACE INTO alert_windows (chat_id, thread_id, quote_id, told_at, window_s)"
            " VALUES (?, ?, ?, ?, ?)",
            *place, window.told_at, window.length,
        )  # fmt: skip


def telling_of(db: Database, lead_id: AlertId, now: datetime) -> Telling:
    """Return what the message of an alert tells: what is remarkable stays what it was when it was sent."""
    [lead] = alerts_by_id(db, [lead_id])
    then = time_of(db.value("SELECT coalesce(sent_at, ?) FROM alerts WHERE id = ?", now, lead_id))
    shown = db.rows(SHOWN, lead_id, MOST_SHOWN)
    counts = Counter({QuoteId(quote_id): count for quote_id, count in db.rows(COUNTS, lead_id)})
    counts[lead.appearance.quote_id] += 1
    told = db.value("SELECT count(*) FROM alerts WHERE told_in = ? AND state <> 'dead'", lead_id)
    chat = db.row("SELECT * FROM chats WHERE id = ?", lead.chat.id)
    is_digest = len(counts) > 1
    return Telling(
        lead=lead,
        others=tuple(sorted(alerts.alerts_of(db, shown), key=lambda alert: alert.id)),
        count=counts.total(),
        counts=counts,
        reposts=told + 1 - counts.total(),
        is_digest=is_digest,
        times_usual=None if is_digest else remarkable.spike(db, lead.appearance.quote_id, then),
        silent_since=None if is_digest else remarkable.ended_silence(db, lead.appearance.match_id),
        preferences=preferences_of(chat) if chat else Preferences(),
        suggestions=remarkable.suggested(db, lead_id, until=then) if is_digest else 0,
    )


def alerts_by_id(db: Database, alert_ids: Iterable[AlertId]) -> list[Alert]:
    ids = json_list(alert_ids)
    return alerts.alerts_of(db, db.rows("SELECT * FROM alerts WHERE id IN (SELECT value FROM json_each(?))", ids))


def sent(db: Database, lead_id: AlertId, *, message_id: int, at: datetime) -> None:
    """Say that a telling arrived, as which message. What is said later of it changes nothing."""
    _widen(db, lead_id, at)
    looked = db.row("SELECT chat_id, probe_from FROM alerts WHERE id = ? AND probe_from <> ?", lead_id, message_id)
    if looked is not None:  # another message may have got its buttons, and nobody asks about that again
        stale.mark_number(db, looked["chat_id"], looked["probe_from"], at)
    db.change(
        "UPDATE alerts SET state = 'sent', told_in = NULL, message_id = ?1, sent_at = ?2, closed_at = ?2,"
        " reason = NULL, probe_at = CASE WHEN resent THEN ?2 END, probe_from = NULL WHERE id = ?3 AND state <> 'sent'",
        message_id, at, lead_id,
    )  # fmt: skip
    db.change(
        "UPDATE alerts SET state = 'digested', closed_at = ?, reason = NULL"
        " WHERE told_in = ? AND state IN ('pending', 'in flight')",
        at, lead_id,
    )  # fmt: skip


def put_back(db: Database, lead_id: AlertId, *, until: datetime, reason: str) -> None:
    """Return a telling that did not arrive to the outbox, not to be told before `until`."""
    db.change(
        "UPDATE alerts SET state = 'pending', next_at = ?, reason = ?, probe_at = NULL, probe_from = NULL"
        " WHERE id = ? AND state IN ('pending', 'in flight')",
        until, reason, lead_id,
    )  # fmt: skip
    db.change(
        "UPDATE alerts SET state = 'pending', next_at = ?, reason = ? WHERE told_in = ? AND state = 'in flight'",
        until, reason, lead_id,
    )  # fmt: skip
    given_up = db.row("SELECT reason, closed_at FROM alerts WHERE id = ? AND state = 'dead'", lead_id)
    if given_up is not None:
        db.change("UPDATE alerts SET probe_at = NULL, probe_from = NULL WHERE id = ?", lead_id)
        alerts.free(db, [lead_id])
        alerts.bury_reposts(db, [lead_id], reason=given_up["reason"], at=given_up["closed_at"])


def tell_alone(db: Database, telling: Telling, *, reason: str, at: datetime) -> None:
    """Return a telling to the outbox that was refused: each alert that it showed is to be told by itself."""
    put_back(db, telling.lead.id, until=at, reason=reason)
    alerts.free(db, [telling.lead.id])
    db.change(
        "UPDATE alerts SET alone = 1 WHERE state = 'pending' AND id IN (SELECT value FROM json_each(?))",
        json_list(alert.id for alert in telling.alerts),
    )


def give_up(db: Database, lead_id: AlertId, *, reason: str, at: datetime) -> None:
    """Bury an alert whose message surely did not arrive; what it was to lead is told without it."""
    alerts.bury(db, lead_id, reason=reason, at=at)
    put_back(db, lead_id, until=at, reason=reason)


def told(db: Database, lead_id: AlertId, now: datetime) -> tuple[Telling, int | None] | None:
    """Return what the message of an alert tells, and its number if it arrived; None when there is no such alert."""
    row = db.row("SELECT message_id FROM alerts WHERE id = ?", lead_id)
    return None if row is None else (telling_of(db, lead_id, now), row["message_id"])
