"""What a word proves: less the commoner it is, and less behind words that it often follows."""

from monitor.matching.frequencies import Frequencies, background, parse
from monitor.matching.normalize import plain_words
from monitor.matching.wording import AS_WRITTEN

COUNTS = Frequencies(
    10_000,
    {"give": 1_000, "a": 5_000, "damn": 40, "about": 2_000},
    {"give a": 300, "a damn": 60},
    {"give a damn": 250},
)


def test_a_set_phrase_proves_less_than_its_words() -> None:
    alone = COUNTS.bits("damn")
    after_one = COUNTS.bits_after("a", "damn")
    after_two = COUNTS.bits_after("a", "damn", earlier="give")

    assert alone > after_one > after_two > 0
    assert COUNTS.bits_after("a", "damn", earlier="about") == after_one


def test_counts_are_read_as_they_were_written() -> None:
    again = parse(COUNTS.as_text())

    assert again.as_text() == COUNTS.as_text()
    assert again.bits_after("a", "damn", earlier="give") == COUNTS.bits_after("a", "damn", earlier="give")


def test_it_is_known_which_language_was_counted() -> None:
    counted = background()

    assert counted.measures(plain_words("Come get me, coward! I'm waiting for you here.", AS_WRITTEN))
    assert not counted.measures(plain_words("Venga por mí, aquí lo espero, no se tarde en llegar", AS_WRITTEN))
    assert not counted.measures(plain_words("千里之行，始于足下", AS_WRITTEN))
