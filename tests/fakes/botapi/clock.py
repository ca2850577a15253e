"""Time as the fake sees it: a function of no arguments, so that a test can hold it still."""

import time
from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], float | datetime]
"""Returns seconds since 1970, or an aware datetime."""


class ManualClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, start: float = 1_767_700_800.0) -> None:
        self.now = start

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self.now += seconds


def seconds_of(clock: Clock | None) -> Callable[[], float]:
    """Return `clock` as a function giving seconds since 1970; None is the wall clock."""
    if clock is None:
        return time.time

    def now() -> float:
        moment = clock()
        return moment.timestamp() if isinstance(moment, datetime) else float(moment)

    return now
