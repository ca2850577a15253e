"""Reconciles the outbox: every match that somebody asked for has an alert, and every alert an end or a future.

Each query finds rows that ought not to be. Of subscriptions by tag nothing is asked: which tags a quote had when it
was found is not kept.
"""

from datetime import datetime

from monitor.core.ledger import Difference, Reconciliation
from monitor.store import alerts
from monitor.store.database import Database

EXAMPLES = 5
DIFFERENCES = {
    "matches of which a subscribed chat has no alert": """
        SELECT DISTINCT matches.id FROM matches
        JOIN subscriptions ON coalesce(subscriptions.quote_id, matches.quote_id) = matches.quote_id
        WHERE matches.tier = 'alert' AND matches.quiet IS NULL AND subscriptions.tag IS NULL
            AND subscriptions.added_at <= matches.found_at
            AND NOT EXISTS (SELECT 1 FROM alerts WHERE alerts.match_id = matches.id
                AND alerts.chat_id = subscriptions.chat_id AND alerts.thread_id IS subscriptions.thread_id)
    """,
    "alerts of matches that were to stay quiet": """
        SELECT alerts.id FROM alerts JOIN matches ON matches.id = alerts.match_id
        WHERE matches.tier <> 'alert' OR matches.quiet IS NOT NULL
    """,
    "alerts counted as sent without a message": """
        SELECT id FROM alerts WHERE state = 'sent' AND (message_id IS NULL OR sent_at IS NULL OR told_in IS NOT NULL)
    """,
    "alerts counted as told in another's message that was not sent and does not wait": """
        SELECT alerts.id FROM alerts LEFT JOIN alerts AS lead ON lead.id = alerts.told_in
        WHERE alerts.state = 'digested' AND (lead.id IS NULL OR lead.state = 'digested'
            OR (lead.state = 'dead' AND lead.probe_at IS NULL)
            OR lead.chat_id <> alerts.chat_id)
    """,
    "alerts on their way in a message that is not": """
        SELECT alerts.id FROM alerts JOIN alerts AS lead ON lead.id = alerts.told_in
        WHERE alerts.state = 'in flight' AND lead.state NOT IN ('in flight', 'dead')
    """,
    "alerts that wait for one that does not": """
        SELECT alerts.id FROM alerts JOIN alerts AS lead ON lead.id = alerts.told_in
        WHERE alerts.state IN ('pending', 'held') AND lead.state NOT IN ('pending', 'in flight')
    """,
    "alerts that share one message without saying so": """
        SELECT alerts.id FROM alerts JOIN chats ON chats.id = alerts.chat_id
        WHERE alerts.state = 'sent' AND alerts.sent_at >= chats.added_at AND EXISTS (
            SELECT 1 FROM alerts AS other WHERE other.chat_id = alerts.chat_id
                AND other.message_id = alerts.message_id AND other.state = 'sent' AND other.id < alerts.id
                AND other.sent_at >= chats.added_at)
    """,
    "alerts given up without a reason": "SELECT id FROM alerts WHERE state = 'dead' AND reason IS NULL",
    "alerts that wait for a chat that is closed": """
        SELECT alerts.id FROM alerts JOIN chats ON chats.id = alerts.chat_id
        WHERE chats.unreachable IS NOT NULL AND alerts.state IN ('pending', 'held', 'in flight')
    """,
}


def audit_alerts(db: Database, now: datetime) -> Reconciliation:
    """Return how matches, alerts and messages add up; `differences` are what does not."""
    found = (_difference(db, what, query) for what, query in DIFFERENCES.items())
    given_up = db.rows("SELECT reason, count(*) AS n FROM alerts WHERE state = 'dead' GROUP BY reason ORDER BY n DESC")
    return Reconciliation(
        matches=db.value("SELECT count(*) FROM matches WHERE tier = 'alert' AND quiet IS NULL"),
        alerts=alerts.counts(db),
        messages=db.value("SELECT count(*) FROM alerts WHERE state = 'sent'"),
        told=db.value(
            "SELECT count(*) FROM alerts LEFT JOIN alerts AS lead ON lead.id = alerts.told_in"
            " WHERE alerts.state = 'sent' OR (alerts.state = 'digested' AND lead.state = 'sent')"
        ),
        stale=db.value("SELECT count(*) FROM alerts WHERE state = 'sent' AND stale_at <= ?", now),
        in_doubt=db.value("SELECT count(*) FROM alerts WHERE probe_at IS NOT NULL"),
        given_up={row["reason"] or "": row["n"] for row in given_up},
        differences=tuple(one for one in found if one is not None),
    )


def _difference(db: Database, what: str, query: str) -> Difference | None:
    ids = sorted(row[0] for row in db.rows(query))
    return Difference(what=what, count=len(ids), examples=tuple(ids[:EXAMPLES])) if ids else None
