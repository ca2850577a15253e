"""The dates of feeds: RFC 822 (RSS), RFC 3339 and W3CDTF (Atom, Dublin Core, JSON Feed), and what passes for them."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = 1900  # a year before it is a default value: Go's zero time is 0001-01-01
SHORTEST_TTL, LONGEST_TTL = timedelta(minutes=1), timedelta(days=1)

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[Tt\s]\s*(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"\s*(\d{1,6})\s*", re.ASCII)


def moment(text: str) -> datetime | None:
    """Return an aware UTC time, or None for what is no date. Without a zone it is taken as UTC."""
    text = text.strip()[:80]
    try:
        found = _iso(text) or parsedate_to_datetime(text)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return _utc(found)


def _iso(text: str) -> datetime | None:
    """Return a date written year first, or None for another sort. Raises ValueError when there is no such day."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    time = f"{hour or '00'}:{minute or '00'}:{min(second or '00', '59')}"  # a leap second is the one before it
    return datetime.fromisoformat(f"{year}-{month}-{day}T{time}{zone if zone and zone[0] in '+-' else ''}")


def _utc(found: datetime) -> datetime | None:
    if found.year < EARLIEST:
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):  # the last hours of the year 9999
        return None


def wished_interval(ttl: str, period: str = "", frequency: str = "") -> timedelta | None:
    """Return how long a feed asks to be left alone, or None when it does not say or makes no sense.

    `ttl` is in minutes (RSS 2.0); `period` and `frequency` are those of the syndication module
    (web.resource.org/rss/1.0/modules/syndication). At most a day: a longer wish is a mistake.
    """
    if minutes := _number(ttl):
        wish = timedelta(minutes=minutes)
    elif period.strip().lower() in _PERIODS:
        wish = _PERIODS[period.strip().lower()] / (_number(frequency) or 1)
    else:
        return None
    return min(wish, LONGEST_TTL) if wish >= SHORTEST_TTL else None


def _number(text: str) -> int:
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else 0
