from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.cadence import Limits, backoff_after, interval_after, rhythm, smeared
from monitor.core.errors import FetchError, RateLimited, SourceGone
from tests.builders import NOON

LIMITS = Limits(shortest=timedelta(minutes=2), longest=timedelta(hours=1), longest_backoff=timedelta(hours=6))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def after(current=None, *, every=None, usual_gap=None, brought=0, wishes=()) -> timedelta:
    return interval_after(current, every=every, usual_gap=usual_gap, brought=brought, wishes=wishes, limits=LIMITS)


def test_the_interval_is_half_the_usual_time_between_posts() -> None:
    published = [NOON - n * 20 * MINUTE for n in range(10)]

    assert rhythm(published, now=NOON) == 20 * MINUTE
    assert after(usual_gap=20 * MINUTE) == 10 * MINUTE


def test_a_source_that_fell_silent_is_asked_ever_less_often() -> None:
    published = [NOON - n * MINUTE for n in range(10)]

    assert rhythm(published, now=NOON + 8 * HOUR) == 2 * HOUR


def test_too_few_dates_and_dates_in_the_future_tell_no_rhythm() -> None:
    assert rhythm([NOON, NOON - HOUR], now=NOON) is None
    assert rhythm([NOON + n * HOUR for n in range(1, 9)], now=NOON) is None


def test_without_a_rhythm_a_poll_that_brings_nothing_lengthens_the_interval() -> None:
    assert after(8 * MINUTE) == 10 * MINUTE
    assert after(8 * MINUTE, brought=1) == 8 * MINUTE
    assert after() == LIMITS.shortest


def test_what_the_server_wishes_is_honoured_up_to_the_operators_limit() -> None:
    assert after(usual_gap=10 * MINUTE, wishes=(None, 30 * MINUTE)) == 30 * MINUTE
    assert after(usual_gap=10 * MINUTE, wishes=(timedelta(days=9),)) == LIMITS.longest


def test_what_a_person_fixed_wins_over_all() -> None:
    assert after(every=timedelta(seconds=5), usual_gap=HOUR, wishes=(HOUR,)) == timedelta(seconds=5)


@pytest.mark.parametrize(("failures", "minutes"), [(1, 10), (2, 20), (4, 80), (6, 320), (7, 360), (10_000, 360)])
def test_the_backoff_doubles_up_to_its_limit(failures: int, minutes: int) -> None:
    wait = backoff_after(FetchError("no answer"), failures=failures, interval=10 * MINUTE, limits=LIMITS)

    assert wait == minutes * MINUTE


def test_a_server_that_names_a_time_is_given_it_and_never_less_than_the_interval() -> None:
    def wait(named: timedelta) -> timedelta:
        return backoff_after(RateLimited("busy", wait=named), failures=1, interval=10 * MINUTE, limits=LIMITS)

    assert wait(9 * HOUR) == 9 * HOUR
    assert wait(timedelta(seconds=1)) == 10 * MINUTE


def test_a_source_that_is_gone_waits_longest() -> None:
    assert backoff_after(SourceGone("410"), failures=1, interval=MINUTE, limits=LIMITS) == LIMITS.longest_backoff


@given(st.integers(0, 10**6), st.floats(0, 1, exclude_max=True))
def test_smearing_never_shortens_a_wait_and_lengthens_it_by_at_most_a_tenth(seconds: int, chance: float) -> None:
    wait = timedelta(seconds=seconds)

    assert wait <= smeared(wait, chance=chance) <= wait * 1.1 + timedelta(microseconds=1)
