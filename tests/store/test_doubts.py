import pytest

from monitor.core.model import AlertId, ChatKind
from monitor.core.telling import Task
from monitor.store import SqliteStore
from monitor.store.waiting import MOST_DOUBTS
from tests.builders import NOON
from tests.store.conftest import Look
from tests.store.telling import CHANNEL, HOUR, LATER, MINUTE, SECOND, begun, found, quotes, rows, subscribe, told


@pytest.fixture
def outbox(store: SqliteStore) -> SqliteStore:
    """A store whose only subscriber is told of everything, and of one alert so far, as message 42."""
    subscribe(store)
    found(store)
    told(store, 42, LATER)
    return store


def a_doubt(store: SqliteStore, *, at: int = 1) -> AlertId:
    """Tell of another alert, with nobody knowing whether it arrived."""
    found(store, at=LATER + at * HOUR)
    lead = begun(store, LATER + at * HOUR + SECOND).lead.id
    store.doubt(lead, until=LATER + at * HOUR + MINUTE, reason="timed out")
    return lead


def test_what_is_in_doubt_is_looked_for_after_its_time_from_the_anchor_on(outbox: SqliteStore) -> None:
    lead = a_doubt(outbox)
    then = LATER + HOUR + MINUTE

    assert outbox.agenda(then - SECOND).due == ()
    assert outbox.agenda(then - SECOND).next_at == then
    assert [due.task for due in outbox.agenda(then).due] == [Task.LOOK]
    doubt = outbox.next_doubt(CHANNEL, then)
    assert doubt
    assert (doubt.telling.lead.id, doubt.look_at, doubt.is_repeated, doubt.newest) == (lead, 43, False, 42)


def test_a_number_that_was_asked_about_is_asked_again_after_a_crash(outbox: SqliteStore) -> None:
    lead = a_doubt(outbox)

    outbox.looking(lead, number=44, empty=0, at=LATER, until=LATER + MINUTE)

    doubt = outbox.next_doubt(CHANNEL, LATER + 2 * HOUR)
    assert doubt
    assert (doubt.look_at, doubt.is_repeated) == (44, True)


def test_empty_numbers_before_a_crash_count_unless_others_are_known_behind_them(outbox: SqliteStore) -> None:
    lead = a_doubt(outbox)
    outbox.looking(lead, number=45, empty=2, at=LATER, until=LATER + MINUTE)

    doubt = outbox.next_doubt(CHANNEL, LATER + 2 * HOUR)
    assert doubt
    assert (doubt.look_at, doubt.empty, doubt.gap) == (45, 2, 3)

    [second] = quotes(outbox, 1)
    found(outbox, quote=second, at=LATER + HOUR)
    told(outbox, 44, LATER + HOUR + 2 * SECOND)
    doubt = outbox.next_doubt(CHANNEL, LATER + 2 * HOUR)
    assert doubt
    assert (doubt.look_at, doubt.empty) == (45, 0)


def test_messages_that_are_known_need_not_be_asked_about(outbox: SqliteStore) -> None:
    [second] = quotes(outbox, 1)
    a_doubt(outbox)
    found(outbox, quote=second, at=LATER + HOUR)
    told(outbox, 44, LATER + HOUR + 2 * SECOND)

    doubt = outbox.next_doubt(CHANNEL, LATER + 2 * HOUR)

    assert doubt
    assert (doubt.look_at, doubt.known, doubt.newest) == (43, {42, 44}, 44)


def test_without_any_message_to_begin_from_there_is_nothing_to_go_by(store: SqliteStore) -> None:
    subscribe(store)
    a_doubt(store)

    doubt = store.next_doubt(CHANNEL, LATER + 2 * HOUR)

    assert doubt
    assert doubt.look_at is None


def test_what_was_found_is_sent_and_in_doubt_no_longer(outbox: SqliteStore, look: Look) -> None:
    lead = a_doubt(outbox)

    outbox.sent(lead, message_id=43, at=LATER + 2 * HOUR)

    assert rows(look, "state, message_id, probe_at")[1] == ("sent", 43, None)
    assert outbox.next_doubt(CHANNEL, LATER + 2 * HOUR) is None


