"""What is told of a quote before it is tracked."""

import pytest

from monitor.matching import Condition, calibrate


@pytest.mark.parametrize(
    ("quote", "conditions"),
    [
        ("Come get me, coward! I'm waiting for you here.", {Condition.NONE}),
        ("Winter is coming", {Condition.EXACT, Condition.QUOTED}),
        ("I'll be back", {Condition.QUOTED}),
        ("it is", {Condition.LONGER}),
    ],
)
def test_the_less_a_quote_says_the_more_is_asked_for(quote: str, conditions: set[Condition]) -> None:
    assert calibrate(quote).condition in conditions


def test_it_says_how_often_by_accident_in_one_sentence() -> None:
    calibration = calibrate("Just do it")

    assert calibration.said > 0
    assert calibration.posts >= 10_000
    assert "times in 100,000 posts" in calibration.why


def test_a_telling_quote_is_not_expected_by_accident() -> None:
    assert calibrate("Nobody hands you a lighthouse; you carry the stones yourself.").alerts < 0.001
