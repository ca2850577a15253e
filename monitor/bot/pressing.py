"""Hears pressed buttons, and shows what comes of it: over the chat, in the message's place, or beside it."""

import structlog
from telegram import Bot, CallbackQuery, Chat, Message
from telegram.error import Forbidden, TelegramError

from monitor.bot import hearing_texts as texts
from monitor.bot.answers import Answer
from monitor.bot.asking import BotTelegram
from monitor.bot.callers import Callers
from monitor.bot.floor import Floor
from monitor.bot.language import speaking
from monitor.bot.saying import say, take_place, toast, topic_of
from monitor.core.errors import StoreError
from monitor.core.people import Role

log = structlog.get_logger()


class Pressing:
    """Hears presses. Each is answered, so that no button keeps turning (api#answercallbackquery)."""

    def __init__(self, callers: Callers, floor: Floor) -> None:
        self._callers = callers
        self._floor = floor

    async def hear(self, query: CallbackQuery, bot: Bot) -> None:
        """Do what a pressed button means. Raises TelegramError where its message cannot be changed."""
        with speaking(query.from_user.language_code):
            try:
                await self._hear(query, bot)
            except (StoreError, TelegramError) as error:
                failed = texts.told(error) if isinstance(error, StoreError) else ""
                await _close(query, Answer(toast=failed, is_alarm=bool(failed)))
                if not failed:
                    raise
            except Exception:
                await _close(query, Answer(toast=texts.fault(), is_alarm=True))
                raise

    async def _hear(self, query: CallbackQuery, bot: Bot) -> None:
        message = query.message
        role = await self._callers.role(query.from_user.id)
        if role is Role.BANNED or query.from_user.is_bot:
            await _close(query, Answer())
            return
        if message is None or not query.data:
            await _close(query, Answer(toast=texts.stale_button()))
            return
        verb, _, words = query.data.partition(" ")
        call = await self._callers.call(message, query.from_user, role, words, BotTelegram(bot))
        with speaking(call.lang):
            answer = await self._floor.press(call, verb)
            if answer.is_apart and message.chat.type == Chat.CHANNEL:
                await _close(query, await _said_privately(query, answer, bot))
                return
            await _close(query, answer)
            if not isinstance(message, Message) or answer.is_apart:
                await _say_beside(message.chat.id, message, answer, bot)
            else:
                await take_place(bot, message, answer)


async def _close(query: CallbackQuery, answer: Answer) -> None:
    """Answer the press; one too old for that is nothing to worry about."""
    try:
        await query.answer(toast(answer) or None, show_alert=answer.is_alarm)
    except TelegramError as error:
        log.debug("press not answered", error=str(error))


async def _say_beside(chat_id: int, message: object, answer: Answer, bot: Bot) -> None:
    if answer.text or answer.attachment:
        await say(bot, chat_id, answer, thread_id=topic_of(message) if isinstance(message, Message) else None)


async def _said_privately(query: CallbackQuery, answer: Answer, bot: Bot) -> Answer:
    """Say to the person what is not for a whole channel; return what is shown over the chat."""
    try:
        await _say_beside(query.from_user.id, None, answer, bot)
    except Forbidden:
        return Answer(toast=texts.write_first(bot.username), is_alarm=True)
    return answer
