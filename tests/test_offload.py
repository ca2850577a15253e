import time
from datetime import timedelta

import pytest

from monitor import offload
from monitor.core.errors import ParseError
from monitor.core.model import Page, Reading, Source
from monitor.offload import Backlog, Parser
from monitor.workers import WorkTimeout
from tests.builders import a_page, a_source

LARGE = a_page(b"x" * (offload.INLINE_BYTES + 1))


class Lane:
    """Workers that need as long as they are told for everything, by a clock of their own."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.asked = 0

    async def run(self, fn, *args, limit):
        self.asked += 1
        if timedelta(seconds=self.seconds) > limit:
            raise WorkTimeout
        result = fn(*args)
        return (result[0], self.seconds) if isinstance(result, tuple) else result


class Kind:
    @staticmethod
    def parse(source: Source, page: Page) -> Reading:
        del page
        return Reading(title=source.name)


async def test_a_quick_page_never_meets_the_slow_ones() -> None:
    quick, slow = Lane(0.1), Lane(0.1)

    assert (await Parser(quick, slow)(Kind, a_source(), LARGE)).title == "Example News"
    assert (quick.asked, slow.asked) == (1, 0)


async def test_a_slow_page_is_read_all_the_same_and_the_next_time_it_keeps_nobody_waiting() -> None:
    quick, slow = Lane(2), Lane(2)
    parse = Parser(quick, slow)
    for _ in range(3):
        assert (await parse(Kind, a_source(), LARGE)).title == "Example News"

    assert (quick.asked, slow.asked) == (1, 3)


async def test_a_page_that_takes_too_long_even_so_is_an_error_of_its_source() -> None:
    quick, slow = Lane(9), Lane(9)
    parse = Parser(quick, slow)
    for _ in range(3):
        with pytest.raises(ParseError, match="longer than 3 s"):
            await parse(Kind, a_source(), LARGE)

    assert (quick.asked, slow.asked) == (1, 3)


async def test_a_page_that_became_quick_goes_with_the_others_again() -> None:
    quick, slow = Lane(2), Lane(2)
    parse = Parser(quick, slow)
    await parse(Kind, a_source(), LARGE)
    quick.seconds = slow.seconds = 0.1
    await parse(Kind, a_source(), LARGE)
    await parse(Kind, a_source(), LARGE)

    assert (quick.asked, slow.asked) == (2, 2)


def test_the_time_of_a_page_is_told() -> None:
    began = time.monotonic()
    reading, took = offload._timed(Kind.parse, a_source(), LARGE)

    assert reading.title == "Example News"
    assert 0 <= took <= time.monotonic() - began


async def test_while_too_many_pages_wait_to_be_parsed_none_is_fetched() -> None:
    backlog = Backlog(most=2)
    with backlog:
        assert backlog.room.is_set()
        with backlog:
            assert not backlog.room.is_set()
        assert backlog.room.is_set()
