"""The `alerts` table, the outbox: what is still to tell, and what became of it.

An alert exists before anything is sent and is never deleted. How alerts become messages is in `tellings`: one of
them leads, the others have its id as `told_in`. Those of near-duplicates are `digested` from the beginning; their
`told_in` is the alert of the first post of their story that the chat is told of, or what leads that.
What is given up while in flight stays given up when its sending fails, and counts as sent when it arrived after all.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.core.model import Alert, AlertId, AlertState, ChatId, Finding, MatchId, PostId, QuoteId, Tier
from monitor.store import chats, matches
from monitor.store.database import Database, Row
from monitor.store.holding import hold_of
from monitor.store.values import json_list, time_of

REPOSTS_FOR = timedelta(days=7)  # so long after an alert, near-duplicates are added to its message

INSERT = (
    "INSERT INTO alerts (match_id, chat_id, thread_id, state, told_in, next_at, reason, created_at, closed_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
TOLD = """
SELECT DISTINCT chats.*, subscriptions.thread_id AS thread_id
FROM subscriptions
JOIN chats ON chats.id = subscriptions.chat_id
JOIN quotes ON quotes.id = ?1
WHERE coalesce(subscriptions.quote_id, quotes.id) = quotes.id
    AND (subscriptions.tag IS NULL OR subscriptions.tag IN (SELECT value FROM json_each(quotes.tags)))
ORDER BY subscriptions.id
"""
# The alerts (`first`) of the story that a match repeats: of the first post that told it, then of the others in order.
# CROSS JOIN keeps SQLite to that way, which ends at once; any other looks through all that a burst told.
OF_STORY = """
matches CROSS JOIN matches AS alike CROSS JOIN alerts AS first INDEXED BY alerted_once
WHERE matches.repeats IS NOT NULL AND (alike.id = matches.repeats OR alike.repeats = matches.repeats)
    AND first.match_id = alike.id
"""
OF_PLACE = "first.chat_id = alerts.chat_id AND coalesce(first.thread_id, 0) = coalesce(alerts.thread_id, 0)"
IS_REPOST = f"""
EXISTS (
    SELECT 1 FROM {OF_STORY} AND matches.id = alerts.match_id AND {OF_PLACE} AND first.id < alerts.id
        AND (first.id = alerts.told_in OR (+first.told_in = alerts.told_in AND first.state <> 'dead'))
)
"""  # noqa: S608 - constants
HEAD = f"""
SELECT first.id FROM {OF_STORY} AND matches.id = alerts.match_id AND {OF_PLACE}
    AND (first.id IN (SELECT value FROM json_each(?1)) OR (first.state = 'pending' AND first.told_in IS NULL))
LIMIT 1
"""  # noqa: S608 - constants
ORIGINAL = f"""
SELECT first.id, first.told_in FROM {OF_STORY} AND matches.id = ? AND first.chat_id = ?
    AND coalesce(first.thread_id, 0) = coalesce(?, 0) AND first.state <> 'dead' AND first.created_at >= ?
