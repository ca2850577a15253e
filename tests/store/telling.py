"""What the tests of the outbox share: matches recorded, one way or another, and a look at the rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count

from monitor.core.grouping import GATHER
from monitor.core.model import ChatId, ChatKind, MatchId, Post, Quiet, QuoteId, WantedQuote
from monitor.core.telling import Telling
from monitor.store import SqliteStore
from tests.builders import NOON, a_finding, a_match, a_poll, a_post, a_quote, a_source
from tests.store.conftest import Look

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LATER = NOON + HOUR
CHANNEL = ChatId(1)

_stories = count(1)


def a_story(words: str = "") -> Post:
    """A post that repeats no other."""
    number = next(_stories)
    told = " ".join(f"{letter}{number}x{place}" for place, letter in enumerate("abcdefghijkl"))
    return a_post(words or f"{told} — Come get me, coward! — {told[::-1]}")


def found(
    store: SqliteStore,
    times: int = 1,
    *,
    quiet: Quiet | None = None,
    quote: int = 1,
    at: datetime = NOON + SECOND,
    posts: Iterable[Post] = (),
    **match: object,
) -> int:
    """Record a poll that found a quote; return how many alerts that makes."""
    arrivals = store.unseen(a_source(), [*posts] or [a_story() for _ in range(times)])
    wanted = a_quote(id=QuoteId(quote))
    findings = [a_finding(a_match(arrival.post, wanted, **match), quiet) for arrival in arrivals]
    return store.record(a_poll(started_at=at, finished_at=at), arrivals, findings).alerts


def quotes(store: SqliteStore, count: int) -> list[int]:
    """Track more quotes, and return their numbers."""
    return [store.track(WantedQuote(text=f"Another quote, number {n}"), by="ann", at=NOON).id for n in range(count)]


def begun(store: SqliteStore, at: datetime = LATER, *, chat: ChatId = CHANNEL) -> Telling:
    """Return the telling that a chat gets next."""
    telling = store.begin(chat, at, gather=GATHER)
    assert telling
    return telling


def told(store: SqliteStore, message_id: int, at: datetime = LATER, *, chat: ChatId = CHANNEL) -> Telling:
    """Tell a chat what it gets next, and say so."""
    telling = begun(store, at, chat=chat)
    store.sent(telling.lead.id, message_id=message_id, at=at)
    return telling


def rows(look: Look, columns: str = "state, told_in") -> list[tuple]:
    return look(f"SELECT {columns} FROM alerts ORDER BY id")


def states(look: Look) -> list[str]:
    return [state for (state,) in rows(look, "state")]


def ids(telling: Telling) -> list[int]:
    return [alert.id for alert in telling.alerts]


def repeat(store: SqliteStore, match: int, of: int) -> None:
    """Say that a match repeats another, whatever its post says."""
    with store._db.writing():
        store._db.change("UPDATE matches SET repeats = ? WHERE id = ?", MatchId(of), MatchId(match))


def subscribe(store: SqliteStore, address: str = "@news", kind: ChatKind = ChatKind.CHANNEL) -> ChatId:
    store.subscribe(address, kind, "News", by="ann", at=NOON)
    chat = store.chat(address)
    assert chat
    return chat.id
