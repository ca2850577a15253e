from collections.abc import Iterable
from datetime import timedelta

import pytest

from monitor.core.model import (
    Alert,
    AlertId,
    AlertState,
    Arrival,
    ChatKind,
    MatchKind,
    Post,
    Quiet,
    QuoteId,
    Source,
    SourceKind,
    Tier,
    WantedQuote,
    WantedSource,
)
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_quote, a_source
from tests.store.conftest import Look

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def told(store: SqliteStore) -> SqliteStore:
    """A store whose only subscriber is told of everything."""
    store.subscribe("@news", ChatKind.CHANNEL, "News", by="ann", at=NOON)
    return store


def found(store: SqliteStore, times: int = 1, quiet: Quiet | None = None, quote: int = 1, **match: object) -> int:
    """Record a poll that found a quote; return how many alerts that makes."""
    arrivals = store.unseen(a_source(), [a_post(QUOTE) for _ in range(times)])
    wanted = a_quote(id=QuoteId(quote))
    findings = [a_finding(a_match(arrival.post, wanted, **match), quiet) for arrival in arrivals]
    return store.record(a_poll(), arrivals, findings).alerts


def ids(alerts: Iterable[Alert]) -> list[int]:
    return [alert.id for alert in alerts]


def states(look: Look) -> list[str]:
    return [state for (state,) in look("SELECT state FROM alerts ORDER BY id")]


def test_a_match_alerts_everybody_who_asked_once(store: SqliteStore, look: Look) -> None:
    store.track(WantedQuote(text="Another quote entirely"), by="ann", at=NOON)
    for thread, quote in [(None, None), (None, 1), (7, 1), (8, 2)]:
        store.subscribe("-100", ChatKind.SUPERGROUP, None, thread_id=thread, quote_id=quote, by="ann", at=NOON)
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)

    assert found(store) == 3
    assert look("SELECT chat_id, thread_id FROM alerts") == [(1, None), (1, 7), (2, None)]


def test_what_is_not_sure_or_was_old_already_is_recorded_quietly(told: SqliteStore, look: Look) -> None:
    assert found(told, quiet=Quiet.BASELINE) == 0
    assert found(told, quiet=Quiet.SUGGESTED, tier=Tier.SUGGEST, kind=MatchKind.DERIVED) == 0
    assert found(told, tier=Tier.SUGGEST) == 0

    assert look("SELECT tier, quiet FROM matches") == [
        ("alert", "baseline"),
        ("suggest", "suggested"),
        ("suggest", None),
    ]
    assert told.due_alerts(LATER) == []


def test_a_due_alert_carries_all_that_is_shown(told: SqliteStore) -> None:
    found(told, 2)

    first, second = told.due_alerts(LATER)

    assert (first.chat.address, first.chat.title, first.chat.kind) == ("@news", "News", ChatKind.CHANNEL)
    assert (first.state, first.attempts, first.thread_id) == (AlertState.PENDING, 0, None)
    assert first.created_at == NOON + SECOND
    assert (first.appearance.text, first.appearance.seen_before) == (QUOTE, 0)
    assert (second.appearance.seen_before, second.appearance.first_appeared_in) == (1, "Example News")


def test_an_alert_is_due_from_its_time_on(told: SqliteStore) -> None:
    found(told)

    assert told.due_alerts(NOON) == []
    assert ids(told.due_alerts(NOON + SECOND)) == [1]


def test_an_alert_on_its_way_is_not_due_again(told: SqliteStore, look: Look) -> None:
    found(told)

    told.in_flight(AlertId(1), at=LATER)

    assert told.due_alerts(LATER) == []
    assert look("SELECT state, attempts, next_at FROM alerts") == [("in flight", 1, "2026-01-06T13:00:00.000Z")]


def test_a_sent_alert_is_closed_with_its_message(told: SqliteStore, look: Look) -> None:
    found(told)
    told.in_flight(AlertId(1), at=LATER)

    told.sent(AlertId(1), message_id=42, at=LATER)

    assert told.due_alerts(LATER) == []
    assert look("SELECT state, message_id, sent_at, closed_at FROM alerts") == [
        ("sent", 42, "2026-01-06T13:00:00.000Z", "2026-01-06T13:00:00.000Z")
    ]
    assert look("SELECT alerted FROM match_history") == [(1,)]


def test_an_alert_put_back_waits_until_its_time_and_keeps_count(told: SqliteStore, look: Look) -> None:
    found(told)
    told.in_flight(AlertId(1), at=NOON)

    told.put_back(AlertId(1), until=LATER, reason="no connection")

    assert told.due_alerts(LATER - SECOND) == []
    (alert,) = told.due_alerts(LATER)
    assert alert.attempts == 1
    assert look("SELECT reason FROM alerts") == [("no connection",)]


def test_a_buried_alert_is_kept_with_its_reason(told: SqliteStore, look: Look) -> None:
    found(told)

    told.bury(AlertId(1), reason="message too long", at=LATER)

    assert told.due_alerts(LATER) == []
    assert look("SELECT state, reason, closed_at FROM alerts") == [
        ("dead", "message too long", "2026-01-06T13:00:00.000Z")
    ]


