"""How updates come in: asked for by a long poll, or brought to a webhook; confirmed once they were heard.

What comes from one chat is heard in order; different chats are heard side by side.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, TelegramError

from monitor.bot.patience import Patience
from monitor.bot.webhook import AT_ONCE, Webhook, secret_of

log = structlog.get_logger()

HEARD = (
    Update.MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.CHANNEL_POST,
    Update.EDITED_CHANNEL_POST,
)
LONG_POLL = timedelta(seconds=30)
Hear = Callable[[Update], Awaitable[None]]


class InOrder:
    """Hears updates: those of one chat one after the other, of different chats at once, but not too many."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._room = asyncio.Semaphore(AT_ONCE)
        self._of_chat: defaultdict[object, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: defaultdict[object, int] = defaultdict(int)

    async def all(self, updates: Iterable[Update]) -> None:
        """Hear updates, and return when all of them were."""
        await asyncio.gather(*(self.one(update) for update in updates))

    async def one(self, update: Update) -> None:
        """Hear an update, after those of the same chat that came before it."""
        chat = update.effective_chat.id if update.effective_chat else None
        self._waiting[chat] += 1
        try:
            async with self._of_chat[chat], self._room:
                await self._hear(update)
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat], self._of_chat[chat]


class LongPoll:
    """Asks for updates, and confirms them by asking for the next ones."""

    def __init__(self, bot: Bot, hear: Hear, patience: Patience) -> None:
        self._bot = bot
        self._in_order = InOrder(hear)
        self._patience = patience
        self._stopping = patience.stopping

    async def run(self) -> None:
        """Listen until the bot stops."""
        offset: int | None = None
        while not self._stopping.is_set():
            updates = await self._patience.ask(self._poll, offset)
            if updates:
                await self._in_order.all(updates)
                offset = updates[-1].update_id + 1
                if self._stopping.is_set():
                    await self._confirm(offset)

    async def _poll(self, offset: int | None) -> Sequence[Update]:
        """Return updates, or none once the bot stops."""
        asked = asyncio.create_task(self._bot.get_updates(offset, timeout=LONG_POLL, allowed_updates=HEARD))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((asked, stopping), return_when=asyncio.FIRST_COMPLETED)
            return asked.result() if asked.done() else ()
        except Conflict as error:
            if "webhook" in str(error):  # set by another program once; with it nothing can be polled
                await self._bot.delete_webhook()
                return ()
            raise
        finally:
            for task in (asked, stopping):
                task.cancel()
            await asyncio.gather(asked, stopping, return_exceptions=True)

    async def _confirm(self, offset: int) -> None:
        """Say which updates are done with; unconfirmed ones would only be heard again."""
        with contextlib.suppress(TelegramError):
            await self._bot.get_updates(offset, timeout=timedelta(), allowed_updates=HEARD)


class Brought:
    """Lets Telegram bring updates to a webhook. `open` it first: its address may be taken."""

    def __init__(self, bot: Bot, hear: Hear, patience: Patience, *, url: str, host: str, port: int, token: str) -> None:
        self._bot = bot
        self._in_order = InOrder(hear)
        self._patience = patience
        self._url, self._secret = url, secret_of(token)
        self.webhook = Webhook(url, host=host, port=port, secret=self._secret, hear=self._take)

    def open(self) -> None:
        """Listen for updates. Raises SettingsError."""
        self.webhook.start()

    async def run(self) -> None:
        """Tell Telegram where to bring updates, and hear them until the bot stops."""
        await self._patience.ask(self._announce)
        await self._patience.stopping.wait()

    async def close(self) -> None:
        """Listen no more. Telegram keeps what comes meanwhile, for a day."""
        await self.webhook.stop()

    async def _announce(self) -> bool:
        return await self._bot.set_webhook(
            self._url, secret_token=self._secret, allowed_updates=HEARD, max_connections=AT_ONCE
        )

    async def _take(self, update: dict[str, Any]) -> None:
        heard = Update.de_json(update, self._bot)
        if heard:
            await self._in_order.one(heard)
