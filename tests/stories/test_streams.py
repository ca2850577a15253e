"""What is said in a stream is found, recorded and alerted: all of it, and once."""

import asyncio
import random
from http import HTTPStatus

import pytest

from monitor.core.model import (
    Keep,
    SourceKind,
    WantedSource,
)
from tests.builders import QUOTE
from tests.fakes.clock import NapClock
from tests.fakes.jetstream import (
    Jetstream,
    delete,
    edit,
    post,
)
from tests.stories.streaming import LATER, said, talk, town_of


async def test_a_quote_in_a_stream_is_recorded_and_alerted() -> None:
    async with town_of(Jetstream([post(1, "weather"), post(2, said(2))])) as town, town.reading():
        await town.until(lambda: town.matches)

        assert town.matches == [said(2)]
        assert town.alerts == 1
        assert town.rows("SELECT count(*) FROM posts") == [(1,)]  # the weather is not kept


async def test_nothing_is_lost_and_nothing_alerted_twice_over_many_lost_connections() -> None:
    chance = random.Random(7)
    lines = talk(600, quoted=lambda number: number % 9 == 4)
    server = Jetstream(lines, closes=[chance.randrange(40, 120) for _ in range(40)], twice=True)
    async with town_of(server) as town, town.reading(posts=50):
        wanted = sorted(said(number) for number in range(600) if number % 9 == 4)
        await town.until(lambda: len(town.matches) >= len(wanted) and not server.closes)

        assert town.matches == wanted
        assert town.alerts == len(wanted)
        assert len(server.asked) >= 40
        assert all(asked.cursor for asked in server.asked[1:])
        assert sum(asked.sent for asked in server.asked) > 2 * len(lines)  # it really came again and again


async def test_a_new_process_reads_on_where_the_last_one_stopped() -> None:
    lines = talk(400, quoted=lambda number: number % 5 == 0)
    server = Jetstream(lines[:250])
    async with town_of(server) as town:
        async with town.reading():
            await town.until(lambda: town.matches)
        cursor = int(town.source.cursor)
        server.lines.extend(lines[250:])  # said while nobody listened
        async with town.reading():
            await town.until(lambda: len(town.matches) == 80)

        assert server.asked[1].cursor == cursor - 5_000_000
        assert town.matches == sorted(said(number) for number in range(0, 400, 5))
        assert town.alerts == 80


async def test_a_first_connection_starts_now_and_alerts_at_once() -> None:
    old = [post(number, said(number)) for number in range(5)]
    server = Jetstream(old, live_from=None)
    async with town_of(server) as town, town.reading():
        await town.until(lambda: server.asked)
        await server.publish([post(7, said(7))])
        await town.until(lambda: town.matches)

        assert server.asked[0].cursor is None
        assert town.matches == [said(7)]
        assert town.alerts == 1


async def test_an_edit_is_a_new_wording_and_alerts_no_more_than_once() -> None:
    server = Jetstream([post(1, said(1)), edit(1, said(1) + " Twice!"), post(2, "weather"), edit(2, said(2))])
    async with town_of(server) as town, town.reading():
        await town.until(lambda: len(town.matches) == 2)
        await town.until(lambda: town.rows("SELECT count(*) FROM post_versions") == [(1,)])

        assert town.matches == [said(1) + " Twice!", said(2)]
        assert town.alerts == 2


async def test_an_edit_that_takes_the_quote_away_is_still_recorded() -> None:
    server = Jetstream([post(1, said(1))])
    async with town_of(server) as town, town.reading():
        await town.until(lambda: town.matches)
        await server.publish([edit(1, "I said nothing.")])
        await town.until(lambda: town.matches == ["I said nothing."])

        assert town.rows("SELECT text FROM post_versions") == [(said(1),)]


async def test_a_post_that_was_taken_back_is_marked() -> None:
    server = Jetstream([post(1, said(1)), post(2, said(2))])
    async with town_of(server) as town:
        async with town.reading():
            await town.until(lambda: len(town.matches) == 2)
            await server.publish([delete(1), delete(77)])
            await town.until(lambda: town.connections[0].received == 4)

        assert town.rows("SELECT id, text FROM posts WHERE deleted_at IS NOT NULL") == [(1, "")]  # as authors there ask


async def test_a_post_written_and_taken_back_in_one_breath_is_recorded_as_both() -> None:
    async with town_of(Jetstream([post(1, said(1)), delete(1)])) as town, town.reading():
        await town.until(lambda: town.matches)

        assert town.rows("SELECT deleted_at IS NOT NULL FROM posts") == [(1,)]


