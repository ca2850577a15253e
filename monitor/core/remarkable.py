"""What makes an appearance worth a word more: a quote that comes back after a long silence, or spreads unusually fast.

Plain functions of counts and times; the store counts (`monitor/store/remarkable.py`).
"""

from datetime import datetime, timedelta

LONG_SILENCE = timedelta(days=30)
USUAL_DAYS = 28  # the usual rate is the mean of these days, before the day that is looked at
FEWEST_DAYS = 7  # a quote that is tracked for less has no usual rate yet
LEAST_USUAL = 1 / 24  # an hour; a quote that is hardly ever seen counts as seen once a day
SPIKE_COUNT = 10  # fewer in an hour are no spike, whatever is usual
SPIKE_TIMES = 5.0


def times_usual(last_hour: int, *, usual: int, days: int) -> float | None:
    """Return how many times its usual rate a quote appears now, or None when that is nothing to speak of.

    `last_hour` are its matches of the last hour, `usual` those of the `days` days before (at most `USUAL_DAYS`).
    """
    if last_hour < SPIKE_COUNT or days < FEWEST_DAYS:
        return None
    times = last_hour / max(usual / (days * 24), LEAST_USUAL)
    return times if times >= SPIKE_TIMES else None


def silent_since(previous: datetime | None, *, now: datetime) -> datetime | None:
    """Return when a quote appeared last before `now`, if that is long ago."""
    return previous if previous is not None and now - previous >= LONG_SILENCE else None
