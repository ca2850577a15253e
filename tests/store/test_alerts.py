from datetime import timedelta

import pytest

from monitor.core.model import (
    AlertId,
    AlertState,
    Arrival,
    ChatId,
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
from tests.builders import NOON, a_finding, a_match, a_poll, a_post
from tests.store.conftest import Look
from tests.store.telling import HOUR, LATER, MINUTE, SECOND, a_story, begun, found, repeat, rows, subscribe, told


@pytest.fixture
def outbox(store: SqliteStore) -> SqliteStore:
    """A store whose only subscriber is told of everything."""
    subscribe(store)
    return store


def test_a_match_alerts_everybody_who_asked_once(store: SqliteStore, look: Look) -> None:
    store.track(WantedQuote(text="Another quote entirely"), by="ann", at=NOON)
    for thread, quote in [(None, None), (None, 1), (7, 1), (8, 2)]:
        store.subscribe("-100", ChatKind.SUPERGROUP, None, thread_id=thread, quote_id=quote, by="ann", at=NOON)
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)

    assert found(store) == 3
    assert rows(look, "chat_id, thread_id") == [(1, None), (1, 7), (2, None)]


def test_who_asked_for_a_tag_is_told_of_its_quotes_and_no_others(store: SqliteStore, look: Look) -> None:
    store.track(WantedQuote(text="Another quote entirely", tags=("peace",)), by="ann", at=NOON)
    store.subscribe("@peace", ChatKind.CHANNEL, None, tag="peace", by="ann", at=NOON)

    assert [found(store), found(store, quote=2)] == [0, 1]


def test_what_is_not_sure_or_was_old_already_is_recorded_quietly(outbox: SqliteStore, look: Look) -> None:
    assert found(outbox, quiet=Quiet.BASELINE) == 0
    assert found(outbox, quiet=Quiet.SUGGESTED, tier=Tier.SUGGEST, kind=MatchKind.DERIVED) == 0
    assert found(outbox, tier=Tier.SUGGEST) == 0

    assert look("SELECT tier, quiet FROM matches") == [
        ("alert", "baseline"),
        ("suggest", "suggested"),
        ("suggest", None),
    ]
    assert rows(look) == []


def test_who_cannot_be_told_has_a_dead_alert_that_says_why(outbox: SqliteStore, look: Look) -> None:
    chat = outbox.chat("@news")
    assert chat
    outbox.close_chat(chat.id, reason="the bot was kicked", at=NOON)
    assert found(outbox) == 0
    subscribe(outbox)
    outbox.untrack(QuoteId(1), by="ann", at=NOON)
    assert found(outbox) == 0

    assert rows(look, "state, reason") == [("dead", "the bot was kicked"), ("dead", "untracked")]
    assert look("SELECT count(*) FROM matches") == [(2,)]


def test_a_near_duplicate_is_told_in_the_message_of_the_first(outbox: SqliteStore, look: Look) -> None:
    story = a_story()
    found(outbox, posts=[story])
    first = told(outbox, 42)

    assert found(outbox, posts=[a_post(f"RT @ann: {story.text}")], at=LATER) == 1

    assert rows(look) == [("sent", None), ("digested", 1)]
    assert outbox.agenda(LATER).due == ()
    stale = outbox.next_stale(first.lead.chat.id, LATER + timedelta(minutes=1))
    assert stale
    assert (stale.message_id, stale.telling.reposts, stale.telling.count) == (42, 1, 1)


def test_near_duplicates_wait_with_the_first_and_are_given_up_with_it(outbox: SqliteStore, look: Look) -> None:
    story = a_story()
    found(outbox, posts=[story])
    found(outbox, posts=[a_post(f"RT @ann: {story.text}")])

    outbox.untrack(QuoteId(1), by="ann", at=LATER)

    assert rows(look, "state, reason") == [("dead", "untracked"), ("dead", "untracked")]


def test_a_near_duplicate_of_something_long_ago_is_told_by_itself(outbox: SqliteStore, look: Look) -> None:
    found(outbox)
    told(outbox, 42)
    found(outbox, at=NOON + timedelta(days=8), posts=[a_story()])
    repeat(outbox, 2, of=1)
    found(outbox, at=NOON + timedelta(days=8))

    assert [state for state, _ in rows(look)] == ["sent", "pending", "pending"]


def test_one_place_read_as_two_sources_is_told_once_and_two_places_are_told_twice(store: SqliteStore) -> None:
    store.seed_sources(
        [
            WantedSource(kind=SourceKind.FEED, address=f"https://news.example/{name}", name=name)
            for name in ("feed", "the-same-feed", "another")
        ],
        NOON,
    )
    one, same, another = store.active_sources()[-3:]
    subscribe(store)
    post = a_post("He said: Come get me, coward! and nobody came to get him.", guid="1", url="https://news.example/1")
    elsewhere = a_post("Come get me, coward! A new song, out now.", guid="1", url="https://another.example/1")

    def record(source: Source, said: Post) -> None:
        store.record(a_poll(source), [Arrival(post=said)], [a_finding(a_match(said, store.quotes()[0]))])

    for source, said in [(one, post), (same, post), (another, elsewhere)]:
        record(source, said)

    assert [alert.state for alert in reversed(store.alerts_list())] == [
        AlertState.PENDING,
        AlertState.DIGESTED,
        AlertState.PENDING,
    ]
    assert len(store.appearances(limit=10)) == 3


