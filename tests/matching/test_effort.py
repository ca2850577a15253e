"""What a post that may hold too many quotes costs, and that a quote it really says is still found."""

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.model import QuoteId
from monitor.matching import Matcher
from monitor.matching.calibrate import sample
from tests.builders import a_post, a_quote
from tests.work import calls

WORDS = [
    *("quick", "brown", "fox", "jumps", "over", "lazy", "dog", "while"),
    *("nobody", "whole", "wide", "world", "watching", "stream", "river", "stone"),
]
REAL = "The stone river watching nobody jumps over a wide lazy stream"
CHANCE = Random(4)
QUOTES = [a_quote(" ".join(CHANCE.choices(WORDS, k=8)), id=QuoteId(number)) for number in range(1_000)]
CROWDED = Matcher([*QUOTES, a_quote(REAL, id=QuoteId(1_000))])


def _of_everything(words: int) -> str:
    return " ".join(CHANCE.choices(WORDS, k=words))


def _work(text: str) -> int:
    CROWDED.find([a_post(text)])  # what words mean is remembered
    return calls(lambda: CROWDED.find([a_post(text)]))


@pytest.mark.parametrize(
    "said",
    [
        REAL,
        REAL.upper(),
        REAL.replace("nobody", "nobdoy"),
        REAL.replace("a wide lazy", "a lazy"),
        "The stone river watching nobody jumps, she said, over a wide lazy stream",
        "Over a wide lazy stream, the stone river watching nobody jumps",
    ],
)
@pytest.mark.parametrize("words", [60, 600])
def test_a_quote_that_is_really_said_is_not_what_is_left_out_of_a_crowded_post(said: str, words: int) -> None:
    before = CROWDED.left_out
    found = CROWDED.find([a_post(f"{_of_everything(words)}. {said}. {_of_everything(words)}")])

    assert CROWDED.left_out > before
    assert 1_000 in [match.quote.id for match in found]


def test_every_quote_of_a_long_list_of_them_is_found() -> None:
    chance = Random(5)
    posts = [post.text for post in sample()]
    said = dict(enumerate(dict.fromkeys(text for text in posts if 8 <= len(text.split()) <= 14)))
    matcher = Matcher(a_quote(text, id=QuoteId(number)) for number, text in said.items())
    listed = chance.sample(sorted(said), 200)
    alone = {number for number in listed for match in matcher.find([a_post(said[number])]) if match.quote.id == number}
    found = matcher.find([a_post("\n\n".join(said[number] for number in listed))])

    assert len(alone) > 190
    assert alone <= {match.quote.id for match in found}
    assert matcher.left_out == 0


def test_a_quote_said_among_a_thousand_that_share_its_words_scores_as_it_does_alone() -> None:
    post = a_post(f"{_of_everything(30)}. “{REAL}.” {_of_everything(30)}")
    [alone] = Matcher([a_quote(REAL, id=QuoteId(1_000))]).find([post])

    assert alone in CROWDED.find([post])


def test_an_ordinary_post_leaves_nothing_out() -> None:
    matcher = Matcher(QUOTES)
    matcher.find([a_post("A fox came over the hills this morning, drank from our river and went home again.")])

    assert matcher.left_out == 0


def test_a_post_of_the_words_of_all_quotes_is_no_more_work_than_its_length_explains() -> None:
    short, long = _work(_of_everything(1_000)), _work(_of_everything(8_000))

    assert long < 12 * short


@pytest.mark.parametrize("pair", [*product("ab ", "c*"), ("\u0301", "a"), ("o", "'"), ("#", "q"), ("a", ".")], ids=repr)
def test_alternating_characters_are_work_in_proportion(pair: tuple[str, str]) -> None:
    text = "".join(pair) * 50_000

    assert _work(text) < 6 * _work(text[: len(text) // 4]) + 1000


@pytest.mark.parametrize("letters", ["a", "ab", "river", "stoneriver"])
def test_a_word_of_fifty_thousand_letters_is_no_more_work_than_one_of_five_thousand(letters: str) -> None:
    assert _work((letters * 50_000)[:50_000]) < 11 * _work((letters * 50_000)[:5_000]) + 1000


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(["ab", "a ", "a\u0301", "o.", "#a", "0o", "来 ", "<b", "&;", "\ud800a"]), st.data())
def test_nothing_written_in_two_characters_is_too_hard(alphabet: str, data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet=alphabet, max_size=400))

    for match in CROWDED.find([a_post(text)]):
        assert 0 <= match.start < match.end <= len(text)
