"""Later looks at posts in which a quote was found: after an hour, a day and a week, do they still say so?

A look goes to the post's own page, through the same way out as every poll: guarded, with its host's pauses. What comes
back is kept as evidence. A page that no longer holds the passage proves an edit only where it shows the post: where an
earlier look saw the passage there, or where it holds most of what stood around it. All else is "unclear".

At most `AT_ONCE` pages are asked for every `EVERY`, of a host that wants long pauses one; what is left waits for its
turn. Looks an hour after go first, since they say most; a share of the pages is kept for later ones, so that both
go on in any crowd. Plans are rows in the database, so a restart loses none.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from rapidfuzz import fuzz, process

from monitor.core import keeping
from monitor.core.errors import InputError, NetworkDown, NotThere, SourceError, SourceGone, StoreError
from monitor.core.evidence import EvidenceKind, Received, Recheck, RecheckOutcome
from monitor.core.model import Page, PostId, Request, Source, SourceId, WhenDeleted
from monitor.core.ports import Fetch
from monitor.evidence.shown import holds, text_of
from monitor.fetch.hosts import known_spacing
from monitor.watchlist import StoreCall

log = structlog.get_logger()

EVERY = timedelta(minutes=5)
AT_ONCE = 20  # pages
FIRST_BEFORE_A_LATER = 3  # first looks between two later ones, while both wait
CONSIDERED = 1000  # posts of either sort gone through in search of them
ALIKE = 60.0  # of 100: a line of the page is the passage's line in other words
LONGEST_LINE = 2_000  # characters
MOST_LINES = 5_000
FEWEST_WORDS = 8  # around a passage, to know a page by
SHOWN = 0.6  # of them must be on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a page says of a post."""

    outcome: RecheckOutcome
    now_says: str | None = None  # the text of the post in its new words, where they are known


Elsewhere = Callable[[Callable[[bytes, str, Recheck], Seen], bytes, str, Recheck], Awaitable[Seen]]
"""Runs `compared` where a hostile page can stall nobody. Raises InputError when that takes too long."""


class RecheckStore(Protocol):
    """What later looks need of the store."""

    def due_rechecks(self, now: datetime, *, limit: int) -> list[Recheck]:
        """Return posts to look at again: first looks, those that wait longest first, then later ones."""

    def record_recheck(
        self,
        looked: Recheck,
        outcome: RecheckOutcome,
        *,
        at: datetime,
        received: Received | None = None,
        now_says: str | None = None,
        redact: bool = False,
    ) -> None:
        """Record a later look."""

    def end_rechecks(self, post_ids: Sequence[PostId], at: datetime) -> None:
        """Look no more at these posts."""

    def source(self, source_id: SourceId) -> Source | None:
        """Return a source."""


