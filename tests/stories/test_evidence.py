"""From the wire to the chain: what a source really sent is kept when a quote was found in it."""

import zlib

from tests.builders import a_page
from tests.fakes.jetstream import Jetstream, post
from tests.stories.streaming import said, town_of
from tests.stories.test_pipeline import SAID, Town, feed


async def test_the_page_of_a_poll_that_matched_is_kept_as_it_came() -> None:
    town = Town()
    await town.poll(a_page(feed("weather"), status=200))
    body = feed(SAID, "weather")
    await town.poll(a_page(body, status=200, headers={"date": "today"}, url="https://news.example/moved"))
    with town.store._db.reading():
        (row,) = town.store._db.rows("SELECT * FROM evidence")

    assert zlib.decompress(row["body"]) == body
    assert (row["kind"], row["status"], row["url"]) == ("page", 200, "https://news.example/moved")
    assert town.store.check_chain().problems == ()


async def test_the_message_of_a_stream_that_matched_is_kept_as_it_came() -> None:
    lines = [post(1, "weather"), post(2, said(2)), post(3, "more weather")]
    async with town_of(Jetstream(lines)) as town, town.reading():
        await town.until(lambda: town.matches)

        (row,) = town.rows("SELECT kind, body, post_id FROM evidence")
        assert (row[0], row[2]) == ("message", 1)
        assert said(2).encode() in zlib.decompress(row[1])
        assert b"weather" not in zlib.decompress(row[1])
        assert town.rows("SELECT evidence_id FROM matches") == [(1,)]
