"""One look at what a person typed, before anything is stored: which source it is, and what it says now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core import following
from monitor.core.errors import FetchError, InputError, ParseError, SourceError
from monitor.core.model import Page, Quote, Reading, Request, Source, SourceId, SourceKind, WantedSource
from monitor.core.ports import Fetch, Kind
from monitor.sources import KINDS, links
from monitor.sources.discover import Parse, discovered
from monitor.sources.presets import page_of, recognized

MOST_STEPS = 5  # requests until the first page of posts: some kinds look up a number first


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a person typed, as a source, and what it says: its `reading`, or why there is none (`untried`)."""

    wanted: WantedSource
    reading: Reading | None = None
    untried: str = ""
    query: str | None = None  # what a source that follows the tracked quotes was asked for

    @property
    def name(self) -> str:
        """What to call it: the name it was given, else what it calls itself."""
        title = self.reading.title if self.reading else None
        return title if title and self.wanted.name == self.wanted.address else self.wanted.name


class Remembered:
    """A fetch that asks for each page once: to find a feed and to read it may be the same page."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._pages: dict[str, Page | None] = {}

    async def __call__(self, request: Request) -> Page | None:
        if request.url not in self._pages:
            self._pages[request.url] = await self._fetch(request)
        return self._pages[request.url]


def known(text: str) -> WantedSource:
    """Return the source of a text without asking anybody. Raises InputError."""
    wanted = recognized(text)
    if wanted is not None:
        return wanted
    if page_of(text):
        raise InputError(
            "{place} is a page: its feed is found only by looking, so leave --no-check out.", place=_said(text)
        )
    raise _no_source(text)


async def tried(text: str, *, fetch: Fetch, parse: Parse, quotes: Sequence[Quote]) -> Tried:
    """Return the source of a text and what it says now. Raises InputError, one line, when it cannot be read."""
    wanted, page = recognized(text), page_of(text)
    if wanted is None:
        if page is None:
            raise _no_source(text)
        wanted = await discovered(page, fetch=fetch, parse=parse)
    try:
        return await tried_source(wanted, fetch=fetch, parse=parse, quotes=quotes)
    except SourceError as error:
        if page is None or not _may_be_a_page(wanted, error):
            raise InputError("{place} could not be read: {error}.", place=_said(text), error=error) from error
    found = await discovered(page, fetch=fetch, parse=parse)
    try:
        return await tried_source(found, fetch=fetch, parse=parse, quotes=quotes)
    except SourceError as error:
        raise InputError("{place} could not be read: {error}.", place=found.name, error=error) from error


def said(reading: Reading, *, now: datetime) -> str:
    """Return in words what a source has to say: "25 posts, the newest 3 min old"."""
    dates = [post.published_at for post in reading.posts if post.published_at]
    newest = f", the newest {ago(now - max(dates))} old" if dates else ""
    skipped = f", {reading.skipped} unreadable" if reading.skipped else ""
    return f"{len(reading.posts)} post{'' if len(reading.posts) == 1 else 's'}{newest}{skipped}"


def ago(age: timedelta) -> str:
    """Return a length of time in words: "3 min", "5 h", "12 days"."""
    minutes = max(0, round(age.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"


async def tried_source(wanted: WantedSource, *, fetch: Fetch, parse: Parse, quotes: Sequence[Quote]) -> Tried:
    """Return what a source says now, without recording it. Raises SourceError."""
    kind = KINDS.get(wanted.kind)
    if kind is None:
        return Tried(wanted=wanted, untried="it says what is written from now on, and nothing of before")
    source = Source(id=SourceId(0), kind=wanted.kind, address=wanted.address, name=wanted.name, follow=wanted.follow)
    if wanted.follow:
        turn = following.turn(source, quotes)
        if turn is None:
            return Tried(wanted=wanted, untried="it asks for the tracked quotes, and there is none yet")
        source = turn.source
    if (account := kind.request(source).auth) is not None:
        return Tried(wanted=wanted, untried=f"its requests are signed by the account {account!r}, as `run` does")
    return Tried(wanted=wanted, reading=await _first_posts(kind, source, fetch, parse), query=source.query)


async def _first_posts(kind: Kind, source: Source, fetch: Fetch, parse: Parse) -> Reading:
    reading = Reading()
    for _ in range(MOST_STEPS):
        page = await fetch(kind.request(source))
        if page is None:
            return reading
        reading = await parse(kind, source, page)
        if reading.posts or not reading.more:
            return reading
        source = replace(source, cursor=reading.cursor)
    return reading


def _may_be_a_page(wanted: WantedSource, error: SourceError) -> bool:
    """Whether a link that could not be read as what it looks like is rather a page that names a feed.

    A page of any site can look like one of Mastodon's (/tags/python) or Lemmy's (/c/python).
    """
    if wanted.kind is SourceKind.MASTODON or wanted.name.startswith("!"):
        return isinstance(error, ParseError) or type(error) is FetchError
    return wanted.kind is SourceKind.FEED and isinstance(error, ParseError)


def _no_source(text: str) -> InputError:
    return InputError(
        "{place} is no source: write a web address, or a short form such as r/python, @user@host, #tag@host, "
        't.me/channel, news:"come get me", hn, jetstream.',
        place=_said(text),
    )


def _said(text: str) -> str:
    """Return what was typed, fit for a message: without the secrets an address may hold."""
    plain = " ".join(text.split())
    return links.shown(plain) if links.is_web(plain) else f"“{plain[:100]}”"
