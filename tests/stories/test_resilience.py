"""Hostile sources, broken ids and dates, a network that goes away: the others are read, and nobody is alerted twice."""

import asyncio
import heapq
import multiprocessing
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import pytest
import time_machine

from monitor import offload
from monitor.bot import alert_texts
from monitor.core.model import PollOutcome, SourceId
from monitor.life import Monitor
from tests.builders import NOON, QUOTE
from tests.fakes.ports import FakeNotify
from tests.stories.hostile import BOMBS, a_monitor, a_web, rss
from tests.stories.test_pipeline import Town

SOURCES = 40
FEEDS = 24
SAID = f"He said: {QUOTE}"


def item(text: str, *, guid: str | None = None, link: str | None = None, at: datetime | str | None = NOON) -> str:
    date = format_datetime(at) if isinstance(at, datetime) else at
    fields = {"guid": guid, "link": link, "pubDate": date, "title": text}
    return f"<item>{''.join(f'<{name}>{value}</{name}>' for name, value in fields.items() if value)}</item>"


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.store.close()


# One poisoned feed among many


@pytest.mark.parametrize("bomb", BOMBS)
async def test_one_poisoned_feed_keeps_none_of_the_others_from_being_read(
    bomb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offload, "QUICK_LIMIT", timedelta(seconds=0.3))  # a page that is no harm gets more time then
    monkeypatch.setattr(offload, "PARSE_LIMIT", timedelta(seconds=4))
    deadline = "5s" if bomb == "an endless body" else "60s"
    async with a_web() as web:
        urls = [web.url(f"site{number}.example", f"/{number}") for number in range(SOURCES)]
        for number in range(SOURCES):
            # some are large enough to be read by the worker that the bomb is in, too
            web.publish(
                f"/{number}", rss(item(f"{SAID} {number}"), *[item("weather " * 30)] * (100 if number % 8 == 0 else 1))
            )
        web.publish("/20", BOMBS[bomb]())
        async with a_monitor(tmp_path, web.resolve, urls, deadline=deadline) as monitor:
            done = await monitor.once()
            sources = await monitor.call(monitor.store.all_sources)

    [poisoned] = [source for source in sources if source.address == urls[20]]
    others = [source for source in sources if source.address != urls[20]]
    assert len(done.polls) == SOURCES
    assert [source.last_error for source in others if source.failures] == []
    assert all(source.last_success_at for source in others)
    assert poisoned.failures == (poisoned.last_success_at is None)  # a fast machine may even read it
    assert "\n" not in (poisoned.last_error or "")
    assert done.recorded.matches == SOURCES - 1
    assert multiprocessing.active_children() == []


async def test_a_page_that_is_no_harm_but_large_is_read_in_time(tmp_path: Path) -> None:
    notify = FakeNotify()
    async with a_web() as web:
        huge = item(f"{SAID} {'and much more ' * 700_000}", guid="huge", at=datetime.now(UTC))
        assert len(huge) > 9_500_000
        web.publish("/", rss(huge))
        url = web.url("huge.example", "/")
        async with a_monitor(tmp_path, web.resolve, [url], notify=notify, max_bytes=10_485_760) as monitor:
            done = await monitor.once()

    assert [poll.outcome for poll in done.polls] == [PollOutcome.OK]
    assert done.recorded.posts == 1
    assert len(notify.shown) == 1
    assert len(alert_texts.telling_text(notify.shown[0])) <= 4096


# Ids and dates that cannot be trusted


def no_ids(_: int) -> bytes:
    return rss(*(item(f"{SAID} {number}") for number in range(10)))


def one_id_for_all(_: int) -> bytes:
    return rss(*(item(f"{SAID} {number}", guid="post") for number in range(10)))


def new_ids_at_every_poll(turn: int) -> bytes:
    return rss(
        *(item(f"{SAID} {number}", guid=f"{turn}-{number}", link=f"https://a.example/{number}") for number in range(10))
    )


def new_ids_without_links(turn: int) -> bytes:
    return rss(*(item(f"{SAID} {number}", guid=f"{turn}-{number}") for number in range(10)))


