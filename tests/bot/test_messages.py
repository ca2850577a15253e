from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.bot import alert_texts
from monitor.bot.alert_texts import alert, plain, short_id
from monitor.bot.display import utf16
from monitor.bot.messages import quote_list, status_page
from monitor.core.model import AlertId, Appearance, Explanation, MatchKind, QuoteId, Span, WordChange, WordOp
from tests.bot.helpers import a_status, an_alert, an_appearance
from tests.builders import NOON, QUOTE, a_quote, a_source, a_variant
from tests.fakes.botapi.html import parse_html
from tests.fakes.botapi.text import tidy

MADRID = ZoneInfo("Europe/Madrid")


def shown(found: Appearance, number: int = 1) -> str:
    return alert(an_alert(number, appearance=found))


def spans_of(text: str, *wanted: str) -> tuple[Span, ...]:
    return tuple(Span(start=text.index(words), end=text.index(words) + len(words)) for words in wanted)


def quotation(found: Appearance) -> str:
    return shown(found).partition("<blockquote>")[2].partition("</blockquote>")[0]


def test_an_alert_says_what_was_said_where_when_and_why() -> None:
    text = "In Bogotá he said: Come and get me, coward! Then he left."
    found = an_appearance(
        text,
        spans=spans_of(text, "Come and get me, coward!"),
        variant="Come get me",
        score=92.4,
        kind=MatchKind.VARIANT,
        part="title",
        explanation=Explanation(
            why="one word was added",
            changes=("added word",),
            words=(WordChange(op=WordOp.INSERTED, said="and", span=spans_of(text, "and")[0]),),
        ),
        seen_before=3,
        first_appeared_at=NOON - timedelta(days=1),
        first_appeared_in="Old News",
    )

    assert alert(an_alert(467821, appearance=found), zone=MADRID) == (
        "<b>“Come get me, coward!”</b>\n"
        "<i>in the wording “Come get me”</i>\n"
        "<blockquote>In Bogotá he said: <b>Come <u>and</u> get me, coward!</b> Then he left.</blockquote>\n"
        "Variant, 92 of 100: added word. One word was added.\n"
        "Example News, in its title, by Ann\n"
        "Published 2026-01-06 13:00 CET by their own date, first seen 2026-01-06 13:01 CET\n"
        '<a href="https://news.example/1">Open the post</a> on news.example\n'
        "Seen 3 times before, first 2026-01-05 in Old News. #a0z1"
    )


def test_without_a_past_it_is_the_first_appearance() -> None:
    found = an_appearance(author=None, published_at=None, url=None, explanation=Explanation())

    assert shown(found) == (
        "<b>“Come get me, coward!”</b>\n"
        "<blockquote><b>Come get me, coward!</b></blockquote>\n"
        "Word for word, 100 of 100.\n"
        "Example News\n"
        "No date given, first seen 2026-01-06 12:01 UTC\n"
        "First appearance. #0001"
    )


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ("— Geo View (@theGeoView) January 5, 2026", "Geo View (@theGeoView), 5 January 2026"),
        ("— Geo <b> & (@theGeoView) 5 de enero de 2026", "Geo &lt;b&gt; &amp; (@theGeoView), 5 January 2026"),
        ("pic.twitter.com/a1 — Geo\u202e View (@theGeoView)", "Geo View (@theGeoView)"),
    ],
)
def test_a_passage_of_an_embedded_post_is_told_as_second_hand(signature: str, said: str) -> None:
    text = f"{QUOTE} {signature}"
    lines = shown(an_appearance(text, spans=spans_of(text, QUOTE))).split("\n")

    assert f"Second-hand: a post on X by {said}" in lines


def test_a_passage_of_the_post_itself_is_not() -> None:
    text = f"{QUOTE}\nOthers say otherwise: — Geo View (@theGeoView) January 5, 2026"

    assert "Second-hand" not in shown(an_appearance(text, spans=spans_of(text, QUOTE)))


