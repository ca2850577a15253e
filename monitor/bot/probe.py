"""Questions to Telegram that change nothing, for `quote-monitor check`: whose token is this, may it post there?"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from monitor.bot.client import TelegramOptions
from monitor.core.errors import AlertError, SettingsError

T = TypeVar("T")


async def who_am_i(options: TelegramOptions) -> str:
    """Return the bot's username. Raises SettingsError for an unknown token, AlertError when Telegram is silent."""

    async def ask(bot: Bot) -> str:
        return bot.username

    return await _asked(options, ask)


async def channel_rights(options: TelegramOptions) -> str:
    """Return in words what the bot may do in the configured channel.

    Raises SettingsError when it cannot post there, AlertError when Telegram does not answer.
    """
    channel = options.channel
    if channel is None:
        raise SettingsError("telegram.channel is not set.")

    async def ask(bot: Bot) -> str:
        try:
            chat = await bot.get_chat(channel)
            member = await bot.get_chat_member(channel, bot.id)
        except (BadRequest, Forbidden) as error:
            raise SettingsError(f"{channel}: {error.message}. Add the bot there as an administrator.") from error
        may_post = isinstance(member, ChatMemberOwner) or (
            isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
        )
        if chat.type == chat.CHANNEL and not may_post:
            raise SettingsError(f"{channel}: the bot is there but may not post: make it an administrator that may.")
        return f"“{chat.title or channel}”: the bot may post"

    return await _asked(options, ask)


async def _asked(options: TelegramOptions, ask: Callable[[Bot], Awaitable[T]]) -> T:
    """Return the answer to `ask`, put through a bot that exists only for it."""
    try:
        async with Bot(options.token, base_url=f"{options.api_url}/bot") as bot:
            return await ask(bot)
    except InvalidToken:
        raise SettingsError("Telegram does not know this token: take the one @BotFather shows.") from None
    except TelegramError as error:
        raise AlertError(f"Telegram cannot be asked: {options.redacted(error.message)}.") from None
