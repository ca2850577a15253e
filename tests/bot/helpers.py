"""What the tests of the bot share: alerts, a plain outbox and desk with a memory, time that needs no waiting."""

import asyncio
import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from monitor.core.model import (
    Alert,
    AlertId,
    AlertState,
    Appearance,
    Chat,
    ChatId,
    ChatKind,
    Explanation,
    MatchId,
    MatchKind,
    Quote,
    QuoteId,
    Span,
    Status,
    Tier,
)
from tests.bot.memory_people import MemoryPeople
from tests.bot.memory_quotes import MemoryQuotes
from tests.builders import NOON, QUOTE

OWNER, STRANGER = 1001, 2002
TOKEN = "123456:CANARYcanaryCANARYcanaryCANARY"


def an_appearance(text: str = QUOTE, **given: Any) -> Appearance:
    known = {
        "match_id": MatchId(1),
        "quote_id": QuoteId(1),
        "quote": QUOTE,
        "variant": None,
        "text": text,
        "spans": (Span(start=0, end=len(text)),),
        "part": "text",
        "score": 100.0,
        "tier": Tier.ALERT,
        "kind": MatchKind.VERBATIM,
        "explanation": Explanation(why="the same words"),
        "source": "Example News",
        "url": "https://news.example/1",
        "author": "Ann",
        "published_at": NOON,
        "first_seen_at": NOON + timedelta(minutes=1),
    }
    return Appearance(**(known | given))


def a_chat(number: int = 1, address: str | None = None, kind: ChatKind = ChatKind.PRIVATE, **given: Any) -> Chat:
    return Chat(id=ChatId(number), address=address or str(5000 + number), kind=kind, **given)


def an_alert(number: int = 1, *, chat: Chat | None = None, text: str = QUOTE, **given: Any) -> Alert:
    appearance = given.pop("appearance", None) or an_appearance(text)
    known = {
        "id": AlertId(number),
        "chat": chat or a_chat(),
        "thread_id": None,
        "appearance": appearance,
        "state": AlertState.PENDING,
        "attempts": 0,
        "created_at": NOON,
    }
    return Alert(**(known | given))


async def call(method: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """A store call that needs no thread."""
    return method(*values, **named)


class HeldTime:
    """A clock that jumps as far as somebody sleeps: nothing waits, and every wait is known."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def datetime(self) -> datetime:
        return NOON + timedelta(seconds=self.now - 1000.0)


class SharedTime:
    """A clock for sleepers side by side: it goes on to the next of them once all others wait too."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        waiting = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), waiting))
        await waiting

    async def until(self, task: "asyncio.Future[Any] | Any") -> Any:
        """Return what `task` comes to, letting time pass whenever nothing else happens."""
        task = asyncio.ensure_future(task)
        while not task.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if task.done():
                break
            assert self._sleepers, "nothing is left that could happen"
            self.now, _, waiting = heapq.heappop(self._sleepers)
            if not waiting.done():
                waiting.set_result(None)
        return task.result()


class MemoryDesk(MemoryPeople, MemoryQuotes):
    """A desk that notes what it was asked. `fails` is raised by every call."""

    def __init__(self, *quotes: Quote) -> None:
        MemoryPeople.__init__(self)
        MemoryQuotes.__init__(self, *quotes)
        self.calls: list[tuple[Any, ...]] = []
        self.fails: Exception | None = None

    def _note(self, *what: Any) -> None:
        self.calls.append(what)
        if self.fails:
            raise self.fails

    async def status(self) -> Status:
        self._note("status")
        return a_status()


def a_status(**given: Any) -> Status:
    known = {
        "quotes": 3,
        "sources": 12,
        "failing": (),
        "gone": (),
        "posts": 1234,
        "matches": 5,
        "alerts": {AlertState.SENT: 4, AlertState.PENDING: 1},
        "last_poll_at": NOON,
        "last_match_at": None,
    }
    return Status(**(known | given))
