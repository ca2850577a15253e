"""The score rises with the weighted sum of the features, and is read off the table between its rows and beyond."""

from itertools import pairwise

import pytest

from monitor.matching import score

MODEL = score.Model(
    version="0",
    bias=1.0,
    weights={"coverage": 2.0},
    table=((0.0, -2.0), (2.0, 0.0), (4.0, 3.0)),
    alert=75.0,
    suggest=3.0,
)


@pytest.mark.parametrize(("coverage", "chance"), [(-0.5, 11.9), (0.0, 26.9), (0.5, 50.0), (1.0, 81.8), (1.5, 95.3)])
def test_a_score_is_the_chance_that_the_table_says_for_the_sum(coverage: float, chance: float) -> None:
    assert MODEL.score({"coverage": coverage}) == pytest.approx(chance, abs=0.1)


def test_more_is_never_scored_less_and_nothing_is_quite_sure() -> None:
    scores = [MODEL.score({"coverage": coverage / 10}) for coverage in range(-400, 400)]

    assert all(one <= other for one, other in pairwise(scores))
    assert 0.0 < scores[0] < 0.01
    assert 99.99 < scores[-1] < 100.0


def test_the_table_that_ships_rises() -> None:
    table = score.model().table

    assert len(table) > 3
    assert all(one[0] < other[0] and one[1] < other[1] for one, other in pairwise(table))
