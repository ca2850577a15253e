"""The `alerts` table, the outbox: what is still to tell, and what became of it.

An alert exists before anything is sent and is never deleted. "Waiting" is pending or in flight: what is
given up while in flight stays given up when its sending fails, and counts as sent when it arrived after all.
"""

from datetime import datetime

from monitor.core.model import Alert, AlertId, AlertState, ChatId, Finding, MatchId, QuoteId, Tier
from monitor.store import chats, matches
from monitor.store.database import Database, Row
from monitor.store.values import time_of

DUE_AT_ONCE = 50
DUE_PER_CHAT = 10  # a chat with a long backlog leaves room for the others

BURY = "UPDATE alerts SET state = 'dead', reason = ?, closed_at = ? WHERE state IN ('pending', 'in flight') AND "


def add(db: Database, match_id: MatchId, finding: Finding, at: datetime) -> int:
    """Put into the outbox what a recorded match has to tell; return how many alerts that is.

    One for each subscribed chat (or topic of it) that is reachable. A quote that somebody untracked while
    its match was on the way tells nobody. A post that was told already as another source's, with the same guid and
    the same link, is not told again: one place read in two ways, or listed twice.
    """
    if finding.quiet is not None or finding.match.tier is not Tier.ALERT:
        return 0
    return db.change(
        "INSERT INTO alerts (match_id, chat_id, thread_id, state, next_at, created_at)"
        " SELECT DISTINCT ?1, chats.id, subscriptions.thread_id, 'pending', ?2, ?2"
        " FROM subscriptions JOIN chats ON chats.id = subscriptions.chat_id"
        " WHERE chats.unreachable IS NULL AND coalesce(subscriptions.quote_id, ?3) = ?3"
        " AND EXISTS (SELECT 1 FROM quotes WHERE quotes.id = ?3 AND quotes.removed_at IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM matches AS ours JOIN posts ON posts.id = ours.post_id"
        "  JOIN sources ON sources.id = posts.source_id JOIN sources AS others ON others.id <> sources.id"
        "  JOIN posts AS same ON same.source_id = others.id AND same.guid = posts.guid"
        "  JOIN matches AS theirs ON theirs.post_id = same.id AND theirs.quote_id = ours.quote_id"
        "  JOIN alerts AS told ON told.match_id = theirs.id AND told.chat_id = chats.id AND told.state <> 'dead'"
        "  WHERE ours.id = ?1 AND told.thread_id IS subscriptions.thread_id"
        "  AND same.link = posts.link AND posts.link <> '')"
        " ORDER BY subscriptions.id ON CONFLICT DO NOTHING",
        match_id, at, finding.match.quote.id,
    )  # fmt: skip


def due(db: Database, now: datetime) -> list[Alert]:
    """Return alerts that may be sent now: each chat's oldest, then each chat's next, so that none waits for another."""
    return _alerts(
        db,
        db.rows(
            "SELECT * FROM (SELECT alerts.*, row_number() OVER (PARTITION BY chat_id ORDER BY alerts.id) AS place"
            " FROM alerts JOIN chats ON chats.id = alerts.chat_id"
            " WHERE alerts.state = 'pending' AND alerts.next_at <= ?1 AND chats.unreachable IS NULL"
            " AND (chats.hold_until IS NULL OR chats.hold_until <= ?1))"
            " WHERE place <= ?2 ORDER BY place, id LIMIT ?3",
            now, DUE_PER_CHAT, DUE_AT_ONCE,
        ),
    )  # fmt: skip


def newest(db: Database, *, limit: int, state: AlertState | None) -> list[Alert]:
    """Return the newest alerts, in one state or in any."""
    return _alerts(
        db,
        db.rows("SELECT * FROM alerts WHERE ?1 IS NULL OR state = ?1 ORDER BY id DESC LIMIT ?2", state, limit),
    )


