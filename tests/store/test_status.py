from datetime import timedelta

from monitor.core.model import AlertId, AlertState, ChatKind, PollOutcome, SourceKind, WantedQuote, WantedSource
from monitor.store import SqliteStore
from tests.builders import NOON, a_poll
from tests.store.telling import LATER, found


def test_an_empty_store_has_an_empty_status(empty: SqliteStore) -> None:
    status = empty.status(NOON)

    assert (status.quotes, status.sources, status.posts, status.matches) == (0, 0, 0, 0)
    assert status.alerts == dict.fromkeys(AlertState, 0)
    assert status.last_poll_at is status.last_match_at is None


def test_the_status_counts_what_is_there(store: SqliteStore) -> None:
    wanted = [WantedSource(kind=SourceKind.FEED, address=f"https://{letter}.example/", name=letter) for letter in "abc"]
    store.seed_sources(wanted, NOON)  # the store's own source is not listed, so it pauses
    a, b, _ = store.active_sources()
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
    found(store, 3)
    store.sent(AlertId(1), message_id=1, at=NOON)
    store.record(a_poll(a, outcome=PollOutcome.FAILED, error="HTTP 500"))
    store.record(a_poll(b, outcome=PollOutcome.GONE, error="HTTP 410", finished_at=NOON + timedelta(minutes=5)))
    store.track(WantedQuote(text="Another quote entirely"), by="ann", at=NOON)

    status = store.status(LATER)

    assert (status.quotes, status.sources, status.posts, status.matches) == (2, 2, 3, 3)
    assert [source.name for source in status.failing] == ["a"]
    assert [source.name for source in status.gone] == ["b"]
    assert status.alerts == {
        AlertState.PENDING: 2,
        AlertState.IN_FLIGHT: 0,
        AlertState.SENT: 1,
        AlertState.DIGESTED: 0,
        AlertState.HELD: 0,
        AlertState.DEAD: 0,
    }
    assert status.last_poll_at == NOON + timedelta(minutes=5)
    assert status.last_match_at == NOON + timedelta(seconds=1)


def test_a_poll_dated_by_a_clock_since_set_back_is_not_the_last(store: SqliteStore) -> None:
    source = store.active_sources()[0]
    store.record(a_poll(source))
    store.record(a_poll(source, finished_at=NOON + timedelta(days=3000)))

    assert store.status(LATER).last_poll_at == NOON + timedelta(seconds=1)
