import pytest

from monitor.core.grouping import CROWD
from monitor.core.model import AlertId, ChatKind, QuoteId
from monitor.core.telling import MOST_SHOWN, Task
from monitor.store import SqliteStore
from tests.builders import NOON
from tests.store.conftest import Look
from tests.store.telling import CHANNEL, LATER, MINUTE, SECOND, begun, found, ids, quotes, rows, subscribe, told


@pytest.fixture
def outbox(store: SqliteStore) -> SqliteStore:
    """A store whose only subscriber is told of everything."""
    subscribe(store)
    return store


def test_an_alert_is_due_a_moment_after_it_was_made(outbox: SqliteStore) -> None:
    found(outbox, at=NOON)

    assert outbox.agenda(NOON).due == ()
    assert outbox.agenda(NOON).next_at == NOON + SECOND
    [due] = outbox.agenda(NOON + SECOND).due
    assert (due.chat.address, due.task) == ("@news", Task.TELL)


def test_alerts_of_one_quote_are_told_together_and_marked_as_a_whole(outbox: SqliteStore, look: Look) -> None:
    found(outbox, 3)

    telling = begun(outbox)

    assert ids(telling) == [1, 2, 3]
    assert (telling.count, telling.reposts, telling.is_digest) == (3, 0, False)
    assert rows(look) == [("in flight", None), ("in flight", 1), ("in flight", 1)]
    outbox.sent(AlertId(1), message_id=42, at=LATER)
    assert rows(look, "state, told_in, message_id") == [
        ("sent", None, 42),
        ("digested", 1, None),
        ("digested", 1, None),
    ]


def test_a_telling_carries_all_that_is_shown(outbox: SqliteStore) -> None:
    found(outbox, 2)

    lead, other = begun(outbox).alerts

    assert (lead.chat.address, lead.chat.title, lead.chat.kind) == ("@news", "News", ChatKind.CHANNEL)
    assert (lead.attempts, lead.thread_id, lead.created_at) == (1, None, NOON + SECOND)
    assert (lead.appearance.seen_before, other.appearance.seen_before) == (0, 1)
    assert other.appearance.first_appeared_in == "Example News"


def test_a_long_story_shows_its_newest_and_counts_the_rest(outbox: SqliteStore) -> None:
    found(outbox, 100)

    telling = begun(outbox)

    assert telling.count == 100
    assert ids(telling) == [1, *range(101 - MOST_SHOWN, 101)]


def test_nothing_newer_of_a_quote_is_told_while_one_message_of_it_is_on_its_way(outbox: SqliteStore) -> None:
    [second] = quotes(outbox, 1)
    found(outbox)
    begun(outbox)
    found(outbox, at=LATER)
    found(outbox, quote=second, at=LATER)

    assert ids(begun(outbox, LATER + MINUTE)) == [3]
    assert outbox.agenda(LATER + MINUTE).due == ()


def test_what_did_not_arrive_waits_as_a_whole_and_takes_along_what_came_meanwhile(
    outbox: SqliteStore, look: Look
) -> None:
    found(outbox, 2)
    begun(outbox)

    outbox.put_back(AlertId(1), until=LATER + MINUTE, reason="no connection")
    assert rows(look, "state, told_in, reason") == [
        ("pending", None, "no connection"),
        ("pending", 1, "no connection"),
    ]
    found(outbox, at=LATER)

    assert outbox.begin(CHANNEL, LATER + MINUTE - SECOND) is None
    again = begun(outbox, LATER + MINUTE)
    assert (ids(again), again.lead.attempts) == ([1, 2, 3], 2)


def test_a_viral_quote_is_told_in_growing_windows(outbox: SqliteStore) -> None:
    at, times = NOON, []
    for second in range(75):
        found(outbox, at=NOON + second * SECOND)
        at = NOON + (second + 1) * SECOND
        if telling := outbox.begin(CHANNEL, at):
            times.append(second + 1)
            outbox.sent(telling.lead.id, message_id=second, at=at)

    assert times == [1, 11, 31, 71]


def test_a_quiet_quote_does_not_wait_for_a_viral_one(outbox: SqliteStore) -> None:
    [quiet] = quotes(outbox, 1)
    found(outbox, 50)
    told(outbox, 1, NOON + 2 * SECOND)
    found(outbox, 50, at=NOON + 3 * SECOND)
    found(outbox, quote=quiet, at=NOON + 4 * SECOND)

    assert begun(outbox, NOON + 5 * SECOND).lead.appearance.quote_id == quiet


def test_a_crowd_of_quotes_comes_as_one_digest_with_each_of_them(outbox: SqliteStore, look: Look) -> None:
    wanted = quotes(outbox, CROWD)
    for quote in [1, *wanted]:
        found(outbox, 5, quote=quote)

    telling = begun(outbox)

    assert telling.is_digest
    assert telling.count == 5 * (CROWD + 1)
    assert telling.counts == dict.fromkeys([1, *wanted], 5)
    assert {alert.appearance.quote_id for alert in telling.alerts} == {QuoteId(1), *wanted}
    assert {state for state, _ in rows(look)} == {"in flight"}


def test_topics_of_a_forum_are_told_apart(store: SqliteStore) -> None:
    for thread in (7, 8):
        store.subscribe("-100", ChatKind.SUPERGROUP, None, thread_id=thread, by="ann", at=NOON)
    found(store, 2)

    first, second = begun(store), begun(store)

    assert {first.lead.thread_id, second.lead.thread_id} == {7, 8}
    assert first.count == second.count == 2