def test_an_alert_given_up_while_on_its_way_is_not_sent_again_but_may_have_arrived(
    outbox: SqliteStore, look: Look
) -> None:
    found(outbox)
    begun(outbox)
    outbox.untrack(QuoteId(1), by="ann", at=NOON)
    assert rows(look, "state") == [("dead",)]

    outbox.put_back(AlertId(1), until=NOON, reason="timeout")
    assert rows(look, "state") == [("dead",)]
    outbox.sent(AlertId(1), message_id=5, at=NOON)
    assert rows(look, "state") == [("sent",)]


def test_closing_a_chat_gives_up_what_waits_for_it_and_keeps_the_matches(outbox: SqliteStore, look: Look) -> None:
    found(outbox)
    told(outbox, 1)
    found(outbox, 2, at=LATER)
    chat = outbox.chat("@news")
    assert chat

    assert outbox.close_chat(chat.id, reason="the bot was kicked", at=LATER) == 2

    assert [state for state, _ in rows(look)] == ["sent", "dead", "dead"]
    assert look("SELECT unreachable, unreachable_at FROM chats") == [("the bot was kicked", "2026-01-06T13:00:00.000Z")]
    assert look("SELECT count(*) FROM matches") == [(3,)]


def test_alerts_are_listed_newest_first_in_any_state(outbox: SqliteStore) -> None:
    found(outbox)
    told(outbox, 1)
    found(outbox, 3, at=LATER)

    assert [alert.id for alert in outbox.alerts_list(3)] == [4, 3, 2]
    assert [alert.id for alert in outbox.alerts_list(9, state=AlertState.SENT)] == [1]


def test_what_was_sent_lately_is_remembered_for_the_limits(outbox: SqliteStore) -> None:
    found(outbox)
    told(outbox, 1, LATER)
    outbox.edited(AlertId(1), since=None, at=LATER + SECOND)

    assert outbox.recent_messages(LATER) == [(1, LATER), (1, LATER + SECOND)]
    assert outbox.recent_messages(LATER + 2 * SECOND) == []


def test_every_look_for_a_message_is_remembered_for_the_limits_for_a_minute(outbox: SqliteStore, look: Look) -> None:
    found(outbox)
    lead = begun(outbox, LATER).lead.id
    for number in range(1, 4):
        outbox.looking(lead, number=number, empty=0, at=LATER + number * SECOND, until=LATER + HOUR)

    assert outbox.recent_messages(LATER) == [(1, LATER + number * SECOND) for number in range(4)]
    outbox.looking(lead, number=9, empty=0, at=LATER + HOUR, until=LATER + 2 * HOUR)
    assert look("SELECT count(*) FROM calls") == [(1,)]


def test_a_chat_that_subscribed_later_gets_reposts_in_the_message_of_the_first_it_was_told_of(
    outbox: SqliteStore, look: Look
) -> None:
    story = a_story()
    found(outbox, posts=[story])
    told(outbox, 42)
    outbox.subscribe("@late", ChatKind.CHANNEL, "Late", by="ann", at=LATER)
    late = ChatId(2)
    for name in ("ann", "bob", "cleo"):
        found(outbox, posts=[a_post(f"RT @{name}: {story.text}")], at=LATER + SECOND)

    telling = told(outbox, 7, LATER + MINUTE, chat=late)

    assert look("SELECT state FROM alerts WHERE chat_id = ? ORDER BY id", late) == [
        ("sent",), ("digested",), ("digested",),
    ]  # fmt: skip
    assert (telling.count, telling.reposts) == (1, 2)
    assert outbox.audit_alerts(LATER + MINUTE).differences == ()


def test_reposts_wait_with_the_first_that_a_late_chat_is_told_of_whatever_leads_its_message(
    outbox: SqliteStore, look: Look
) -> None:
    story = a_story()
    found(outbox, posts=[story])
    told(outbox, 42)
    late = subscribe(outbox, "@late")
    found(outbox, 1)
    for name in ("ann", "bob"):
        found(outbox, posts=[a_post(f"RT @{name}: {story.text}")])
    telling = begun(outbox, chat=late)
    outbox.put_back(telling.lead.id, until=LATER, reason="no")

    outbox.bury(telling.lead.id, reason="refused", at=LATER)

    assert (telling.count, telling.reposts) == (2, 1)
    of_late = look("SELECT id, state, told_in FROM alerts WHERE chat_id = ? ORDER BY id", late)
    (_, *lead), (first, *waiting), (_, *repost) = of_late
    assert [lead[0], waiting, repost] == ["dead", ["pending", None], ["digested", first]]
    again = begun(outbox, LATER + SECOND, chat=late)
    assert (again.count, again.reposts) == (1, 1)