LIMIT 1
"""  # noqa: S608 - constants
WAITING = "SELECT id, state FROM alerts WHERE state IN ('pending', 'in flight', 'held') AND "
UNWANTED = """
chat_id = ? AND NOT EXISTS (
    SELECT 1 FROM subscriptions JOIN matches ON matches.id = alerts.match_id JOIN quotes ON quotes.id = matches.quote_id
    WHERE subscriptions.chat_id = alerts.chat_id
        AND coalesce(subscriptions.thread_id, 0) = coalesce(alerts.thread_id, 0)
        AND coalesce(subscriptions.quote_id, quotes.id) = quotes.id
        AND (subscriptions.tag IS NULL OR subscriptions.tag IN (SELECT value FROM json_each(quotes.tags)))
)
"""


def add(db: Database, match_id: MatchId, finding: Finding, at: datetime) -> int:
    """Put into the outbox what a recorded match has to tell; return how many alerts wait or were told with another.

    One for each subscribed chat (or topic of it). Where nobody is told, because the chat is closed or somebody
    untracked or paused the quote while its match was on the way, the row is dead from the beginning and says why.
    """
    if finding.quiet is not None or finding.match.tier is not Tier.ALERT:
        return 0
    quote_id = finding.match.quote.id
    given_up = _not_told(db, quote_id)
    added = 0
    for row in db.rows(TOLD, quote_id):
        reason = given_up or row["unreachable"]
        if reason:
            _insert(db, match_id, row, AlertState.DEAD, at=at, reason=reason)
        else:
            added += _add(db, match_id, quote_id, row, at)
    return added


def _not_told(db: Database, quote_id: QuoteId) -> str | None:
    row = db.row("SELECT removed_at, paused_at FROM quotes WHERE id = ?", quote_id)
    if row is None or row["removed_at"] is not None:
        return "untracked"
    return "paused" if row["paused_at"] is not None else None


def _add(db: Database, match_id: MatchId, quote_id: QuoteId, chat: Row, at: datetime) -> int:
    original = _original(db, match_id, chat, at)
    if original is not None:
        _stale(db, original, at)
        return _insert(db, match_id, chat, AlertState.DIGESTED, at=at, told_in=original)
    held = hold_of(db, chat, quote_id, now=at, made_at=at)
    if held is not None:
        return _insert(db, match_id, chat, AlertState.HELD, at=at, next_at=held)
    return _insert(db, match_id, chat, AlertState.PENDING, at=at)


def _insert(
    db: Database,
    match_id: MatchId,
    chat: Row,
    state: AlertState,
    *,
    at: datetime,
    next_at: datetime | None = None,
    told_in: AlertId | None = None,
    reason: str | None = None,
) -> int:
    closed = at if state in (AlertState.DEAD, AlertState.DIGESTED) else None
    return db.change(INSERT, match_id, chat["id"], chat["thread_id"], state, told_in, next_at or at, reason, at, closed)


def _original(db: Database, match_id: MatchId, chat: Row, at: datetime) -> AlertId | None:
    """Return the alert whose message tells this chat of the story that a match repeats, if it did so of late.

    That is the first of its posts that the chat was to be told of: it may have subscribed since the very first.
    """
    found = db.row(ORIGINAL, match_id, chat["id"], chat["thread_id"], at - REPOSTS_FOR)
    return None if found is None else AlertId(found["told_in"] or found["id"])


def _stale(db: Database, alert_id: AlertId, at: datetime) -> None:
    """Say that the message of an alert is no longer up to date."""
    db.change(
        "UPDATE alerts SET stale_at = ? WHERE id = ? AND state IN ('in flight', 'sent')",
        at, alert_id,
    )  # fmt: skip


def newest(db: Database, *, limit: int, state: AlertState | None) -> list[Alert]:
    """Return the newest alerts, in one state or in any."""
    return alerts_of(
        db,
        db.rows("SELECT * FROM alerts WHERE ?1 IS NULL OR state = ?1 ORDER BY id DESC LIMIT ?2", state, limit),
    )


def counts(db: Database) -> dict[AlertState, int]:
    """Return how many alerts are in each state."""
    counted = {row["state"]: row["n"] for row in db.rows("SELECT state, count(*) AS n FROM alerts GROUP BY state")}
    return {state: counted.get(state, 0) for state in AlertState}


def bury(db: Database, alert_id: AlertId, *, reason: str, at: datetime) -> int:
    return _bury(db, "id = ?", alert_id, reason=reason, at=at)


def bury_of_chat(db: Database, chat_id: ChatId, *, reason: str, at: datetime) -> int:
    buried = _bury(db, "chat_id = ?", chat_id, reason=reason, at=at)
    db.change("UPDATE alerts SET probe_at = NULL WHERE chat_id = ? AND state = 'dead'", chat_id)  # who should look?
    return buried


def bury_of_posts(db: Database, post_ids: Iterable[PostId], *, reason: str, at: datetime) -> int:
    """Give up what waits to tell of matches in these posts; return how many alerts. Others' reposts are told alone."""
    which = "match_id IN (SELECT id FROM matches WHERE post_id IN (SELECT value FROM json_each(?)))"
    posts = json_list(post_ids)
    leads = json_list(row["id"] for row in db.rows(WAITING + which, posts) if row["state"] != AlertState.IN_FLIGHT)
    freed = db.rows(
        f"UPDATE alerts SET state = 'pending', told_in = NULL WHERE state = 'digested' AND NOT {which}"  # noqa: S608
        " AND told_in IN (SELECT value FROM json_each(?)) RETURNING chat_id",
        posts, leads,
    )  # fmt: skip
    buried = _bury(db, which, posts, reason=reason, at=at)
    for chat_id in {ChatId(row["chat_id"]) for row in freed}:
        rehold(db, chat_id, at)
    return buried


def bury_of_quote(db: Database, quote_id: QuoteId, *, reason: str, at: datetime) -> int:
    return _bury(db, "match_id IN (SELECT id FROM matches WHERE quote_id = ?)", quote_id, reason=reason, at=at)


