from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.coverage import SLACK, Coverage, Interval, Look, blind_intervals, silence_alarm, within
from monitor.core.model import PollOutcome
from tests.builders import NOON

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TEN = 10 * MINUTE


def look(
    minute: float, outcome: PollOutcome = PollOutcome.OK, *, lasts: float = 0, next_in: float | None = None
) -> Look:
    finished_at = NOON + (minute + lasts) * MINUTE
    return Look(
        started_at=NOON + minute * MINUTE,
        finished_at=finished_at,
        outcome=outcome,
        next_at=None if next_in is None else finished_at + next_in * MINUTE,
    )


def blind(*looks: Look, now: float, since: float | None = None, expected: timedelta = TEN) -> list[tuple[float, float]]:
    """The blind intervals in minutes after noon."""
    found = blind_intervals(
        looks,
        now=NOON + now * MINUTE,
        expected=expected,
        since=None if since is None else NOON + since * MINUTE,
    )
    return [((interval.start - NOON) / MINUTE, (interval.end - NOON) / MINUTE) for interval in found]


def test_a_source_looked_at_as_planned_is_never_blind() -> None:
    assert blind(look(0), look(10), look(20), look(30), now=40) == []


def test_one_look_left_out_is_no_blindness_and_two_are() -> None:
    assert blind(look(0), look(25), now=26) == []
    assert blind(look(0), look(25.01), now=26) == [(0, 25.01)]


def test_failed_looks_see_nothing() -> None:
    failed = [look(minute, PollOutcome.FAILED) for minute in (10, 20, 30)]

    assert blind(look(0), *failed, look(40, PollOutcome.UNCHANGED), now=41) == [(0, 40)]
    assert blind(look(0), look(10, PollOutcome.GONE), now=60) == [(0, 60)]


def test_a_monitor_that_did_not_run_was_blind_until_its_next_good_look() -> None:
    assert blind(look(0, lasts=2), look(10), look(300), look(310), now=315) == [(10, 300)]


def test_a_source_nobody_looks_at_now_is_blind_until_now() -> None:
    assert blind(look(0), now=25) == []
    assert blind(look(0), now=120) == [(0, 120)]


def test_a_source_never_looked_at_is_blind_since_it_should_have_been() -> None:
    assert blind(now=120) == []
    assert blind(now=120, since=0) == [(0, 120)]
    assert blind(look(60), now=61, since=0) == [(0, 60)]
    assert blind(look(-40), look(10), now=11, since=0) == [(-40, 10)]


def test_a_longer_interval_that_was_planned_is_no_blindness() -> None:
    assert blind(look(0, next_in=60), look(100), now=101) == []
    assert blind(look(0, next_in=60), look(130), now=131) == [(0, 130)]
    assert blind(look(0, next_in=2), look(10), now=11, expected=HOUR) == [(0, 10)]


def test_a_window_of_a_stream_is_a_look_as_long_as_the_window() -> None:
    assert blind(look(0, lasts=180), look(181, lasts=200), now=382) == []
    assert blind(look(0, lasts=180), look(20, lasts=2), now=190) == []  # one within another


def test_a_look_dated_by_a_clock_since_set_back_hides_nothing() -> None:
    assert blind(look(0), look(5000), now=120) == [(0, 120)]


@given(
    st.lists(st.tuples(st.integers(-500, 500), st.integers(0, 60), st.sampled_from(PollOutcome)), max_size=20),
    st.integers(0, 600),
)
def test_blind_stretches_are_long_in_order_and_apart_and_no_good_look_is_in_them(
    looks: list[tuple[int, int, PollOutcome]], now: int
) -> None:
    told = [look(start, outcome, lasts=lasts) for start, lasts, outcome in looks]

    found = blind_intervals(told, now=NOON + now * MINUTE, expected=TEN, since=NOON - 100 * MINUTE)

    assert all(interval.length > 2 * TEN + SLACK for interval in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    for one in told:
        if one.outcome in (PollOutcome.OK, PollOutcome.UNCHANGED) and one.finished_at <= NOON + now * MINUTE:
            assert not any(i.start < one.finished_at and one.started_at < i.end for i in found)


def test_intervals_are_cut_to_the_time_asked_about() -> None:
    day = Interval(start=NOON, end=NOON + 24 * HOUR)

    assert within([day], since=NOON + HOUR, until=NOON + 3 * HOUR) == [Interval(start=NOON + HOUR, end=NOON + 3 * HOUR)]
    assert within([day], since=NOON - HOUR, until=NOON) == []


def test_coverage_adds_up() -> None:
    covered = Coverage(
        since=NOON,
        until=NOON + 10 * HOUR,
        blind=(Interval(start=NOON, end=NOON + HOUR), Interval(start=NOON + 2 * HOUR, end=NOON + 3.5 * HOUR)),
    )

    assert covered.blind_for == 2.5 * HOUR
    assert covered.share == 0.75
    assert Coverage(since=NOON, until=NOON).share == 1


def spoke(every: timedelta, times: int = 40, last: timedelta = timedelta()) -> list:
    return [NOON - last - number * every for number in range(times)]


def test_a_silence_six_times_the_usual_alarms_and_tells_how_long_it_is() -> None:
    assert silence_alarm(spoke(2 * HOUR, last=12 * HOUR), NOON) is None
    assert silence_alarm(spoke(2 * HOUR, last=13 * HOUR), NOON) == 13 * HOUR


def test_a_busy_source_may_be_silent_for_six_hours() -> None:
    assert silence_alarm(spoke(MINUTE, last=6 * HOUR), NOON) is None
    assert silence_alarm(spoke(MINUTE, last=6 * HOUR + MINUTE), NOON) == 6 * HOUR + MINUTE


@pytest.mark.parametrize(("posts", "alarm"), [(19, None), (20, 100 * HOUR)])
def test_a_source_with_few_posts_has_no_usual_gap(posts: int, alarm: timedelta | None) -> None:
    assert silence_alarm(spoke(HOUR, posts, last=100 * HOUR), NOON) == alarm


def test_posts_that_came_at_once_say_nothing_of_the_gaps() -> None:
    assert silence_alarm([NOON - 100 * HOUR] * 50, NOON) is None


def test_nights_and_weekends_of_a_source_are_usual() -> None:
    """Eight posts a working day, none from Friday evening to Monday morning: 62 hours of silence."""
    fridays = [NOON - timedelta(weeks=week) for week in range(5)]
    times = [friday - timedelta(days=day) - hour * HOUR for friday in fridays for day in range(5) for hour in range(8)]

    assert silence_alarm(times, NOON + 62 * HOUR) is None
    assert silence_alarm(times, NOON + 120 * HOUR) == 120 * HOUR


def test_one_date_of_long_ago_or_of_the_future_changes_nothing() -> None:
    times = [*spoke(HOUR, last=30 * HOUR), NOON.replace(year=1970), NOON.replace(year=2099)]

    assert silence_alarm(times, NOON) == 30 * HOUR
