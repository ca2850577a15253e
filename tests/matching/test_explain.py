"""A match says why it is one, word by word."""

import pytest

from monitor.core.model import Explanation, Span, WordChange, WordOp
from monitor.matching import Matcher, as_html, as_text
from tests.builders import a_post, a_quote

TEXT = "Come get me, coward! I'm waiting for you here."


def _explained(text: str, quote: str = TEXT) -> Explanation:
    (match,) = Matcher([a_quote(quote)]).find([a_post(text)])
    return match.explanation


def test_words_are_kept_inserted_and_missing() -> None:
    explanation = _explained("Come and get me! I'm waiting for you here")

    assert as_text(explanation) == "Come [and] get me ~coward~ (missing) I'm waiting for you here"
    assert explanation.changes == ("added word", "dropped word")


def test_a_changed_word_shows_what_it_stands_for() -> None:
    explanation = _explained("Come get me, cowards! I'm waiting for you here")

    assert "cowards (for ~coward~)" in as_text(explanation)
    assert explanation.changes == ("changed word",)


def test_every_word_that_was_said_knows_where() -> None:
    text = "He said: Come and get mé, coward! I'm waiting for you here"
    explanation = _explained(text)

    for word in explanation.words:
        if word.op is WordOp.MISSING:
            assert word.span is None
        else:
            assert word.span
            assert text[word.span.start : word.span.end] == word.said


def test_words_run_together_and_taken_apart_are_kept() -> None:
    together = _explained("#comegetme, coward! im waiting for you here")
    apart = _explained("Come get me, god damn coward, right here", "Come get me, goddamn coward, right here")

    assert together.words[0].op is WordOp.KEPT
    assert together.words[0].quoted == "Come get me"
    assert "words run together" in together.changes
    assert "words taken apart" in apart.changes


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        (TEXT, ()),
        (TEXT.upper(), ("letter case",)),
        (TEXT.replace("!", ""), ("punctuation",)),
        (TEXT.replace("'", "’"), ("apostrophes", "punctuation")),
        (TEXT.replace("o", "о"), ("Cyrillic look-alike letters",)),
        (TEXT.replace("me", "m\u200be"), ("zero-width characters",)),
    ],
)
def test_only_what_was_needed_is_named(text: str, needed: tuple[str, ...]) -> None:
    normalizations = _explained(text).normalizations

    assert set(needed) <= set(normalizations)
    assert set(normalizations) <= {*needed, "punctuation"}


def test_why_is_one_sentence_with_the_evidence_and_the_threshold() -> None:
    assert _explained(TEXT).why == "the same words; threshold 85"
    assert _explained("Come get me, cowards! I'm waiting for you here").why == "34 of 35 letters alike; threshold 85"


def test_words_after_a_quote_broken_off_are_no_part_of_the_passage() -> None:
    text = 'The statement, "Come get me, coward, I\'m waiting for," throws everything else over'
    (match,) = Matcher([a_quote(TEXT)]).find([a_post(text)])

    assert match.passage == "Come get me, coward, I'm waiting for"
    assert "truncated" in match.explanation.changes


def test_html_is_escaped() -> None:
    words = (
        WordChange(op=WordOp.KEPT, quoted="a<b", said="a<b", span=Span(start=0, end=3)),
        WordChange(op=WordOp.CHANGED, quoted="x", said='"y"', span=Span(start=4, end=7)),
        WordChange(op=WordOp.MISSING, quoted="<script>"),
        WordChange(op=WordOp.INSERTED, said="&", span=Span(start=8, end=9)),
    )

    assert as_html(Explanation(words=words)) == (
        "<b>a&lt;b</b> <u>&quot;y&quot;</u> <s>&lt;script&gt;</s> <i>&amp;</i>"
    )


def test_a_long_passage_of_single_characters_is_explained_too() -> None:
    quote = "来抓我吧懦夫" * 30
    explanation = _explained(quote[:80] + "我" + quote[80:], quote)

    assert sum(word.op is WordOp.KEPT for word in explanation.words) == 180
    assert explanation.changes == ("added word",)
