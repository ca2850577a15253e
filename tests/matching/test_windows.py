"""Long texts are taken in windows, and nothing on a border is lost."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.matching import normalize
from monitor.matching.windows import LARGEST, windows


def test_a_short_text_is_one_window() -> None:
    said = normalize("Come get me")

    assert [window.text for window in windows(said, overlap=100)] == ["come get me"]


@given(st.integers(1, 9), st.integers(200, 4_000))
def test_windows_cover_the_whole_text_and_overlap(thousands: int, overlap: int) -> None:
    said = normalize("come get me coward " * 900 * thousands)
    found = list(windows(said, overlap=overlap))
    places = [window.stretches(0, len(window.text))[0] for window in found]

    assert all(len(window.text) <= LARGEST for window in found)
    assert places[0][0] == 0
    assert places[-1][1] == len(said.text)
    for (_, end), (start, _) in pairwise(places):
        assert end - start >= overlap - 1  # the space between is no part of either


def test_one_endless_word_is_cut_too() -> None:
    said = normalize("ab" * 30_000)

    assert all(len(window.text) <= LARGEST for window in windows(said, overlap=500))


def test_an_attribution_is_left_out_of_one_view() -> None:
    said = normalize("“Come get me,” Petro said. “I’m waiting.”")
    joined = list(windows(said, overlap=100))[-1]

    assert joined.text == "come get me im waiting"
    assert [said.text[start:end] for start, end in joined.stretches(0, len(joined.text))] == [
        "come get me",
        "im waiting",
    ]


def test_many_words_between_two_quotations_are_no_attribution() -> None:
    said = normalize("“Come get me” " + "and so on and on " * 5 + "“I'm waiting”")

    assert len(list(windows(said, overlap=100))) == 1


def test_windows_of_a_long_interview_still_point_into_it() -> None:
    said = normalize('"come get me," he said. "i am waiting." ' * 2_000)

    for window in windows(said, overlap=300):
        middle = len(window.text) // 2
        pieces = [said.text[start:end] for start, end in window.stretches(middle - 60, middle + 60)]
        assert " ".join(pieces) == " ".join(window.text[middle - 60 : middle + 60].split())
