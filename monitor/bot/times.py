"""Times as a chat's own clock and calendar show them."""

from datetime import datetime, tzinfo


def moment(time: datetime, zone: tzinfo) -> str:
    """Return a time as the chat's own clock shows it."""
    local = _local(time, zone)
    return f"{day(time, zone)} {local:%H:%M} {local.tzname()}"


def day(time: datetime, zone: tzinfo) -> str:
    """Return a date as the chat's own calendar shows it."""
    return _local(time, zone).date().isoformat()


def _local(time: datetime, zone: tzinfo) -> datetime:
    try:
        return time.astimezone(zone)
    except OverflowError:  # the first or last day of all, as a hostile date says
        return time
