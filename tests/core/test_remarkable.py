from datetime import timedelta

import pytest

from monitor.core.remarkable import silent_since, times_usual
from tests.builders import NOON


def test_a_spike_is_many_times_the_usual_rate() -> None:
    assert times_usual(20, usual=28 * 48, days=28) == 10  # usually two an hour


@pytest.mark.parametrize(
    ("last_hour", "usual", "days"),
    [
        (9, 0, 28),  # too few to speak of
        (20, 28 * 24 * 10, 28),  # twice as many as usual
        (500, 6, 6),  # what is usual is not known yet
    ],
)
def test_an_ordinary_hour_is_no_spike(last_hour: int, usual: int, days: int) -> None:
    assert times_usual(last_hour, usual=usual, days=days) is None


def test_a_quote_that_was_hardly_ever_seen_counts_as_seen_once_a_day() -> None:
    assert times_usual(10, usual=0, days=28) == pytest.approx(240)


def test_a_month_is_a_long_silence() -> None:
    assert silent_since(NOON - timedelta(days=30), now=NOON) == NOON - timedelta(days=30)
    assert silent_since(NOON - timedelta(days=29, hours=23), now=NOON) is None
    assert silent_since(None, now=NOON) is None
