"""A store in which a feed and a stream brought posts that match, with what was received."""

from monitor.core.model import Post, SourceKind, Span, WantedQuote, WantedSource
from monitor.store import SqliteStore
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_source

PAGE = f"<rss><channel><item><title>He said: {QUOTE}</title></item></channel></rss>".encode()
MESSAGE = b'{"text": "Come get me, coward!", "id": 7}'
HEADERS = {"content-type": "application/rss+xml", "date": "Tue, 06 Jan 2026 12:00:00 GMT"}


def fill(store: SqliteStore) -> tuple[Post, Post]:
    """Record a matching post of a page and one of a stream; return both."""
    source = a_source()
    store.seed_sources(
        [
            WantedSource(kind=source.kind, address=source.address, name=source.name),
            WantedSource(kind=SourceKind.MASTODON, address="ann@social.example", name="Ann"),
        ],
        NOON,
    )
    store.track(WantedQuote(text=QUOTE, speaker="Petro"), by="ann", at=NOON)
    feed, stream = store.active_sources()
    said, streamed = a_post(f"He said: {QUOTE}"), a_post(QUOTE)
    match = a_match(said, spans=(a_span(said),))
    page = a_page(PAGE, status=200, headers=HEADERS)
    store.record(a_poll(feed, page=page), store.unseen(feed, [said, a_post()]), [a_finding(match)])
    messages = {streamed.guid: MESSAGE}
    store.record(a_poll(stream, messages=messages), store.unseen(stream, [streamed]), [a_finding(a_match(streamed))])
    return said, streamed


def a_span(post: Post) -> Span:
    start = post.text.index(QUOTE)
    return Span(start=start, end=start + len(QUOTE))