def test_a_sent_alert_stays_sent_whatever_is_said_later(told: SqliteStore, look: Look) -> None:
    found(told)
    told.sent(AlertId(1), message_id=42, at=LATER)

    told.in_flight(AlertId(1), at=LATER)
    told.put_back(AlertId(1), until=LATER, reason="late answer")
    told.bury(AlertId(1), reason="late answer", at=LATER)
    told.sent(AlertId(1), message_id=43, at=LATER)

    assert look("SELECT state, message_id, reason, attempts FROM alerts") == [("sent", 42, None, 0)]


def test_an_alert_given_up_while_on_its_way_is_not_sent_again_but_may_have_arrived(
    told: SqliteStore, look: Look
) -> None:
    found(told, 2)
    for alert_id in (AlertId(1), AlertId(2)):
        told.in_flight(alert_id, at=NOON)
    told.untrack(QuoteId(1), by="ann", at=NOON)

    told.put_back(AlertId(1), until=NOON, reason="timeout")
    told.sent(AlertId(2), message_id=5, at=NOON)

    assert states(look) == ["dead", "sent"]


def test_a_long_backlog_comes_oldest_first_and_leaves_room_for_other_chats(told: SqliteStore) -> None:
    found(told, 60)
    for number in range(6):
        told.subscribe(f"-{number}", ChatKind.GROUP, None, by="ann", at=NOON)
    found(told, 11)

    due = told.due_alerts(LATER)

    assert len(due) == 50
    assert len({alert.chat.id for alert in due[:7]}) == 7
    for chat_id in {alert.chat.id for alert in due}:
        of_chat = [alert.id for alert in due if alert.chat.id == chat_id]
        assert of_chat == sorted(of_chat)
        assert len(of_chat) <= 10


def test_a_chat_on_hold_is_left_alone_until_then_and_no_other(told: SqliteStore) -> None:
    told.subscribe("-1", ChatKind.GROUP, None, by="ann", at=NOON)
    found(told)
    (news, group) = told.due_alerts(LATER)

    told.hold_chat(news.chat.id, until=LATER)

    assert ids(told.due_alerts(LATER - SECOND)) == [group.id]
    assert ids(told.due_alerts(LATER)) == [news.id, group.id]


def test_closing_a_chat_gives_up_what_waits_for_it_and_keeps_the_matches(told: SqliteStore, look: Look) -> None:
    found(told, 3)
    told.sent(AlertId(1), message_id=1, at=NOON)
    told.in_flight(AlertId(2), at=NOON)
    chat = told.chat("@news")
    assert chat

    assert told.close_chat(chat.id, reason="the bot was kicked", at=LATER) == 2

    assert states(look) == ["sent", "dead", "dead"]
    assert look("SELECT unreachable, unreachable_at FROM chats") == [("the bot was kicked", "2026-01-06T13:00:00.000Z")]
    assert look("SELECT count(*) FROM matches") == [(3,)]
    assert found(told) == 0


def test_what_a_crash_left_in_flight_is_sent_again(told: SqliteStore, look: Look) -> None:
    found(told, 3)
    told.in_flight(AlertId(1), at=NOON)
    told.sent(AlertId(1), message_id=1, at=NOON)
    told.in_flight(AlertId(2), at=NOON)

    assert told.recover(LATER) == 1

    assert ids(told.due_alerts(LATER)) == [2, 3]
    ((reason, attempts),) = look("SELECT reason, attempts FROM alerts WHERE id = 2")
    assert "may have arrived" in reason
    assert attempts == 1
    assert told.recover(LATER) == 0


def test_the_anchor_is_the_newest_message_known_in_the_chat(told: SqliteStore, look: Look) -> None:
    found(told, 3)
    told.in_flight(AlertId(1), at=LATER)
    told.sent(AlertId(1), message_id=42, at=LATER)

    told.in_flight(AlertId(2), at=LATER)

    assert look("SELECT anchor FROM alerts ORDER BY id") == [(None,), (42,), (None,)]


def test_alerts_are_listed_newest_first_in_any_state(told: SqliteStore) -> None:
    found(told, 4)
    told.sent(AlertId(2), message_id=1, at=LATER)

    assert ids(told.alerts_list(3)) == [4, 3, 2]
    assert ids(told.alerts_list(9, state=AlertState.SENT)) == [2]


def test_a_quote_untracked_while_its_match_was_on_the_way_tells_nobody(told: SqliteStore, look: Look) -> None:
    told.untrack(QuoteId(1), by="ann", at=NOON)

    assert found(told) == 0
    assert look("SELECT count(*) FROM matches") == [(1,)]


def test_one_place_read_as_two_sources_is_told_once_and_two_places_are_told_twice(store: SqliteStore) -> None:
    store.seed_sources(
        [
            WantedSource(kind=SourceKind.FEED, address=f"https://news.example/{name}", name=name)
            for name in ("feed", "the-same-feed", "another")
        ],
        NOON,
    )
    one, same, another = store.active_sources()[-3:]
    store.subscribe("@told", ChatKind.CHANNEL, None, by="ann", at=NOON)
    post = a_post("Come get me, coward!", guid="1", url="https://news.example/1")
    elsewhere = a_post("Come get me, coward!", guid="1", url="https://another.example/1")

    def told_of(source: Source, said: Post) -> int:
        finding = a_finding(a_match(said, store.quotes()[0]))
        return store.record(a_poll(source), [Arrival(post=said)], [finding]).alerts

    assert [told_of(one, post), told_of(same, post), told_of(another, elsewhere)] == [1, 0, 1]
    assert len(store.appearances(limit=10)) == 3