async def test_a_reader_that_is_slow_slows_the_server_and_holds_little(monkeypatch: pytest.MonkeyPatch) -> None:
    # 40 MB: more than what the buffers of the system hold
    lines = [post(number, f"{number} " + "x" * 20_000) for number in range(2_000)]
    server = Jetstream([*lines, post(9_999, said(9_999))])
    async with town_of(server) as town:
        find = town.matcher.find
        monkeypatch.setattr(town.matcher, "find", lambda posts: find([one for one in posts if QUOTE in one.text]))
        town.gate.clear()
        async with town.reading(posts=100, characters=10_000_000):
            await town.until(lambda: town.found_in and town.connections[0].received >= 300)
            for _ in range(2_000):
                await asyncio.sleep(0)
            held = town.connections[0].received
            sent = server.asked[0].sent
            town.gate.set()
            await town.until(lambda: town.matches)

        assert held == 300  # 100 being compared, 200 read ahead
        assert sent < 1_500
        assert town.connections[0].received == 2_001  # and nothing was dropped
        assert max(town.found_in) == 100


async def test_long_posts_make_short_windows() -> None:
    lines = [post(number, f"{number} " + "blah " * 2_000) for number in range(60)]
    async with town_of(Jetstream(lines)) as town:
        async with town.reading(characters=50_000):
            await town.until(lambda: sum(town.found_in) == 60)

        assert max(town.found_in) <= 6


async def test_a_stop_in_the_middle_of_a_window_records_what_was_read() -> None:
    lines = talk(50, quoted=lambda number: number in (10, 40))
    server = Jetstream(lines)
    async with town_of(server) as town:
        town.clock = NapClock(LATER, nap=0.0)  # a window of a second never ends by itself
        streams = town.streams()
        streams.start(town.store.active_sources())
        await town.until(lambda: town.connections and town.connections[0].received == len(lines))
        assert town.polls == []
        await streams.stop()

        assert town.matches == [said(10), said(40)]
        assert town.source.cursor == str(max(time_us for time_us, message in lines if '"text":' in message))
        assert town.alerts == 2


async def test_a_stop_while_nothing_is_connected_is_at_once() -> None:
    async with town_of(Jetstream(refuse=HTTPStatus.BAD_GATEWAY)) as town:
        town.clock = NapClock(LATER, nap=0.0)
        streams = town.streams()
        streams.start(town.store.active_sources())
        await town.until(lambda: town.polls)
        async with asyncio.timeout(2):
            await streams.stop()

        assert streams.sources == frozenset()


async def test_a_quiet_stream_is_recorded_once_a_minute_and_not_more() -> None:
    server = Jetstream([post(1, "weather")])
    async with town_of(server) as town, town.reading():
        await town.until(lambda: town.polls)
        for number in range(2, 20):
            town.clock.advance(10)
            await server.publish([post(number, "weather")])
            await town.until(lambda number=number: sum(town.found_in) == number)
        await town.until(lambda: len(town.polls) == 4)

        assert [poll.seen for poll in town.polls] == [1, 6, 6, 6]
        for before, after in zip(town.polls, town.polls[1:], strict=False):
            assert after.started_at == before.finished_at


async def test_a_source_that_is_paused_is_read_no_more_and_read_on_later() -> None:
    server = Jetstream([post(1, said(1))])
    async with town_of(server) as town, town.reading() as streams:
        await town.until(lambda: town.matches)
        streams.remove(town.source.id)
        assert streams.sources == frozenset()
        await server.publish([post(2, said(2))])
        streams.add(town.source)
        streams.add(town.source)
        await town.until(lambda: len(town.matches) == 2)

        assert len(server.asked) == 2
        assert server.asked[1].cursor


async def test_a_paused_source_in_the_store_is_not_connected_to_again() -> None:
    server = Jetstream([post(1, said(1))], closes=[1])
    async with town_of(server) as town, town.reading() as streams:
        town.store._db.change("UPDATE sources SET state = 'paused'")
        await town.until(lambda: not streams.sources)

        assert len(server.asked) <= 1


async def test_sources_that_are_polled_are_left_alone() -> None:
    async with town_of(Jetstream()) as town:
        feed = WantedSource(kind=SourceKind.FEED, address="https://news.example/feed", name="News")
        town.store.seed_sources([town.wanted, feed], LATER)
        async with town.reading() as streams:
            assert len(streams.sources) == 1


async def test_a_source_that_keeps_everything_keeps_everything() -> None:
    async with town_of(Jetstream(talk(30, quoted=lambda number: number == 3)), keep=Keep.ALL) as town, town.reading():
        await town.until(lambda: town.rows("SELECT count(*) FROM posts") == [(30,)])

        assert town.matches == [said(3)]
