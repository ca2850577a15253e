"""Looks for a message whose answer was lost, number by number, from the last that was known before it.

The Bot API cannot say whether a message arrived, but an edit that changes nothing says that the message at a number is
this very one (docs/delivery.md). Only when several numbers in a row beyond all known ones are empty did it not arrive.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from monitor.bot.delivery_books import Books
from monitor.bot.pace import Pace
from monitor.core.errors import AlertRefused
from monitor.core.ports import Notify, Outbox
from monitor.core.telling import Doubt, Found, Look, Telling
from monitor.watchlist import StoreCall

log = structlog.get_logger()

MOST_LOOKS = 30  # numbers asked about for one message; each is an edit, of which a group takes 20 a minute

Clock = Callable[[], datetime]
Change = Callable[[Telling, int], Awaitable[None]]


class Search:
    """Settles tellings in doubt."""

    def __init__(
        self, outbox: Outbox, call: StoreCall, notify: Notify, *, pace: Pace, books: Books, grace: timedelta
    ) -> None:
        self._outbox = outbox
        self._call = call
        self._notify = notify
        self._pace = pace
        self._books = books
        self._grace = grace

    async def look_for(self, doubt: Doubt, time_at: Clock) -> None:
        """Find out whether a telling arrived, and write it down: sent, or back in the outbox.

        Of what was sent again with nothing to go by, other copies are looked for, and taken away. The first turn within
        the limits is the caller's. Raises StoreError, and AlertError when Telegram cannot be asked now: the search goes
        on from there next time.
        """
        telling = doubt.telling
        if doubt.look_at is None:
            await self._books.write(partial(self._call, self._outbox.send_again, telling.lead.id, at=time_at()))
            return
        number, empty, again = doubt.look_at, doubt.empty, doubt.is_repeated or doubt.is_there
        for looks in range(MOST_LOOKS):
            while number in doubt.known:
                number += 1
            if looks:
                await self._pace.turn(telling.lead.chat)
            await self._say_looking(telling, number, empty, time_at())
            look = await self._notify.look(telling, number, again=again)
            if await self._is_settled(telling, look, number, time_at, again=again) and not doubt.is_there:
                return
            again = doubt.is_there
            empty = empty + 1 if look.found is Found.NOTHING and number > doubt.newest else 0
            if empty == doubt.gap:
                break
            number += 1
        if doubt.is_there:
            await self._books.write(partial(self._call, self._outbox.no_copy, telling.lead.id))
            return
        reason = (
            "it did not arrive" if empty == doubt.gap else "it was not found among many messages, so it is sent again"
        )
        log.info("message not found", alert=telling.lead.id, chat=telling.lead.chat.address, reason=reason)
        until = time_at()
        await self._books.write(partial(self._call, self._outbox.put_back, telling.lead.id, until=until, reason=reason))

    async def _say_looking(self, telling: Telling, number: int, empty: int, at: datetime) -> None:
        """Write down which number is asked about, so that a question without an answer is only asked again after the
        grace: until then it may take effect, on whatever message gets that number.
        """
        until = at + self._grace
        await self._call(self._outbox.looking, telling.lead.id, number=number, empty=empty, at=at, until=until)

    async def _is_settled(self, telling: Telling, look: Look, number: int, time_at: Clock, *, again: bool) -> bool:
        """Take an answer for what it is; return whether it settles what was in doubt."""
        if look.found is Found.IT:
            await self._arrived(telling, number, time_at())
            return True
        if look.found is Found.OURS:
            await self._touched(telling, look, number, time_at, again=again)
            return look.lead_id == telling.lead.id
        return False

    async def _touched(self, telling: Telling, look: Look, number: int, time_at: Clock, *, again: bool) -> None:
        """Set right a message of ours whose buttons were just changed. It may be one that was in doubt as well.

        That it is to be set right is written down first: a crash must leave no buttons of another alert. Where a look
        was repeated, the first may still take effect, so the message is set right once more a minute later.
        """
        known = None
        if look.lead_id is not None:
            known = await self._call(self._outbox.telling, look.lead_id, time_at())
        if known is None or known[0].lead.chat.id != telling.lead.chat.id:
            await self._set_right(telling, self._notify.bare, number)
            return
        theirs, message_id = known
        if message_id is not None and message_id != number:
            log.warning("surplus copy of an alert taken away", alert=theirs.lead.id, chat=theirs.lead.chat.address)
            await self._pace.turn(theirs.lead.chat)
            await self._notify.remove(theirs, number)
            return
        since = time_at()
        await self._books.write(partial(self._call, self._outbox.mark_stale, theirs.lead.id, at=since))
        if message_id is None:
            await self._arrived(theirs, number, time_at())
        if await self._set_right(theirs, self._notify.update, number):
            done = None if again else since
            edited = partial(self._call, self._outbox.edited, theirs.lead.id, since=done, at=time_at())
            await self._books.write(edited)

    async def _set_right(
        self, telling: Telling, change: Callable[[Telling, int], Awaitable[None]], number: int
    ) -> bool:
        """Change a message; return whether that worked. Raises AlertError when it may work later."""
        await self._pace.turn(telling.lead.chat)
        try:
            await change(telling, number)
        except AlertRefused as error:
            log.warning("message left as it is", number=number, chat=telling.lead.chat.address, error=str(error))
            return False
        return True

    async def _arrived(self, telling: Telling, number: int, at: datetime) -> None:
        log.info("message found that was in doubt", alert=telling.lead.id, chat=telling.lead.chat.address)
        await self._books.write(partial(self._call, self._outbox.sent, telling.lead.id, message_id=number, at=at))