def test_each_stretch_of_a_split_quote_is_bold_and_what_stands_between_is_not() -> None:
    text = "“Come get me,” Petro said. “I'm waiting.”"
    found = an_appearance(text, spans=spans_of(text, "Come get me,", "I'm waiting."))

    assert quotation(found) == "“<b>Come get me,</b>” Petro said. “<b>I'm waiting.</b>”"


def test_only_words_within_the_match_are_underlined() -> None:
    text = "and Come and take me"
    words = (
        WordChange(op=WordOp.KEPT, quoted="Come", said="Come", span=Span(start=4, end=8)),
        WordChange(op=WordOp.INSERTED, said="and", span=Span(start=9, end=12)),
        WordChange(op=WordOp.CHANGED, quoted="get", said="take", span=Span(start=13, end=17)),
        WordChange(op=WordOp.MISSING, quoted="coward"),
        WordChange(op=WordOp.INSERTED, said="and", span=Span(start=0, end=3)),
    )
    found = an_appearance(text, spans=(Span(start=4, end=20),), explanation=Explanation(words=words))

    assert quotation(found) == "and <b>Come <u>and</u> <u>take</u> me</b>"


def test_dropped_characters_do_not_move_the_marks() -> None:
    text = "\u202e\u200b\n\n\nhe\u200b said  \u2066Come\u200b get\x00 me\u2069 loudly"
    found = an_appearance(text, spans=(Span(start=text.index("Come"), end=text.index("\u2069")),))

    assert quotation(found) == "he said <b>Come get me</b> loudly"


def test_the_context_is_cut_between_words() -> None:
    before, after = "before " * 100, " after" * 100
    text = before + QUOTE + after
    shown_text = quotation(an_appearance(text, spans=spans_of(text, QUOTE)))

    assert shown_text.startswith("… before before")
    assert shown_text.endswith("after after …")
    assert 300 < len(shown_text) < 450


def test_a_long_stretch_between_two_matched_ones_is_left_out() -> None:
    text = "Come get me, " + "he went on " * 200 + "coward!"
    shown_text = quotation(an_appearance(text, spans=spans_of(text, "Come get me,", "coward!")))

    assert shown_text.startswith("<b>Come get me,</b> he went on")
    assert " … " in shown_text
    assert shown_text.endswith("<b>coward!</b>")
    assert len(shown_text) < 250


def test_a_match_of_endless_pieces_stays_readable() -> None:
    text = "a " * 500
    words = tuple(WordChange(op=WordOp.CHANGED, said="a", span=Span(start=i, end=i + 1)) for i in range(0, 900, 2))
    spans = tuple(Span(start=i, end=i + 1) for i in range(0, 900, 2))

    assert shown(an_appearance(text, spans=spans, explanation=Explanation(words=words))).count("<") < 20


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "tg://user?id=1",
        "ftp://news.example/1",
        "//news.example/1",
        "https://",
        "https://[bad/",
        "https://news.example/a b",
        "https://news.example/\n",
        "https://news.example/\u202ex",
        "https://news.example/" + "x" * 1000,
        "",
        None,
    ],
)
def test_only_a_web_address_becomes_a_link(url: str | None) -> None:
    assert "<a " not in shown(an_appearance(url=url))


def test_a_link_cannot_break_out_of_its_attribute() -> None:
    markup = shown(an_appearance(url="https://news.example/\"><b>x</b>&lt='"))

    [link] = [entity for entity in parse_html(markup).entities if entity.type == "text_link"]
    assert link.url == "https://news.example/\"><b>x</b>&lt='"


def test_without_markup_the_words_are_the_same_and_the_link_is_written_out() -> None:
    found = an_appearance("I <3 Come get me, coward! & more", url="https://news.example/?a=1&b=2")
    markup = shown(found)

    assert plain(markup).replace("Open the post: https://news.example/?a=1&b=2", "Open the post") == (
        parse_html(markup).text
    )
    assert "&" in plain(markup)
    assert "<b>" not in plain(markup)