def counts(db: Database) -> dict[AlertState, int]:
    """Return how many alerts are in each state."""
    counted = {row["state"]: row["n"] for row in db.rows("SELECT state, count(*) AS n FROM alerts GROUP BY state")}
    return {state: counted.get(state, 0) for state in AlertState}


def in_flight(db: Database, alert_id: AlertId, *, at: datetime) -> None:
    """Say that a pending alert is about to be handed over.

    The anchor is the newest message known to be in the chat under its present address: were this alert to
    arrive without our knowing, it would be a later one.
    """
    db.change(
        "UPDATE alerts SET state = 'in flight', attempts = attempts + 1, next_at = ?, anchor = ("
        " SELECT max(sent.message_id) FROM alerts AS sent JOIN chats ON chats.id = sent.chat_id"
        " WHERE sent.chat_id = alerts.chat_id AND sent.sent_at >= chats.added_at)"
        " WHERE id = ? AND state = 'pending'",
        at,
        alert_id,
    )


def sent(db: Database, alert_id: AlertId, *, message_id: int, at: datetime) -> None:
    db.change(
        "UPDATE alerts SET state = 'sent', message_id = ?, sent_at = ?, closed_at = ?, reason = NULL"
        " WHERE id = ? AND state <> 'sent'",
        message_id, at, at, alert_id,
    )  # fmt: skip


def put_back(db: Database, alert_id: AlertId, *, until: datetime, reason: str) -> None:
    db.change(
        "UPDATE alerts SET state = 'pending', next_at = ?, reason = ?"
        " WHERE id = ? AND state IN ('pending', 'in flight')",
        until, reason, alert_id,
    )  # fmt: skip


def bury(db: Database, alert_id: AlertId, *, reason: str, at: datetime) -> None:
    _bury(db, "id = ?", alert_id, reason=reason, at=at)


def bury_of_chat(db: Database, chat_id: ChatId, *, reason: str, at: datetime) -> int:
    return _bury(db, "chat_id = ?", chat_id, reason=reason, at=at)


def bury_of_quote(db: Database, quote_id: QuoteId, *, reason: str, at: datetime) -> int:
    return _bury(db, "match_id IN (SELECT id FROM matches WHERE quote_id = ?)", quote_id, reason=reason, at=at)


def bury_unwanted(db: Database, chat_id: ChatId, *, reason: str, at: datetime) -> int:
    """Give up what waits for a chat and no subscription of it asks for any more."""
    unwanted = (
        "chat_id = ? AND NOT EXISTS ("
        " SELECT 1 FROM subscriptions JOIN matches ON matches.id = alerts.match_id"
        " WHERE subscriptions.chat_id = alerts.chat_id"
        " AND coalesce(subscriptions.thread_id, 0) = coalesce(alerts.thread_id, 0)"
        " AND coalesce(subscriptions.quote_id, matches.quote_id) = matches.quote_id)"
    )
    return _bury(db, unwanted, chat_id, reason=reason, at=at)


def _bury(db: Database, which: str, value: int, *, reason: str, at: datetime) -> int:
    return db.change(BURY + which, reason, at, value)


def recover(db: Database, now: datetime) -> int:
    """Return to the outbox what a crash left in flight: whether it arrived is not known."""
    return db.change(
        "UPDATE alerts SET state = 'pending', next_at = ?,"
        " reason = 'the monitor stopped while this was being sent: it may have arrived' WHERE state = 'in flight'",
        now,
    )


def _alerts(db: Database, rows: list[Row]) -> list[Alert]:
    shown = matches.appearances(db, {MatchId(row["match_id"]) for row in rows})
    known = chats.by_ids(db, {ChatId(row["chat_id"]) for row in rows})
    return [
        Alert(
            id=AlertId(row["id"]),
            chat=known[ChatId(row["chat_id"])],
            thread_id=row["thread_id"],
            appearance=shown[MatchId(row["match_id"])],
            state=AlertState(row["state"]),
            attempts=row["attempts"],
            created_at=time_of(row["created_at"]),
        )
        for row in rows
    ]
