"""Sources that are read page by page, and searches that follow the tracked quotes, over the real store."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from monitor.core.errors import FetchError
from monitor.core.model import (
    ChatKind,
    Page,
    Poll,
    PollOutcome,
    Post,
    Reading,
    Recorded,
    Request,
    Source,
    SourceKind,
    Validators,
    WantedQuote,
    WantedSource,
)
from monitor.matching import Matcher
from monitor.pipeline import MOST_PAGES, Flow, poll
from monitor.store import open_store
from monitor.watchlist import Watchlist
from tests.builders import NOON, QUOTE, a_post
from tests.fakes.ports import FakeFetch, direct

OTHER = "The lighthouse keeper never sleeps"


class Notebook:
    """A kind of source whose pages are numbered; each says what stands in `pages` under what was asked."""

    def __init__(self, pages: Mapping[str, list[Post]], last: int) -> None:
        self.pages = pages
        self.last = last

    def request(self, source: Source) -> Request:
        return Request(url=f"https://notes.example/{source.query or ''}?{source.cursor or '0'}")

    def parse(self, source: Source, page: Page) -> Reading:
        number = int(source.cursor or "0")
        posts = self.pages.get(page.url.removeprefix("https://notes.example/"), [])
        return Reading(posts=tuple(posts), cursor=str(number + 1), more=number + 1 < self.last)


class Library:
    """A source of notebooks, a channel, and a clock that stands still."""

    def __init__(self, pages: Mapping[str, list[Post]], *, last: int = 1, follow: bool = False) -> None:
        self.store = open_store(":memory:")
        wanted = WantedSource(
            kind=SourceKind.HACKERNEWS, address="all", name="Notes", follow=follow, every=timedelta(minutes=5)
        )
        self.store.seed_sources([wanted], NOON)
        self.store.seed_quotes([WantedQuote(text=QUOTE)], NOON)
        self.store.subscribe("@quote_alerts", ChatKind.CHANNEL, None, by="test", at=NOON)
        self.watchlist = Watchlist(Matcher(), self.store, direct)
        self.kind = Notebook(pages, last)
        self.fetch: FakeFetch | Broken = Answering()

    @property
    def source(self) -> Source:
        return self.store.all_sources()[0]

    async def poll(self) -> tuple[Poll, Recorded]:
        await self.watchlist.reload()
        flow = Flow(
            kinds={SourceKind.HACKERNEWS: self.kind},
            fetch=self.fetch,
            store=self.store,
            call=direct,
            parse=parsed,
            watchlist=self.watchlist,
            breathe=nothing,
            now=lambda: NOON,
            chance=lambda: 0.0,
        )
        return await poll(self.source, flow=flow)


class Answering:
    """Answers every request with a page of its own address; remembers the requests."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> Page | None:
        self.asked.append(request)
        return Page(url=request.url, body=b"", validators=Validators(etag='"1"'), moved_to="https://elsewhere.example/")


class Broken(Answering):
    """Fails from a certain request on."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    async def __call__(self, request: Request) -> Page | None:
        if len(self.asked) >= self.after:
            raise FetchError("no answer")
        return await super().__call__(request)


async def parsed(kind, source, page):
    return kind.parse(source, page)


async def nothing() -> None:
    return None


@pytest.fixture
def libraries() -> Iterator[list[Library]]:
    opened: list[Library] = []
    yield opened
    for library in opened:
        library.store.close()


def asked(library: Library) -> list[str]:
    return [request.url.removeprefix("https://notes.example/") for request in library.fetch.asked]


async def test_all_pages_of_a_long_answer_are_read_and_the_next_poll_goes_on_behind_them(libraries) -> None:
    libraries.append(library := Library({"?1": [a_post("one")], "?2": [a_post("two")]}, last=3))
    found, recorded = await library.poll()

    assert (asked(library), recorded.posts) == (["?0", "?1", "?2"], 2)
    assert found.next_poll_at == NOON + timedelta(minutes=5)

    await library.poll()
    assert asked(library)[3:] == ["?3"]


async def test_an_endless_answer_is_left_after_some_pages_and_gone_on_with_soon(libraries) -> None:
    libraries.append(library := Library({}, last=1000))
    found, _ = await library.poll()

    assert len(library.fetch.asked) == MOST_PAGES
    assert library.source.cursor == str(MOST_PAGES)
    assert found.next_poll_at - NOON < timedelta(minutes=5)


async def test_a_failure_on_a_later_page_keeps_what_came_before_it(libraries) -> None:
    libraries.append(library := Library({"?0": [a_post("one")], "?1": [a_post("two")]}, last=3))
    library.fetch = Broken(after=1)
    found, recorded = await library.poll()

    assert found.outcome is PollOutcome.FAILED
    assert (recorded.posts, library.source.cursor) == (1, "1")

    library.fetch = Answering()
    _, recorded = await library.poll()
    assert (asked(library)[0], recorded.posts) == ("?1", 1)


async def test_a_step_on_the_way_does_not_end_the_baseline(libraries) -> None:
    old = a_post(QUOTE, published_at=NOON - timedelta(days=9))
    libraries.append(library := Library({"?1": [old]}, last=2))
    library.fetch = Broken(after=1)
    await library.poll()
    library.fetch = Answering()
    _, recorded = await library.poll()

    assert (recorded.matches, recorded.alerts) == (1, 0)


async def test_an_address_that_changes_is_asked_without_conditions_and_moves_nowhere(libraries) -> None:
    libraries.append(library := Library({}))
    await library.poll()
    await library.poll()

    assert [request.validators for request in library.fetch.asked] == [Validators(), Validators()]
    assert library.source.moved_to is None


async def test_a_search_that_follows_asks_for_each_quote_in_turn_with_a_cursor_of_its_own(libraries) -> None:
    libraries.append(library := Library({}, follow=True))
    library.store.track(WantedQuote(text=OTHER), by="test", at=NOON)
    for _ in range(4):
        await library.poll()

    assert asked(library) == [f"{QUOTE}?0", f"{OTHER}?0", f"{QUOTE}?1", f"{OTHER}?1"]


async def test_the_first_answer_for_a_quote_is_a_baseline_and_the_next_is_news(libraries) -> None:
    old, new = (a_post(f"{QUOTE} {n}", published_at=NOON - timedelta(days=9)) for n in (1, 2))
    libraries.append(library := Library({f"{QUOTE}?0": [old], f"{QUOTE}?1": [new]}, follow=True))
    _, first = await library.poll()
    _, second = await library.poll()

    assert (first.matches, first.alerts) == (1, 0)
    assert (second.matches, second.alerts) == (1, 1)


async def test_a_search_that_fails_for_one_quote_goes_on_with_the_next(libraries) -> None:
    libraries.append(library := Library({}, follow=True))
    library.store.track(WantedQuote(text=OTHER), by="test", at=NOON)
    library.fetch = Broken(after=0)
    await library.poll()
    library.fetch = Answering()
    await library.poll()

    assert asked(library) == [f"{OTHER}?0"]
    assert json.loads(library.source.cursor or "")["inner"].keys() == {"1", "2"}


async def test_with_no_quote_to_follow_nobody_is_asked(libraries) -> None:
    libraries.append(library := Library({}, follow=True))
    library.store.untrack(library.store.quotes()[0].id, by="test", at=NOON)
    found, _ = await library.poll()

    assert (found.outcome, library.fetch.asked) == (PollOutcome.UNCHANGED, [])