def bury_unwanted(db: Database, chat_id: ChatId, *, reason: str, at: datetime) -> int:
    """Give up what waits for a chat and no subscription of it asks for any more."""
    return _bury(db, UNWANTED, chat_id, reason=reason, at=at)


def _bury(db: Database, which: str, value: int | str, *, reason: str, at: datetime) -> int:
    """Give up what waits; return how many alerts. What they were to lead is told without them."""
    waiting = db.rows(WAITING + which, value)
    buried = [row["id"] for row in waiting]
    db.change(
        "UPDATE alerts SET state = 'dead', reason = ?, closed_at = ? WHERE id IN (SELECT value FROM json_each(?))",
        reason, at, json_list(buried),
    )  # fmt: skip
    never_sent = [row["id"] for row in waiting if row["state"] != AlertState.IN_FLIGHT]
    free(db, never_sent)
    return len(buried) + bury_reposts(db, never_sent, reason=reason, at=at)


def free(db: Database, leads: Iterable[int]) -> None:
    """Let what was to be told with these alerts be told without them."""
    freed = json_list(leads)
    db.change(
        "UPDATE alerts SET state = 'pending', told_in = NULL"
        " WHERE told_in IN (SELECT value FROM json_each(?)) AND state IN ('pending', 'in flight')",
        freed,
    )
    db.change(
        f"UPDATE alerts SET told_in = coalesce(({HEAD}), told_in)"  # noqa: S608 - constants
        " WHERE told_in IN (SELECT value FROM json_each(?1)) AND state = 'digested'",
        freed,
    )


def bury_reposts(db: Database, dead: Iterable[int], *, reason: str, at: datetime) -> int:
    """Give up what was to be told in the messages of alerts that are given up themselves; return how many."""
    return db.change(
        "UPDATE alerts SET state = 'dead', reason = ?, closed_at = ?"
        " WHERE state = 'digested' AND told_in IN (SELECT value FROM json_each(?))",
        reason, at, json_list(dead),
    )  # fmt: skip


def rehold(db: Database, chat_id: ChatId, now: datetime) -> None:
    """Hold what waits for a chat as its preferences and mutes now say; what is held no longer comes as one digest.

    To be called whenever they were changed.
    """
    chat = db.row("SELECT * FROM chats WHERE id = ?", chat_id)
    if chat is None:
        return
    waiting = db.rows(
        "SELECT matches.quote_id, alerts.state, min(alerts.created_at) AS made_at FROM alerts"
        " JOIN matches ON matches.id = alerts.match_id WHERE alerts.chat_id = ?"
        " AND (alerts.state = 'held' OR (alerts.state = 'pending' AND alerts.attempts = 0 AND alerts.told_in IS NULL))"
        " GROUP BY 1, 2",
        chat_id,
    )
    for row in waiting:
        until = hold_of(db, chat, QuoteId(row["quote_id"]), now=now, made_at=time_of(row["made_at"]))
        if until is None and row["state"] == AlertState.PENDING:
            continue
        db.change(
            "UPDATE alerts SET state = 'held', next_at = ? WHERE chat_id = ? AND state = ? AND attempts = 0"
            " AND told_in IS NULL AND match_id IN (SELECT id FROM matches WHERE quote_id = ?)",
            until or now, chat_id, row["state"], row["quote_id"],
        )  # fmt: skip


def move(db: Database, chat_id: ChatId, *, to: ChatId, reason: str, at: datetime) -> None:
    """Let what waits for a chat wait for another; what was told there already is given up."""
    db.change(
        "UPDATE OR IGNORE alerts SET chat_id = ?1, anchor = NULL, probe_from = NULL WHERE chat_id = ?2 AND ("
        " state IN ('pending', 'in flight', 'held') OR (state = 'digested' AND told_in IN ("
        "  SELECT id FROM alerts WHERE chat_id = ?2 AND state IN ('pending', 'in flight', 'held'))))",
        to, chat_id,
    )  # fmt: skip
    left = [row["id"] for row in db.rows(WAITING + "chat_id = ?", chat_id)]
    free(db, left)
    bury_of_chat(db, chat_id, reason=reason, at=at)
    bury_reposts(db, left, reason=reason, at=at)


def forget_anchors(db: Database, chat_id: ChatId) -> None:
    """Say that nothing of this chat can be looked for by number any more: it has other numbers from now on."""
    db.change("UPDATE alerts SET anchor = NULL, probe_from = NULL WHERE chat_id = ? AND state <> 'sent'", chat_id)


def alerts_of(db: Database, rows: Iterable[Row]) -> list[Alert]:
    """Return rows of the table as values."""
    rows = list(rows)
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
