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
from monitor.web.forms import Clusters, Form, clusters, gather

BATCH = 4000  # matches
PATIENCE = 0.03  # seconds a page waits; longer reading goes on without it
LATER = 0.2  # seconds after which reading goes on when nobody waits for it, the page being on its way
MOST_KEPT = 64  # quotes
ANEW = timedelta(minutes=10)
AGAIN = timedelta(minutes=1)  # what is younger is shown as it is: gathering forms takes longer than a page may

MATCHES = """
SELECT m.id, m.variant_id, m.passage, m.found_at, p.author, p.source_id, p.first_seen_at, p.published_at,
    s.kind AS source_kind, s.name AS source
FROM matches AS m INDEXED BY matches_of_quote
JOIN posts AS p ON p.id = m.post_id
JOIN sources AS s ON s.id = p.source_id
WHERE m.quote_id = ? AND m.id > ? ORDER BY m.id LIMIT ?
"""


@dataclass(slots=True)
class First:
    """The earliest post of one sort of place."""

    said_at: str  # as the post says, or when it was seen if that is earlier
    seen_at: str
    match_id: int
    source: str
    matches: int = 0


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
    authors: Counter[tuple[str, str]] = field(default_factory=Counter)  # author and source
    variants: Counter[int | None] = field(default_factory=Counter)
    clusters: Clusters | None = None

    def add(self, rows: list[Row]) -> None:
        """Take in a batch."""
        gather(self.forms, ((row["id"], row["passage"], row["found_at"]) for row in rows))
        for row in rows:
            self._first(row)
            self.variants[row["variant_id"]] += 1
            if row["author"]:
                self.authors[row["author"], row["source"]] += 1
        self.read += len(rows)
        self.last = rows[-1]["id"] if rows else self.last

    def _first(self, row: Row) -> None:
        said = min(row["published_at"] or row["first_seen_at"], row["first_seen_at"])
        known = self.firsts.get(row["source_kind"])
        if known is None:
            known = self.firsts[row["source_kind"]] = First(said, row["first_seen_at"], row["id"], row["source"])
        elif said < known.said_at:
            known.said_at, known.seen_at, known.match_id, known.source = (
                said,
                row["first_seen_at"],
                row["id"],
                row["source"],
            )
        known.matches += 1


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
                digest = digest or self._keep(quote_id, fresh)
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
                digest.clusters = await asyncio.to_thread(clusters, text, digest.forms)
            digest.is_done, digest.read_at = True, self._now()
            self._keep(quote_id, digest)
        finally:
            self._reading.pop(quote_id, None)


def _more(db: Database, digest: Digest, quote_id: int) -> bool:
    """Take in the next batch; return whether there may be another."""
    rows = db.rows(MATCHES, quote_id, digest.last, BATCH)
    digest.add(rows)
    return len(rows) == BATCH
