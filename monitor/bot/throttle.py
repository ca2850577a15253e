"""How often somebody is answered who has no claim to an answer each time."""

import time
from collections.abc import Callable

MOST_KEYS = 10_000  # remembered at once; a flood of strangers costs no more memory than this


class Throttle:
    """Allows one thing every so many seconds for each key, after a burst of `burst`."""

    def __init__(self, every: float, *, burst: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._every = every
        self._slack = (burst - 1) * every
        self._clock = clock
        self._next: dict[object, float] = {}  # the time up to which a key has used up its share

    def allows(self, key: object) -> bool:
        """Tell whether it may happen for `key` now, and count it if so."""
        now = self._clock()
        used_until = max(self._next.pop(key, now), now)
        may = used_until - now <= self._slack
        self._next[key] = used_until + self._every if may else used_until
        if len(self._next) > MOST_KEYS:
            del self._next[next(iter(self._next))]  # the one not heard of for longest
        return may
