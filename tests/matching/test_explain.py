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
    assert set(explanation.changes) == {"added word", "dropped word"}


def test_a_changed_word_shows_what_it_stands_for() -> None:
    explanation = _explained("Come get me, cowards! I'm waiting for you here")

    assert "cowards (for ~coward~)" in as_text(explanation)
    assert explanation.changes == ("number",)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("Come get us, coward! I'm waiting for you here", "person changed"),
        ("Came get me, coward! I'm waiting for you here", "tense or form"),
        ("Come get me, cowarf! I'm waiting for you here", "typo"),
        ("I'm waiting for you here. Come get me, coward!", "reordered"),
        ("Come get me, coward! I'm waiting...", "truncated"),
        ("Come get me… coward… waiting for you here", "ellipsis"),
        ("Don't come get me, coward! I'm waiting for you here", "negated"),
        ("Come get me, [Trump,] coward! I'm waiting for you here", "editorial brackets"),
        ("“Come get me, coward,” he said. “I'm waiting for you here”", "split by attribution"),
    ],
)
def test_a_change_is_named_in_human_words(text: str, change: str) -> None:
    assert change in _explained(text).changes


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
    together = _explained("Comeget me, coward! im waiting for you here")
    apart = _explained("Come get me, god damn coward, right here", "Come get me, goddamn coward, right here")

    assert {word.op for word in together.words} == {WordOp.KEPT}
    assert ("goddamn", "god damn") in [(word.quoted, word.said) for word in apart.words]
    assert {word.op for word in apart.words} == {WordOp.KEPT}


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        (TEXT, ()),
        (TEXT.upper(), ("letter case",)),
        (TEXT.replace("!", ""), ("punctuation",)),
        (TEXT.replace("'", "’"), ("apostrophes",)),
        (TEXT.replace("o", "о"), ("Cyrillic look-alike letters",)),
        (TEXT.replace("me", "m\u200be"), ("zero-width characters",)),
    ],
)
def test_only_what_was_needed_is_named(text: str, needed: tuple[str, ...]) -> None:
    normalizations = _explained(text).normalizations

    assert set(needed) <= set(normalizations)
    assert set(normalizations) <= {*needed, "punctuation"}


def test_why_is_one_sentence_with_the_evidence() -> None:
    why = _explained("Come get me! I'm waiting for you here").why

    assert why == "39 of 53 bits; by chance less than 0.01 in 100,000 posts"


def test_words_after_a_quote_broken_off_are_no_part_of_the_passage() -> None:
    text = 'The statement, "Come get me, coward, I\'m waiting for," throws everything else over'
    (match,) = Matcher([a_quote(TEXT)]).find([a_post(text)])

    assert match.passage == "Come get me, coward, I'm waiting for"


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
    quote = "来抓我吧懦夫在这里等你" * 12
    explanation = _explained(quote[:80] + "家" + quote[80:], quote)

    assert sum(word.op is WordOp.KEPT for word in explanation.words) >= 128


@pytest.mark.parametrize(
    "text", ["Come get me, coward! Waiting for you here.", "Come get me, coward! Am waiting for you here"]
)
def test_what_is_written_as_one_word_is_missing_once_at_most(text: str) -> None:
    assert as_text(_explained(text)).count("~I'm~") <= 1
