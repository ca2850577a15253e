"""What can only be said of a quote after reading all its matches: its forms, where and by whom it was said first.

Reading is done in batches beside the pages, goes on where it ended when new matches are there, and begins anew after a
while, since texts may be blanked meanwhile. A page shows what is known; while reading goes on, it says so.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.store.database import Database, Row
from monitor.web.forms import Clusters, Form, Said, clusters, gather

BATCH = 20_000  # matches
PATIENCE = 0.03  # seconds a page waits; longer reading goes on without it
FIRST_PATIENCE = 0.08  # the same when there is nothing to show yet
LATER = 0.2  # seconds after which reading goes on when nobody waits for it, the page being on its way
MOST_KEPT = 64  # quotes
ANEW = timedelta(minutes=10)
AGAIN = timedelta(minutes=1)  # what is younger is shown as it is: gathering forms takes longer than a page may
MOST_AUTHORS = 10
MANY = 10_000  # matches; from here on, authors are counted only when reading begins anew

LAST = "SELECT max(id) FROM (SELECT id FROM matches WHERE quote_id = ? AND id > ? ORDER BY id LIMIT ?)"
# Passages come counted, which SQLite does while the pages go on; `said` holds the earliest time and its match.
MATCHES = """
SELECT m.passage, m.variant_id, s.kind AS source_kind, count(*) AS matches, min(m.found_at) AS found_at,
    min(m.id) AS match_id, min(min(coalesce(p.published_at, p.first_seen_at), p.first_seen_at) || ' ' || m.id) AS said
FROM matches AS m INDEXED BY matches_of_quote
JOIN posts AS p ON p.id = m.post_id
JOIN sources AS s ON s.id = p.source_id
WHERE m.quote_id = ? AND m.id > ? AND m.id <= ? GROUP BY m.passage, m.variant_id, s.kind
"""
SOURCE = """
SELECT s.name FROM matches AS m JOIN posts AS p ON p.id = m.post_id JOIN sources AS s ON s.id = p.source_id
WHERE m.id = ?
"""
AUTHORS = """
SELECT p.author, s.name AS source, count(*) AS matches
FROM matches AS m INDEXED BY matches_of_quote
JOIN posts AS p ON p.id = m.post_id
JOIN sources AS s ON s.id = p.source_id
WHERE m.quote_id = ? AND m.id <= ? AND p.author <> '' GROUP BY p.author, p.source_id ORDER BY 3 DESC, min(m.id) LIMIT ?
"""


@dataclass(slots=True)
class First:
    """The earliest post of one sort of place."""

    said_at: str  # as the post says, or when it was seen if that is earlier
    match_id: int
    matches: int = 0
    source: str = ""


@dataclass(slots=True)
class Digest:
    """What is known of one quote so far."""

    begun_at: datetime
    read_at: datetime | None = None  # when reading last came to the end
    read: int = 0
    last: int = 0
    is_done: bool = False
    forms: dict[str, Form] = field(default_factory=dict)
    firsts: dict[str, First] = field(default_factory=dict)
    authors: list[Row] = field(default_factory=list)  # those who said it most
    variants: Counter[int | None] = field(default_factory=Counter)
    clusters: Clusters | None = None

    def add(self, rows: list[Row]) -> None:
        """Take in a batch."""
        gather(self.forms, (Said(row["passage"], row["matches"], row["match_id"], row["found_at"]) for row in rows))
        for row in rows:
            self._first(row)
            self.variants[row["variant_id"]] += row["matches"]
            self.read += row["matches"]

    def _first(self, row: Row) -> None:
        said_at, _, match_id = row["said"].partition(" ")
        known = self.firsts.get(row["source_kind"])
        if known is None:
            known = self.firsts[row["source_kind"]] = First(said_at, int(match_id))
        elif said_at < known.said_at:
            known.said_at, known.match_id, known.source = said_at, int(match_id), ""
        known.matches += row["matches"]


class Digests:
    """Keeps the digests of the quotes that were looked at last."""

    def __init__(self, read: Callable[..., Awaitable[Any]], now: Callable[[], datetime]) -> None:
        self._read = read
        self._now = now
        self._kept: OrderedDict[int, Digest] = OrderedDict()
        self._reading: dict[int, asyncio.Task[None]] = {}

    async def of(self, quote_id: int, text: str, patience: float | None = PATIENCE) -> Digest:
        """Return the digest of a quote, as far as it is read within `patience` seconds (None: all of it)."""
        digest = self._kept.get(quote_id)
        if digest is None or self._now() - digest.begun_at > ANEW:
            if quote_id not in self._reading:
                fresh = Digest(self._now())
                self._reading[quote_id] = asyncio.create_task(self._finish(quote_id, text, fresh))
                if digest is None:
                    digest = self._keep(quote_id, fresh)
                    patience = patience and FIRST_PATIENCE
        elif quote_id not in self._reading and self._is_old(digest):
            later = LATER if digest.is_done and patience is not None else 0
            self._reading[quote_id] = asyncio.create_task(self._finish(quote_id, text, digest, later))
            if later:
                patience = 0
        self._kept.move_to_end(quote_id)
        task = self._reading.get(quote_id)
        if task is not None:
            await asyncio.wait([task], timeout=patience)
            if task.done():
                task.result()
        return self._kept.get(quote_id, digest or Digest(self._now()))

    @property
    def reading(self) -> list[asyncio.Task[None]]:
        """What is being read beside the pages."""
        return list(self._reading.values())

    def _is_old(self, digest: Digest) -> bool:
        return digest.read_at is None or abs(self._now() - digest.read_at) > AGAIN

    def _keep(self, quote_id: int, digest: Digest) -> Digest:
        self._kept[quote_id] = digest
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return digest

    async def _finish(self, quote_id: int, text: str, digest: Digest, later: float = 0) -> None:
        try:
            await asyncio.sleep(later)
            before = digest.read
            while await self._read(_more, digest, quote_id):
                pass
            if digest.clusters is None or digest.read != before:
                await self._read(_named, digest, quote_id)
                digest.clusters = await asyncio.to_thread(clusters, text, digest.forms)
            digest.is_done, digest.read_at = True, self._now()
            self._keep(quote_id, digest)
        finally:
            self._reading.pop(quote_id, None)


def _more(db: Database, digest: Digest, quote_id: int) -> bool:
    """Take in the next batch; return whether there may be another."""
    last = db.value(LAST, quote_id, digest.last, BATCH)
    if last is None:
        return False
    rows = db.rows(MATCHES, quote_id, digest.last, last)
    digest.add(rows)
    digest.last = last
    return True


def _named(db: Database, digest: Digest, quote_id: int) -> None:
    """Look up the names of who said it first, and of who said it most."""
    for first in digest.firsts.values():
        if not first.source:
            first.source = db.value(SOURCE, first.match_id)
    if digest.read < MANY or not digest.authors:
        digest.authors = db.rows(AUTHORS, quote_id, digest.last, MOST_AUTHORS)
