"""Times as a chat's own clock and calendar show them."""

from datetime import datetime, tzinfo


def moment(time: datetime, zone: tzinfo) -> str:
    """Return a time as the chat's own clock shows it."""
    local = _local(time, zone)
    return f"{day(time, zone)} {local:%H:%M} {zone_name(local)}"


def zone_name(local: datetime) -> str:
    """Return what the clock of a time is called: "CET", or "UTC-5" where it has only a number (tz database, Theory)."""
    called = local.tzname() or ""
    return f"UTC{called[0]}{called[1:].lstrip('0') or '0'}" if called[:1] in ("+", "-") else called


def day(time: datetime, zone: tzinfo) -> str:
    """Return a date as the chat's own calendar shows it."""
    return _local(time, zone).date().isoformat()


def clock(time: datetime, zone: tzinfo, *, today: str = "") -> str:
    """Return a time of day, with its date unless that is `today` (as `day` returns it)."""
    date = day(time, zone)
    hours = f"{_local(time, zone):%H:%M}"
    return hours if date == today else f"{date} {hours}"


def _local(time: datetime, zone: tzinfo) -> datetime:
    try:
        return time.astimezone(zone)
    except OverflowError:  # the first or last day of all, as a hostile date says
        return time
