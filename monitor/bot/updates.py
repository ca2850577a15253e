"""What the bot hears: a command is taken from a message, held against the roles, run and answered.

Only new messages of a private chat, written by the person themselves, are commands. An edited or forwarded
message, a group, a channel, an anonymous sender never runs one (core.telegram.org/bots/api#message).
"""

import re
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import structlog
from telegram import Bot, Chat, ChatMember, ChatMemberRestricted, LinkPreviewOptions, Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackContext, ExtBot

from monitor.bot import messages
from monitor.bot.answers import Answer
from monitor.bot.channel_posts import addresses_of, post_of
from monitor.bot.commands import BY_NAME, Call, Command
from monitor.bot.desk import Desk
from monitor.bot.roles import Needs, Policy, allowed
from monitor.bot.throttle import Throttle
from monitor.core.errors import InputError, StoreError

log = structlog.get_logger()

Context = CallbackContext[ExtBot[None], Any, Any, Any]
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?:\s+(.*))?\s*", re.DOTALL)
REPLY_EVERY = 3.0  # seconds, for each chat, between answers nobody has a claim to
READER_BURST = 10  # commands that somebody who is no owner may give at once
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message that reads like a command."""

    name: str
    to: str | None  # the bot it names: /track@this_bot
    words: str


def spoken(text: str | None) -> Spoken | None:
    """Return the command a text begins with, or None."""
    found = COMMAND.fullmatch(text or "")
    if not found:
        return None
    return Spoken(name=found[1].lower(), to=found[2] and found[2].lower(), words=found[3] or "")


def sender_id(message: Message) -> int | None:
    """Return who wrote a message, or None when that cannot be told: a channel, an anonymous admin, another bot."""
    if message.sender_chat or not message.from_user or message.from_user.is_bot:
        return None
    return message.from_user.id


class Updates:
    """Hears Telegram's updates and calls the desk."""

    def __init__(
        self,
        desk: Desk,
        policy: Policy,
        *,
        zone: tzinfo,
        redacted: Callable[[str], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk = desk
        self._policy = policy
        self._zone = zone
        self._redacted = redacted
        self._courtesy = Throttle(REPLY_EVERY, clock=clock)
        self._readers = Throttle(REPLY_EVERY, burst=READER_BURST, clock=clock)

    async def hear_message(self, update: Update, context: Context) -> None:
        """Answer a new message."""
        message = update.message
        if message is None:
            return
        if message.migrate_to_chat_id:
            await self._desk.chat_moved(str(message.chat_id), to=str(message.migrate_to_chat_id))
        elif message.chat.type != Chat.PRIVATE:
            await self._hear_group(message, context.bot)
        else:
            await self._hear_private(message, context.bot)

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
            await self._answer_seldom(message, context.bot, messages.FAULT)

    async def _hear_group(self, message: Message, bot: Bot) -> None:
        command = spoken(message.text)
        if command and command.to == bot.username.lower() and not message.forward_origin:
            await self._answer_seldom(message, bot, messages.ONLY_PRIVATELY)

    async def _hear_private(self, message: Message, bot: Bot) -> None:
        user_id = sender_id(message)
        heard = spoken(message.text)
        if heard and heard.to not in (None, bot.username.lower()):
            heard = None
        if not allowed("subscribe", user_id, self._policy) and (not heard or not self._may(heard.name, user_id)):
            await self._answer_seldom(message, bot, messages.private_notice(user_id))
        elif message.forward_origin:
            await self._answer_seldom(message, bot, messages.FORWARDED)
        elif not heard:
            await self._answer_seldom(message, bot, messages.NOT_A_COMMAND)
        elif heard.name not in BY_NAME:
            await self._answer_seldom(message, bot, messages.unknown_command(heard.name))
        elif not self._may(heard.name, user_id):
            await self._answer_seldom(message, bot, messages.owners_only(heard.name, user_id))
        elif self._has_room(BY_NAME[heard.name], message, user_id):
            await self._run(BY_NAME[heard.name], self._call(message, user_id, heard.words), message, bot)

    def _may(self, command: str, user_id: int | None) -> bool:
        return allowed(command, user_id, self._policy)

    def _has_room(self, command: Command, message: Message, user_id: int | None) -> bool:
        """Tell whether a command is run now: an owner's always, a stranger's not in floods."""
        if self._may("track", user_id):
            return True
        throttle = self._courtesy if command.needs is Needs.ANYBODY else self._readers
        return throttle.allows(message.chat_id)

    def _call(self, message: Message, user_id: int | None, words: str) -> Call:
        return Call(
            words=words,
            user_id=user_id,
            address=str(message.chat_id),
            title=message.chat.effective_name,
            thread_id=_topic(message),
            policy=self._policy,
            zone=self._zone,
        )

    async def _run(self, command: Command, call: Call, message: Message, bot: Bot) -> None:
        answer: Answer | str
        try:
            answer = await command.run(call, self._desk)
        except InputError as error:
            answer = str(error)
        except StoreError as error:
            log.error("database cannot be used", command=command.name, error=str(error))
            answer = messages.database_unusable(error)
        await self._answer(message, bot, answer.text if isinstance(answer, Answer) else answer)

    async def _answer_seldom(self, message: Message, bot: Bot, text: str) -> None:
        if self._courtesy.allows(message.chat_id):
            await self._answer(message, bot, text)

    async def _answer(self, message: Message, bot: Bot, text: str) -> None:
        for page in messages.in_messages(text):
            await bot.send_message(
                message.chat_id, page, message_thread_id=_topic(message), link_preview_options=NO_PREVIEW
            )


def _topic(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def _can_write(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return member.status not in (ChatMember.LEFT, ChatMember.BANNED)


def _why_closed(chat: Chat) -> str:
    return "the user blocked the bot" if chat.type == Chat.PRIVATE else "the bot was removed from the chat"
