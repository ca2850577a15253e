"""The index loses nothing that an exhaustive search would alert about, and time stays bounded."""

import sys
from random import Random

import pytest

from monitor.core.model import MatchKind, Quote, QuoteId, Tier
from monitor.matching import Matcher
from monitor.matching.calibrate import sample
from monitor.matching.candidates import WINDOW
from monitor.matching.similarity import Vocabulary
from monitor.matching.words import RAW
from tests.builders import a_post, a_quote
from tests.work import calls
from training.attacks import FORMS, placed

POSTS = [post.text for post in sample()[:3_000]]
QUOTES = [text for text in POSTS if 6 <= len(text.split()) <= 25][:300]


def _quote(number: int, text: str) -> Quote:
    return a_quote(text, id=QuoteId(number))


def _exhaustive(matcher: Matcher) -> Matcher:
    """Let every wording be a candidate for every post."""
    every = {slot: [(0, sys.maxsize)] for slots in matcher._slots.values() for slot in slots}
    matcher._index.find = lambda posts: [every for _ in posts]
    return matcher


def test_every_alert_of_an_exhaustive_search_is_found_through_the_index() -> None:
    chance = Random(7)
    forms = list(FORMS)
    wanted = found = 0
    for number, text in enumerate(QUOTES):
        posts = [a_post(placed(FORMS[form](text, chance), chance, POSTS)) for form in chance.sample(forms, 4)]
        every = {m.post.guid for m in _exhaustive(Matcher([_quote(number, text)])).find(posts) if m.tier is Tier.ALERT}
        seen = {m.post.guid for m in Matcher([_quote(number, text)]).find(posts)}
        wanted, found = wanted + len(every), found + len(every & seen)

    assert wanted > 900
    assert found >= 0.999 * wanted


def test_ordinary_posts_do_not_alert() -> None:
    matcher = Matcher(_quote(number, text) for number, text in enumerate(QUOTES))
    own = set(QUOTES)
    matches = matcher.find([a_post(text) for text in POSTS if text not in own])

    assert sum(match.tier is Tier.ALERT for match in matches) <= 3


@pytest.mark.parametrize(
    "piece",
    [
        "ab", "come get me ", "\ud800", "\0", '"come" get ', "来", "c o m e ", "#comegetmecoward", "&amp;", "<b>",
        "c\u0336",
        "a\u0301", "coward, i am waiting ", "[me] ", "http://a.b/c ", "@me", "c*", "1a!", "Соme ", "aB",
    ],
)  # fmt: skip
def test_work_grows_with_the_length_of_a_post_and_no_faster(piece: str) -> None:
    matcher = Matcher([a_quote("Come get me, coward! I'm waiting for you here.")])

    def work(length: int) -> int:
        return calls(lambda: matcher.find([a_post(piece * (length // len(piece)))]))

    work(10_000)  # what words mean is remembered
    short, long = work(20_000), work(160_000)

    assert long < 10 * short + 1000  # 8 times the length


@pytest.mark.parametrize(
    "text", ["Supercalifragilistic!", "I'll be back", "Come get me, coward! I'm waiting for you here."]
)
def test_a_removed_quote_is_no_candidate_however_it_was_indexed(text: str) -> None:
    matcher = Matcher([_quote(1, text)])
    tokens = text.replace("!", "").replace(",", "").replace(".", "").split()
    assert matcher._index.find([tokens]) == [{0: [(0, WINDOW)]}]

    matcher.remove(QuoteId(1))

    assert matcher._index.find([tokens]) == [{}]


def test_what_a_word_may_stand_for_is_told_in_an_order_that_no_process_decides() -> None:
    vocabulary = Vocabulary(lambda _: False)
    for word in ("cowards", "howard", "cower", "coward", "cowered", "steward"):
        vocabulary.add(word)
    found = vocabulary.alike("coward")

    assert vocabulary.word(found[0][0]) == "coward"
    assert len(found) > 2
    assert [(-sim, number) for number, sim in found] == sorted((-sim, number) for number, sim in found)


def test_a_quote_that_was_compared_before_is_compared_in_its_new_wording() -> None:
    matcher = Matcher([_quote(1, "Come get me, coward! I'm waiting for you here.")])
    post = a_post("The stone river is watching nobody, said the sleeping gardener.")
    assert matcher.find([a_post("Come get me, coward! I'm waiting for you here.")])

    matcher.replace(_quote(1, "The stone river is watching nobody, said the sleeping gardener."))

    assert [match.kind for match in matcher.find([post])] == [MatchKind.VERBATIM]


def test_common_words_are_cut_as_they_are_when_any_sign_follows() -> None:
    signs = [" ", ",", "?", ";", ")", '"', ""]
    for word in ("ab", "www", "https", "waiting"):
        for sign in signs:
            assert RAW.findall(f"{word}{sign}") == [word]
    assert RAW.findall("c o m e  get don't https://a.b/c www.a.b, E.T. end") == [
        "c o m e", "get", "don't", "https://a.b/c", "www.a.b,", "E.T.", "end",
    ]  # fmt: skip


def test_a_quote_longer_than_what_is_looked_at_at_once_is_found_in_an_article() -> None:
    quote = " ".join(" ".join(QUOTES[:12]).split()[1 : 3 * WINDOW + 1])
    article = "We met again. " * 60 + quote + " And so it went on." * 60
    matcher = Matcher([_quote(1, quote)])

    (match,) = matcher.find([a_post(article)])

    assert len(quote.split()) == 3 * WINDOW
    assert article[match.start : match.end] == quote


@pytest.mark.parametrize("distance", range(0, 48, 5))
def test_a_quote_is_found_wherever_it_stands_between_two_looks(distance: int) -> None:
    text = "Come get me, coward! I'm waiting for you here."
    matcher = Matcher([_quote(1, text)])

    (match,) = matcher.find([a_post("the day was long " * 6 + "so " * distance + text + " the day was long" * 12)])

    assert match.kind is MatchKind.VERBATIM


def test_both_halves_of_words_that_were_cut_are_seen_in_a_quote_of_common_words() -> None:
    matcher = Matcher([_quote(1, "If there is no struggle, there is no progress.")])

    assert matcher.find([a_post("If there is no str uggle, there is no pro gress, said the printer")])
