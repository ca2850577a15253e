from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.fetch.wishes import max_age, retry_after, used_up

NOW = datetime(2026, 1, 6, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("1.5", 1.5),
        ("0", 0),
        ("99999999999", 86400),
        ("9" * 400, 86400),
        ("Tue, 06 Jan 2026 12:10:00 GMT", 600),
        ("Tuesday, 06-Jan-26 12:10:00 GMT", 600),
        ("Tue Jan  6 12:10:00 2026", 600),
        ("Tue, 06 Jan 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("１２０", None),
        ("nan", None),
        ("Tue, 99 Jan 2026 12:10:00 GMT", None),
    ],
)
def test_a_wish_to_be_left_alone_is_read_in_both_forms_and_for_a_day_at_most(value: str, seconds: float | None) -> None:
    wait = retry_after({"retry-after": value}, now=NOW)

    assert wait == (None if seconds is None else timedelta(seconds=seconds))


def test_a_date_is_compared_with_the_clock_of_the_server() -> None:
    headers = {"retry-after": "Tue, 06 Jan 2026 15:10:00 GMT", "date": "Tue, 06 Jan 2026 15:00:00 GMT"}

    assert retry_after(headers, now=NOW) == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("remaining", "reset", "seconds"),
    [
        ("0", "90", 90),
        ("0.0", "90.5", 90.5),
        ("0", str(int(NOW.timestamp()) + 300), 300),
        ("0", str(int(NOW.timestamp() + 300) * 1000), 300),
        ("0", "2026-01-06T12:05:00.000Z", 300),
        ("0", str(int(NOW.timestamp()) - 300), 0),
        ("0", "9" * 300, None),
        ("0", "later", None),
        ("1", "90", None),
        ("", "90", None),
    ],
)
@pytest.mark.parametrize("prefix", ["x-ratelimit-", "ratelimit-"])
def test_the_last_request_of_a_quota_is_noticed(prefix: str, remaining: str, reset: str, seconds: float | None) -> None:
    headers = {prefix + "remaining": remaining, prefix + "reset": reset}

    wait = None if seconds is None else timedelta(seconds=seconds)
    assert used_up(headers, now=NOW) == wait
    assert retry_after(headers, now=NOW) == wait


@pytest.mark.parametrize(
    ("control", "age", "seconds"),
    [
        ("max-age=600", "", 600),
        ("public, Max-Age = 600", "", 600),
        ('max-age="600"', "", 600),
        ("max-age=600", "100", 500),
        ("max-age=600", "700", None),
        ("s-maxage=600", "", None),
        ("max-age=0", "", None),
        ("no-cache, max-age=600", "", None),
        ("max-age=600, no-store", "", None),
        ("max-age=31536000", "", None),
        ("max-age=" + "9" * 50, "", None),
        ("max-age=-1", "", None),
        ("", "", None),
    ],
)
def test_how_long_an_answer_stays_fresh(control: str, age: str, seconds: int | None) -> None:
    headers = httpx.Headers({"Cache-Control": control, "Age": age})

    assert max_age(headers) == (None if seconds is None else timedelta(seconds=seconds))


@example("0", "0\x1f", "")
@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_no_header_breaks_the_reading_of_wishes(one: str, two: str, three: str) -> None:
    headers = {
        "retry-after": one,
        "date": two,
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": three,
        "cache-control": f"max-age={one}",
        "age": two,
    }

    for wait in (retry_after(headers, now=NOW), used_up(headers, now=NOW), max_age(headers)):
        assert wait is None or timedelta() <= wait <= timedelta(days=7)