class Rechecks:
    """Looks again at posts when it is time, until stopped."""

    def __init__(
        self,
        store: RecheckStore,
        call: StoreCall,
        fetch: Fetch,
        elsewhere: Elsewhere,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._call = call
        self._fetch = fetch
        self._elsewhere = elsewhere
        self._now = now
        self._sleep = sleep

    async def run(self) -> None:
        """Look at what is due, again and again, until cancelled."""
        while True:
            await self._sleep(EVERY.total_seconds())
            try:
                await self.round()
            except NetworkDown:
                log.debug("no later looks while the network is down")
            except StoreError as error:
                log.error("later looks cannot be recorded", error=str(error))

    async def round(self) -> int:
        """Look at some of what is due; return how many posts. Raises StoreError, NetworkDown."""
        due = await self._call(self._store.due_rechecks, self._now(), limit=CONSIDERED)
        blanked = [one.post_id for one in due if not one.passages]
        if blanked:
            await self._call(self._store.end_rechecks, blanked, self._now())
        chosen = _in_turn([one for one in due if one.passages])
        for looked in chosen:
            await self._look(looked)
        return len(chosen)

    async def _look(self, looked: Recheck) -> None:
        page: Page | None = None
        received: Received | None = None
        if not _host(looked.url):
            seen = Seen(outcome=RecheckOutcome.NO_ADDRESS)
        else:
            try:
                page = await self._fetch(Request(url=looked.url or ""))
            except (NotThere, SourceGone) as error:
                seen = Seen(outcome=RecheckOutcome.GONE)
                received = self._received(looked, None, 404 if isinstance(error, NotThere) else 410)
            except SourceError as error:
                log.debug("a post could not be looked at again", url=looked.url, error=str(error))
                seen = Seen(outcome=RecheckOutcome.UNREACHABLE)
            else:
                seen = await self._read(page, looked)
                received = self._received(looked, page, None) if page else None
        await self._record(looked, seen, received)

    async def _read(self, page: Page | None, looked: Recheck) -> Seen:
        if page is None:
            return Seen(outcome=RecheckOutcome.UNCLEAR)
        try:
            return await self._elsewhere(compared, page.body, page.content_type, looked)
        except InputError:  # a page that takes too long to read
            return Seen(outcome=RecheckOutcome.UNCLEAR)

    def _received(self, looked: Recheck, page: Page | None, status: int | None) -> Received:
        return Received(
            kind=EvidenceKind.RECHECK,
            source_id=looked.source_id,
            post_id=looked.post_id,
            url=page.url if page else looked.url,
            fetched_at=self._now(),
            status=page.status if page else status,
            headers=page.headers if page else {},
            body=page.body if page else b"",
        )

    async def _record(self, looked: Recheck, seen: Seen, received: Received | None) -> None:
        source = await self._call(self._store.source, looked.source_id)
        redact = source is not None and keeping.when_deleted(source) is WhenDeleted.REDACT
        await self._call(
            self._store.record_recheck,
            looked,
            seen.outcome,
            at=self._now(),
            received=received,
            now_says=seen.now_says,
            redact=redact,
        )
        if seen.outcome in (RecheckOutcome.EDITED, RecheckOutcome.GONE):
            log.info("a post changed after it matched", url=looked.url, outcome=seen.outcome.value)


def compared(body: bytes, content_type: str, looked: Recheck) -> Seen:
    """Return what a page says of a post. Pure; to be run in another process."""
    page = text_of(body, content_type)
    if any(holds(page, passage) for passage in looked.passages):
        return Seen(outcome=RecheckOutcome.SAME)
    if not looked.was_seen and not _shows_the_rest(page, looked):
        return Seen(outcome=RecheckOutcome.UNCLEAR)
    return Seen(outcome=RecheckOutcome.EDITED, now_says=_reworded(page, looked))


def _shows_the_rest(page: str, looked: Recheck) -> bool:
    """Tell whether a page holds most of what the post says around its passages."""
    rest = looked.text
    for passage in looked.passages:
        rest = rest.replace(passage, "\n")
    pieces = [" ".join(words[start : start + 4]) for line in rest.split("\n") for words in [line.split()]
              for start in range(0, max(len(words) - 3, 0), 4)]  # fmt: skip
    if 4 * len(pieces) < FEWEST_WORDS:
        return False
    return sum(holds(page, piece) for piece in pieces[:50]) >= SHOWN * len(pieces[:50])


def _reworded(page: str, looked: Recheck) -> str | None:
    """Return the post's text with the line of its passage as the page has it now, or None when it has none like it."""
    old = next((line for line in looked.text.split("\n") if any(one in line for one in looked.passages)), None)
    if old is None:
        return None
    lines = [line[:LONGEST_LINE] for line in page.split("\n") if line.strip()][:MOST_LINES]
    best = process.extractOne(old[:LONGEST_LINE], lines, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return None if best is None else looked.text.replace(old, best[0].strip(), 1)


def _in_turn(due: Sequence[Recheck]) -> list[Recheck]:
    """Return what to look at now: of a host that wants long pauses one post, so that its feeds keep their turns."""
    chosen: list[Recheck] = []
    slow: set[str] = set()
    for one in _mixed(due):
        host = _host(one.url)
        if known_spacing(host):
            if host in slow:
                continue
            slow.add(host)
        chosen.append(one)
        if len(chosen) == AT_ONCE:
            break
    return chosen


def _mixed(due: Sequence[Recheck]) -> Iterator[Recheck]:
    """Yield what is due, three first looks and then a later one, as long as there are both."""
    first = iter([one for one in due if one.is_first])
    later = iter([one for one in due if not one.is_first])
    while turn := [*islice(first, FIRST_BEFORE_A_LATER), *islice(later, 1)]:
        yield from turn


def _host(url: str | None) -> str:
    """Return the host of a web address, or nothing when it is none."""
    try:
        parts = urlsplit(url or "")
        host = parts.hostname
    except ValueError:
        return ""
    return host or "" if parts.scheme in ("http", "https") else ""
