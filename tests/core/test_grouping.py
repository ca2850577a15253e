from datetime import timedelta

from monitor.core.grouping import (
    CROWD,
    FIRST_WINDOW,
    LONGEST_WINDOW,
    Group,
    Window,
    next_due,
    next_groups,
    window_after,
)
from monitor.core.model import ChatId, QuoteId
from tests.builders import NOON

SECOND = timedelta(seconds=1)
NOW = NOON + timedelta(hours=1)


def a_group(quote: int = 1, **given: object) -> Group:
    known = {"chat_id": ChatId(1), "thread_id": None, "first": quote, "since": NOON, "quote_id": QuoteId(quote)}
    return Group(**(known | given))  # type: ignore[arg-type]


def told(ago: timedelta, *, length: timedelta = FIRST_WINDOW) -> Window:
    return Window(told_at=NOW - ago, length=length)


def test_the_first_alert_of_a_quiet_quote_waits_only_for_its_moment() -> None:
    group = a_group(since=NOW)

    assert next_groups([group], NOW) == ()
    assert next_groups([group], NOW + SECOND) == (group,)
    assert next_due([group]) == NOW + SECOND


def test_a_quote_that_was_just_told_waits_for_its_window() -> None:
    group = a_group(window=told(4 * SECOND))

    assert next_groups([group], NOW) == ()
    assert next_due([group]) == NOW + 6 * SECOND


def test_what_is_tried_again_waits_for_its_time_and_no_window() -> None:
    group = a_group(window=told(SECOND), retry_at=NOW + SECOND)

    assert next_groups([group], NOW) == ()
    assert next_groups([group], NOW + SECOND) == (group,)


def test_what_was_told_least_recently_comes_first() -> None:
    viral, usual, quiet = a_group(1, window=told(20 * SECOND)), a_group(2, window=told(90 * SECOND)), a_group(3)

    assert next_groups([viral, usual, quiet], NOW) == (quiet,)
    assert next_groups([viral, usual], NOW) == (usual,)


def test_what_is_newer_is_not_told_before_what_is_under_way_of_the_same_quote() -> None:
    blocked = a_group(is_blocked=True)

    assert next_groups([blocked], NOW) == ()
    assert next_due([blocked]) is None


def test_a_crowd_comes_as_a_digest_of_one_topic_and_what_was_refused_with_others_alone() -> None:
    crowd = [a_group(number) for number in range(CROWD + 1, 0, -1)]
    elsewhere = a_group(90, thread_id=7)
    alone = a_group(91, is_alone=True, first=91)

    assert [group.first for group in next_groups([*crowd, elsewhere, alone], NOW)] == list(range(1, CROWD + 2))
    assert len(next_groups([*crowd[1:], elsewhere, alone], NOW)) == 1
    assert next_groups([alone], NOW) == (alone,)


def test_windows_double_while_a_quote_is_busy_up_to_five_minutes() -> None:
    window = window_after(None, NOON, since=NOON)
    lengths = [window.length.total_seconds()]
    for _ in range(7):
        window = window_after(window, window.end + SECOND, since=window.end + SECOND)
        lengths.append(window.length.total_seconds())

    assert lengths == [10, 20, 40, 80, 160, 300, 300, 300]
    assert window.length == LONGEST_WINDOW


def test_windows_halve_for_each_window_of_quiet() -> None:
    busy = Window(told_at=NOON, length=timedelta(seconds=160))

    def after(quiet: timedelta) -> timedelta:
        return window_after(busy, busy.end + quiet, since=busy.end + quiet).length

    assert after(timedelta(seconds=200)) == timedelta(seconds=80)
    assert after(timedelta(seconds=330)) == timedelta(seconds=40)
    assert after(timedelta(days=9)) == FIRST_WINDOW


def test_what_was_long_on_its_way_or_looked_for_was_not_quiet_meanwhile() -> None:
    busy = Window(told_at=NOON, length=timedelta(seconds=10))

    assert window_after(busy, NOON + timedelta(hours=1), since=NOON + SECOND).length == timedelta(seconds=20)


def test_a_clock_that_was_set_back_and_a_second_try_do_not_widen_the_window() -> None:
    window = Window(told_at=NOON, length=timedelta(seconds=80))

    assert window_after(window, NOON - timedelta(hours=1), since=NOON).length == FIRST_WINDOW
    assert window_after(window, NOON + SECOND, since=NOON).length == timedelta(seconds=80)
