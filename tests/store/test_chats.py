from datetime import timedelta

import pytest

from monitor.core.errors import InputError
from monitor.core.model import ChatId, ChatKind, QuoteId, Subscription, WantedQuote
from monitor.store import SqliteStore, open_store
from tests.builders import NOON
from tests.store.conftest import Look
from tests.store.telling import LATER, SECOND, begun, found, states, told


def subscribe(
    store: SqliteStore, address: str = "-100", *, kind: ChatKind = ChatKind.GROUP, **what: int | None
) -> bool:
    return store.subscribe(address, kind, None, by="ann", at=NOON, **what)


def unsubscribe(store: SqliteStore, address: str = "-100", **what: int | None) -> bool:
    return store.unsubscribe(address, by="bob", at=LATER, **what)


def test_a_subscription_is_told_once_and_written_down(store: SqliteStore, look: Look) -> None:
    assert subscribe(store)
    assert not subscribe(store)

    assert look("SELECT chat_id, thread_id, quote_id, added_by FROM subscriptions") == [(1, None, None, "ann")]
    assert look("SELECT actor, action, subject, after FROM audit WHERE action = 'subscribe'") == [
        ("ann", "subscribe", "chat -100", '[{"thread_id": null, "quote_id": null, "tag": null}]')
    ]


def test_topics_and_quotes_are_subscribed_apart(store: SqliteStore) -> None:
    wanted = [(None, None), (7, None), (None, 1), (7, 1)]
    for thread, quote in wanted:
        assert subscribe(store, thread_id=thread, quote_id=quote)
        assert not subscribe(store, thread_id=thread, quote_id=quote)

    chat = store.chat("-100")
    assert chat
    assert store.subscriptions("-100") == [
        Subscription(chat=chat, thread_id=thread, quote_id=None if quote is None else QuoteId(quote))
        for thread, quote in wanted
    ]
    assert store.subscriptions("-999") == []
    assert len(store.subscriptions()) == 4


@pytest.mark.parametrize("number", [99, -1, 10**30])
def test_a_quote_that_is_not_there_cannot_be_subscribed(store: SqliteStore, number: int) -> None:
    with pytest.raises(InputError, match="no tracked quote"):
        subscribe(store, quote_id=number)

    assert store.chat("-100") is None  # nothing was changed, as InputError promises


def test_unsubscribing_a_chat_ends_all_of_it_and_gives_up_what_waits(store: SqliteStore, look: Look) -> None:
    for what in ({}, {"thread_id": 7}, {"quote_id": 1}):
        subscribe(store, **what)
    subscribe(store, "@news", kind=ChatKind.CHANNEL)
    found(store)
    begun(store, NOON + SECOND * 2)

    assert unsubscribe(store)
    assert not unsubscribe(store)

    assert [subscription.chat.address for subscription in store.subscriptions()] == ["@news"]
    assert look("SELECT state, reason FROM alerts ORDER BY id") == [
        ("dead", "unsubscribed"),
        ("dead", "unsubscribed"),
        ("pending", None),
    ]
    assert look("SELECT actor, action FROM audit ORDER BY id DESC LIMIT 1") == [("bob", "unsubscribe")]


def test_unsubscribing_a_topic_leaves_the_others(store: SqliteStore, look: Look) -> None:
    subscribe(store)
    subscribe(store, thread_id=7)
    found(store)

    assert unsubscribe(store, thread_id=7)

    assert states(look) == ["pending", "dead"]
    assert [subscription.thread_id for subscription in store.subscriptions()] == [None]


def test_unsubscribing_one_quote_keeps_what_another_subscription_asks_for(store: SqliteStore, look: Look) -> None:
    store.track(WantedQuote(text="Another quote entirely"), by="ann", at=NOON)
    for quote in (1, 2):
        subscribe(store, quote_id=quote)
    found(store)
    found(store, quote=2)

    assert unsubscribe(store, quote_id=1)

    assert states(look) == ["dead", "pending"]

    subscribe(store)
    assert unsubscribe(store, quote_id=2)
    assert states(look) == ["dead", "pending"]  # all quotes are still asked for


def test_unsubscribing_an_unknown_chat_changes_nothing(store: SqliteStore, look: Look) -> None:
    assert not unsubscribe(store, "@nobody")
    assert look("SELECT count(*) FROM audit WHERE action = 'unsubscribe'") == [(0,)]