def new_tracking_at_every_poll(turn: int) -> bytes:
    return rss(
        *(
            item(f"{SAID} {number}", link=f"https://a.example/{number}?utm_source={turn}&amp;fbclid={turn}x{number}")
            for number in range(10)
        )
    )


def ids_in_other_places(turn: int) -> bytes:
    """The ids of one another, in turn, although links and texts stay together."""
    return rss(
        *(
            item(f"{SAID} {number}", guid=f"{(turn + number) % 10}", link=f"https://a.example/{number}")
            for number in range(10)
        )
    )


@pytest.mark.parametrize(
    "feed",
    [
        no_ids,
        one_id_for_all,
        new_ids_at_every_poll,
        new_ids_without_links,
        new_tracking_at_every_poll,
        ids_in_other_places,
    ],
)
async def test_ids_that_say_nothing_repeat_no_alert_and_hide_no_post(feed, town: Town) -> None:
    await town.known()
    recorded = []
    for turn in range(50):
        town.time += timedelta(minutes=10)
        _, brought = await town.poll(feed(turn))
        recorded.append((brought.posts, brought.alerts))

    assert recorded[0] == (10, 10)
    assert set(recorded[1:]) == {(0, 0)}


@pytest.mark.parametrize("feed", [no_ids, one_id_for_all, new_ids_at_every_poll])
async def test_a_new_post_among_ids_that_say_nothing_is_told_once(feed, town: Town) -> None:
    await town.known()
    await town.poll(feed(0))
    added = feed(1).replace(b"<item>", f"<item><guid>post</guid><title>New: {QUOTE}</title></item><item>".encode(), 1)
    _, first = await town.poll(added)
    _, again = await town.poll(added)

    assert (first.posts, first.alerts) == (1, 1)
    assert (again.posts, again.alerts) == (0, 0)


STRANGE_DATES = [
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2099, 1, 1, tzinfo=UTC),
    NOON - timedelta(days=4000),
    NOON + timedelta(days=2),
    None,
    "Thu, 31 Feb 2026 25:61:00 +9900",
    "yesterday",
    "0000-00-00",
]


def dated(dates: list[datetime | str | None]) -> bytes:
    return rss(*(item(f"{SAID} {number}", guid=str(number), at=date) for number, date in enumerate(dates)))


async def test_strange_dates_are_told_once_whatever_they_become(town: Town) -> None:
    await town.known()
    found, first = await town.poll(dated(STRANGE_DATES))
    chance = random.Random(7)
    later = []
    for _ in range(20):
        town.time += timedelta(hours=1)
        dates = STRANGE_DATES.copy()
        chance.shuffle(dates)
        found, recorded = await town.poll(dated(dates))
        later.append((recorded.posts, recorded.alerts))
        assert found.next_poll_at - town.time <= timedelta(hours=1)

    assert (first.posts, first.alerts) == (len(STRANGE_DATES), len(STRANGE_DATES))
    assert set(later) == {(0, 0)}


async def test_a_new_feed_that_backdates_or_postdates_everything_floods_nobody(town: Town) -> None:
    strange = [date for date in STRANGE_DATES if not (isinstance(date, datetime) and date > NOON)]
    _, recorded = await town.poll(dated(strange * 20))

    assert recorded.matches == recorded.posts == len(strange) * 20
    assert recorded.alerts == 0


async def test_a_feed_that_is_replayed_with_other_dates_tells_nothing_again(town: Town) -> None:
    await town.known()
    dates: list[datetime | str | None] = [NOON - timedelta(hours=number) for number in range(100)]
    _, first = await town.poll(dated(dates))
    random.Random(7).shuffle(dates)
    _, second = await town.poll(dated(dates))

    assert (first.posts, first.alerts) == (100, 100)
    assert (second.posts, second.alerts) == (0, 0)


# A network that goes away


