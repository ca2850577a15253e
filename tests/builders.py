"""Values for tests: each builder fills in what the test is not about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

from monitor.core.model import (
    Explanation,
    Finding,
    Match,
    MatchKind,
    Page,
    Poll,
    PollOutcome,
    Post,
    Quiet,
    Quote,
    QuoteId,
    Source,
    SourceId,
    SourceKind,
    Span,
    Tier,
    Variant,
    VariantId,
    WantedQuote,
    WantedSource,
    join_parts,
)
from monitor.store import SqliteStore, open_store

NOON = datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
QUOTE = "Come get me, coward!"

_numbers = count(1)


def a_source(address: str = "https://news.example/feed.xml", **given: object) -> Source:
    known = {"id": SourceId(1), "kind": SourceKind.FEED, "address": address, "name": "Example News"}
    return Source(**(known | given))  # type: ignore[arg-type]


def a_post(text: str = "nothing much", **given: object) -> Post:
    number = next(_numbers)
    joined, parts = join_parts([("text", text)])
    known = {
        "guid": f"post-{number}",
        "text": joined,
        "parts": parts,
        "url": f"https://news.example/{number}",
        "published_at": NOON,
    }
    return Post(**(known | given))  # type: ignore[arg-type]


def a_quote(text: str = QUOTE, **given: object) -> Quote:
    return Quote(**({"id": QuoteId(1), "text": text} | given))  # type: ignore[arg-type]


def a_variant(text: str, **given: object) -> Variant:
    return Variant(**({"id": VariantId(1), "text": text} | given))  # type: ignore[arg-type]


def a_match(post: Post | None = None, quote: Quote | None = None, **given: object) -> Match:
    """A match of the whole text of `post`."""
    post = post or a_post(QUOTE)
    known = {
        "quote": quote or a_quote(),
        "variant": None,
        "post": post,
        "spans": (Span(start=0, end=len(post.text)),),
        "score": 100.0,
        "threshold": 85.0,
        "tier": Tier.ALERT,
        "kind": MatchKind.VERBATIM,
        "explanation": Explanation(why="the same words"),
        "engine": "test/1",
    }
    return Match(**(known | given))  # type: ignore[arg-type]


def a_finding(match: Match | None = None, quiet: Quiet | None = None) -> Finding:
    return Finding(match=match or a_match(), quiet=quiet)


def a_page(body: bytes = b"", **given: object) -> Page:
    return Page(**({"url": "https://news.example/feed.xml", "body": body} | given))  # type: ignore[arg-type]


def a_poll(source: Source | None = None, **given: object) -> Poll:
    known = {
        "source": source or a_source(),
        "started_at": NOON,
        "finished_at": NOON + timedelta(seconds=1),
        "outcome": PollOutcome.OK,
        "next_poll_at": NOON + timedelta(minutes=10),
    }
    return Poll(**(known | given))  # type: ignore[arg-type]


@contextmanager
def a_store() -> Iterator[SqliteStore]:
    """A store in memory, at noon, with one source and one tracked quote."""
    source = a_source()
    with open_store(":memory:", now=lambda: NOON) as made:
        made.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
        made.track(WantedQuote(text=QUOTE), by="ann", at=NOON)
        yield made
