"""Whatever strangers write, a message that tells of it is valid and fits, with all its parts at their longest."""

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.bot.alert_texts import LINK, buttons, plain, telling_text
from monitor.bot.display import utf16
from monitor.bot.language import LANGUAGES, speaking
from monitor.core.model import Explanation, MatchKind, QuoteId, Span, WordChange, WordOp
from monitor.core.telling import Telling
from monitor.core.verdicts import Judgement, Verdict
from tests.bot.helpers import an_appearance
from tests.bot.tellings import a_telling
from tests.builders import NOON
from tests.fakes.botapi.html import parse_html
from tests.fakes.botapi.text import tidy

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


ANY_JUDGEMENT = st.builds(
    Judgement,
    verdict=st.sampled_from(Verdict),
    note=st.none() | ANY_TEXT,
    at=ANY_TIME,
    by=st.just("telegram:1"),
    name=st.none() | ANY_TEXT,
)
ANY_FATE = st.fixed_dictionaries(
    {},
    optional={
        "judgement": ANY_JUDGEMENT,
        "deleted_at": ANY_TIME,
        "edited_at": ANY_TIME,
        "said_before": ANY_TEXT,
        "says_now": ANY_TEXT,
        "quote_id": st.integers(1, 12).map(QuoteId),
    },
)
ANY_FOUND = st.builds(lambda found, fate: replace(found, **fate), ANY_APPEARANCE, ANY_FATE)
ANY_TELLING = st.builds(
    a_telling,
    st.lists(ANY_FOUND, min_size=1, max_size=4),
    more=st.integers(0, 10**6),
    reposts=st.integers(0, 10**6),
    is_digest=st.booleans(),
    times_usual=st.none() | st.floats(5, 10**9),
    silent_since=st.none() | ANY_TIME,
    suggestions=st.integers(0, 10**6),
)


@given(ANY_TELLING, st.sampled_from(sorted(LANGUAGES)))
@settings(max_examples=60, deadline=None)
def test_whatever_was_found_the_message_is_valid_and_fits(telling: Telling, lang: str) -> None:
    with speaking(lang):
        markup = telling_text(
            telling, zone=ZoneInfo("Europe/Madrid"), match_url=lambda number: f"https://q.example/{number}"
        )
        rows = buttons(telling)

    read = parse_html(markup)
    assert utf16(read.text) <= 4096
    assert len(markup.encode()) <= 32768
    assert len(read.entities) <= 100
    assert tidy(read).text == read.text.strip(" \n")  # Telegram finds nothing to clean
    assert utf16(plain(markup)) <= 4096
    assert plain(LINK.sub(r"\2", markup)) == read.text
    assert any(button.press for row in rows for button in row)


@pytest.mark.parametrize("word", ["x", "<&>", "😳 ", "a b ", "ש "])
def test_with_every_part_at_its_longest_each_form_fits(word: str) -> None:
    longest = word * (1500 // len(word))
    found = [
        an_appearance(
            longest, quote=longest, quote_id=QuoteId(number % 9), variant=longest, source=longest, author=longest,
            part=longest, url="https://news.example/" + "x" * 900, first_appeared_in=longest, seen_before=10**9,
            explanation=Explanation(
                why=longest, changes=(longest,), words=(WordChange(op=WordOp.MISSING, quoted=longest),)
            ),
            judgement=Judgement(verdict=Verdict.WRONG, note=longest, at=NOON, by="telegram:1", name=longest),
            edited_at=NOON, deleted_at=NOON, said_before=longest[::-1],
        )
        for number in range(31)
    ]  # fmt: skip
    group = [replace(one, quote_id=QuoteId(1)) for one in found]

    for telling in (
        a_telling(found[:1], reposts=10**6, times_usual=10.0),
        a_telling(group, more=10**6, reposts=10**6, times_usual=10.0),
        a_telling(found, more=10**6, reposts=10**6, suggestions=10**6, is_digest=True),
    ):
        assert utf16(parse_html(telling_text(telling)).text) <= 4096
