"""How chats want to be told: preferences, mutes, tags."""

from datetime import time, timedelta

import pytest

from monitor.core.errors import InputError
from monitor.core.model import ChatKind, QuoteId, WantedQuote
from monitor.core.people import Digest, Mute, Preferences
from monitor.store import SqliteStore
from monitor.store.values import time_text
from tests.builders import NOON, QUOTE
from tests.store.conftest import Look
from tests.store.telling import LATER, found, states

HOUR = timedelta(hours=1)
ALL = Preferences(
    lang="es",
    zone="America/Bogota",
    quiet_from=time(22),
    quiet_to=time(7, 30),
    digest=Digest.DAILY,
    digest_at=time(18),
    silent=True,
)


def prefer(store: SqliteStore, wanted: Preferences, address: str = "7") -> None:
    store.prefer(address, ChatKind.PRIVATE, "Ann", wanted, by="ann", at=NOON)


def mute(store: SqliteStore, quote_id: int | None = None, until: timedelta | None = HOUR) -> None:
    wanted = None if quote_id is None else QuoteId(quote_id)
    ends = None if until is None else NOON + until
    store.mute("7", ChatKind.PRIVATE, None, wanted, until=ends, by="ann", at=NOON)


def test_preferences_are_kept_as_they_were_chosen(store: SqliteStore, look: Look) -> None:
    assert store.preferences("7") == Preferences()

    prefer(store, ALL)

    assert store.preferences("7") == ALL
    assert look("SELECT quiet_from, quiet_to, digest_at FROM chats") == [("22:00", "07:30", "18:00")]
    prefer(store, Preferences())
    assert store.preferences("7") == Preferences()
    assert look("SELECT count(*) FROM audit WHERE action = 'preferences'") == [(2,)]


def test_preferring_what_is_so_already_writes_nothing(store: SqliteStore, look: Look) -> None:
    prefer(store, Preferences())

    assert look("SELECT count(*) FROM chats") == [(0,)]
    assert look("SELECT count(*) FROM audit WHERE action = 'preferences'") == [(0,)]


def test_a_new_chat_is_spoken_to_in_the_language_of_who_subscribed_it(store: SqliteStore) -> None:
    store.subscribe("7", ChatKind.PRIVATE, None, lang="es", by="ann", at=NOON)
    store.subscribe("7", ChatKind.PRIVATE, None, lang="fr", by="ann", at=NOON)

    assert store.preferences("7").lang == "es"


def test_a_mute_holds_until_its_time_and_only_for_what_was_muted(store: SqliteStore) -> None:
    mute(store, 1)
    mute(store, None, until=None)

    everything = Mute(quote_id=None, quote=None, until=None)
    assert store.mutes("7", NOON) == [everything, Mute(quote_id=QuoteId(1), quote=QUOTE, until=NOON + HOUR)]
    assert store.mutes("7", NOON + HOUR) == [everything]
    assert store.mutes("8", NOON) == []


def test_a_mute_given_again_replaces_the_first(store: SqliteStore) -> None:
    mute(store, 1, until=HOUR)
    mute(store, 1, until=2 * HOUR)

    [only] = store.mutes("7", NOON)
    assert only.until == NOON + 2 * HOUR


def test_unmuting_says_whether_anything_was_muted(store: SqliteStore) -> None:
    mute(store, 1)

    assert not store.unmute("7", None, by="ann", at=NOON)
    assert store.unmute("7", QuoteId(1), by="ann", at=NOON)
    assert not store.unmute("7", QuoteId(1), by="ann", at=NOON)
    assert not store.unmute("8", None, by="ann", at=NOON)


def test_what_a_mute_held_waits_again_when_it_ends(store: SqliteStore, look: Look) -> None:
    store.subscribe("7", ChatKind.PRIVATE, None, by="ann", at=NOON)
    mute(store, until=None)
    found(store)
    assert states(look) == ["held"]

    store.unmute("7", None, by="ann", at=LATER)

    [(due,)] = look("SELECT next_at FROM alerts")
    assert due == time_text(LATER)


def test_a_tag_tells_of_the_quotes_that_have_it_and_of_no_others(store: SqliteStore, look: Look) -> None:
    store.track(WantedQuote(text="Another quote entirely", tags=("petro",)), by="ann", at=NOON)
    assert store.subscribe("7", ChatKind.PRIVATE, None, tag="petro", by="ann", at=NOON)
    assert not store.subscribe("7", ChatKind.PRIVATE, None, tag="petro", by="ann", at=NOON)

    found(store)
    found(store, quote=2)

    assert look("SELECT matches.quote_id FROM alerts JOIN matches ON matches.id = alerts.match_id") == [(2,)]
    [subscription] = store.subscriptions("7")
    assert subscription.tag == "petro"
    assert store.unsubscribe("7", tag="petro", by="ann", at=NOON)
    assert states(look) == ["dead"]


def test_a_quote_that_is_not_tracked_cannot_be_subscribed(store: SqliteStore) -> None:
    with pytest.raises(InputError, match="no tracked quote #9"):
        store.subscribe("7", ChatKind.PRIVATE, None, quote_id=QuoteId(9), by="ann", at=NOON)
