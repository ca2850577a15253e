from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from monitor.bot.alert_texts import buttons, plain, telling_text
from monitor.bot.display import END_ISOLATE, ISOLATE
from monitor.core.model import Appearance, QuoteId
from monitor.core.telling import Telling
from monitor.core.verdicts import Verdict
from tests.bot.helpers import an_appearance
from tests.bot.tellings import a_judgement, a_telling, some
from tests.builders import NOON, QUOTE

MADRID = ZoneInfo("Europe/Madrid")


def lines(telling: Telling) -> list[str]:
    return telling_text(telling, zone=MADRID).split("\n")


def of_quote(number: int, text: str, count: int) -> list[Appearance]:
    return [replace(one, quote_id=QuoteId(number), quote=text) for one in some(count)]


def test_several_of_one_quote_are_a_line_each_and_counted() -> None:
    found = some(3, seen_before=4, first_appeared_at=NOON - timedelta(days=1), first_appeared_in="Old News")

    assert lines(a_telling(found, reposts=30, times_usual=14.0)) == [
        f"<b>“{QUOTE}”</b>",
        "3 new appearances since 2026-01-06 13:01 CET, +30 reposts",
        "Spreading: 14× its usual rate.",
        f'13:01 <a href="https://news.example/1">Example News</a>: 1. <b>{QUOTE}</b>',
        f'13:01 <a href="https://news.example/2">Example News</a>: 2. <b>{QUOTE}</b>',
        f'13:01 <a href="https://news.example/3">Example News</a>: 3. <b>{QUOTE}</b>',
        "Seen 4 times before, first 2026-01-05 in Old News. #0001",
    ]


def test_of_many_the_first_and_the_newest_are_linked_and_the_rest_is_counted() -> None:
    told = lines(a_telling(some(31), more=70))

    assert sum("<a " in line for line in told) == 10
    assert ": 1. " in told[2]
    assert ": 31. " in told[11]
    assert told[12] == "and 91 more"
    assert told[1].startswith("101 new appearances")


def test_a_group_leads_to_the_review_page() -> None:
    markup = telling_text(a_telling(some(2)), match_url=lambda match_id: f"https://quotes.example/match/{match_id}")

    assert '<a href="https://quotes.example/match/1">Look at them on the web</a>' in markup


def test_a_line_says_what_became_of_its_post() -> None:
    found = some(4)
    found[0] = replace(found[0], deleted_at=NOON)
    found[1] = replace(found[1], edited_at=NOON, judgement=a_judgement())
    found[2] = replace(found[2], judgement=a_judgement(Verdict.WRONG))

    assert [line.rpartition("</b>")[2] for line in lines(a_telling(found))[2:6]] == [
        " (deleted)", " (edited, ✓)", " (✗)", "",
    ]  # fmt: skip


def test_a_line_from_another_day_says_which() -> None:
    found = some(2)
    found[1] = replace(found[1], first_seen_at=NOON + timedelta(days=1))

    assert lines(a_telling(found))[3].startswith("2026-01-07 13:00 <a ")


def test_a_passage_that_runs_right_to_left_keeps_to_itself() -> None:
    text = "قال: تعال وخذني يا جبان"
    found = [an_appearance(text, quote=text), an_appearance()]

    assert f"Example News</a>: {ISOLATE}<b>{text}</b>{END_ISOLATE}" in telling_text(a_telling(found))


def test_a_passage_of_many_lines_is_one_line_of_a_group() -> None:
    found = [an_appearance("Come\n\nget me,\u2028coward!"), an_appearance()]

    assert ": <b>Come get me, coward!</b>" in telling_text(a_telling(found))


def test_without_markup_a_group_writes_its_links_out() -> None:
    told = plain(telling_text(a_telling(some(2)))).split("\n")

    assert told[2] == f"12:01 Example News: https://news.example/1: 1. {QUOTE}"


def test_a_digest_tells_each_quote_with_where_it_was() -> None:
    found = [*of_quote(1, QUOTE, 5), *of_quote(2, "Another <quote>", 1)]

    told = lines(a_telling(found, is_digest=True, reposts=3, suggestions=4))

    assert told[:3] == ["<b>Digest: 6 appearances of 2 quotes, +3 reposts</b>", "", f"<b>“{QUOTE}”</b>"]
    assert [line.partition(":")[0] for line in told[3:6]] == ["13"] * 3
    assert told[6:9] == ["and 2 more", "", "<b>“Another &lt;quote&gt;”</b>"]
    assert told[10:] == ["4 less sure matches were recorded meanwhile: /history shows them.", "#0001"]


def test_a_digest_of_more_than_fits_counts_what_it_leaves_out() -> None:
    found = [one for number in range(1, 13) for one in of_quote(number, f"Quote {number}", 2)]

    told = lines(a_telling(found, more=100, is_digest=True))

    assert told[0] == "<b>Digest: 124 appearances of 12 quotes</b>"
    assert sum("<a " in line for line in told) == 12
    assert "and 100 more" in told  # of the quote that was told most
    assert "2 appearances" in told  # of a quote for whose lines there was no room
    assert told[-2] == "8 more of 4 quotes are not shown: /history has them."


def test_several_are_judged_one_by_one() -> None:
    group = buttons(a_telling(some(2)))
    digest = buttons(a_telling([*some(1), *of_quote(2, "Another", 1)], is_digest=True))

    assert [button.press for row in group for button in row] == ["history 1", "mute 1", "judge 1"]
    assert [button.press for row in digest for button in row] == ["history 1", "judge 1"]