def test_after_a_refusal_what_was_shown_is_told_one_by_one_and_the_rest_together(
    outbox: SqliteStore, look: Look
) -> None:
    found(outbox, 40)
    telling = begun(outbox)

    outbox.tell_alone(telling, reason="can't parse entities", at=LATER)

    counts = []
    for number in range(40):
        told_now = outbox.begin(CHANNEL, LATER)
        if told_now is None:
            break
        outbox.sent(told_now.lead.id, message_id=number, at=LATER)
        counts.append(told_now.count)
    assert sorted(counts) == [1] * 31 + [9]
    assert outbox.audit_alerts(LATER).differences == ()


def test_an_alert_that_is_given_up_does_not_take_others_with_it(outbox: SqliteStore, look: Look) -> None:
    wanted = quotes(outbox, CROWD)
    for quote in [1, *wanted]:
        found(outbox, quote=quote)
    telling = begun(outbox)
    outbox.put_back(telling.lead.id, until=LATER, reason="no connection")

    outbox.untrack(QuoteId(1), by="ann", at=LATER)

    assert telling.lead.id == 1
    assert rows(look, "state, told_in") == [("dead", None)] + [("pending", None)] * CROWD
    assert outbox.audit_alerts(LATER).differences == ()


def test_a_lead_given_up_while_its_message_is_on_its_way_frees_the_others_when_it_did_not_arrive(
    outbox: SqliteStore, look: Look
) -> None:
    wanted = quotes(outbox, CROWD)
    for quote in [1, *wanted]:
        found(outbox, quote=quote)
    begun(outbox)
    outbox.untrack(QuoteId(1), by="ann", at=LATER)
    assert rows(look, "state")[:2] == [("dead",), ("in flight",)]

    outbox.put_back(AlertId(1), until=LATER, reason="it did not arrive")

    assert rows(look, "state, told_in") == [("dead", None)] + [("pending", None)] * CROWD


def test_what_arrived_stays_arrived_whatever_is_said_later(outbox: SqliteStore, look: Look) -> None:
    found(outbox, 2)
    told(outbox, 42)

    outbox.put_back(AlertId(1), until=LATER, reason="late answer")
    outbox.bury(AlertId(1), reason="late answer", at=LATER)
    outbox.doubt(AlertId(1), until=LATER, reason="late answer")
    outbox.sent(AlertId(1), message_id=43, at=LATER)

    assert rows(look, "state, message_id, reason, attempts, probe_at") == [
        ("sent", 42, None, 1, None),
        ("digested", None, None, 1, None),
    ]
    assert look("SELECT sum(alerted) FROM match_history") == [(2,)]


def test_a_refused_alert_is_given_up_with_its_reason(outbox: SqliteStore, look: Look) -> None:
    found(outbox)
    begun(outbox)

    outbox.bury(AlertId(1), reason="message too long", at=LATER)

    assert rows(look, "state, reason, closed_at") == [("dead", "message too long", "2026-01-06T13:00:00.000Z")]
    assert outbox.agenda(LATER).due == ()


def test_a_chat_on_hold_is_left_alone_until_then_and_no_other(outbox: SqliteStore) -> None:
    group = subscribe(outbox, "-1", ChatKind.GROUP)
    found(outbox)

    outbox.hold_chat(CHANNEL, until=LATER)

    assert [due.chat.id for due in outbox.agenda(LATER - SECOND).due] == [group]
    assert outbox.agenda(LATER - SECOND).next_at == LATER
    assert {due.chat.id for due in outbox.agenda(LATER).due} == {CHANNEL, group}


def test_the_anchor_is_the_newest_message_known_where_the_numbers_are_the_same(store: SqliteStore, look: Look) -> None:
    chats = [
        subscribe(store, address, kind)
        for address, kind in [
            ("@news", ChatKind.CHANNEL),
            ("5001", ChatKind.PRIVATE),
            ("5002", ChatKind.PRIVATE),
            ("-7", ChatKind.GROUP),
        ]
    ]
    for message_id, chat in enumerate(chats, start=40):
        found(store)
        told(store, message_id, chat=chat)
        found(store, at=LATER)
    begun_at = LATER + MINUTE
    for chat in chats:
        begun(store, begun_at, chat=chat)

    anchors = look("SELECT chat_id, anchor FROM alerts WHERE state = 'in flight' AND told_in IS NULL ORDER BY chat_id")
    assert anchors == [(chats[0], 40), (chats[1], 43), (chats[2], 43), (chats[3], 43)]


def test_an_alert_made_ahead_of_a_clock_since_set_back_is_due_at_once(outbox: SqliteStore) -> None:
    found(outbox, at=LATER)

    [due] = outbox.agenda(NOON).due
    assert due.task is Task.TELL
    assert ids(begun(outbox, NOON)) == [1]


def test_what_was_told_ahead_of_a_clock_since_set_back_holds_nothing_up(outbox: SqliteStore) -> None:
    found(outbox, at=LATER - SECOND)
    told(outbox, 42, at=LATER)
    found(outbox, at=NOON)

    assert [due.task for due in outbox.agenda(NOON + SECOND).due] == [Task.TELL]
    assert ids(begun(outbox, NOON + SECOND)) == [2]
