"""Feeds of odd shapes through the whole program: what the feedparser library finds in them, and what is recorded."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import feedparser
import pytest

from monitor.core.model import PollOutcome
from tests.fetch.servers import answer, running
from tests.sources.shapes import SHAPES
from tests.stories.hostile import LOOPBACK, a_monitor


async def test_every_entry_of_a_feed_is_recorded_whatever_its_shape(tmp_path: Path) -> None:
    pages = {
        f"/{number}": answer(shape.body, headers={"Content-Type": shape.content_type})
        for number, shape in enumerate(SHAPES.values())
    }

    async with running(LOOPBACK, pages=pages) as server:
        urls = {f"http://site{number}.example:{server.port}/{number}": name for number, name in enumerate(SHAPES)}
        async with a_monitor(tmp_path, _resolve, list(urls)) as monitor:
            done = await monitor.once()
    recorded: dict[str, list[str]] = {name: [] for name in SHAPES}
    for url, text in _rows(tmp_path / "q.db"):
        recorded[urls[url]].append(text)

    assert [poll.error for poll in done.polls if poll.outcome is not PollOutcome.OK] == []
    assert recorded == {name: list(shape.said) for name, shape in SHAPES.items()}


@pytest.mark.parametrize("name", SHAPES)
def test_the_library_finds_as_many_entries(name: str) -> None:
    shape = SHAPES[name]

    found = feedparser.parse(io.BytesIO(shape.body), response_headers={"content-type": shape.content_type})

    assert len(found["entries"]) == len(shape.said)


async def _resolve(_: str, __: int) -> list[str]:
    return [LOOPBACK]


def _rows(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(
            "SELECT s.address, p.text FROM posts p JOIN sources s ON s.id = p.source_id ORDER BY p.id"
        ).fetchall()
