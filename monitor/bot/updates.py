"""What the bot hears: commands in messages, verbs in pressed buttons; held against the roles, run and answered.

Commands are new messages that a person wrote: in a private chat, or in a group when they name the bot or reply to it.
An edited or forwarded message, a channel, an anonymous sender never runs one. A button works for whoever presses it,
wherever it stands, by that person's own role (core.telegram.org/bots/api#message, #callbackquery).
"""

import time
import traceback
from collections.abc import Callable
from datetime import tzinfo
from typing import Any

import structlog
from telegram import Bot, Chat, ChatMember, Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackContext, ExtBot

from monitor.bot import hearing_texts as texts
from monitor.bot.answers import Answer
from monitor.bot.asking import BotTelegram, can_post
from monitor.bot.callers import Callers
from monitor.bot.channel_posts import addresses_of, post_of
from monitor.bot.commands import BY_NAME
from monitor.bot.desk import Desk
from monitor.bot.door import Door, TellOwners
from monitor.bot.floor import Floor
from monitor.bot.help_texts import greeting
from monitor.bot.language import speaking
from monitor.bot.pressing import Pressing
from monitor.bot.roles import Needs, Policy, allowed
from monitor.bot.saying import say, topic_of
from monitor.bot.spoken import Spoken, given_post, sender_id, spoken
from monitor.core.errors import StoreError
from monitor.core.people import Role

log = structlog.get_logger()

BEGIN = "start"  # what Telegram sends when somebody opens the chat: core.telegram.org/bots/features#commands
Context = CallbackContext[ExtBot[None], Any, Any, Any]


class Updates:
    """Hears Telegram's updates and calls the desk."""

    def __init__(
        self,
        desk: Desk,
        policy: Policy,
        *,
        zone: tzinfo,
        redacted: Callable[[str], str],
        tell_owners: TellOwners | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk = desk
        self._access = policy.access
        self._redacted = redacted
        self._callers = Callers(desk, policy, zone)
        self._door = Door(tell_owners, clock=clock)
        self._floor = Floor(desk, clock=clock)
        self._pressing = Pressing(self._callers, self._floor)

    async def hear_message(self, update: Update, context: Context) -> None:
        """Answer a new message."""
        message = update.message
        if message is None:
            return
        if message.migrate_to_chat_id:
            await self._desk.chat_moved(str(message.chat_id), to=str(message.migrate_to_chat_id))
        elif (user_id := sender_id(message)) is not None:
            try:
                role = await self._callers.role(user_id)
            except StoreError as error:
                await self._answer_seldom(message, context.bot, texts.told(error))
                return
            if role is not Role.BANNED:
                await self._hear_person(message, role, context.bot)

    async def hear_press(self, update: Update, context: Context) -> None:
        """Do what a pressed button means."""
        if update.callback_query:
            await self._pressing.hear(update.callback_query, context.bot)

    async def hear_post(self, update: Update, context: Context) -> None:  # noqa: ARG002  # as handlers are called
        """Pass on what was written, or edited, in a channel that is a source; of others nothing is kept."""
        message = update.channel_post or update.edited_channel_post
        post = post_of(message) if message else None
        if message and post:
            await self._desk.heard(addresses_of(message), post)

    async def hear_membership(self, update: Update, context: Context) -> None:  # noqa: ARG002  # as handlers are called
        """Take note that the bot was blocked, removed, or let in again."""
        change = update.my_chat_member
        if change is None:
            return
        chat = change.chat
        addresses = [str(chat.id)]
        if chat.username and chat.type != Chat.PRIVATE:
            addresses.append(f"@{chat.username}")
        for address in addresses:
            if not _can_write(change.new_chat_member):
                await self._desk.chat_closed(address, reason=_why_closed(chat))
            elif not _can_write(change.old_chat_member):
                await self._desk.chat_opened(address)

    async def log_failure(self, update: object, context: Context) -> None:
        """Log what went wrong while an update was heard; tell the person that something did."""
        error = context.error
        if isinstance(error, TelegramError):
            log.warning("answer not sent", error=self._redacted(str(error)))
            return
        told = self._redacted("".join(traceback.format_exception(error))) if error else ""
        log.error("update failed", traceback=told)
        message = update.message if isinstance(update, Update) else None
        if message and message.chat.type == Chat.PRIVATE:
            with speaking(message.from_user.language_code if message.from_user else None):
                await self._answer_seldom(message, context.bot, texts.fault())

    async def _hear_person(self, message: Message, role: Role, bot: Bot) -> None:
        heard = None if message.forward_origin else _command_to(bot, message)
        is_private = message.chat.type == Chat.PRIVATE
        is_reader = allowed(Needs.READER, role, self._access)
        assert message.from_user is not None
        with speaking(message.from_user.language_code):
            if is_private and not is_reader and not (heard and _is_for_anybody(heard)):
                await self._turn_away(message, bot, is_beginning=heard is not None and heard.name == BEGIN)
            elif is_private or (heard and is_reader):
                await self._answer_person(message, heard, role, bot)

    async def _answer_person(self, message: Message, heard: Spoken | None, role: Role, bot: Bot) -> None:
        if role is Role.STRANGER and not self._door.answers():
            return
        user = message.from_user
        assert user is not None
        call = await self._callers.call(message, user, role, heard.words if heard else "", BotTelegram(bot))
        with speaking(call.lang):
            answer = (
                await self._floor.command(call, heard.name)
                if heard
                else await self._floor.post(call, given_post(message))
            )
            if answer:
                await say(bot, message.chat_id, answer, thread_id=topic_of(message))

    async def _turn_away(self, message: Message, bot: Bot, *, is_beginning: bool) -> None:
        """Tell a stranger that the monitor is private (and what it is, at the beginning), and ask its owners."""
        user = message.from_user
        assert user is not None
        if not self._floor.is_courteous(message.chat_id) or not self._door.answers():
            return
        is_asked = await self._door.ask(user.id, user.full_name, user.language_code)
        notice = texts.private_notice(user.id, is_asked=is_asked)
        await say(bot, message.chat_id, greeting(notice) if is_beginning else notice)

    async def _answer_seldom(self, message: Message, bot: Bot, text: str) -> None:
        if self._floor.is_courteous(message.chat_id):
            await say(bot, message.chat_id, Answer(text=text), thread_id=topic_of(message))


def _command_to(bot: Bot, message: Message) -> Spoken | None:
    """Return the command a message gives to this bot, or None.

    In a group it must name the bot or reply to it: several bots may know a command of this name.
    """
    heard = spoken(message.text)
    if heard is None:
        return None
    if heard.to is not None:
        return heard if heard.to == bot.username.lower() else None
    replied = message.reply_to_message
    is_reply = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    return heard if message.chat.type == Chat.PRIVATE or is_reply else None


def _is_for_anybody(heard: Spoken) -> bool:
    """Tell whether a stranger is answered as everybody is. Who begins without an invitation wants to be let in."""
    command = BY_NAME.get(heard.name)
    is_knocking = heard.name == BEGIN and not heard.words.strip()
    return command is not None and command.needs is Needs.ANYBODY and not is_knocking


def _can_write(member: ChatMember) -> bool:
    return can_post(member, in_channel=False)


def _why_closed(chat: Chat) -> str:
    return "the user blocked the bot" if chat.type == Chat.PRIVATE else "the bot was removed from the chat"
