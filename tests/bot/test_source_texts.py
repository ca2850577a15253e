from datetime import timedelta

import pytest

from monitor.bot import source_texts
from monitor.bot.commands.sources import source, sources
from monitor.bot.presses.sources import sadd, sno, stest
from monitor.core.coverage import SourceReport
from monitor.core.errors import InputError
from monitor.core.model import SourceState
from tests.bot.calling import a_call, labels, text_of
from tests.bot.helpers import OWNER, MemoryDesk
from tests.bot.memory_quotes import a_look
from tests.builders import NOON, a_post, a_source


def told(report: SourceReport) -> str:
    return source_texts.source_list([report], now=NOON)


def a_report(**given: object) -> SourceReport:
    return SourceReport(**({"source": a_source(), "posts_per_day": 12.0, "matches_per_day": 0.5} | given))


def test_a_source_that_works_says_what_it_brings_and_when_it_is_read() -> None:
    well = a_source(last_success_at=NOON - timedelta(minutes=3), next_poll_at=NOON + timedelta(minutes=7))

    assert told(a_report(source=well)) == (
        "✓ 1. Example News: 12 posts a day, 0.5 matches a day, last read 3 min ago, next 2026-01-06 12:07 UTC"
    )


def test_what_is_wrong_with_a_source_comes_in_words() -> None:
    ill = a_source(last_error="answered 500 Internal Server Error", failures=3)
    text = told(a_report(source=ill, blind_for=timedelta(hours=3), silent_for=timedelta(days=4)))

    assert text.startswith("✗ 1. Example News")
    assert "failing: answered 500 Internal Server Error" in text
    assert "blind for 3 h of the last day" in text
    assert "silent for 4 days, which is unusual" in text


@pytest.mark.parametrize(("state", "says"), [(SourceState.PAUSED, "paused"), (SourceState.GONE, "gone for good")])
def test_a_source_that_is_not_polled_says_why(state: SourceState, says: str) -> None:
    text = told(a_report(source=a_source(state=state, next_poll_at=NOON)))

    assert says in text
    assert "next" not in text


def test_without_sources_it_teaches_by_example() -> None:
    assert "/source add" in source_texts.source_list([], now=NOON)


def test_a_look_shows_the_newest_posts_and_says_that_nothing_was_recorded() -> None:
    text = source_texts.looked_at(a_look(), now=NOON)

    assert "2 posts" in text
    assert "Nothing was recorded" in text
    assert text.index("second") < text.index("first")


@pytest.mark.parametrize(
    ("verb", "done"), [("test", "try"), ("pause", "pause"), ("resume", "resume"), ("remove", "remove")]
)
async def test_each_verb_is_one_call_with_the_words_after_it(verb: str, done: str) -> None:
    desk = MemoryDesk()
    answer = text_of(await source(a_call(f"{verb.upper()}  r/python "), desk))

    assert [call[:3] for call in desk.calls] == [("source", done, "r/python")]
    assert "Example News" in answer


async def test_a_source_is_looked_at_and_added_when_somebody_says_yes() -> None:
    desk = MemoryDesk()
    question = await source(a_call("add r/python"), desk)
    assert [call[1] for call in desk.calls] == ["try"]
    assert "Poll it from now on?" in text_of(question)

    await sadd(a_call("1"), desk)
    await sno(a_call(""), desk)

    assert desk.calls[1:] == [("source", "add", "https://news.example/feed.xml", f"telegram:{OWNER}")]


@pytest.mark.parametrize("words", ["", "2", "x"])
async def test_a_look_that_a_restart_forgot_is_not_added(words: str) -> None:
    desk = MemoryDesk()

    with pytest.raises(InputError, match="send /source add again"):
        await sadd(a_call(words), desk)
    assert desk.calls == []


async def test_one_that_is_there_is_tested_by_its_number() -> None:
    desk = MemoryDesk()
    await source(a_call("test 3"), desk)
    await stest(a_call("3"), desk)

    assert desk.calls == [("source", "test", "3")] * 2


@pytest.mark.parametrize("words", ["", "add", "dance r/python"])
async def test_what_is_not_understood_is_taught_by_example(words: str) -> None:
    desk = MemoryDesk()

    assert await source(a_call(words), desk) == source_texts.examples()
    assert desk.calls == []


async def test_the_list_is_one_call_with_a_button_for_each() -> None:
    desk = MemoryDesk()
    answer = await sources(a_call(), desk)

    assert "Example News" in text_of(answer)
    assert labels(answer) == ["1"]
    assert desk.calls == [("sources",)]


@pytest.mark.parametrize(
    ("age", "says"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(minutes=120), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_a_length_of_time_is_told_in_the_unit_that_fits(age: timedelta, says: str) -> None:
    assert source_texts.lasting(age) == says


def test_a_post_without_text_is_shown_by_its_link() -> None:
    reading = a_look().reading
    assert reading
    look = a_look(reading=type(reading)(posts=(a_post("", url="https://news.example/9"),)))

    assert "https://news.example/9" in source_texts.looked_at(look, now=NOON)
