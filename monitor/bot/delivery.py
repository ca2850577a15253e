"""Delivers what the outbox holds: each alert until it arrived, one chat never waiting for another.

Within a chat alerts go one by one; chats go side by side. What an error means for its alert is decided here and
nowhere else. A row says it is in flight before anything is sent, and that it was sent after; what could not be
written down in between (a full disk) is kept and written as soon as it can be, before anything else is sent.
How alerts are shown is not known here: that is the port `Notify`.
"""

import asyncio
import time
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby, islice
from typing import Protocol

import structlog

from monitor.bot.pace import Pace
from monitor.core.errors import AlertError, AlertRefused, ChatBusy, ChatMoved, ChatUnreachable, StoreError
from monitor.core.model import Alert, AlertId, Chat, ChatId
from monitor.core.ports import Notify
from monitor.watchlist import StoreCall

log = structlog.get_logger()

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)  # before an alert is tried again
LONGEST_REST = timedelta(minutes=1)  # of a chat in which the last message did not get through
MARGIN = timedelta(seconds=1)  # on what Telegram asks for: its clock is not ours
BATCH = 20  # alerts of one chat before the outbox is asked again what is still to be told
MOST_MOVES = 3  # of a chat, followed at once
IDLE = 5.0  # seconds between looks at the outbox that nobody asked for

Step = Callable[[], Awaitable[object]]
"""Something to write down."""


class Outbox(Protocol):
    """What delivery needs of the store; the promises are those of `core.ports.Store`."""

    def due_alerts(self, now: datetime) -> list[Alert]: ...
    def in_flight(self, alert_id: AlertId, *, at: datetime) -> None: ...
    def sent(self, alert_id: AlertId, *, message_id: int, at: datetime) -> None: ...
    def put_back(self, alert_id: AlertId, *, until: datetime, reason: str) -> None: ...
    def bury(self, alert_id: AlertId, *, reason: str, at: datetime) -> None: ...
    def hold_chat(self, chat_id: ChatId, *, until: datetime) -> None: ...
    def close_chat(self, chat_id: ChatId, *, reason: str, at: datetime) -> int: ...
    def move_chat(self, chat_id: ChatId, *, address: str) -> None:
        """Give a chat its new address: a group became a supergroup."""


