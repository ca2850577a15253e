"""What a search is asked so that it finds a quote."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.queries import MOST_WORDS, phrase, quoted, written_query


@pytest.mark.parametrize(
    ("quote", "asked"),
    [
        ("Come get me, coward!", "come get me coward"),
        ("“We’re   not\nafraid”", "we're not afraid"),
        ("The only thing we have to fear is fear itself.", "have to fear is fear itself"),
        (
            "I've seen things you people wouldn't believe. Attack ships on fire off the shoulder of Orion.",
            "seen things you people wouldn't believe",
        ),
        ("well-known half\u00adtruths", "well known halftruths"),
        ("我们必须保持警惕，绝不能掉以轻心", "我们必须保持警惕 绝不能掉以轻心"),
        ("हम होंगे कामयाब", "हम होंगे कामयाब"),
        ("", ""),
        ("?! … —", ""),
    ],
)
def test_a_quote_is_asked_for_by_its_most_telling_stretch(quote: str, asked: str) -> None:
    assert phrase(quote) == asked


def test_as_many_words_are_asked_for_as_wanted() -> None:
    assert phrase("come get me coward", most_words=2) == "me coward"
    assert phrase("come get me coward", most_words=0) == ""


@pytest.mark.parametrize(
    "quote", ['a" OR "b', "x -site:evil AND NOT y", 'near5:"z" (a|b)* \\', "q&sort=top#%22", "a\x00b\r\nc"]
)
def test_a_quote_cannot_act_as_an_operator(quote: str) -> None:
    assert re.fullmatch(r"[a-z0-9 ]*", phrase(quote))


@given(st.text())
def test_whatever_is_tracked_only_words_are_asked_for(quote: str) -> None:
    asked = phrase(quote)

    assert len(asked.split()) <= MOST_WORDS
    assert asked == " ".join(asked.split())
    assert all(
        character in " '" or character.isalnum() or unicodedata.category(character).startswith("M")
        for character in asked
    )


def test_a_search_somebody_wrote_is_a_phrase_unless_it_has_quotation_marks() -> None:
    assert written_query("  Come get   me ") == '"come get me"'
    assert written_query('"come get me"  lang:en') == '"come get me" lang:en'
    assert written_query(" ") == ""
    assert quoted("") == ""