def test_a_short_id_is_the_same_for_the_same_alert_and_no_other() -> None:
    assert [short_id(AlertId(number)) for number in (1, 35, 36, 36**4)] == ["#0001", "#000z", "#0010", "#10000"]
    assert len({short_id(AlertId(number)) for number in range(5000)}) == 5000


def test_a_date_beyond_the_calendar_of_a_zone_is_still_told() -> None:
    found = an_appearance(published_at=datetime(1, 1, 1, tzinfo=UTC))

    assert "0001-01-01" in alert(an_alert(appearance=found), zone=ZoneInfo("America/Bogota"))


ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=60).flatmap(
    lambda words: st.sampled_from([words, words * 40])
)
ANY_SPAN = st.tuples(st.integers(0, 2500), st.integers(0, 800)).map(lambda pair: Span(start=pair[0], end=sum(pair)))
ANY_WORD = st.builds(WordChange, op=st.sampled_from(WordOp), quoted=ANY_TEXT, said=ANY_TEXT, span=st.none() | ANY_SPAN)
ANY_TIME = st.datetimes(timezones=st.just(UTC))
SIGNED = st.tuples(ANY_TEXT, ANY_TEXT).map(
    lambda pair: f"{pair[0]}— {pair[1][:80]} (@abcdefghijklmno) 5 September 2026"
)
ANY_APPEARANCE = st.builds(
    an_appearance,
    ANY_TEXT | SIGNED,
    quote=ANY_TEXT,
    variant=st.none() | ANY_TEXT,
    spans=st.lists(ANY_SPAN, max_size=6).map(tuple),
    part=st.none() | ANY_TEXT,
    score=st.floats(0, 100),
    kind=st.sampled_from(MatchKind),
    explanation=st.builds(
        Explanation,
        words=st.lists(ANY_WORD, max_size=6).map(tuple),
        changes=st.lists(ANY_TEXT, max_size=4).map(tuple),
        why=ANY_TEXT,
    ),
    source=ANY_TEXT,
    url=st.none() | ANY_TEXT | ANY_TEXT.map("https://news.example/".__add__),
    author=st.none() | ANY_TEXT,
    published_at=st.none() | ANY_TIME,
    first_seen_at=ANY_TIME,
    seen_before=st.integers(0, 10**9),
    first_appeared_at=st.none() | ANY_TIME,
    first_appeared_in=st.none() | ANY_TEXT,
)


@given(ANY_APPEARANCE, st.integers(0, 2**63))
@settings(max_examples=150, deadline=None)
def test_whatever_was_found_the_alert_is_valid_and_fits_a_message(found: Appearance, number: int) -> None:
    markup = alert(an_alert(number, appearance=found), zone=MADRID)

    read = parse_html(markup)
    assert utf16(read.text) <= 4096
    assert len(markup.encode()) <= 32768
    assert len(read.entities) <= 100
    assert tidy(read).text == read.text.strip(" \n")  # Telegram finds nothing to clean
    assert utf16(plain(markup)) <= 4096
    assert plain(alert_texts.LINK.sub(r"\2", markup)) == read.text


def test_the_list_of_quotes_shows_the_numbers_that_commands_take() -> None:
    quotes = [a_quote(speaker="Petro"), a_quote("Ven por mí", id=QuoteId(7), variants=(a_variant("Come"),))]

    assert quote_list(quotes) == "1. “Come get me, coward!” (Petro)\n7. “Ven por mí”, 1 other wording"
    assert "/track" in quote_list([])


def test_the_status_says_in_words_what_fails_and_since_when() -> None:
    failing = a_source(name="Slow News", failures=3, last_error="HTTP 503\n<html>", last_success_at=NOON)
    gone = a_source(name="Old News")

    page = status_page(a_status(failing=(failing,), gone=(gone,)), zone=MADRID)

    assert "Sources polled: 12, failing: 1, gone: 1" in page
    assert "Alerts sent: 4, waiting: 1, given up: 0" in page
    assert "✗ Slow News: HTTP 503 <html> (3 failures in a row, worked last 2026-01-06 13:00 CET)" in page
    assert "✗ Old News is gone for good and no longer polled." in page
    assert "Last match: none yet" in page
