"""How fast alerts may go out. Telegram names no exact limits (core.telegram.org/bots/faq#my-bot-is-hitting-limits):
about one message a second in a chat, 20 a minute in a group, 30 a second in all. This keeps a little below.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from monitor.core.model import Chat, ChatId, ChatKind

SPACING = 1.05  # seconds between two messages in one chat
A_MINUTE = 18  # messages in one group or channel
A_SECOND = 30  # messages in all


class Pace:
    """Lets a message go when its chat and Telegram as a whole have room for it.

    For one chat at most one may wait at a time; different chats wait side by side.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._in_chat: dict[ChatId, deque[float]] = {}
        self._in_all: deque[float] = deque(maxlen=A_SECOND)

    async def turn(self, chat: Chat) -> None:
        """Return when a message may be sent in `chat`; it counts as sent."""
        earlier = self._in_chat.setdefault(chat.id, deque(maxlen=A_MINUTE))
        await self._until(_next(earlier, grouped=chat.kind is not ChatKind.PRIVATE))
        slot = max(self._clock(), self._in_all[0] + 1 if len(self._in_all) == A_SECOND else 0.0)
        self._in_all.append(slot)  # taken before waiting, so that no two chats wait for the same one
        await self._until(slot)
        earlier.append(self._clock())

    async def _until(self, time: float) -> None:
        while (wait := time - self._clock()) > 0:
            await self._sleep(wait)


def _next(earlier: deque[float], *, grouped: bool) -> float:
    """Return the earliest time for the next message of a chat."""
    if not earlier:
        return 0.0
    after_last = earlier[-1] + SPACING
    return max(after_last, earlier[0] + 60) if grouped and len(earlier) == A_MINUTE else after_last