class Delivery:
    """The way from the outbox to people.

    `on_closed(chat, reason, buried)` is awaited once when a chat turns out to be closed to the bot.
    """

    def __init__(
        self,
        outbox: Outbox,
        call: StoreCall,
        notify: Notify,
        *,
        pace: Pace | None = None,
        on_closed: Callable[[Chat, str, int], Awaitable[None]] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._call = call
        self._notify = notify
        self._pace = pace or Pace()
        self._on_closed = on_closed
        self._now = now
        self._clock = clock
        self._chats: dict[ChatId, asyncio.Task[None]] = {}
        self._sending: set[ChatId] = set()  # those in which a message is on its way right now
        self._failures: dict[ChatId, int] = {}  # in a row, of chats in which the last message did not get through
        self._rests: dict[ChatId, datetime] = {}
        self._unwritten: deque[Step] = deque()
        self._next: datetime | None = None  # when something put back is due
        self._awake = asyncio.Event()
        self._closing = False

    def wake(self) -> None:
        """Look at the outbox now: something was recorded."""
        self._awake.set()

    async def round(self, now: datetime) -> timedelta | None:
        """Deliver everything that is due at `now`, and return once all chats are done with it.

        Returns how long until something that was put back is due again, or None. Raises StoreError.
        """
        while await self._launch(now):
            await asyncio.gather(*self._chats.values(), return_exceptions=True)
            self._collect()
        return self._wait(now)

    async def drain(self) -> timedelta | None:
        """Deliver everything that is due now; see `round`."""
        return await self.round(self._now())

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; messages on their way then are finished. A StoreError is waited out."""
        trouble = ""
        try:
            while not stop.is_set():
                self._awake.clear()
                now = self._now()
                try:
                    self._collect()
                    await self._launch(now)
                    trouble = ""
                except StoreError as error:
                    if str(error) != trouble:
                        log.error("alerts wait: the database cannot be used", error=str(error))
                    trouble = str(error)
                wait = self._wait(now)
                await self._pause(stop, min(IDLE, wait.total_seconds()) if wait is not None and not trouble else IDLE)
        finally:
            await self._finish()

    async def _launch(self, now: datetime) -> bool:
        """Set every chat that has something due to work, except those that still are; return whether any works."""
        await self._write_what_is_owed()
        if self._next and self._next <= now:
            self._next = None
        due = await self._call(self._outbox.due_alerts, now)
        time_at = _counting_from(now, self._clock)
        in_turn = sorted(due, key=lambda alert: (alert.chat.id, alert.attempts > 0, alert.id))
        for chat_id, alerts in groupby(in_turn, key=lambda alert: alert.chat.id):
            resting = self._rests.get(chat_id)
            if resting and now < resting <= now + LONGEST_REST:  # else the machine's clock was set back
                self._due_again(resting)
            elif chat_id not in self._chats:
                self._rests.pop(chat_id, None)
                task = asyncio.create_task(self._serve(list(islice(alerts, BATCH)), time_at), name=f"chat {chat_id}")
                task.add_done_callback(lambda _: self.wake())
                self._chats[chat_id] = task
        return bool(self._chats)

    def _collect(self) -> None:
        """Forget chats that are done. Raises what one of them could not deal with: StoreError."""
        done = {chat_id: task for chat_id, task in self._chats.items() if task.done()}
        for chat_id in done:
            del self._chats[chat_id]
        for task in done.values():
            task.result()

    async def _serve(self, alerts: list[Alert], time_at: Callable[[], datetime]) -> None:
        """Deliver the alerts of one chat in turn, until all are or the chat wants to be left alone.

        Fresh ones come first, so that one that never arrives does not stand in the way.
        """
        for alert in alerts:
            if self._closing or not await self._deliver(alert, time_at):
                return

    async def _deliver(self, alert: Alert, time_at: Callable[[], datetime]) -> bool:
        """Try one alert; return whether its chat takes more. Raises StoreError."""
        chat_id = alert.chat.id
        await self._pace.turn(alert.chat)
        self._sending.add(chat_id)
        try:
            await self._call(self._outbox.in_flight, alert.id, at=time_at())
            message_id = await self._show(alert)
        except StoreError:
            raise
        except AlertError as error:
            return await self._settle(alert, error, time_at())
        except Exception as error:  # noqa: BLE001  # a bug in showing one alert must not stop the others
            log.error("alert failed", alert=alert.id, chat=chat_id, traceback=traceback.format_exc())
            await self._write(self._back(alert, repr(error), until=time_at() + _backoff(alert)))
        else:
            self._failures.pop(chat_id, None)
            await self._write(partial(self._call, self._outbox.sent, alert.id, message_id=message_id, at=time_at()))
        finally:
            self._sending.discard(chat_id)
        return True

    async def _show(self, alert: Alert) -> int:
        """Show an alert; refused as it is, once more without markup. Raises AlertError."""
        try:
            return await self._notify(alert)
        except AlertRefused as error:
            log.warning("alert refused, sent without markup", alert=alert.id, chat=alert.chat.id, error=str(error))
        await self._pace.turn(alert.chat)
        return await self._notify(alert, plain=True)

    async def _settle(self, alert: Alert, error: AlertError, now: datetime) -> bool:
        """Do what an error means for its alert and chat; return whether the chat takes more. Raises StoreError."""
        chat = alert.chat
        match error:
            case ChatBusy():
                until = now + error.wait + MARGIN
                self._due_again(until)
                hold = partial(self._call, self._outbox.hold_chat, chat.id, until=until)
                await self._write(hold, self._back(alert, str(error), until=until))
            case ChatMoved():
                log.info("chat moved", chat=chat.address, to=error.address)
                until = alert.created_at if alert.attempts < MOST_MOVES else now + _backoff(alert)
                move = partial(self._call, self._outbox.move_chat, chat.id, address=error.address)
                await self._write(move, self._back(alert, str(error), until=until))
            case ChatUnreachable():
                await self._write(partial(self._close, chat, str(error), now))
            case AlertRefused():
                log.error("alert given up", alert=alert.id, chat=chat.id, error=str(error))
                await self._write(partial(self._call, self._outbox.bury, alert.id, reason=str(error), at=now))
                return True
            case _:
                self._rest(chat.id, now)
                await self._write(self._back(alert, str(error), until=now + _backoff(alert)))
        return False

    def _back(self, alert: Alert, reason: str, *, until: datetime) -> Step:
        """Return the step that puts an alert back into the outbox."""
        self._due_again(until)
        return partial(self._call, self._outbox.put_back, alert.id, until=until, reason=reason)

    def _rest(self, chat_id: ChatId, now: datetime) -> None:
        """Leave a chat alone for a while, so that an outage is not asked about once for each waiting alert."""
        failures = self._failures.get(chat_id, 0)
        self._failures[chat_id] = failures + 1
        self._rests[chat_id] = now + _doubled(FIRST_WAIT, times=failures, longest=LONGEST_REST)
        self._due_again(self._rests[chat_id])

    async def _close(self, chat: Chat, reason: str, now: datetime) -> None:
        buried = await self._call(self._outbox.close_chat, chat.id, reason=reason, at=now)
        log.warning("chat closed to the bot", chat=chat.address, title=chat.title, reason=reason, buried=buried)
        if self._on_closed:
            try:
                await self._on_closed(chat, reason, buried)
            except Exception:  # noqa: BLE001  # telling the owner is a courtesy; the chat is closed either way
                log.error("owner not told of a closed chat", traceback=traceback.format_exc())

    async def _write(self, *steps: Step) -> None:
        """Write down what happened. Raises StoreError; what could not be written is then owed."""
        for done, step in enumerate(steps):
            try:
                await step()
            except StoreError:
                self._unwritten.extend(steps[done:])
                raise

    async def _write_what_is_owed(self) -> None:
        """Write down what could not be before. Raises StoreError."""
        while self._unwritten:
            await self._unwritten[0]()
            self._unwritten.popleft()

    def _due_again(self, time: datetime) -> None:
        self._next = min(time, self._next) if self._next else time

    def _wait(self, now: datetime) -> timedelta | None:
        return max(self._next - now, timedelta()) if self._next else None

    async def _pause(self, stop: asyncio.Event, seconds: float) -> None:
        tasks = (asyncio.create_task(stop.wait()), asyncio.create_task(self._awake.wait()))
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()

    async def _finish(self) -> None:
        """Let messages on their way arrive; what only waits for its turn stays in the outbox."""
        self._closing = True
        for chat_id, task in self._chats.items():
            if chat_id not in self._sending:
                task.cancel()
        results = await asyncio.gather(*self._chats.values(), return_exceptions=True)
        for error in results:
            if isinstance(error, Exception):
                log.error("delivery ended with an error", error=repr(error))
        self._chats.clear()
        try:
            await self._write_what_is_owed()
        except StoreError as error:
            owed = len(self._unwritten)
            log.error("not recorded what became of alerts, they may come twice", owed=owed, error=str(error))


def _counting_from(now: datetime, clock: Callable[[], float]) -> Callable[[], datetime]:
    """Return a clock that goes on from `now` and does not follow when the machine's is set."""
    start = clock()
    return lambda: now + timedelta(seconds=clock() - start)


def _backoff(alert: Alert) -> timedelta:
    """Return how long to leave an alert alone that was tried `attempts` times before this one."""
    return _doubled(FIRST_WAIT, times=alert.attempts, longest=LONGEST_WAIT)


def _doubled(first: timedelta, *, times: int, longest: timedelta) -> timedelta:
    return min(first * int(2 ** min(times, 16)), longest)
