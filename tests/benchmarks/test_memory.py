"""The feeds and the figure of `benchmarks.memory`."""

from datetime import timedelta

import httpx
import pytest

from benchmarks import memory
from benchmarks.memory import CHANGES_EVERY, ENTRIES, FAILS, Feeds, slope
from tests.builders import QUOTE


async def asked(feeds: Feeds, feed: int, *, times: int) -> list[httpx.Response]:
    """Ask a feed again and again, with the validators it gave."""
    answers: list[httpx.Response] = []
    validators: dict[str, str] = {}
    for _ in range(times):
        request = httpx.Request("GET", f"http://site.example/feed/{feed}", headers=validators)
        answers.append(await feeds.handle_async_request(request))
        if "etag" in answers[-1].headers:
            validators = {"if-none-match": answers[-1].headers["etag"]}
    return answers


def test_a_slope_is_that_of_the_nearest_line() -> None:
    assert slope([(0, 5.0), (10, 7.0), (20, 9.0)]) == pytest.approx(0.2)
    assert slope([(0, 1.0), (10, 3.0), (20, 1.0)]) == pytest.approx(0.0)


async def test_a_feed_changes_in_two_polls_of_a_hundred() -> None:
    answers = await asked(Feeds(), 1, times=2 * CHANGES_EVERY + 1)

    assert [answer.status_code for answer in answers].count(200) == 3
    assert {answer.status_code for answer in answers} == {200, 304}


async def test_a_change_is_one_new_entry_and_one_in_ten_says_the_quote() -> None:
    first, *_, last = [
        (await answer.aread()).decode()
        for answer in await asked(Feeds(), 1, times=CHANGES_EVERY)
        if answer.status_code == 200
    ]

    assert first.count("<item>") == last.count("<item>") == ENTRIES
    assert last.partition("</item>")[0] not in first
    assert last.count(QUOTE) == ENTRIES / memory.MATCHES_EVERY


async def test_a_feed_that_fails_works_at_every_other_poll() -> None:
    answers = await asked(Feeds(), FAILS, times=4)

    assert [answer.status_code for answer in answers] == [503, 200, 503, 304]


async def test_polls_are_counted_and_memory_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "FEEDS", 3)
    monkeypatch.setattr(memory, "LOOKED_AT", 10)
    monkeypatch.setattr(memory, "EVERY", timedelta(milliseconds=1))

    looks = await memory.measured(30)

    assert [polls for polls, _ in looks.points] == [10, 20, 30]
    assert all(10 < resident < 5_000 for _, resident in looks.points)
