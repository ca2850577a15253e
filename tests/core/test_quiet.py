from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.core.people import Digest, Preferences
from monitor.core.quiet import FOREVER, held_until, next_digest, still_held_until, zone_of

BOGOTA = ZoneInfo("America/Bogota")  # UTC-5, no summer time
MADRID = ZoneInfo("Europe/Madrid")
NEW_YORK = ZoneInfo("America/New_York")
NIGHT = Preferences(quiet_from=time(22), quiet_to=time(7))
AT_ONCE = Preferences()


def bogota(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BOGOTA)


def held(
    preferences: Preferences, now: datetime, zone: ZoneInfo = BOGOTA, muted: datetime | None = None
) -> datetime | None:
    return held_until(preferences, muted_until=muted, now=now, zone=zone)


def test_a_chat_without_wishes_is_told_at_once() -> None:
    assert held(AT_ONCE, bogota("2026-01-06T03:00")) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-01-06T21:59", None),
        ("2026-01-06T22:00", "2026-01-07T07:00"),
        ("2026-01-06T23:59", "2026-01-07T07:00"),
        ("2026-01-07T00:00", "2026-01-07T07:00"),
        ("2026-01-07T06:59", "2026-01-07T07:00"),
        ("2026-01-07T07:00", None),
        ("2026-01-07T12:00", None),
    ],
)
def test_quiet_hours_run_across_midnight_in_the_zone_of_the_chat(now: str, until: str | None) -> None:
    assert held(NIGHT, bogota(now)) == (until and bogota(until))


def test_quiet_hours_of_a_day_begin_and_end_on_it() -> None:
    siesta = Preferences(quiet_from=time(14), quiet_to=time(16, 30))

    assert held(siesta, bogota("2026-01-06T15:00")) == bogota("2026-01-06T16:30")
    assert held(siesta, bogota("2026-01-06T13:59")) is None
    assert held(siesta, bogota("2026-01-06T16:30")) is None


def test_the_zone_decides_when_it_is_night() -> None:
    now = datetime(2026, 1, 6, 3, 30, tzinfo=UTC)  # 22:30 of the day before in Bogotá, 04:30 in Madrid

    assert held(NIGHT, now, BOGOTA) == datetime(2026, 1, 6, 12, tzinfo=UTC)
    assert held(NIGHT, now, MADRID) == datetime(2026, 1, 6, 6, tzinfo=UTC)


def test_a_night_in_which_the_clock_goes_forward_ends_by_the_clock() -> None:
    now = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # 00:30 in Madrid; at 02:00 the clock goes to 03:00

    assert held(NIGHT, now, MADRID) == datetime(2026, 3, 29, 5, tzinfo=UTC)  # 07:00 summer time


def test_a_night_in_which_the_clock_goes_back_ends_by_the_clock() -> None:
    now = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # 00:30 in Madrid; at 03:00 the clock goes to 02:00

    assert held(NIGHT, now, MADRID) == datetime(2026, 10, 25, 6, tzinfo=UTC)  # 07:00 winter time


def test_quiet_hours_that_end_in_the_hour_that_is_left_out_end_after_it() -> None:
    until_half_past_two = Preferences(quiet_from=time(22), quiet_to=time(2, 30))
    now = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)  # 01:59 in Madrid, a minute before 03:00

    assert held(until_half_past_two, now, MADRID) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_the_second_time() -> None:
    until_half_past_one = Preferences(quiet_from=time(22), quiet_to=time(1, 30))
    first = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)  # 01:45 in New York, for the first time

    assert held(until_half_past_one, first, NEW_YORK) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_mute_holds_until_it_ends_and_then_the_night_does() -> None:
    now = bogota("2026-01-06T20:00")

    assert held(AT_ONCE, now, muted=bogota("2026-01-06T21:00")) == bogota("2026-01-06T21:00")
    assert held(NIGHT, now, muted=bogota("2026-01-06T23:00")) == bogota("2026-01-07T07:00")
    assert held(NIGHT, now, muted=bogota("2026-01-06T19:00")) is None  # it is over
    assert held(NIGHT, now, muted=FOREVER) == FOREVER


@pytest.mark.parametrize(
    ("digest", "at", "now", "due"),
    [
        (Digest.HOURLY, time(9), "2026-01-06T10:20", "2026-01-06T11:00"),
        (Digest.HOURLY, time(9), "2026-01-06T11:00", "2026-01-06T12:00"),
        (Digest.DAILY, time(9), "2026-01-06T08:59", "2026-01-06T09:00"),
        (Digest.DAILY, time(9), "2026-01-06T09:00", "2026-01-07T09:00"),
        (Digest.DAILY, time(18, 30), "2026-01-06T09:00", "2026-01-06T18:30"),
        (Digest.WEEKLY, time(9), "2026-01-06T09:00", "2026-01-12T09:00"),  # from Tuesday to Monday
        (Digest.WEEKLY, time(9), "2026-01-12T08:00", "2026-01-12T09:00"),
        (Digest.WEEKLY, time(9), "2026-01-12T09:00", "2026-01-19T09:00"),
    ],
)
def test_a_digest_comes_at_the_hour_that_was_chosen(digest: Digest, at: time, now: str, due: str) -> None:
    assert next_digest(digest, at=at, now=bogota(now), zone=BOGOTA) == bogota(due)
    assert held(Preferences(digest=digest, digest_at=at), bogota(now)) == bogota(due)


def test_a_digest_that_would_come_in_quiet_hours_comes_when_they_end() -> None:
    early = Preferences(digest=Digest.DAILY, digest_at=time(6), quiet_from=time(22), quiet_to=time(7))

    assert held(early, bogota("2026-01-06T12:00")) == bogota("2026-01-07T07:00")


def test_what_was_held_goes_when_its_hour_has_come_and_does_not_wait_for_the_next_digest() -> None:
    daily = Preferences(digest=Digest.DAILY)
    made, due = bogota("2026-01-06T12:00"), bogota("2026-01-07T09:00")

    def still(now: datetime) -> datetime | None:
        return still_held_until(daily, muted_until=None, made_at=made, now=now, zone=BOGOTA)

    assert still(due - timedelta(minutes=1)) == due
    assert still(due) is None
    assert still(due + timedelta(hours=3)) is None


def test_what_was_held_is_not_told_in_a_night_that_began_meanwhile() -> None:
    now = bogota("2026-01-06T23:00")

    until = still_held_until(NIGHT, muted_until=None, made_at=bogota("2026-01-06T12:00"), now=now, zone=BOGOTA)

    assert until == bogota("2026-01-07T07:00")


def test_ending_a_mute_lets_go_what_it_held() -> None:
    made, now = bogota("2026-01-06T12:00"), bogota("2026-01-06T13:00")

    assert still_held_until(AT_ONCE, muted_until=FOREVER, made_at=made, now=now, zone=BOGOTA) == FOREVER
    assert still_held_until(AT_ONCE, muted_until=None, made_at=made, now=now, zone=BOGOTA) is None


def test_a_zone_this_machine_does_not_know_is_the_usual_one() -> None:
    assert zone_of(Preferences(zone="America/Bogota"), UTC) == BOGOTA
    assert zone_of(Preferences(zone="Mars/Olympus"), UTC) is UTC
    assert zone_of(Preferences(), BOGOTA) is BOGOTA
