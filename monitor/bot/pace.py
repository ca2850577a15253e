"""How fast messages may go out. Telegram names no exact limits (core.telegram.org/bots/faq#my-bot-is-hitting-limits):
about one message a second in a chat, 20 a minute in a group, 30 a second in all. This keeps a little below.

Edits count as messages do (github.com/tdlib/td/issues/2592), so looking for a message and bringing one up to date
take a turn as well.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from monitor.core.model import Chat, ChatId, ChatKind

SPACING = 1.05  # seconds between two messages in one chat
A_MINUTE = 18  # messages in one group or channel
A_SECOND = 28  # messages in all
SPARE = A_MINUTE // 2  # messages of the last minute in a group or channel, from which on what is not urgent waits


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

    def remember(self, sent: Iterable[tuple[ChatId, float]]) -> None:
        """Count messages that were sent before the program started: to whom, and how many seconds ago."""
        now = self._clock()
        for chat_id, ago in sent:
            self._times(chat_id).append(now - ago)
            self._in_all.append(now - ago)

    async def turn(self, chat: Chat) -> None:
        """Return when a message may be sent in `chat`; it counts as sent."""
        earlier = self._times(chat.id)
        await self._until(_next(earlier, grouped=chat.kind is not ChatKind.PRIVATE))
        slot = max(self._clock(), self._in_all[0] + 1 if len(self._in_all) == A_SECOND else 0.0)
        self._in_all.append(slot)  # taken before waiting, so that no two chats wait for the same one
        await self._until(slot)
        earlier.append(self._clock())

    def spare_in(self, chat: Chat) -> float:
        """Return in how many seconds `chat` has room for what is not urgent, so that what is need not wait for it."""
        earlier = self._times(chat.id)
        if chat.kind is ChatKind.PRIVATE or len(earlier) < SPARE:
            return 0.0
        return max(earlier[-SPARE] + 60 - self._clock(), 0.0)

    def _times(self, chat_id: ChatId) -> deque[float]:
        return self._in_chat.setdefault(chat_id, deque(maxlen=A_MINUTE))

    async def _until(self, time: float) -> None:
        while (wait := time - self._clock()) > 0:
            await self._sleep(wait)


def _next(earlier: deque[float], *, grouped: bool) -> float:
    """Return the earliest time for the next message of a chat."""
    if not earlier:
        return 0.0
    after_last = earlier[-1] + SPACING
    return max(after_last, earlier[0] + 60) if grouped and len(earlier) == A_MINUTE else after_last
