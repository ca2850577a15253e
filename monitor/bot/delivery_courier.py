"""Does one thing in one chat: tells, looks for a message whose answer was lost, brings a message up to date.

What an error means for a telling and its chat is decided here and nowhere else. A row says it is in flight before
anything is sent, and that it was sent after.
"""

import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from monitor.bot.delivery_books import Books, Step
from monitor.bot.delivery_search import Search
from monitor.bot.pace import Pace
from monitor.core.errors import (
    AlertError,
    AlertRefused,
    ChatBusy,
    ChatMoved,
    ChatUnreachable,
    OutcomeUnknown,
    StoreError,
)
from monitor.core.model import AlertId, Chat, ChatId
from monitor.core.ports import Notify, Outbox
from monitor.core.telling import Due, Stale, Task, Telling
from monitor.watchlist import StoreCall

log = structlog.get_logger()

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)  # before what may be a bug is tried again
LONGEST_REST = timedelta(minutes=1)  # of a chat in which the last message did not get through
MARGIN = timedelta(seconds=1)  # on what Telegram asks for: its clock is not ours
MOST_MOVES = 3  # of a chat, followed at once

Clock = Callable[[], datetime]


class Courier:
    """Serves chats. One chat is served by one caller at a time."""

    def __init__(
        self, outbox: Outbox, call: StoreCall, notify: Notify, *, pace: Pace, books: Books, grace: timedelta
    ) -> None:
        self._outbox = outbox
        self._call = call
        self._notify = notify
        self._pace = pace
        self._books = books
        self._grace = grace
        self._search = Search(outbox, call, notify, pace=pace, books=books, grace=grace)
        self._sending: set[ChatId] = set()  # those in which a message is on its way right now
        self._failures: dict[ChatId, int] = {}  # in a row, of chats in which the last message did not get through
        self._rests: dict[ChatId, datetime] = {}
        self.on_closed: Callable[[Chat, str, int], Awaitable[None]] | None = None

    def is_sending(self, chat_id: ChatId) -> bool:
        """Tell whether a message to this chat is on its way right now."""
        return chat_id in self._sending

    def resting(self, chat_id: ChatId, now: datetime) -> datetime | None:
        """Return until when a chat is left alone after a failure, or None."""
        resting = self._rests.get(chat_id)
        if resting and now < resting <= now + LONGEST_REST:  # else the machine's clock was set back
            return resting
        self._rests.pop(chat_id, None)
        return None

    async def do(self, due: Due, time_at: Clock, *, gather: timedelta) -> bool:
        """Do one thing in a chat; return whether the chat takes more. Raises StoreError."""
        await self._pace.turn(due.chat)
        self._sending.add(due.chat.id)
        try:
            match due.task:
                case Task.TELL:
                    return await self._tell(due.chat, time_at, gather)
                case Task.LOOK:
                    return await self._look(due.chat, time_at)
                case Task.UPDATE:
                    return await self._update(due.chat, time_at)
        finally:
            self._sending.discard(due.chat.id)

    async def _tell(self, chat: Chat, time_at: Clock, gather: timedelta) -> bool:
        telling = await self._call(self._outbox.begin, chat.id, time_at(), gather=gather)
        if telling is None:
            return True
        try:
            message_id = await self._show(telling)
        except StoreError:
            raise
        except AlertError as error:
            return await self._settle(telling, error, time_at())
        except Exception as error:  # noqa: BLE001  # a bug in showing one alert must not stop the others
            log.error("alert failed", alert=telling.lead.id, chat=chat.id, traceback=traceback.format_exc())
            await self._books.write(self._doubt(telling, repr(error), time_at() + self._backoff(telling)))
            return True
        self._failures.pop(chat.id, None)
        sent = partial(self._call, self._outbox.sent, telling.lead.id, message_id=message_id, at=time_at())
        await self._books.write(sent)
        return True

    async def _show(self, telling: Telling) -> int:
        """Show a telling; refused as it is, once more without markup. Raises AlertError."""
        try:
            return await self._notify(telling)
        except AlertRefused as error:
            log.warning("alert refused, sent without markup", alert=telling.lead.id, error=str(error))
        await self._pace.turn(telling.lead.chat)
        return await self._notify(telling, plain=True)

    async def _look(self, chat: Chat, time_at: Clock) -> bool:
        """Look for a message whose answer was lost."""
        doubt = await self._call(self._outbox.next_doubt, chat.id, time_at())
        if doubt is None:
            return True
        try:
            await self._search.look_for(doubt, time_at)
        except StoreError:
            raise
        except AlertError as error:
            return await self._settle(doubt.telling, error, time_at(), is_looking=True)
        self._failures.pop(chat.id, None)
        return True

    async def _update(self, chat: Chat, time_at: Clock) -> bool:
        """Bring a message up to date. What does not work now is tried again a minute later."""
        stale = await self._call(self._outbox.next_stale, chat.id, time_at())
        if stale is None:
            return True
        lead_id = stale.telling.lead.id
        try:
            await self._bring_up_to_date(stale)
        except AlertRefused as error:
            log.error("message cannot be brought up to date", alert=lead_id, chat=chat.id, error=str(error))
        except (ChatBusy, ChatMoved, ChatUnreachable) as error:
            return await self._settle_chat(chat, error, time_at())
        except AlertError:
            self._rest(chat.id, time_at())
            await self._books.write(self._edited(lead_id, None, time_at()))
            return False
        except Exception:  # noqa: BLE001  # a bug in showing one alert must not stop the others
            log.error("update failed", alert=lead_id, chat=chat.id, traceback=traceback.format_exc())
        await self._books.write(self._edited(lead_id, stale.since, time_at()))
        return True

    async def _bring_up_to_date(self, stale: Stale) -> None:
        """Edit a message; refused as it is, once more without markup. Raises AlertError."""
        try:
            await self._notify.update(stale.telling, stale.message_id)
        except AlertRefused as error:
            log.warning("edit refused, tried without markup", alert=stale.telling.lead.id, error=str(error))
        else:
            return
        await self._pace.turn(stale.telling.lead.chat)
        await self._notify.update(stale.telling, stale.message_id, plain=True)

    async def _settle(self, telling: Telling, error: AlertError, now: datetime, *, is_looking: bool = False) -> bool:
        """Do what an error means for its telling and chat; return whether the chat takes more. Raises StoreError.

        An error while the telling was looked for says nothing of the telling: it stays in doubt.
        """
        chat, reason = telling.lead.chat, str(error)
        match error:
            case ChatBusy() | ChatMoved():
                until = now if isinstance(error, ChatMoved) and telling.lead.attempts <= MOST_MOVES else None
                until = until or now + max(getattr(error, "wait", FIRST_WAIT) + MARGIN, FIRST_WAIT)
                back = self._doubt if is_looking else self._back
                await self._books.write(back(telling, reason, until))
                return await self._settle_chat(chat, error, now)
            case ChatUnreachable():
                return await self._settle_chat(chat, error, now)
            case AlertRefused() if telling.others:
                log.warning("message refused, its alerts are told one by one", alert=telling.lead.id, error=reason)
                await self._books.write(partial(self._call, self._outbox.tell_alone, telling, reason=reason, at=now))
                return True
            case AlertRefused():
                log.error("alert given up", alert=telling.lead.id, chat=chat.id, error=reason)
                bury = partial(self._call, self._outbox.bury, telling.lead.id, reason=reason, at=now)
                await self._books.write(bury)
                return True
            case OutcomeUnknown():
                self._rest(chat.id, now)
                await self._books.write(self._doubt(telling, reason, now + self._grace))
            case _:
                until = self._rest(chat.id, now)
                back = self._doubt if is_looking else self._back
                await self._books.write(back(telling, reason, until))
        return False

    async def _settle_chat(self, chat: Chat, error: AlertError, now: datetime) -> bool:
        """Do what an error means for its chat; return whether the chat takes more, which it does not."""
        match error:
            case ChatBusy():
                until = now + error.wait + MARGIN
                await self._books.write(partial(self._call, self._outbox.hold_chat, chat.id, until=until))
            case ChatMoved():
                log.info("chat moved", chat=chat.address, to=error.address)
                move = partial(self._call, self._outbox.move_chat, chat.id, address=error.address)
                await self._books.write(move)
            case ChatUnreachable():
                await self._books.write(partial(self._close, chat, str(error), now))
        return False

    def _back(self, telling: Telling, reason: str, until: datetime) -> Step:
        """Return the step that puts a telling back into the outbox."""
        return partial(self._call, self._outbox.put_back, telling.lead.id, until=until, reason=reason)

    def _doubt(self, telling: Telling, reason: str, until: datetime) -> Step:
        """Return the step that says nobody knows whether a telling arrived."""
        return partial(self._call, self._outbox.doubt, telling.lead.id, until=until, reason=reason)

    def _edited(self, lead_id: AlertId, since: datetime | None, at: datetime) -> Step:
        return partial(self._call, self._outbox.edited, lead_id, since=since, at=at)

    def _rest(self, chat_id: ChatId, now: datetime) -> datetime:
        """Leave a chat alone for a while, so that an outage is not asked about once for each waiting alert."""
        failures = self._failures.get(chat_id, 0)
        self._failures[chat_id] = failures + 1
        self._rests[chat_id] = now + _doubled(FIRST_WAIT, times=failures, longest=LONGEST_REST)
        return self._rests[chat_id]

    def _backoff(self, telling: Telling) -> timedelta:
        """Return how long to leave a telling alone that something unforeseen happened to."""
        return max(self._grace, _doubled(FIRST_WAIT, times=telling.lead.attempts - 1, longest=LONGEST_WAIT))

    async def _close(self, chat: Chat, reason: str, now: datetime) -> None:
        buried = await self._call(self._outbox.close_chat, chat.id, reason=reason, at=now)
        log.warning("chat closed to the bot", chat=chat.address, title=chat.title, reason=reason, buried=buried)
        if self.on_closed:
            try:
                await self.on_closed(chat, reason, buried)
            except Exception:  # noqa: BLE001  # telling the owner is a courtesy; the chat is closed either way
                log.error("owner not told of a closed chat", traceback=traceback.format_exc())


def _doubled(first: timedelta, *, times: int, longest: timedelta) -> timedelta:
    return min(first * int(2 ** min(times, 16)), longest)
