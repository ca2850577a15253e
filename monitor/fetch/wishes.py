"""What a server asks for in its headers: to be left alone for a while, to be asked again only after a while.

Retry-After: RFC 9110 section 10.2.3. Cache-Control and Age: RFC 9111. The x-ratelimit headers have no standard:
reset is seconds from now (Reddit), seconds since 1970 (GitHub, Bluesky) or a time (Mastodon).
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(hours=24)  # a server that asks for more is asked again after this
UNNAMED_WAIT = timedelta(minutes=15)  # a server that says "too many requests" and not for how long
LONGEST_FRESH = timedelta(days=7)  # a feed that claims to stay fresh for longer is not believed

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?([0-9]{1,10})', re.IGNORECASE)
_EPOCH_FROM = 1e9  # larger numbers are seconds since 1970, not from now
_MILLISECONDS_FROM = 1e11


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Return how long an answer (429, 503) asks to be left alone, or None when it does not say.

    A date is compared with the server's own clock where the answer tells it.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return _bounded(float(value))
    if (time := _http_date(value)) is not None:
        return _bounded((time - (_http_date(headers.get("date", "")) or now)).total_seconds())
    return used_up(headers, now=now)


def used_up(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Return how long until requests are allowed again, when an answer says that this was the last one."""
    for prefix in ("x-ratelimit-", "ratelimit-"):
        remaining, reset = headers.get(prefix + "remaining", ""), headers.get(prefix + "reset", "").strip()
        if _number(remaining) != 0:
            continue
        if (number := _number(reset)) is not None:
            if number >= _MILLISECONDS_FROM:
                number /= 1000
            return _bounded(number - now.timestamp() if number >= _EPOCH_FROM else number)
        if (time := _iso_time(reset)) is not None:
            return _bounded((time - now).total_seconds())
    return None


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """Return for how long from now the server says its answer stays fresh; None when it does not or cannot mean it."""
    control = headers.get("cache-control", "")
    found = _MAX_AGE.search(control)
    if found is None or "no-cache" in control.lower() or "no-store" in control.lower():
        return None
    fresh = timedelta(seconds=int(found[1]) - (_number(headers.get("age", "")) or 0))
    return fresh if timedelta() < fresh <= LONGEST_FRESH else None


def _bounded(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST_WAIT.total_seconds()))


def _number(value: str) -> float | None:
    digits = value.strip()
    if not _SECONDS.fullmatch(digits):
        return None
    number = float(digits)
    return number if math.isfinite(number) and number < 1e15 else None


def _http_date(value: str) -> datetime | None:
    try:
        time = parsedate_to_datetime(value)
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso_time(value: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(value)
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
