"""What a message says to the bot: a command, or a post to look at; and who says it."""

import json
import re
from dataclasses import dataclass
from datetime import UTC

from telegram import Message, MessageOriginChannel

from monitor.bot.channel_posts import origin_name
from monitor.core.model import Post, join_parts

# What a message says of whoever pasted or forwarded it (core.telegram.org/bots/api#message).
OF_THE_MESSENGER = frozenset({"from", "sender_chat", "sender_business_bot", "chat", "reply_to_message",
                              "external_reply", "quote", "message_thread_id", "author_signature"})  # fmt: skip

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?:\s+(.*))?\s*", re.DOTALL)


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


def given_post(message: Message) -> Post | None:
    """Return what a person forwarded or pasted as a post, or None when it has no words, or was meant as a command.

    A forwarded one keeps who wrote it and when; of a public channel's, the address is known too.
    """
    text, parts = join_parts([("text", message.text or message.caption or "")])
    origin = message.forward_origin
    if not text.strip() or (origin is None and text.startswith("/")):
        return None
    guid, url = f"chat/{message.chat_id}/{message.message_id}", None
    if isinstance(origin, MessageOriginChannel):
        guid = f"channel/{origin.chat.id}/{origin.message_id}"
        url = f"https://t.me/{origin.chat.username}/{origin.message_id}" if origin.chat.username else None
    return Post(
        guid=guid,
        text=text,
        parts=parts,
        url=url,
        author=origin_name(message),
        published_at=origin.date.astimezone(UTC) if origin else None,
        raw=_without_messenger(message),
    )


def _without_messenger(message: Message) -> bytes:
    """Return a message as Telegram says it, but for who passed it on and where: it may be shown as evidence."""
    told = {name: value for name, value in message.to_dict().items() if name not in OF_THE_MESSENGER}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
