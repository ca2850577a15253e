from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.bot.alert_texts import alert, buttons, plain, short_id, telling_text
from monitor.core.model import AlertId, Appearance, Explanation, MatchId, MatchKind, Span, WordChange, WordOp
from monitor.core.telling import Telling
from monitor.core.verdicts import Judgement, Verdict
from tests.bot.helpers import an_alert, an_appearance
from tests.bot.tellings import a_judgement, a_telling
from tests.builders import NOON, QUOTE
from tests.fakes.botapi.html import parse_html

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
            words=(
                WordChange(op=WordOp.INSERTED, said="and", span=spans_of(text, "and")[0]),
                WordChange(op=WordOp.MISSING, quoted="there"),
                WordChange(op=WordOp.MISSING, quoted="you"),
            ),
        ),
        seen_before=3,
        first_appeared_at=NOON - timedelta(days=1),
        first_appeared_in="Old News",
    )

    assert alert(an_alert(467821, appearance=found), zone=MADRID) == (
        "<b>“Come get me, coward!”</b>\n"
        "<i>in the wording “Come get me”</i>\n"
        "<blockquote>In Bogotá he said: <b>Come <u>and</u> get me, coward!</b> Then he left.</blockquote>\n"
        "Variant, 92 of 100: added word. Left out: “there you”.\n"
        "Example News, in its title, by Ann\n"
        "Published 2026-01-06 13:00 by their own date, first seen 13:01 CET\n"
        '<a href="https://news.example/1">Open the post</a> (news.example)\n'
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
        ("— Geo View (@theGeoView) January 5, 2026", "Geo View (@theGeoView), 2026-01-05"),
        ("— Geo <b> & (@theGeoView) 5 de enero de 2026", "Geo &lt;b&gt; &amp; (@theGeoView), 2026-01-05"),
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


def test_the_first_thing_said_is_that_a_quote_came_back_or_spreads() -> None:
    found = an_appearance()
    back = a_telling([found], silent_since=NOON - timedelta(days=525))

    assert telling_text(back).split("\n")[1] == "Resurfaced: the first time since 2024-07-30."
    assert "Spreading: 10× its usual rate." in telling_text(a_telling([found], times_usual=10.4))
    assert "Spreading: more than 100× its usual rate." in telling_text(a_telling([found], times_usual=5000.0))


def test_reposts_are_counted_where_the_source_is_named() -> None:
    assert "Example News, by Ann · +12 reposts" in telling_text(a_telling([an_appearance()], reposts=12))
    assert "Example News, by Ann · +1 repost\n" in telling_text(a_telling([an_appearance()], reposts=1))


def test_an_edit_that_brought_the_quote_shows_what_was_said_before() -> None:
    text = f"The president answered: {QUOTE} Then he left the room without another word."
    before = text.replace(QUOTE, "No comment.")
    found = an_appearance(text, spans=spans_of(text, QUOTE), edited_at=NOON, said_before=before)

    assert (
        "Edited, noticed 2026-01-06 12:00 UTC. It said before: "
        "“The president answered: No comment. Then he left the room without another …”" in shown(found)
    )


def test_an_edit_that_took_the_quote_away_shows_what_is_said_now() -> None:
    text = f"The president answered: {QUOTE} Then he left."
    found = an_appearance(
        text, spans=spans_of(text, QUOTE), edited_at=NOON, says_now=text.replace("coward", "Mr President")
    )

    assert "It says now: “The president answered: Come get me, Mr President! Then he left.”" in shown(found)
    assert f"<b>{QUOTE}</b>" in shown(found)


def test_an_edit_elsewhere_in_the_post_says_that_the_passage_is_still_there() -> None:
    text = f"Helo. {QUOTE}"
    found = an_appearance(text, spans=spans_of(text, QUOTE), edited_at=NOON, says_now=f"Hello. {QUOTE}")

    assert "Edited, noticed 2026-01-06 12:00 UTC. The passage is still there." in shown(found)


def test_a_post_that_was_taken_back_is_marked_and_its_words_stay() -> None:
    markup = shown(an_appearance(deleted_at=NOON))

    assert "Deleted by its source: noticed 2026-01-06 12:00 UTC." in markup
    assert QUOTE in markup


@pytest.mark.parametrize(
    ("judgement", "said"),
    [
        (a_judgement(), "✓ Right, says Ann"),
        (a_judgement(Verdict.WRONG, note="a song"), "✗ Wrong, says Ann: “a song”"),
        (a_judgement(Verdict.VARIANT, name="<b>\u202e"), "✓ A new variant, says &lt;b&gt;"),
        (a_judgement(Verdict.UNSURE, name=None), "? Unsure"),
    ],
)
def test_a_verdict_is_told_with_who_gave_it(judgement: Judgement, said: str) -> None:
    assert shown(an_appearance(judgement=judgement)).split("\n")[-2] == said


def test_the_page_of_a_match_is_linked_when_there_is_one() -> None:
    telling = a_telling([an_appearance(match_id=MatchId(7))])

    markup = telling_text(telling, match_url=lambda match_id: f"https://quotes.example/match/{match_id}")

    assert '<a href="https://quotes.example/match/7">All about this match</a>' in markup


def page_of(match_id: MatchId) -> str:
    return f"https://quotes.example/{match_id}"


def test_the_buttons_open_the_post_and_name_the_alert() -> None:
    found = an_appearance(kind=MatchKind.VARIANT)
    (opened, history, mute), verdicts = buttons(Telling(lead=an_alert(467821, appearance=found)))

    assert (opened.label, opened.url) == ("Open", "https://news.example/1")
    assert [button.press for button in (history, mute)] == ["history 467821", "mute 467821"]
    assert [(button.label, button.press) for button in verdicts] == [
        ("✓ Right", "right 467821"), ("✗ Wrong", "wrong 467821"), ("New variant", "variant 467821"),
    ]  # fmt: skip


def test_words_that_are_the_quotes_own_are_no_new_variant() -> None:
    _, verdicts = buttons(a_telling([an_appearance(kind=MatchKind.VERBATIM)]))

    assert [button.label for button in verdicts] == ["✓ Right", "✗ Wrong"]


def test_the_page_of_the_match_has_a_button_where_there_are_pages() -> None:
    (opened, page), others, _ = buttons(a_telling([an_appearance()]), match_url=page_of)
    (group,), _ = buttons(a_telling([an_appearance(), an_appearance(match_id=MatchId(2))]), match_url=page_of)

    assert (opened.label, page.label, page.url) == ("Open", "Match page", "https://quotes.example/1")
    assert [button.label for button in others] == ["History", "Mute"]
    assert group.url == "https://quotes.example/1"


def test_a_post_without_a_safe_link_opens_its_page_or_nothing() -> None:
    telling = a_telling([an_appearance(url="javascript:alert(1)")])

    (page,), _, _ = buttons(telling, match_url=page_of)
    without, _ = buttons(telling)

    assert page.url == "https://quotes.example/1"
    assert [button.label for button in without] == ["History", "Mute"]


def test_the_verdict_in_force_is_seen_on_its_button() -> None:
    _, verdicts = buttons(a_telling([an_appearance(judgement=a_judgement(Verdict.WRONG))]))

    assert [button.label for button in verdicts] == ["✓ Right", "❌ Wrong"]


def test_a_post_whose_author_asked_to_be_forgotten_shows_that_and_no_empty_quotation() -> None:
    markup = shown(an_appearance(text="", url=None, author=None))

    assert "Taken out: whoever wrote it asked to be forgotten." in markup
    assert "<blockquote>" not in markup
    assert "Open the post" not in markup
