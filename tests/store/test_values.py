from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.store.values import plain_text, time_of, time_text


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_times_as_text_sort_as_times_and_have_one_width(one: datetime, other: datetime) -> None:
    assert len(time_text(one)) == len("2026-01-06T12:00:00.000Z")
    if one <= other:
        assert time_text(one) <= time_text(other)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_is_read_back_to_the_millisecond(at: datetime) -> None:
    read = time_of(time_text(at))

    assert read.tzinfo is UTC
    assert timedelta() <= at - read < timedelta(milliseconds=1)


def test_a_time_elsewhere_is_kept_in_utc() -> None:
    at = datetime(2026, 1, 6, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))

    assert time_text(at) == "2026-01-05T20:00:00.000Z"


def test_a_time_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        time_text(datetime(2026, 1, 6))  # noqa: DTZ001


@given(st.text(st.characters(codec=None)))
def test_a_plain_text_has_the_same_length_and_can_be_written(text: str) -> None:
    plain = plain_text(text)

    assert len(plain) == len(text)
    assert "\x00" not in plain
    assert plain.encode().decode() == plain
    assert plain_text(plain) == plain
