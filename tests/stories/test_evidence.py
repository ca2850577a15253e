"""From the wire to the chain: what a source really sent is kept when a quote was found in it."""

import zlib
from pathlib import Path

from monitor.core.model import SourceKind, WantedSource
from monitor.evidence.pack import packed
from monitor.evidence.verify import verify
from tests.builders import NOON, a_page, a_post
from tests.fakes.jetstream import Jetstream, post
from tests.stories.streaming import said, town_of
from tests.stories.test_articles import with_articles
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


async def test_what_an_article_was_read_from_is_kept_and_not_the_feed_that_does_not_show_it(tmp_path: Path) -> None:
    town = Town()
    await town.known()
    web = with_articles(town, f"<p>{SAID}</p>".encode())
    await town.poll(a_page(feed("A speech on Monday"), status=200))

    with town.store._db.reading():
        (row,) = town.store._db.rows("SELECT * FROM evidence")
    assert (row["kind"], row["url"], row["post_id"]) == ("page", web.asked[0].url, 2)
    assert zlib.decompress(row["body"]) == f"<p>{SAID}</p>".encode()
    (tmp_path / "pack.zip").write_bytes(packed(town.store.proof([1]), made_at=NOON))  # type: ignore[list-item]
    assert "1 of 1 passages can be read word for word in what was received." in verify(tmp_path / "pack.zip").checked


async def test_a_passage_of_the_feed_itself_is_tied_to_the_feed_though_there_is_an_article() -> None:
    town = Town()
    await town.known()
    with_articles(town, b"<p>nothing of it here</p>")
    body = feed(SAID)
    await town.poll(a_page(body, status=200))

    assert [kept.body for kept in town.store.proof([1]).received] == [body]  # type: ignore[list-item]


async def test_the_message_that_a_pasted_or_heard_post_came_in_is_kept() -> None:
    town = Town()
    for kind in (SourceKind.PASTED, SourceKind.BOT_CHANNEL):
        source = town.store.add_source(WantedSource(kind=kind, address=kind.value, name=kind.value), by="ann", at=NOON)
        await town.hear(source, a_post(SAID, raw=b'{"message_id": 7}'), a_post("weather", raw=b"{}"))

    with town.store._db.reading():
        rows = town.store._db.rows("SELECT kind, body, post_id FROM evidence ORDER BY id")
    assert [(row["kind"], zlib.decompress(row["body"])) for row in rows] == [("message", b'{"message_id": 7}')] * 2
    assert town.store.check_chain().problems == ()