def test_a_chat_is_known_by_its_address_in_any_letter_case(store: SqliteStore) -> None:
    first = store.ensure_chat("@News", ChatKind.CHANNEL, "News", NOON)

    assert store.ensure_chat("@news", ChatKind.CHANNEL, None, NOON) == first
    assert store.chat("@NEWS") == first
    assert store.chat("@other") is None


def test_adding_a_closed_chat_again_opens_it(store: SqliteStore, look: Look) -> None:
    subscribe(store)
    store.close_chat(ChatId(1), reason="kicked", at=NOON)

    chat = store.ensure_chat("-100", ChatKind.SUPERGROUP, "Club", LATER)

    assert (chat.unreachable, chat.kind, chat.title) == (None, ChatKind.SUPERGROUP, "Club")
    assert look("SELECT unreachable, unreachable_at FROM chats") == [(None, None)]
    assert found(store) == 1


def test_a_group_that_becomes_a_supergroup_takes_everything_along(store: SqliteStore, look: Look) -> None:
    subscribe(store)
    found(store)

    store.rename_chat("-100", "-100100")

    (due,) = store.agenda(LATER).due
    assert (due.chat.address, due.chat.kind) == ("-100100", ChatKind.SUPERGROUP)
    assert store.chat("-100") is None
    assert look("SELECT chat_id FROM subscriptions") == [(1,)]


def test_a_chat_that_moves_to_a_known_one_joins_it_and_tells_nothing_twice(store: SqliteStore, look: Look) -> None:
    subscribe(store, quote_id=1)
    found(store)
    subscribe(store, "-100100", kind=ChatKind.SUPERGROUP, quote_id=1)
    found(store)  # alerts 2 and 3: the same match, told in both

    store.move_chat(ChatId(1), address="-100100")

    assert [due.chat.address for due in store.agenda(LATER).due] == ["-100100"]
    assert begun(store, chat=ChatId(2)).count == 2
    assert look("SELECT chat_id, quote_id FROM subscriptions") == [(2, 1)]
    assert look("SELECT state, count(*) FROM alerts GROUP BY state") == [("dead", 1), ("in flight", 2)]
    old = store.chat("-100")
    assert old
    assert old.unreachable == "moved to -100100"


def test_moving_a_chat_nobody_knows_changes_nothing(store: SqliteStore) -> None:
    store.rename_chat("-1", "-2")
    store.move_chat(ChatId(99), address="-2")

    assert store.chat("-2") is None


def test_moving_a_chat_to_where_it_is_changes_nothing(store: SqliteStore) -> None:
    subscribe(store)

    store.rename_chat("-100", "-100")

    assert len(store.subscriptions("-100")) == 1


def test_message_numbers_of_before_the_move_are_no_anchor() -> None:
    moved = NOON + timedelta(minutes=30)
    with open_store(":memory:", now=lambda: moved) as store:
        from monitor.core.model import WantedSource
        from tests.builders import a_source

        source = a_source()
        store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
        store.track(WantedQuote(text="Come get me, coward!"), by="ann", at=NOON)
        subscribe(store)
        for message_id, at in [(4000, NOON + SECOND * 2), (1, LATER)]:
            found(store, at=at - SECOND)
            told(store, message_id, at)
            store.rename_chat("-100", "-100100")
        found(store, at=LATER)
        begun(store, LATER + SECOND * 60)

        anchors = store._db.rows("SELECT anchor FROM alerts ORDER BY id")
        assert [row["anchor"] for row in anchors] == [None, None, 1]


def test_the_channel_of_the_settings_is_told_and_an_earlier_one_no_longer(store: SqliteStore) -> None:
    store.seed_channel("@first_channel", NOON)
    store.seed_channel("@first_channel", NOON)
    found(store)
    store.seed_channel("@second_channel", LATER)

    assert [subscription.chat.address for subscription in store.subscriptions()] == ["@second_channel"]
    assert [alert.chat.address for alert in store.alerts_list()] == ["@first_channel"]
    assert store.agenda(LATER).due == ()

    store.seed_channel(None, LATER)
    assert store.subscriptions() == []


def test_a_channel_that_somebody_subscribed_outlives_the_settings(store: SqliteStore) -> None:
    store.subscribe("@first_channel", ChatKind.CHANNEL, None, by="ann", at=NOON)
    store.seed_channel("@first_channel", NOON)
    store.seed_channel(None, LATER)

    assert [subscription.chat.address for subscription in store.subscriptions()] == ["@first_channel"]
