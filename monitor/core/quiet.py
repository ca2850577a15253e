"""When a chat is left in peace: muted, in its quiet hours, or waiting for its digest. What is found is recorded anyway.

Wall-clock times are taken in the chat's zone. Where a change of the clock makes a time happen twice or never, quiet
hours begin at the earlier and end at the later reading of it: nobody is woken a clock change too soon.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from monitor.core.people import Digest, Preferences

DIGEST_TIME = time(9)  # of daily and weekly digests, unless the chat chose another
MONDAY = 0
FOREVER = datetime.max.replace(microsecond=0, tzinfo=UTC)  # until somebody ends it
A_DAY = timedelta(days=1)


def zone_of(preferences: Preferences, usual: tzinfo) -> tzinfo:
    """Return the zone of a chat, or the usual one when it chose none, or one that this machine does not know."""
    try:
        return ZoneInfo(preferences.zone) if preferences.zone else usual
    except (LookupError, ValueError, OSError):
        return usual


def held_until(
    preferences: Preferences, *, muted_until: datetime | None, now: datetime, zone: tzinfo
) -> datetime | None:
    """Return until when an alert that is made `now` is held for a chat, or None when it may go at once.

    `zone` is the chat's own, or else the settings'. `muted_until` is the end of its mute (FOREVER has none).
    """
    until = max(now, muted_until) if muted_until else now
    if until >= FOREVER:
        return FOREVER
    if preferences.digest:
        until = next_digest(preferences.digest, at=preferences.digest_at or DIGEST_TIME, now=until, zone=zone)
    until = _end_of_quiet(preferences, until, zone)
    return until if until > now else None


def still_held_until(
    preferences: Preferences, *, muted_until: datetime | None, made_at: datetime, now: datetime, zone: tzinfo
) -> datetime | None:
    """Return until when an alert that was made earlier is held, as things are `now`, or None when it may go.

    It waits for the first digest after it was made, never for a later one; and no hold ends in quiet hours.
    """
    then = held_until(preferences, muted_until=muted_until, now=made_at, zone=zone)
    at_once = replace(preferences, digest=None)
    since = held_until(at_once, muted_until=muted_until, now=now, zone=zone)
    until = max((at for at in (then, since) if at), default=None)
    return until if until and until > now else None


def next_digest(digest: Digest, *, at: time, now: datetime, zone: tzinfo) -> datetime:
    """Return when the next digest after `now` is due: the full hour, or `at` of the day or of Monday, in the zone."""
    if digest is Digest.HOURLY:
        return (now.astimezone(UTC) + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    today = now.astimezone(zone).date()
    days = (_later(today + A_DAY * ahead, at, zone) for ahead in range(9) if _is_due(digest, today + A_DAY * ahead))
    return next(due for due in days if due > now)


def _is_due(digest: Digest, day: date) -> bool:
    return digest is Digest.DAILY or day.weekday() == MONDAY


def _end_of_quiet(preferences: Preferences, at: datetime, zone: tzinfo) -> datetime:
    """Return when the quiet hours end that `at` lies in, or `at` itself outside them."""
    return max((end for start, end in _quiet_hours(preferences, at, zone) if start <= at < end), default=at)


def _quiet_hours(preferences: Preferences, at: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the quiet hours that could hold `at`: those that began on its day, or on the day before."""
    begin, end = preferences.quiet_from, preferences.quiet_to
    if begin is None or end is None:
        return
    today = at.astimezone(zone).date()
    for day in (today - A_DAY, today):
        last_day = day if end > begin else day + A_DAY
        yield _earlier(day, begin, zone), _later(last_day, end, zone)


def _earlier(day: date, at: time, zone: tzinfo) -> datetime:
    return min(_readings(day, at, zone))


def _later(day: date, at: time, zone: tzinfo) -> datetime:
    return max(_readings(day, at, zone))


def _readings(day: date, at: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the moments a wall-clock time may mean; two only around a change of the clock (PEP 495)."""
    first, second = (datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC) for fold in (0, 1))
    return first, second
