"""A small database with something in every table that care is taken of."""

from pathlib import Path

from monitor.core.model import ChatKind, WantedQuote, WantedSource
from monitor.store import open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post, a_source


def fill(path: Path, *texts: str) -> None:
    """Make a database with a source, a quote, a subscribed channel, and a post a text, a match if it quotes."""
    posts = [a_post(text) for text in texts or (QUOTE,)]
    source = a_source()
    with open_store(path, now=lambda: NOON) as store:
        store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
        store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)
        store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
        findings = [a_finding(a_match(post)) for post in posts if QUOTE in post.text]
        store.record(a_poll(), store.unseen(source, posts), findings)
