"""Delivers what the outbox holds: each alert until it arrived, one chat never waiting for another.

Within a chat one thing is done at a time; chats go side by side. What is done in a chat is in `delivery_courier`. How
alerts are shown is not known here: that is the port `Notify`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog

from monitor.bot.delivery_books import Books
from monitor.bot.delivery_courier import Courier
from monitor.bot.pace import Pace
from monitor.core.errors import StoreError
from monitor.core.grouping import GATHER
from monitor.core.model import Chat, ChatId
from monitor.core.ports import Notify, Outbox
from monitor.core.telling import Due, Task
from monitor.watchlist import StoreCall

log = structlog.get_logger()

GRACE = timedelta(seconds=60)  # after which a message whose answer was lost is looked for
LIMITS_REACH_BACK = timedelta(minutes=1)
BATCH = 20  # things done in one chat before the outbox is asked again what is to be done in all
IDLE = 5.0  # seconds between looks at the outbox that nobody asked for


class Delivery:
    """The way from the outbox to people.

    `on_closed(chat, reason, buried)` is awaited once when a chat turns out to be closed to the bot. `grace` is how
    long a message whose answer was lost may take to arrive, `gather` how long the first alert of a quote waits for
    others.
    """

    def __init__(
        self,
        outbox: Outbox,
        call: StoreCall,
        notify: Notify,
        *,
        pace: Pace | None = None,
        on_closed: Callable[[Chat, str, int], Awaitable[None]] | None = None,
        grace: timedelta = GRACE,
        gather: timedelta = GATHER,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._outbox = outbox
        self._call = call
        self._pace = pace or Pace()
        self._gather = gather
        self._now = now
        self._clock = clock
        self._sleep = sleep
        self._books = Books()
        self._courier = Courier(outbox, call, notify, pace=self._pace, books=self._books, grace=grace)
        self._courier.on_closed = on_closed
        self._chats: dict[ChatId, asyncio.Task[None]] = {}
        self._next: datetime | None = None  # when something else is due
        self._knows_limits = False
        self._awake = asyncio.Event()
        self._closing = False

    def wake(self) -> None:
        """Look at the outbox now: something was recorded."""
        self._awake.set()

    async def round(self, now: datetime, *, gather: timedelta | None = None) -> timedelta | None:
        """Do everything that is due at `now`, and return once all chats are done with it.

        Returns how long until something else is due, or None. Raises StoreError.
        """
        time_at = _counting_from(now, self._clock)
        gather = self._gather if gather is None else gather
        while await self._launch(time_at, gather):
            await asyncio.gather(*self._chats.values(), return_exceptions=True)
            self._collect()
        return self._wait(time_at())

    async def drain(self) -> timedelta | None:
        """Do everything that is due now, without waiting for more of the same moment; see `round`."""
        return await self.round(self._now(), gather=timedelta())

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; messages on their way then are finished. A StoreError is waited out."""
        trouble = ""
        try:
            while not stop.is_set():
                self._awake.clear()
                now = self._now()
                try:
                    self._collect()
                    await self._launch(_counting_from(now, self._clock), self._gather)
                    trouble = ""
                except StoreError as error:
                    if str(error) != trouble:
                        log.error("alerts wait: the database cannot be used", error=str(error))
                    trouble = str(error)
                wait = self._wait(now)
                await self._pause(stop, min(IDLE, wait.total_seconds()) if wait is not None and not trouble else IDLE)
        finally:
            await self._finish()

    async def _launch(self, time_at: Callable[[], datetime], gather: timedelta) -> bool:
        """Set every chat that has something due to work, except those that still are; return whether any works."""
        await self._books.write_what_is_owed()
        now = time_at()
        await self._know_limits(now)
        agenda = await self._call(self._outbox.agenda, now, gather=gather)
        self._next = agenda.next_at
        for due in agenda.due:
            if due.chat.id in self._chats:
                continue
            rest = self._rest_of(due, now)
            if rest is not None:
                self._next = min(rest, self._next) if self._next else rest
                continue
            task = asyncio.create_task(self._serve(due, time_at, gather), name=f"chat {due.chat.id}")
            task.add_done_callback(lambda _: self.wake())
            self._chats[due.chat.id] = task
        return bool(self._chats)

    def _rest_of(self, due: Due, now: datetime) -> datetime | None:
        """Return until when a chat is left alone, or None when it may be served."""
        resting = self._courier.resting(due.chat.id, now)
        spare = self._pace.spare_in(due.chat) if due.task is Task.UPDATE else 0.0
        return max(resting or now, now + timedelta(seconds=spare)) if resting or spare else None

    async def _know_limits(self, now: datetime) -> None:
        """Count what was sent before the program started: Telegram does."""
        if not self._knows_limits:
            sent = await self._call(self._outbox.recent_messages, now - LIMITS_REACH_BACK)
            self._pace.remember((chat_id, max((now - at).total_seconds(), 0.0)) for chat_id, at in sent)
            self._knows_limits = True

    def _collect(self) -> None:
        """Forget chats that are done. Raises what one of them could not deal with: StoreError."""
        done = {chat_id: task for chat_id, task in self._chats.items() if task.done()}
        for chat_id in done:
            del self._chats[chat_id]
        for task in done.values():
            task.result()

    async def _serve(self, due: Due, time_at: Callable[[], datetime], gather: timedelta) -> None:
        """Do what is due in a chat, one thing after another, until nothing is or the chat is to be left alone."""
        for _ in range(BATCH):
            goes_on = await self._courier.do(due, time_at, gather=gather)
            if self._closing or not goes_on:
                return
            now = time_at()
            agenda = await self._call(self._outbox.agenda, now, gather=gather, chat_id=due.chat.id)
            if not agenda.due or self._rest_of(agenda.due[0], now) is not None:
                return
            due = agenda.due[0]

    def _wait(self, now: datetime) -> timedelta | None:
        return max(self._next - now, timedelta()) if self._next else None

    async def _pause(self, stop: asyncio.Event, seconds: float) -> None:
        waits = (stop.wait(), self._awake.wait(), self._sleep(seconds))
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()

    async def _finish(self) -> None:
        """Let messages on their way arrive; what only waits for its turn stays in the outbox."""
        self._closing = True
        for chat_id, task in self._chats.items():
            if not self._courier.is_sending(chat_id):
                task.cancel()
        results = await asyncio.gather(*self._chats.values(), return_exceptions=True)
        for error in results:
            if isinstance(error, Exception):
                log.error("delivery ended with an error", error=repr(error))
        self._chats.clear()
        try:
            await self._books.write_what_is_owed()
        except StoreError as error:
            log.error(
                "not recorded what became of alerts, they may come twice", owed=self._books.owed, error=str(error)
            )


def _counting_from(now: datetime, clock: Callable[[], float]) -> Callable[[], datetime]:
    """Return a clock that goes on from `now` and does not follow when the machine's is set."""
    start = clock()
    return lambda: now + timedelta(seconds=clock() - start)
