"""Whole stories over the real store, the real matcher and the real feed parser, with a source that is a fake."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from monitor.bot.delivery import Delivery
from monitor.bot.pace import Pace
from monitor.core.cadence import Limits
from monitor.core.errors import FetchError, RateLimited, SourceGone, StoreError
from monitor.core.model import (
    ChatKind,
    Poll,
    PollOutcome,
    Post,
    Recorded,
    Source,
    SourceKind,
    SourceState,
    WantedQuote,
    WantedSource,
)
from monitor.matching import Matcher
from monitor.offload import Backlog
from monitor.pipeline import Enrich, Flow, as_it_came, ingest, poll
from monitor.sources import KINDS
from monitor.store import SqliteStore, open_store
from monitor.watchlist import Watchlist
from tests.builders import NOON, QUOTE
from tests.fakes.ports import FakeFetch, FakeNotify, direct

CHANNEL = "@quote_alerts"
SAID = f"He said: “{QUOTE}” and left."


def feed(*texts: str, at: datetime = NOON, prefix: str = "post") -> bytes:
    """A feed whose posts, newest first, say these texts."""
    items = "".join(
        f"<item><guid>{prefix}-{text}</guid><title>News</title><link>https://news.example/{abs(hash(text))}</link>"
        f"<pubDate>{format_datetime(at)}</pubDate><description>{text}</description></item>"
        for text in texts
    )
    return f"<rss version='2.0'><channel><title>Example</title>{items}</channel></rss>".encode()


class Town:
    """One source, one channel, one quote, and a clock that moves when told."""

    def __init__(self) -> None:
        self.time = NOON
        self.store: SqliteStore = open_store(":memory:")
        self.store.seed_sources(
            [WantedSource(kind=SourceKind.FEED, address="https://news.example/feed", name="Example News")], NOON
        )
        self.store.seed_quotes([WantedQuote(text=QUOTE)], NOON)
        self.store.subscribe(CHANNEL, ChatKind.CHANNEL, "Alerts", by="test", at=NOON)
        self.fetch = FakeFetch(None)
        self.watchlist = Watchlist(Matcher(), self.store, direct)
        self.notify = FakeNotify()
        self.enrich: Enrich = as_it_came
        self.backlog: AbstractContextManager[None] = nullcontext()

    @property
    def source(self) -> Source:
        return self.store.all_sources()[0]

    async def poll(self, *answers) -> tuple[Poll, Recorded]:
        if answers:
            self.fetch = FakeFetch(*answers)
        await self.watchlist.reload()
        return await poll(self.source, flow=self.flow)

    async def hear(self, source: Source, *posts: Post) -> Recorded:
        """Take posts that came by themselves."""
        await self.watchlist.reload()
        return await ingest(source, posts, flow=self.flow)

    @property
    def flow(self) -> Flow:
        return Flow(
            kinds=KINDS,
            fetch=self.fetch,
            store=self.store,
            call=direct,
            parse=parsed,
            watchlist=self.watchlist,
            breathe=breathe,
            now=lambda: self.time,
            chance=lambda: 0.0,
            limits=Limits(),
            baseline_age=timedelta(hours=6),
            enrich=self.enrich,
            backlog=self.backlog,
        )

    async def known(self) -> "Town":
        """Have the source read once, so that what comes next is new."""
        await self.poll(feed("weather"))
        return self

    async def deliver(self) -> list[str]:
        """Deliver what is due and return the passages that were shown, all told."""
        pace = Pace(sleep=breathe_for)
        await Delivery(self.store, direct, self.notify, pace=pace, now=lambda: self.time).drain()
        return [passage(alert) for telling in self.notify.shown for alert in telling.alerts]


async def parsed(kind, source, page):
    return kind.parse(source, page)


async def breathe() -> None:
    return None


async def breathe_for(_: float) -> None:
    return None


def passage(alert) -> str:
    found = alert.appearance
    return found.text[found.spans[0].start : found.spans[-1].end]


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.store.close()


async def test_a_quote_that_appears_is_alerted_in_its_own_words(town: Town) -> None:
    await town.known()
    _, recorded = await town.poll(feed("Come  GET me, “coward” he wrote", "weather"))

    assert recorded == Recorded(posts=1, matches=1, alerts=1)
    assert await town.deliver() == ["Come GET me, “coward"]


async def test_a_quote_seen_twice_is_alerted_once(town: Town) -> None:
    await town.known()
    for _ in range(3):
        await town.poll(feed(SAID))
        await town.deliver()

    assert len(town.notify.shown) == 1


async def test_the_same_post_under_a_new_guid_is_the_same_post(town: Town) -> None:
    await town.known()
    for number in range(5):
        await town.poll(feed(SAID, prefix=f"flip-{number}"))

    assert len(await town.deliver()) == 1


async def test_two_posts_with_the_same_words_at_two_places_are_two(town: Town) -> None:
    await town.known()
    two = feed(SAID).replace(
        b"</item>",
        b"</item>"
        + feed(SAID + " ")
        .split(b"<title>Example</title>")[1]
        .split(b"</channel>")[0]
        .replace(b"news.example/", b"other.example/"),
    )
    _, recorded = await town.poll(two)

    assert recorded.matches == 2


async def test_the_first_read_of_a_source_alerts_only_what_is_fresh(town: Town) -> None:
    old = feed(SAID, at=NOON - timedelta(days=2), prefix="old")
    fresh = feed(f"Today: {QUOTE}", at=NOON - timedelta(minutes=5), prefix="fresh")
    both = old.replace(b"</channel></rss>", fresh.split(b"<title>Example</title>")[1])
    _, recorded = await town.poll(both)

    assert recorded == Recorded(posts=2, matches=2, alerts=1)
    assert len(town.store.appearances(limit=10)) == 2


async def test_a_backdated_post_of_a_known_source_is_alerted(town: Town) -> None:
    await town.known()
    _, recorded = await town.poll(feed(SAID, at=NOON - timedelta(days=400)))

    assert recorded.alerts == 1


async def test_an_edit_that_brings_the_quote_is_alerted_and_a_later_edit_is_not_alerted_again(town: Town) -> None:
    await town.known()
    page = feed("weather")
    _, first = await town.poll(page.replace(b"<description>weather", b"<description>weather. " + QUOTE.encode()))
    _, second = await town.poll(page.replace(b"<description>weather", b"<description>Weather! " + QUOTE.encode()))

    assert (first.posts, first.edits, first.alerts) == (0, 1, 1)
    assert (second.edits, second.matches, second.alerts) == (1, 0, 0)


async def test_a_source_that_fails_backs_off_and_keeps_what_it_has(town: Town) -> None:
    await town.known()
    etag = town.source.validators
    waits = []
    for _ in range(3):
        found, _ = await town.poll(FetchError("it answered 500 Internal Server Error"))
        waits.append(found.next_poll_at - town.time)

    assert waits == sorted(set(waits))
    assert town.source.failures == 3
    assert town.source.validators == etag
    assert town.source.last_error == "it answered 500 Internal Server Error"

    found, _ = await town.poll(feed(SAID))
    assert found.outcome is PollOutcome.OK
    assert (town.source.failures, town.source.last_error) == (0, None)


async def test_a_source_that_asks_for_time_is_given_it(town: Town) -> None:
    found, _ = await town.poll(RateLimited("it asks for 20 minutes", wait=timedelta(minutes=20)))

    assert found.next_poll_at == town.time + timedelta(minutes=20)


async def test_a_source_that_is_gone_is_polled_no_more(town: Town) -> None:
    found, _ = await town.poll(SourceGone("it says it is gone for good"))

    assert found.outcome is PollOutcome.GONE
    assert town.source.state is SourceState.GONE
    assert town.store.active_sources() == []


async def test_a_failure_is_no_baseline(town: Town) -> None:
    await town.poll(FetchError("no answer"))
    _, recorded = await town.poll(feed(SAID, at=NOON - timedelta(days=2)))

    assert recorded == Recorded(posts=1, matches=1, alerts=0)


async def test_a_web_page_is_an_error_and_never_nothing_new(town: Town) -> None:
    found, _ = await town.poll(b"<!doctype html><html><body>Please log in</body></html>")

    assert found.outcome is PollOutcome.FAILED
    assert "web page" in str(town.source.last_error)


async def test_the_next_request_carries_the_validators_of_the_last_answer(town: Town) -> None:
    await town.poll(feed("weather"))
    await town.poll(None)

    assert town.fetch.asked[0].validators.etag == '"1"'
    assert town.source.last_success_at == town.time


async def test_what_cannot_be_recorded_is_not_lost_but_comes_with_the_next_poll(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.known()

    def full(*_: object) -> Recorded:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(town.store, "record", full)
        with pytest.raises(StoreError):
            await town.poll(feed(SAID))
    _, recorded = await town.poll(feed(SAID))

    assert recorded.alerts == 1


async def test_a_quote_tracked_by_somebody_is_looked_for_from_the_next_poll_on(town: Town) -> None:
    await town.known()
    town.store.track(WantedQuote(text="The lighthouse keeper never sleeps"), by="test", at=NOON)
    _, recorded = await town.poll(feed("As they say, the lighthouse keeper never sleeps."))

    assert recorded.alerts == 1


async def test_a_quote_untracked_by_somebody_is_looked_for_no_more(town: Town) -> None:
    await town.known()
    town.store.untrack(town.store.quotes()[0].id, by="test", at=NOON)
    _, recorded = await town.poll(feed(SAID))

    assert recorded.matches == 0


async def test_everyday_words_alert_nobody(town: Town) -> None:
    await town.known()
    _, recorded = await town.poll(
        feed("Mom come get me I'm scared", "Come and get it while it's hot", "He is a coward, come to think of it")
    )

    assert (recorded.posts, recorded.alerts) == (3, 0)


async def test_a_page_is_in_hand_until_it_is_recorded_but_not_while_others_are_asked_about_it(town: Town) -> None:
    town.backlog = backlog = Backlog(most=1)
    room: dict[str, bool] = {}
    record = town.store.record

    async def enrich(source, arrivals):
        room["while articles are fetched"] = backlog.room.is_set()
        return arrivals

    def recorded(*given):
        room["while it is recorded"] = backlog.room.is_set()
        return record(*given)

    town.enrich, town.store.record = enrich, recorded

    await town.poll(feed(SAID))

    assert room == {"while articles are fetched": True, "while it is recorded": False}
    assert backlog.room.is_set()
