"""What the tests of looking back share: matches recorded at a time of one's choosing."""

from datetime import datetime

from monitor.core.model import MatchId, PostId, Quiet, Source, Span, Tier, WantedSource
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_source


def recorded(
    store: SqliteStore,
    text: str = QUOTE,
    *,
    at: datetime = NOON,
    source: Source | None = None,
    quiet: Quiet | None = None,
    tier: Tier = Tier.ALERT,
    score: float = 100.0,
    **post: object,
) -> MatchId:
    """Record a post that says QUOTE somewhere, and return its match."""
    source = source or a_source()
    [arrival] = store.unseen(source, [a_post(text, **post)])
    start = text.index(QUOTE)
    match = a_match(arrival.post, spans=(Span(start=start, end=start + len(QUOTE)),), tier=tier, score=score)
    store.record(a_poll(source, finished_at=at), [arrival], [a_finding(match, quiet)])
    return store.appearances(limit=1)[0].match_id


def another_source(store: SqliteStore, address: str = "https://other.example/feed.xml") -> Source:
    wanted = WantedSource(kind=a_source().kind, address=address, name="Other News")
    return store.add_source(wanted, by="ann", at=NOON)


def post_of(store: SqliteStore, match_id: MatchId) -> PostId:
    return PostId(store._db.value("SELECT post_id FROM matches WHERE id = ?", match_id))
