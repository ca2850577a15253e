"""What owners are told without having asked. Who cannot be told is only logged."""

from collections.abc import Callable, Iterable

import structlog
from telegram import Bot
from telegram.error import TelegramError

from monitor.bot import messages
from monitor.bot.answers import Answer
from monitor.bot.desk import Desk
from monitor.bot.language import speaking
from monitor.bot.saying import say
from monitor.core.errors import StoreError
from monitor.core.model import Chat

log = structlog.get_logger()


class Owners:
    """Tells each owner, in the language of the owner's chat."""

    def __init__(self, bot: Bot, desk: Desk, owners: Iterable[int], *, redacted: Callable[[str], str]) -> None:
        self._bot = bot
        self._desk = desk
        self._owners = sorted(owners)
        self._redacted = redacted

    async def tell(self, made: Callable[[], Answer | str], *, but: str | None = None) -> None:
        """Tell every owner (but the one whose chat is at this address) what `made` returns in their language."""
        for owner in self._owners:
            if str(owner) == but:
                continue
            with speaking(await self._lang(owner)):
                answer = made()
            try:
                await say(self._bot, owner, answer)
            except TelegramError as error:
                log.warning("owner not told", owner=owner, error=self._redacted(str(error)))

    async def tell_closed(self, chat: Chat, reason: str, buried: int) -> None:
        """Tell the owners of a chat that no longer accepts messages."""
        await self.tell(lambda: messages.chat_closed(chat, reason, buried), but=chat.address)

    async def _lang(self, owner: int) -> str | None:
        try:
            return (await self._desk.preferences(str(owner))).lang
        except StoreError:
            return None
