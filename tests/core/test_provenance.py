import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Span
from monitor.core.provenance import FARTHEST, behind, second_hand

SAID = "Come get me, coward! I'm waiting for you here."
SIGNED = "— Geo View (@theGeoView) January 5, 2026"


def signer(text: str) -> str | None:
    """Who signs the post that SAID stands in."""
    found = behind(text, [Span(start=text.index(SAID), end=text.index(SAID) + len(SAID))])
    return found.handle if found else None


@pytest.mark.parametrize(
    "signature",
    [
        "— Geo View (@theGeoView) January 5, 2026",
        "— Geo View (@theGeoView)\nJanuary 5, 2026",
        "—Geo View (@theGeoView) Jan. 5, 2026",
        "– Geo View (@theGeoView) 5 January 2026",
        "- Geo View (@theGeoView) January 5th, 2026",
        "-- Geo View (@theGeoView) January 5, 2026",
        "— Geo View (@theGeoView) 5 de enero de 2026",
        "— Geo View (@theGeoView) 5 de enero del 2026",
        "— Geo View (@theGeoView) enero 5, 2026",
        "— Geo View (@theGeoView) 5 ENE 2026",
        "— Geo View (@theGeoView) [January 5, 2026](https://twitter.com/theGeoView/status/1)",
    ],
)
def test_a_signature_names_who_posted_and_when(signature: str) -> None:
    [found] = second_hand(f"“{SAID}” {signature} and so on")

    assert (found.author, found.handle, found.day) == ("Geo View", "theGeoView", date(2026, 1, 5))


@pytest.mark.parametrize("month", ["setiembre", "septiembre", "sept", "September"])
def test_a_month_has_more_than_one_name(month: str) -> None:
    assert second_hand(f"— A (@b) 5 de {month} de 2026")[0].day == date(2026, 9, 5)


@pytest.mark.parametrize("link", ["pic.twitter.com/aB3", "https://t.co/aB3", "https://t.co/x pic.x.com/aB3", "t.co/a"])
@pytest.mark.parametrize("space", [" ", "\n", ""])
def test_links_before_the_dash_belong_to_the_signature(link: str, space: str) -> None:
    text = f"{SAID} {link}{space}{SIGNED}. More."
    [found] = second_hand(text)

    assert text[found.start : found.end] == f"{link}{space}{SIGNED}"


def test_a_signature_without_a_date_needs_such_a_link() -> None:
    assert second_hand("The end.\n— Ann Writer (@ann)") == []
    assert second_hand("All of it https://t.co/abc — Ann Writer (@ann)")[0].day is None
    assert second_hand("— Ann Writer (@ann) 31 February 2026")[0].day is None


@pytest.mark.parametrize(
    "text",
    [
        "He wrote (@theGeoView) January 5, 2026",
        "— (@theGeoView) January 5, 2026",
        "— Geo View (@theGeoView@mastodon.social) January 5, 2026",
        "— Geo View (@averyveryverylongname) January 5, 2026",
        "— Geo View (@theGeoView) Smarch 5, 2026",
        "— Geo View\n(@theGeoView) January 5, 2026",
        "well-known Geo View (@theGeoView) January 5, 2026",
        "— " + "x" * 200 + " (@theGeoView) January 5, 2026",
    ],
)
def test_what_only_looks_like_a_signature_is_none(text: str) -> None:
    assert second_hand(text) == []


def test_a_name_may_have_hyphens_and_signs() -> None:
    assert second_hand("he left — Jean-Luc - Press 🇨🇴 (@jl) January 5, 2026")[0].author == "Jean-Luc - Press 🇨🇴"


def test_several_posts_are_told_apart() -> None:
    text = f"One {SIGNED} Two — Ann (@ann) 6 de enero de 2026\nThree"

    assert [(found.handle, text[found.start]) for found in second_hand(text)] == [("theGeoView", "—"), ("ann", "—")]


@pytest.mark.parametrize(
    "between",
    [
        " ",
        "\n",
        " he wrote\n",
        "\n#Colombia #Trump 🇨🇴\n@someone https://t.co/1\n",
        "” pic.twitter.com/aB3\n",
        " a" * 100,
    ],
)
def test_the_signature_that_follows_the_passage_is_its_own(between: str) -> None:
    assert signer(f"They report.\n{SAID}{between}{SIGNED}") == "theGeoView"


@pytest.mark.parametrize(
    "between",
    [
        "\nThe minister answered with this post:\nShame on you.\n",
        "\nThe minister answered: ",
        "\n\n",
        " word" * (FARTHEST // 5 + 1),
    ],
)
def test_a_signature_behind_other_words_is_somebody_elses(between: str) -> None:
    assert signer(f"{SAID}{between}{SIGNED}") is None


def test_the_nearest_of_two_signatures_counts_and_one_before_never() -> None:
    assert signer(f"{SIGNED} {SAID} — Ann (@ann) January 6, 2026 {SIGNED}") == "ann"
    assert signer(f"{SIGNED} {SAID}") is None


def test_a_passage_within_a_signature_is_not_what_was_posted() -> None:
    assert behind(SIGNED, [Span(start=2, end=10)]) is None
    assert behind(SIGNED, []) is None


def test_a_passage_that_runs_into_the_signature_is_signed_by_it() -> None:
    text = f"{SAID} {SIGNED}"

    assert behind(text, [Span(start=0, end=len(SAID) + 4)]) is not None


PIECES = [
    "(@a)",
    "— ",
    "- ",
    "(@",
    "January 5, 2026",
    "5 de enero de 2026",
    "pic.twitter.com/a",
    "\n",
    " ",
    "x" * 50,
    "(@b) ",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=9), max_size=40).map("".join), st.integers(0, 400))
def test_whatever_the_text_signatures_lie_within_it_in_order(text: str, at: int) -> None:
    found = second_hand(text)

    assert all(0 <= one.start < one.end <= len(text) and one.author for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    signed = behind(text, [Span(start=min(at, len(text)), end=min(at + 5, len(text)))])
    assert signed is None or f"(@{signed.handle})" in text[signed.start : signed.end]


@pytest.mark.parametrize(
    "piece", ["— ", "- ", "(@a)", "— a (@b) ", "t.co/a ", "(@", " \n", "— x (@y) 5 de ", "pic.twitter.com/"]
)
def test_hostile_repetition_takes_no_more_than_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    started = time.process_time()
    second_hand(text)

    assert time.process_time() - started < 3  # quadratic time would be minutes
