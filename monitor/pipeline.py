"""The flow: look at one source once, and record what is new.

Fetch, parse, compare, record; each step is somebody else's, this module is their order. A source that
fails is recorded as failing and put off; nothing it brought before is touched. Delivery is the outbox's
(`monitor/bot/delivery.py`): the row of an alert is written here, with the match, before anything is sent.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from monitor.core import cadence, following
from monitor.core.errors import SourceError, SourceGone
from monitor.core.following import Turn
from monitor.core.model import (
    Arrival,
    Finding,
    Match,
    Page,
    Poll,
    PollOutcome,
    Post,
    Quiet,
    Reading,
    Recorded,
    Request,
    Source,
    SourceKind,
    Tier,
    Validators,
)
from monitor.core.ports import Fetch, Kind, Store
from monitor.watchlist import StoreCall, Watchlist

log = structlog.get_logger()

Enrich = Callable[[Source, list[Arrival]], Awaitable[list[Arrival]]]
"""Adds to what arrived what its source does not say itself. Loses and reorders nothing, raises nothing."""

MOST_PAGES = 10  # of one source in one poll; what is left comes with the next
UNPROMPTED = timedelta(days=30)  # nobody is asked, so silence of a source that speaks by itself is no blindness
BATCH_CHARACTERS = 5_000  # compared between two breaths of the event loop


async def as_it_came(source: Source, arrivals: list[Arrival]) -> list[Arrival]:  # noqa: ARG001
    """Add nothing."""
    return arrivals


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Everything a poll needs; made once, in `monitor/app.py`."""

    kinds: Mapping[SourceKind, Kind]
    fetch: Fetch
    store: Store
    call: StoreCall
    parse: Callable[[Kind, Source, Page], Awaitable[Reading]]  # where a hostile page can stall nobody
    watchlist: Watchlist
    breathe: Callable[[], Awaitable[None]]  # lets other work of the event loop go on
    now: Callable[[], datetime]
    chance: Callable[[], float]  # in [0, 1)
    limits: cadence.Limits = field(default_factory=cadence.Limits)
    baseline_age: timedelta = timedelta(hours=6)
    enrich: Enrich = as_it_came
    backlog: AbstractContextManager[None] = field(default_factory=nullcontext)  # counts the pages in hand


async def poll(source: Source, *, flow: Flow) -> tuple[Poll, Recorded]:
    """Look at `source` once, page by page, and record what is new.

    Returns the last page's poll, with when to look again, and what all pages added. Each page is recorded with the
    cursor behind it, so what follows a failure is asked again and what came before is kept.
    Raises StoreError when a page could not be recorded; then nothing of it was.
    """
    await flow.watchlist.refresh()
    turn = following.turn(source, flow.watchlist.quotes) if source.follow else None
    if source.follow and turn is None:
        return await _nothing_to_ask(source, flow=flow)
    asked = turn.source if turn else source
    total = Recorded()
    for _ in range(MOST_PAGES):
        found, cursor, recorded = await _page(asked, turn, flow=flow)
        total += recorded
        if not found.more:
            break
        # What a first look brings is all baseline, on whichever of its pages it stands.
        turn = following.onward(turn, cursor) if turn else None
        asked = turn.source if turn else replace(asked, cursor=cursor or asked.cursor)
    return found, total


async def _page(source: Source, turn: Turn | None, *, flow: Flow) -> tuple[Poll, str | None, Recorded]:
    """Ask for one page and record what it brought; return also how far it was read, in the kind's own words."""
    started = flow.now()
    kind = flow.kinds[source.kind]
    arrivals: list[Arrival] = []
    reading: Reading | None = None
    try:
        page = await flow.fetch(_request(kind, source))
        reading = await flow.parse(kind, source, page) if page else None
    except SourceError as error:
        found = _failed(source, error, started=started, flow=flow)
        found = replace(found, cursor=following.after_failure(turn) if turn else None)
    else:
        if reading is not None:
            with flow.backlog:
                unseen = await flow.call(flow.store.unseen, source, reading.posts)
            arrivals = await flow.enrich(source, unseen)
        found = _worked(source, _lasting(source, page), reading, brought=len(arrivals), started=started, flow=flow)
        if turn:
            found = replace(found, cursor=following.after(turn, found.cursor))
    with flow.backlog:
        findings = await _findings(source, arrivals, flow=flow)
        recorded = await flow.call(flow.store.record, found, arrivals, findings)
    _tell(found, recorded)
    return found, reading.cursor if reading else None, recorded


async def _findings(source: Source, arrivals: Sequence[Arrival], *, flow: Flow) -> list[Finding]:
    """Return the matches in what arrived, each with whether it may alert."""
    matches = await compare([arrival.post for arrival in arrivals], flow=flow)
    return [Finding(match=match, quiet=_quiet(match, source, flow=flow)) for match in matches]


