"""The article behind a short entry of a feed, fetched within a budget and read in a process that can be killed.

Off by default, and an extra (`articles`): trafilatura tells an article from the page around it, and is imported in
that process alone. What goes wrong here costs a post its article and never more: it is compared with what its feed
says. Not asked for: anything at a source's first look (a baseline), the articles of edited posts (compared in the
wording their feed gives them now), and hosts that are known to want long pauses (their turns are for their feeds).
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog

from monitor.core.errors import ParseError, RateLimited, SettingsError, SourceError
from monitor.core.identity import ARTICLE
from monitor.core.model import PART_SEPARATOR, Arrival, Keep, Page, Part, Post, Request, Source, SourceKind
from monitor.core.ports import Fetch
from monitor.fetch.hosts import known_spacing
from monitor.sources.text import tidy
from monitor.workers import WorkerDied, Workers, WorkTimeout

log = structlog.get_logger()

HOUR = 3600.0
SHORTEST = 600  # characters; a post with as many is taken to hold its article itself
AT_ONCE = 4  # articles of one poll
MOST_CHARACTERS = 100_000  # of an article
MOST_KEPT = 32_000_000  # bytes of the articles of one poll, kept until it is known in which a quote is found
EXTRACT_LIMIT = timedelta(seconds=10)
MARKUP = ("text/html", "application/xhtml+xml")
MISSING = "articles.enabled needs the extra `articles`: pip install 'quote-monitor[articles]', or turn it off."
OLDEST = datetime.min.replace(tzinfo=UTC)

Extract = Callable[[bytes, str], Awaitable[str | None]]
"""The text of the article in a page (its bytes, its address), None when there is none. Raises ParseError."""


class Articles:
    """Adds articles to the posts of feeds, at most `budget_per_hour` in any hour.

    `shortest`: posts with as many characters are left as they are. `patience`: the longest a poll waits for its
    articles; those that came by then are used. `clock` is in seconds and never goes back.
    """

    def __init__(
        self,
        fetch: Fetch,
        extract: Extract,
        *,
        budget_per_hour: int,
        shortest: int = SHORTEST,
        patience: timedelta = timedelta(seconds=30),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._extract = extract
        self._budget = budget_per_hour
        self._shortest = shortest
        self._patience = patience
        self._clock = clock
        self._spent: deque[float] = deque()  # when each article of the last hour was asked for

    async def __call__(self, source: Source, arrivals: list[Arrival]) -> list[Arrival]:
        """Return the arrivals in their order, new posts with their article as a part named "article" where it came.

        The newest are asked for first. Raises nothing.
        """
        if source.kind is not SourceKind.FEED or source.keep is not Keep.ALL or source.last_success_at is None:
            return arrivals  # of a source that keeps only matches, the same posts arrive at every poll
        wanted = [number for number, arrival in enumerate(arrivals) if self._is_wanted(arrival)]
        # A page is read oldest first, so of posts of one time the last is the newest.
        wanted.sort(key=lambda number: (arrivals[number].post.published_at or OLDEST, number), reverse=True)
        found: dict[int, _Article] = {}
        try:
            async with asyncio.timeout(self._patience.total_seconds()), asyncio.TaskGroup() as group:
                queue = deque(wanted)
                for _ in range(min(AT_ONCE, len(wanted))):
                    group.create_task(self._work(queue, arrivals, found))
        except TimeoutError:
            log.debug("articles not waited for", source=source.name, wanted=len(wanted), came=len(found))
        return [
            replace(arrival, post=with_article(arrival.post, found[number].text), article=found[number].page)
            if number in found
            else arrival
            for number, arrival in enumerate(arrivals)
        ]

    def _is_wanted(self, arrival: Arrival) -> bool:
        post = arrival.post
        if arrival.edits is not None or len(post.text) >= self._shortest or not post.url:
            return False
        try:
            parts = urlsplit(post.url)
            host = parts.hostname
        except ValueError:
            return False
        return parts.scheme in ("http", "https") and bool(host) and not known_spacing(host or "")

    async def _work(self, queue: deque[int], arrivals: Sequence[Arrival], found: dict[int, "_Article"]) -> None:
        """Take posts from the queue, one after another, while there are any and the budget lasts."""
        while queue and self._may_ask():
            number = queue.popleft()
            url = arrivals[number].post.url or ""
            try:
                article = await self._article(url)
            except RateLimited as error:  # most of a feed's articles are on one host
                queue.clear()
                log.debug("articles asked for too often", url=url, error=str(error))
            except SourceError as error:
                log.debug("article not read", url=url, error=str(error))
            else:
                if article:
                    room = MOST_KEPT - sum(len(other.page.body) for other in found.values() if other.page)
                    fits = article.page is not None and len(article.page.body) <= room
                    found[number] = article if fits else replace(article, page=None)

    def _may_ask(self) -> bool:
        """Take one article from the budget, if it has one left."""
        now = self._clock()
        while self._spent and self._spent[0] <= now - HOUR:
            self._spent.popleft()
        if len(self._spent) >= self._budget:
            return False
        self._spent.append(now)
        return True

    async def _article(self, url: str) -> "_Article | None":
        page = await self._fetch(Request(url=url))
        if page is None or not _is_markup(page):
            return None
        text = await self._extract(page.body, page.url)
        return _Article(text=text, page=page) if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Article:
    """An article, and the page it was read from (None: there was no room to keep it)."""

    text: str
    page: Page | None


def _is_markup(page: Page) -> bool:
    sort = page.content_type.partition(";")[0].strip().lower()
    return not sort or sort in MARKUP


def with_article(post: Post, text: str) -> Post:
    """Return a post with an article after everything else it says, so that what it says stays where it is."""
    start = len(post.text) + len(PART_SEPARATOR) if post.text else 0
    joined = PART_SEPARATOR.join(part for part in (post.text, text) if part)
    return replace(post, text=joined, parts=(*post.parts, Part(name=ARTICLE, start=start, end=start + len(text))))


class Extractor:
    """Reads articles out of pages, in a process that can be killed."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    async def check(self) -> None:
        """Raise SettingsError when the extra is not installed, or not usable."""
        await self._workers.run(need_trafilatura, limit=timedelta(seconds=60))

    async def __call__(self, html: bytes, url: str) -> str | None:
        """Return the text of the article in a page, None when there is none. Raises ParseError."""
        try:
            return await self._workers.run(extract, html, url, limit=EXTRACT_LIMIT)
        except (WorkTimeout, WorkerDied) as error:
            raise ParseError(f"its article could not be read: {error}") from error


def need_trafilatura() -> None:
    """Raise SettingsError when trafilatura cannot be imported."""
    try:
        import trafilatura  # noqa: F401 - slow to import and large, so it stays out of the monitor's own process
    except ImportError as error:
        raise SettingsError(MISSING) from error


def extract(html: bytes, url: str) -> str | None:
    """Return the text of the article in a page, its lines tidied, None when there is none.

    Asks nobody: `url` only tells where the page was. Raises ParseError, whatever the page does to the library.
    """
    import trafilatura

    try:
        text = trafilatura.extract(html, url=url, include_comments=False, favor_recall=True)
    except MemoryError:  # the worker's business
        raise
    except Exception as error:
        raise ParseError(f"its article could not be read: {type(error).__name__}") from error
    return tidy(text or "")[:MOST_CHARACTERS] or None
