"""What is told early of a passage's score is never less than the score itself."""

from functools import cache
from random import Random

from monitor.core.model import QuoteId
from monitor.matching import Matcher
from monitor.matching.calibrate import sample
from monitor.matching.ceiling import Ceiling
from monitor.matching.features import AROUND, AROUND_FEW_BITS, EXCHANGED, around, features, of_words
from monitor.matching.frequencies import background
from monitor.matching.score import model
from tests.builders import a_quote
from training.attacks import FORMS, placed

POSTS = [post.text for post in sample()[:4_000]]
QUOTES = [text for text in POSTS if 6 <= len(text.split()) <= 25][:2_000]
MATCHER = Matcher(a_quote(text, id=QuoteId(number)) for number, text in enumerate(QUOTES))


@cache
def _alignments() -> list[tuple[float, float]]:
    """Return the ceiling and the score of every alignment of ordinary posts, and of quotes said in some other form."""
    chance = Random(5)
    said = [placed(FORMS[chance.choice(list(FORMS))](text, chance), chance, POSTS) for text in QUOTES[:200]]
    found = [alignment for text in (*POSTS, *said) for alignment in MATCHER.alignments(text)]
    ceiling = Ceiling(model())
    return [(ceiling.score(of_words(one, background())), model().score(features(one, background()))) for one in found]


def test_no_passage_scores_higher_than_its_words_promised() -> None:
    both = _alignments()

    assert len(both) > 500
    assert [(most, score) for most, score in both if score > most] == []


def test_a_good_part_of_what_is_hopeless_shows_early() -> None:
    floor = model().suggest
    hopeless = [most for most, score in _alignments() if score < floor]

    assert sum(most < floor for most in hopeless) > 0.3 * len(hopeless)


def test_what_is_told_late_is_what_is_said_to_be() -> None:
    alignment = next(iter(MATCHER.alignments(QUOTES[0])))
    told = of_words(alignment, background())
    late = around(alignment, background(), told)

    assert late.keys() == AROUND | AROUND_FEW_BITS | EXCHANGED
    assert not late.keys() & told.keys()
    assert model().weights.keys() <= told.keys() | late.keys()