class Days:
    """Lets simulated hours pass for a monitor: the turns of its sources, each when it asks for it."""

    def __init__(self, monitor: Monitor, traveller) -> None:
        self.monitor = monitor
        self.polled: dict[SourceId, list[datetime]] = {}
        self.due: list[tuple[datetime, int, SourceId]] = []
        self._traveller = traveller
        self._order = count()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def begin(self) -> None:
        await self.monitor.follow_sources()
        for source in await self.monitor.call(self.monitor.store.active_sources):
            self._plan(source.id, timedelta(seconds=len(self.due)))
        # the turns are ours to give; what is hastened is given sooner
        self.monitor._schedule.hasten = self._hasten

    async def until(self, end: datetime) -> None:
        while self.due and self.due[0][0] <= end:
            at, _, source_id = heapq.heappop(self.due)
            self._traveller.move_to(max(at, self.now), tick=False)
            self.polled.setdefault(source_id, []).append(self.now)
            wait = await self.monitor._turn(source_id)
            if wait is not None:
                self._plan(source_id, wait)
        self._traveller.move_to(end, tick=False)

    def _plan(self, source_id: SourceId, wait: timedelta) -> None:
        heapq.heappush(self.due, (self.now + wait, next(self._order), source_id))

    def _hasten(self, source_id: SourceId, *, wait: timedelta) -> None:
        planned = next((entry for entry in self.due if entry[2] == source_id), None)
        if planned and planned[0] > self.now + wait:
            self.due.remove(planned)
            heapq.heapify(self.due)
            self._plan(source_id, wait)


async def test_after_hours_without_a_network_every_feed_is_read_within_its_interval(tmp_path: Path) -> None:
    async with a_web() as web:
        urls = [web.url(f"site{number}.example", f"/{number}") for number in range(FEEDS)]
        for number in range(FEEDS):
            gap = timedelta(minutes=4 * (1 + number % 20))
            web.publish(f"/{number}", rss(*(item(f"weather {post}", at=NOON - post * gap) for post in range(10))))
        with time_machine.travel(NOON, tick=False) as traveller:
            async with a_monitor(tmp_path, web.resolve, urls) as monitor:
                notices: list[str] = []
                monitor._troubles._notify = lambda made: notices.append(made())
                days = Days(monitor, traveller)
                await days.begin()
                await days.until(NOON + timedelta(hours=1))
                before = {source.id: source for source in await monitor.call(monitor.store.all_sources)}
                web.is_up = False
                await days.until(NOON + timedelta(hours=6))
                web.is_up = True
                back = days.now
                for number in range(FEEDS):
                    web.publish(f"/{number}", rss(item(f"{SAID} {number}", at=back - timedelta(hours=4))))
                await days.until(back + timedelta(hours=2))
                after = {source.id: source for source in await monitor.call(monitor.store.all_sources)}
                matches = await monitor.call(monitor.store.status, days.now)

    first_looks = {source_id: min(time for time in times if time >= back) for source_id, times in days.polled.items()}
    late = {source_id: (look - back) / before[source_id].interval for source_id, look in first_looks.items()}
    assert max(late.values()) <= 1.0, late
    assert not any(source.failures for source in after.values())
    assert matches.matches == FEEDS  # what was said meanwhile and is still in the feeds
    assert [notice[0] for notice in notices] == ["⚠", "✓"]
    busiest = max(
        sum(start <= look < start + timedelta(minutes=1) for look in first_looks.values())
        for start in first_looks.values()
    )
    assert busiest <= FEEDS / 3


async def test_a_single_host_that_is_down_is_backed_off_from_as_ever(tmp_path: Path) -> None:
    async with a_web() as web:
        urls = [web.url(f"site{number}.example", f"/{number}") for number in range(8)]
        for number in range(8):
            web.publish(f"/{number}", rss(item("weather")))
        with time_machine.travel(NOON, tick=False) as traveller:
            async with a_monitor(tmp_path, web.resolve, urls) as monitor:
                days = Days(monitor, traveller)
                await days.begin()
                web.unknown = {"site3.example"}
                await days.until(NOON + timedelta(hours=6))
                source = (await monitor.call(monitor.store.all_sources))[3]

    assert source.failures >= 5
    assert source.last_error == "the name site3.example could not be looked up"
    assert len(days.polled[source.id]) == source.failures <= 10


