"""Posts of channels that the bot is in, as posts of a source: what Telegram itself sends, as it is written.

A bot that is an administrator of a channel is told of its posts and of their edits, and never of its own
(core.telegram.org/bots/api#update). Deletions are not told.
"""

from datetime import UTC

from telegram import Message, MessageOriginChannel, MessageOriginChat, MessageOriginHiddenUser, MessageOriginUser

from monitor.core.model import Post, join_parts


def post_of(message: Message) -> Post | None:
    """Return a channel's message as a post, or None when it has no words."""
    stretches = [("text", message.text or message.caption or "")]
    if message.poll:
        stretches.append(
            ("poll", "\n".join([message.poll.question, *(option.text for option in message.poll.options)]))
        )
    text, parts = join_parts(stretches)
    if not text.strip():
        return None
    return Post(
        guid=f"{message.chat_id}/{message.message_id}",
        text=text,
        parts=parts,
        url=message.link,
        author=origin_name(message) or message.author_signature or message.chat.title,
        published_at=message.date.astimezone(UTC),
        raw=message.to_json().encode(),
    )


def addresses_of(message: Message) -> tuple[str, ...]:
    """Return what a person may have called the channel: its number, its @name."""
    names = [f"@{message.chat.username.lower()}"] if message.chat.username else []
    return (str(message.chat_id), *names)


def origin_name(message: Message) -> str | None:
    """Return who wrote a forwarded post first."""
    match message.forward_origin:
        case MessageOriginUser(sender_user=user):
            return str(user.full_name)
        case MessageOriginHiddenUser(sender_user_name=name):
            return str(name)
        case MessageOriginChat(sender_chat=chat) | MessageOriginChannel(chat=chat):
            return str(chat.effective_name)
        case _:
            return None
