from dataclasses import replace
from datetime import time, timedelta

import pytest

from monitor.core.model import ChatKind, QuoteId
from monitor.core.people import Digest, Preferences
from monitor.store import SqliteStore
from tests.builders import NOON
from tests.store.conftest import Look
from tests.store.telling import CHANNEL, HOUR, LATER, MINUTE, SECOND, begun, found, ids, quotes, rows, subscribe, told

QUIET = Preferences(quiet_from=time(11), quiet_to=time(15))


@pytest.fixture
def outbox(store: SqliteStore) -> SqliteStore:
    """A store whose only subscriber is told of everything."""
    subscribe(store)
    return store


def prefer(store: SqliteStore, wanted: Preferences) -> None:
    store.prefer("@news", ChatKind.CHANNEL, None, wanted, by="ann", at=LATER)


def mute(store: SqliteStore, quote: int | None, *, hours: float = 1) -> None:
    until = LATER + timedelta(hours=hours)
    store.mute("@news", ChatKind.CHANNEL, None, quote and QuoteId(quote), until=until, by="ann", at=LATER)


def test_in_quiet_hours_everything_is_held_and_comes_as_one_digest(outbox: SqliteStore, look: Look) -> None:
    second, third = quotes(outbox, 2)
    prefer(outbox, QUIET)
    for quote in (1, second, third, 1):
        found(outbox, quote=quote)
    assert rows(look, "state, next_at") == [("held", "2026-01-06T15:00:00.000Z")] * 4
    assert outbox.agenda(LATER).due == ()
    assert outbox.agenda(LATER).next_at == NOON + 3 * HOUR

    telling = begun(outbox, NOON + 3 * HOUR)

    assert (ids(telling), telling.count, telling.is_digest) == ([1, 2, 3, 4], 4, True)
    outbox.sent(telling.lead.id, message_id=1, at=NOON + 3 * HOUR)
    assert outbox.begin(CHANNEL, NOON + 4 * HOUR) is None


def test_a_digest_that_did_not_arrive_stays_one_digest(outbox: SqliteStore) -> None:
    [second] = quotes(outbox, 1)
    prefer(outbox, QUIET)
    for quote in (1, second):
        found(outbox, quote=quote)
    lead = begun(outbox, NOON + 3 * HOUR).lead

    outbox.put_back(lead.id, until=NOON + 4 * HOUR, reason="no connection")

    assert begun(outbox, NOON + 4 * HOUR).is_digest


def test_an_hourly_digest_gathers_the_hour(outbox: SqliteStore) -> None:
    prefer(outbox, Preferences(digest=Digest.HOURLY))
    found(outbox, at=NOON + 10 * MINUTE)
    found(outbox, at=NOON + 50 * MINUTE)

    assert outbox.begin(CHANNEL, NOON + 59 * MINUTE) is None
    assert begun(outbox, NOON + HOUR).count == 2


def test_a_muted_quote_is_held_and_others_are_not(outbox: SqliteStore, look: Look) -> None:
    [second] = quotes(outbox, 1)
    mute(outbox, 1)
    found(outbox, at=LATER)
    found(outbox, quote=second, at=LATER)

    assert [state for state, _ in rows(look)] == ["held", "pending"]
    assert begun(outbox, LATER + SECOND).lead.id == 2
    assert begun(outbox, LATER + HOUR).lead.id == 1


def test_muting_holds_what_waits_and_unmuting_lets_it_go_at_once(outbox: SqliteStore, look: Look) -> None:
    found(outbox)
    told(outbox, 1, NOON + 2 * SECOND)
    found(outbox, 5, at=NOON + 3 * SECOND)  # these wait for the window of a viral quote

    mute(outbox, 1, hours=24)
    assert {state for state, _ in rows(look)} == {"sent", "held"}
    assert outbox.agenda(LATER + HOUR).due == ()
    outbox.unmute("@news", QuoteId(1), by="ann", at=LATER + HOUR)

    assert begun(outbox, LATER + HOUR).count == 5


def test_what_waits_when_quiet_hours_begin_is_held(outbox: SqliteStore, look: Look) -> None:
    prefer(outbox, replace(QUIET, quiet_from=time(13, 30)))
    found(outbox, at=LATER + 29 * MINUTE)
    assert [state for state, _ in rows(look)] == ["pending"]

    assert outbox.begin(CHANNEL, LATER + 30 * MINUTE) is None

    assert rows(look, "state, next_at") == [("held", "2026-01-06T15:00:00.000Z")]


def test_quiet_hours_are_those_of_the_chats_own_zone(outbox: SqliteStore, look: Look) -> None:
    prefer(outbox, Preferences(zone="America/Bogota", quiet_from=time(6), quiet_to=time(8)))
    found(outbox, at=LATER - SECOND)  # 07:59:59 there
    found(outbox, at=LATER)

    assert [state for state, _ in rows(look)] == ["held", "pending"]


def test_a_quote_muted_until_unmuted_waits_for_ever_and_does_not_lead_what_is_due(outbox: SqliteStore) -> None:
    [second] = quotes(outbox, 1)
    outbox.mute("@news", ChatKind.CHANNEL, None, QuoteId(1), until=None, by="ann", at=NOON)
    found(outbox)
    prefer(outbox, QUIET)
    found(outbox, quote=second)

    telling = begun(outbox, NOON + 3 * HOUR)

    assert ids(telling) == [2]
    assert outbox.begin(CHANNEL, NOON + timedelta(days=999)) is None