async def ingest(source: Source, posts: Sequence[Post], *, flow: Flow) -> Recorded:
    """Record posts that came by themselves, as those of a channel that the bot is in. Raises StoreError."""
    started = flow.now()
    await flow.watchlist.refresh()
    arrivals = await flow.call(flow.store.unseen, source, posts)
    findings = await _findings(source, arrivals, flow=flow)
    found = Poll(
        source=source,
        started_at=started,
        finished_at=flow.now(),
        outcome=PollOutcome.OK,
        next_poll_at=flow.now() + UNPROMPTED,
        seen=len(posts),
        messages={arrival.post.guid: arrival.post.raw for arrival in arrivals if arrival.post.raw},
    )
    recorded = await flow.call(flow.store.record, found, arrivals, findings)
    _tell(found, recorded)
    return recorded


def _request(kind: Kind, source: Source) -> Request:
    """Return what to ask, conditionally where the same page is asked for again and again."""
    request = kind.request(source)
    return replace(request, validators=source.validators) if _has_one_page(source) else request


def _has_one_page(source: Source) -> bool:
    """Whether every poll of a source asks for the same address: a cursor or a search changes it."""
    return source.kind is SourceKind.FEED and not source.follow


def _lasting(source: Source, page: Page | None) -> Page | None:
    """Return a page without what would be wrong for the source's next address: validators, a move."""
    if page is None or _has_one_page(source):
        return page
    return replace(page, validators=Validators(), moved_to=None)


async def _nothing_to_ask(source: Source, *, flow: Flow) -> tuple[Poll, Recorded]:
    """Record that a search which follows the tracked quotes had none to follow."""
    found = _worked(source, None, None, brought=0, started=flow.now(), flow=flow)
    return found, await flow.call(flow.store.record, found)


async def compare(posts: Sequence[Post], *, flow: Flow) -> list[Match]:
    """Return the matches in `posts`, letting the event loop breathe between batches."""
    matches: list[Match] = []
    left_out = flow.watchlist.left_out
    for batch in _batches(posts):
        matches += await flow.watchlist.find(batch)
        await flow.breathe()
    if flow.watchlist.left_out > left_out:
        log.warning("posts that resemble too many quotes", left_out=flow.watchlist.left_out - left_out)
    return matches


def _batches(posts: Sequence[Post]) -> Iterator[list[Post]]:
    batch: list[Post] = []
    size = 0
    for post in posts:
        if batch and size + len(post.text) > BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
        batch.append(post)
        size += len(post.text)
    if batch:
        yield batch


def _quiet(match: Match, source: Source, *, flow: Flow) -> Quiet | None:
    """Say why a match alerts nobody, if so. A source that was never read before is read as a baseline."""
    if match.tier is not Tier.ALERT:
        return Quiet.SUGGESTED
    if source.last_success_at is not None:
        return None
    published = match.post.published_at
    fresh = published is not None and published >= flow.now() - flow.baseline_age
    return None if fresh else Quiet.BASELINE


def _worked(
    source: Source, page: Page | None, reading: Reading | None, *, brought: int, started: datetime, flow: Flow
) -> Poll:
    """Return the poll of a source that answered: with a page and what it says, or "not changed" (None)."""
    now = flow.now()
    unfinished = reading is not None and reading.more
    published = [post.published_at for post in reading.posts if post.published_at] if reading else []
    interval = cadence.interval_after(
        source.interval,
        every=source.every,
        usual_gap=cadence.rhythm(published, now=now),
        brought=brought,
        wishes=(page.max_age if page else None, reading.ttl if reading else None),
        limits=flow.limits,
    )
    return Poll(
        source=source,
        started_at=started,
        finished_at=now,
        outcome=PollOutcome.OK if reading else PollOutcome.UNCHANGED,
        interval=interval,
        next_poll_at=now + cadence.smeared(flow.limits.shortest if unfinished else interval, chance=flow.chance()),
        page=page,
        shown=reading.posts if reading else (),
        title=reading.title if reading else None,
        seen=len(reading.posts) + reading.skipped if reading else 0,
        skipped=reading.skipped if reading else 0,
        cursor=reading.cursor if reading else None,
        more=reading.more if reading else False,
        deleted=reading.deleted if reading else (),
    )


def _failed(source: Source, error: SourceError, *, started: datetime, flow: Flow) -> Poll:
    now = flow.now()
    interval = source.every or source.interval or flow.limits.shortest
    wait = cadence.backoff_after(error, failures=source.failures + 1, interval=interval, limits=flow.limits)
    return Poll(
        source=source,
        started_at=started,
        finished_at=now,
        outcome=PollOutcome.GONE if isinstance(error, SourceGone) else PollOutcome.FAILED,
        next_poll_at=now + cadence.smeared(wait, chance=flow.chance()),
        error=str(error),
    )


def _tell(found: Poll, recorded: Recorded) -> None:
    """Log one line about the source; a failure that goes on is repeated quietly."""
    source = found.source
    if found.outcome in (PollOutcome.FAILED, PollOutcome.GONE):
        level = log.debug if source.failures and found.outcome is PollOutcome.FAILED else log.warning
        level("source failed", source=source.name, error=found.error, next_poll_at=found.next_poll_at.isoformat())
    elif source.failures:
        log.info("source works again", source=source.name, failures=source.failures)
    if recorded.posts or recorded.edits or recorded.matches:
        log.info("source read", source=source.name, **asdict(recorded))
    elif found.outcome in (PollOutcome.OK, PollOutcome.UNCHANGED):
        log.debug("nothing new", source=source.name, outcome=found.outcome.value)