async def test_a_network_that_is_back_is_asked_no_more_than_so_many_at_a_time(tmp_path: Path) -> None:
    under_way: list[int] = []
    now_open = 0

    async def slowly(writer: asyncio.StreamWriter) -> None:
        nonlocal now_open
        now_open += 1
        under_way.append(now_open)
        await asyncio.sleep(0.01)
        now_open -= 1
        body = rss(item(SAID))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    async with a_web() as web:
        urls = [web.url(f"site{number}.example", f"/{number}") for number in range(100)]
        for number in range(100):
            web.publish(f"/{number}", slowly)
        async with a_monitor(tmp_path, web.resolve, urls) as monitor:
            web.is_up = False
            down = await monitor.once()
            web.is_up = True
            up = await monitor.once()

    assert all(poll.error for poll in down.polls)
    assert up.recorded.posts == 100
    assert 2 <= max(under_way) <= 8


async def test_an_outage_counts_as_no_failure_of_any_source(tmp_path: Path) -> None:
    async with a_web() as web:
        urls = [web.url(f"site{number}.example", f"/{number}") for number in range(20)]
        async with a_monitor(tmp_path, web.resolve, urls) as monitor:
            web.is_up = False
            for _ in range(10):
                await monitor.once()
            sources = await monitor.call(monitor.store.all_sources)

    assert sum(source.failures for source in sources) <= 4


# Clocks that are set


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1)])
async def test_a_clock_that_is_set_blinds_no_source_and_plans_no_look_far_away(step: timedelta, tmp_path: Path) -> None:
    async with a_web() as web:
        web.publish("/", rss(item("weather")))
        with time_machine.travel(NOON, tick=False) as traveller:
            async with a_monitor(tmp_path, web.resolve, [web.url("site.example", "/")]) as monitor:
                await monitor.follow_sources()
                waits = []
                for turn in range(40):
                    wait = await monitor._turn(SourceId(1))
                    assert wait is not None
                    waits.append(wait)
                    traveller.shift(wait)
                    if turn == 20:
                        traveller.shift(step)
                source = await monitor.call(monitor.store.source, SourceId(1))
                watched = await monitor.call(monitor.store.coverage, SourceId(1), since=NOON, now=datetime.now(UTC))

    assert timedelta() < min(waits) <= max(waits) <= timedelta(hours=1.1)
    assert source.failures == 0
    assert watched.blind_for <= max(step, timedelta()) + timedelta(hours=1)


async def test_a_look_planned_by_a_clock_that_was_a_century_ahead_is_not_waited_for(tmp_path: Path) -> None:
    async with a_web() as web:
        web.publish("/", rss(item("weather")))
        url = web.url("site.example", "/")
        with time_machine.travel(NOON + timedelta(days=36_500), tick=False):
            async with a_monitor(tmp_path, web.resolve, [url]) as monitor:
                await monitor.once()
        with time_machine.travel(NOON, tick=False):
            async with a_monitor(tmp_path, web.resolve, [url]) as monitor:
                await monitor.follow_sources()
                wait = monitor._schedule._due[SourceId(1)] - monitor._schedule._monotonic()

    assert wait <= timedelta(days=1).total_seconds()


async def test_a_full_disk_is_told_once_and_everything_is_recorded_once_there_is_room(tmp_path: Path) -> None:
    async with a_web() as web:
        urls = [web.url(f"site{number}.example", f"/{number}") for number in range(5)]
        for number in range(5):
            web.publish(f"/{number}", rss(item("weather")))
        with time_machine.travel(NOON, tick=False) as traveller:
            async with a_monitor(tmp_path, web.resolve, urls) as monitor:
                notices: list[str] = []
                monitor._troubles._notify = lambda made: notices.append(made())
                days = Days(monitor, traveller)
                await days.begin()
                await days.until(NOON + timedelta(minutes=1))
                database = monitor.store._db
                pages = await monitor.call(database.value, "PRAGMA page_count")
                await monitor.call(database.value, f"PRAGMA max_page_count = {pages}")
                for number in range(5):
                    web.publish(f"/{number}", rss(item("word " * 5000 + SAID)))
                await days.until(NOON + timedelta(minutes=20))
                full = list(notices)
                await monitor.call(database.value, "PRAGMA max_page_count = 1000000")
                await days.until(days.now + timedelta(seconds=60))
                status = await monitor.call(monitor.store.status, days.now)

    assert len(full) == 1
    assert full[0].startswith("⚠ Nothing can be recorded: There is no space left for ")
    assert notices[1:] == ["✓ Recording works again."]
    assert status.matches == 5  # within a minute of there being room
