from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.dates import moment, wished_interval

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 06 Jan 2026 12:00:00 GMT",
        "Tue, 06 Jan 2026 12:00:00 +0000",
        "Tue, 6 Jan 2026 07:00:00 EST",
        "06 Jan 2026 12:00 +0000",
        "Tue, 06 Jan 26 12:00:00 Z",
        "Tue, 06-Jan-2026 12:00:00 GMT",
        "Mon, 06 Jan 2026 12:00:00 GMT",
        "2026-01-06T12:00:00Z",
        "2026-01-06T12:00:00.999999999Z",
        "2026-01-06t12:00:00z",
        "2026-01-06T08:30:00-03:30",
        "2026-01-06T17:30:00+0530",
        "2026-01-06 13:00:00 +0100",
        "2026-01-06 12:00:00 UTC",
        "2026-01-06 12:00",
        "2026-01-06T12:00:00",
        "20260106T120000Z",
        "  2026-01-06T12:00:00Z\n",
    ],
)
def test_a_date_is_read_in_the_ways_feeds_write_it(text: str) -> None:
    assert moment(text) == NOON


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-01-06", datetime(2026, 1, 6, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2099-12-31T23:59:60Z", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_odd_date_is_kept_as_given(text: str, when: datetime) -> None:
    assert moment(text) == when


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "2026-02-30", "2026-13-01T00:00:00Z", "32 Foo 2026", "1767700800", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00", "2026-01-06T25:00:00Z", "Tue, 06 Jan 99999 12:00:00 GMT", "٢٠٢٦-٠١-٠٦", "0",
        "Tue, 06 Jan 2026 12:00:00 +9999",
    ],
)  # fmt: skip
def test_nonsense_is_no_date(text: str) -> None:
    assert moment(text) is None


@given(st.one_of(st.text(), st.from_regex(r"\d{1,5}[-/ ]\w{1,4}[-/ ]\d{1,5}([ T]\d+(:\d+){0,3})?( ?[-+\w]{1,6})?")))
def test_any_text_is_a_date_or_none(text: str) -> None:
    when = moment(text)

    assert when is None or when.tzinfo is UTC


def test_the_syndication_module_says_how_often_a_period() -> None:
    assert wished_interval("", "daily", "4") == timedelta(hours=6)
    assert wished_interval("", "hourly", "") == timedelta(hours=1)
    assert wished_interval("", "hourly", "0") == timedelta(hours=1)
    assert wished_interval("", "yearly", "1") == timedelta(days=1)
    assert wished_interval("", "hourly", "100000") is None
    assert wished_interval("", "whenever", "1") is None
    assert wished_interval("15", "daily", "1") == timedelta(minutes=15)
