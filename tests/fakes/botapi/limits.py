"""Telegram's flood limits, as documented (core.telegram.org/bots/faq, "My bot is hitting limits"): 30 messages a second
over all, one a second in a chat, 20 a minute in a group.

A channel counts as a group, and edits share the limits of messages (github.com/tdlib/td/issues/2592). The real limits
are not published any more exactly, so a bot that keeps these here still has to obey a 429 there.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.fakes.botapi.errors import ApiError, too_many_requests

COUNTED = frozenset(
    {"sendmessage", "senddocument", "sendphoto", "forwardmessage", "editmessagetext", "editmessagereplymarkup"}
)
"""The methods that count, in lower case."""


@dataclass(slots=True)
class Window:
    """At most `most` calls in any `seconds`."""

    most: int
    seconds: float
    _past: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Return the seconds until another call fits; 0 when it fits now."""
        while self._past and self._past[0] <= now - self.seconds:
            self._past.popleft()
        return 0.0 if len(self._past) < self.most else self._past[0] + self.seconds - now

    def count(self, now: float) -> None:
        """Take a place."""
        self._past.append(now)


@dataclass(slots=True)
class Bucket:
    """`burst` calls at once, refilled at `rate` a second."""

    rate: float
    burst: int
    _level: float = field(init=False)
    _at: float | None = None

    def __post_init__(self) -> None:
        self._level = float(self.burst)

    def wait(self, now: float) -> float:
        """Return the seconds until another call fits; 0 when it fits now."""
        if self._at is not None:
            self._level = min(self.burst, self._level + (now - self._at) * self.rate)
        self._at = now
        # Tokens are summed in floating point: a hair less than one is one.
        return 0.0 if self._level >= 1 - 1e-6 else (1 - self._level) / self.rate

    def count(self, now: float) -> None:
        """Take a place."""
        self._level -= 1


@dataclass(slots=True, kw_only=True)
class Limits:
    """The flood limits of one bot. `burst`: messages a chat takes at once before one a second holds."""

    overall: int = 30  # a second
    per_group: int = 20  # a minute
    burst: int = 3
    _overall: Window = field(init=False)
    _chats: dict[int, list[Window | Bucket]] = field(init=False)

    def __post_init__(self) -> None:
        self._overall = Window(self.overall, 1.0)
        self._chats = defaultdict(lambda: [Bucket(1.0, self.burst)])

    def admit(self, chat_id: int, now: float) -> ApiError | None:
        """Count a call to a chat at `now` (seconds), or return the 429 it gets."""
        if chat_id not in self._chats and chat_id < 0:
            self._chats[chat_id].append(Window(self.per_group, 60.0))
        meters = [self._overall, *self._chats[chat_id]]
        wait = max(meter.wait(now) for meter in meters)
        if wait > 0:
            return too_many_requests(max(1, math.ceil(wait)))
        for meter in meters:
            meter.count(now)
        return None
