import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.core.model import AlertState, ChatKind, QuoteId
from monitor.store import SqliteStore
from tests.store.telling import LATER, MINUTE, begun, found, quotes, subscribe, told


@pytest.fixture
def busy(store: SqliteStore) -> SqliteStore:
    """A store in which everything happened: told, together, held, moved, refused, in doubt, untracked, closed."""
    group = subscribe(store, "-7", ChatKind.GROUP)
    subscribe(store)
    subscribe(store, "-1007", ChatKind.SUPERGROUP)
    second, third, _ = quotes(store, 3)
    for quote in (1, second, third):
        found(store, 3, quote=quote)
    told(store, 1, chat=group)
    store.move_chat(group, address="-1007")
    for chat in (2, 3):
        store.doubt(begun(store, chat=chat).lead.id, until=LATER + MINUTE, reason="timed out")
    store.tell_alone(begun(store, chat=2), reason="refused", at=LATER)
    told(store, 7, chat=2)
    store.mute("@news", ChatKind.CHANNEL, None, None, until=None, by="ann", at=LATER)
    found(store, 2, at=LATER)
    store.untrack(QuoteId(third), by="ann", at=LATER)
    store.close_chat(3, reason="the bot was kicked", at=LATER)
    found(store, 2, at=LATER)
    return store


def change(path: Path, sql: str) -> None:
    """Change the file behind the store's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


def test_whatever_happened_the_books_add_up(busy: SqliteStore) -> None:
    audit = busy.audit_alerts(LATER)

    assert audit.differences == ()
    assert audit.is_right
    assert audit.matches == 13
    assert audit.messages == 2
    assert audit.told == 4
    assert audit.in_doubt == 1
    assert audit.alerts[AlertState.HELD] >= 4
    assert {"the bot was kicked", "untracked"} <= set(audit.given_up)
    assert sum(audit.given_up.values()) == audit.alerts[AlertState.DEAD]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM alerts WHERE id = (SELECT max(id) FROM alerts WHERE chat_id = 2)", "has no alert"),
        ("UPDATE matches SET quiet = 'baseline' WHERE id = 1", "to stay quiet"),
        ("UPDATE alerts SET message_id = NULL WHERE state = 'sent'", "without a message"),
        ("UPDATE alerts SET told_in = NULL WHERE state = 'digested'", "that was not sent and does not wait"),
        ("UPDATE alerts SET reason = NULL WHERE state = 'dead'", "without a reason"),
        ("UPDATE alerts SET state = 'pending', told_in = NULL WHERE chat_id = 3", "that is closed"),
        ("UPDATE alerts SET state = 'in flight' WHERE state = 'digested'", "in a message that is not"),
        ("UPDATE alerts SET state = 'pending' WHERE state = 'digested'", "wait for one that does not"),
        ("UPDATE alerts SET state = 'sent', message_id = 7, sent_at = '2026-01-06T13:00:00.000Z' WHERE chat_id = 2",
         "share one message"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("meddling")
def test_each_promise_that_was_not_kept_is_named(busy: SqliteStore, path: Path, sql: str, said: str) -> None:
    change(path, sql)

    audit = busy.audit_alerts(LATER)

    [difference] = [one for one in audit.differences if said in one.what]
    assert difference.count >= len(difference.examples) > 0
    assert not audit.is_right


def test_who_subscribed_later_is_owed_nothing_of_before(store: SqliteStore) -> None:
    found(store)
    store.subscribe("@late", ChatKind.CHANNEL, None, by="ann", at=LATER)

    assert store.audit_alerts(LATER).differences == ()
    assert store.agenda(LATER).due == ()