def test_what_a_crash_left_on_its_way_is_in_doubt(outbox: SqliteStore, look: Look) -> None:
    found(outbox, 3, at=LATER)
    begun(outbox, LATER + HOUR)

    assert outbox.recover(LATER + 2 * HOUR) == 1
    assert outbox.recover(LATER + 3 * HOUR) == 0

    assert rows(look, "state, probe_at")[1:] == [
        ("in flight", "2026-01-06T15:00:00.000Z"),
        ("in flight", None),
        ("in flight", None),
    ]
    doubt = outbox.next_doubt(CHANNEL, LATER + 2 * HOUR)
    assert doubt
    assert doubt.telling.count == 3


def test_a_chat_with_too_many_doubts_gets_nothing_new_meanwhile(outbox: SqliteStore) -> None:
    wanted = quotes(outbox, MOST_DOUBTS + 1)
    for quote in wanted:
        found(outbox, quote=quote, at=LATER)
    for _ in range(MOST_DOUBTS):
        [due] = outbox.agenda(LATER + SECOND).due
        assert due.task is Task.TELL
        outbox.doubt(begun(outbox, LATER + SECOND).lead.id, until=LATER + HOUR, reason="timed out")

    assert outbox.agenda(LATER + MINUTE).due == ()


def test_a_group_that_moved_is_not_searched_by_its_old_numbers(store: SqliteStore) -> None:
    group = subscribe(store, "-7", ChatKind.GROUP)
    found(store, at=NOON - 2 * MINUTE)
    told(store, 42, NOON - MINUTE, chat=group)
    a_doubt(store)

    store.move_chat(group, address="-1007")

    doubt = store.next_doubt(group, LATER + 2 * HOUR)
    assert doubt
    assert doubt.look_at is None


def test_a_stale_message_is_brought_up_to_date_at_most_once_a_minute(outbox: SqliteStore) -> None:
    outbox.mark_stale(AlertId(1), at=LATER + SECOND)
    assert outbox.next_stale(CHANNEL, LATER + 59 * SECOND) is None
    assert outbox.agenda(LATER + SECOND).next_at == LATER + MINUTE

    stale = outbox.next_stale(CHANNEL, LATER + MINUTE)
    assert stale
    assert stale.message_id == 42
    outbox.edited(AlertId(1), since=stale.since, at=LATER + MINUTE)

    assert outbox.agenda(LATER + HOUR).due == ()


def test_what_makes_a_message_stale_while_it_is_edited_is_told_next_time(outbox: SqliteStore) -> None:
    outbox.mark_stale(AlertId(1), at=LATER)
    stale = outbox.next_stale(CHANNEL, LATER + MINUTE)
    assert stale
    outbox.mark_stale(AlertId(1), at=LATER + MINUTE - SECOND)  # by a poll that ended a second ago
    outbox.edited(AlertId(1), since=stale.since, at=LATER + MINUTE)

    [due] = outbox.agenda(LATER + 2 * MINUTE).due
    assert due.task is Task.UPDATE


def test_a_known_message_that_was_asked_about_may_have_anothers_buttons_and_is_set_right(outbox: SqliteStore) -> None:
    [second] = quotes(outbox, 1)
    lead = a_doubt(outbox)
    found(outbox, quote=second, at=LATER + HOUR)
    outbox.looking(lead, number=43, empty=0, at=LATER + HOUR, until=LATER + HOUR)
    other = told(outbox, 43, LATER + HOUR + 2 * SECOND)

    doubt = outbox.next_doubt(CHANNEL, LATER + 2 * HOUR)

    stale = outbox.next_stale(CHANNEL, LATER + 2 * HOUR)
    assert doubt
    assert stale
    assert (doubt.known, stale.message_id, stale.telling.lead.id) == ({42, 43}, 43, other.lead.id)


def test_what_turns_up_elsewhere_leaves_no_message_with_its_buttons(outbox: SqliteStore) -> None:
    lead = a_doubt(outbox)
    outbox.looking(lead, number=42, empty=0, at=LATER + HOUR, until=LATER + HOUR)

    outbox.sent(lead, message_id=44, at=LATER + 2 * HOUR)

    stale = outbox.next_stale(CHANNEL, LATER + 3 * HOUR)
    assert stale
    assert stale.message_id == 42
