"""Chats, members and messages in the shapes of the Bot API (core.telegram.org/bots/api#available-types)."""

from typing import Any

from tests.fakes.botapi.chats import Chat, FakeMessage, World
from tests.fakes.botapi.params import FakeFile
from tests.fakes.botapi.text import Entity

ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
"""Who messages on behalf of a chat pretend to be from, for old clients (core.telegram.org/bots/api#message)."""

_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def chat_json(world: World, chat: Chat) -> dict[str, Any]:
    """Return the Bot API's Chat."""
    told: dict[str, Any] = {"id": chat.id, "type": chat.type}
    if chat.type == "private":
        person = world.users[chat.id].as_json()
        return told | {name: person[name] for name in ("first_name", "last_name", "username") if name in person}
    if chat.username:
        told["username"] = chat.username
    if chat.is_forum:
        told["is_forum"] = True
    return told | {"title": chat.title or str(chat.id)}


def full_chat_json(world: World, chat: Chat) -> dict[str, Any]:
    """Return the Bot API's ChatFullInfo."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return chat_json(world, chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def member_json(world: World, chat: Chat, user_id: int) -> dict[str, Any]:
    """Return the Bot API's ChatMember: what a user, or the bot, is in a chat."""
    is_me = user_id == world.bot.id
    status = chat.bot_status if is_me else chat.members.get(user_id, "left")
    told: dict[str, Any] = {"status": status, "user": world.users[user_id].as_json()}
    if status == "kicked":
        told["until_date"] = 0
    elif status == "creator":
        told["is_anonymous"] = False
    elif status == "administrator":
        told |= dict.fromkeys(_RIGHTS, False) | {"can_manage_chat": True, "can_delete_messages": True}
        if chat.type == "channel":
            told |= {"can_post_messages": True, "can_edit_messages": not is_me or chat.bot_may_edit}
    return told


def message_json(world: World, message: FakeMessage, *, with_reply: bool = True) -> dict[str, Any]:
    """Return the Bot API's Message."""
    chat = world.chats[message.chat_id]
    told = {"message_id": message.message_id, "date": message.date, "chat": chat_json(world, chat)}
    told |= _sender(world, message) | _content(world, message) | message.service
    if message.edited is not None:
        told["edit_date"] = message.edited
    if message.thread_id is not None:
        told |= {"message_thread_id": message.thread_id, "is_topic_message": True}
    if "inline_keyboard" in (message.reply_markup or {}):
        told["reply_markup"] = message.reply_markup
    if message.link_preview_options and message.text:
        told["link_preview_options"] = message.link_preview_options
    if message.forward_origin:
        told["forward_origin"] = message.forward_origin
    answered = chat.messages.get(message.reply_to or 0)
    if with_reply and answered:
        told["reply_to_message"] = message_json(world, answered, with_reply=False)
    return told


def _sender(world: World, message: FakeMessage) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if message.sender_chat_id is not None:
        told["sender_chat"] = chat_json(world, world.chats[message.sender_chat_id])
        if world.chats[message.chat_id].type != "channel":
            told["from"] = ANONYMOUS_ADMIN if message.sender_chat_id == message.chat_id else CHANNEL_BOT
    elif message.user_id is not None:
        told["from"] = world.users[message.user_id].as_json()
    return told


def _content(world: World, message: FakeMessage) -> dict[str, Any]:
    entities = [_entity(world, one) for one in message.entities]
    told: dict[str, Any] = {}
    if message.file and message.file_kind:
        told[message.file_kind] = _file(message.file, message.file_kind, of=message)
        names = ("caption", "caption_entities")
    else:
        names = ("text", "entities")
    if message.text:
        told[names[0]] = message.text
    if entities:
        told[names[1]] = entities
    return told


def _entity(world: World, entity: Entity) -> dict[str, Any]:
    told = entity.as_json()
    if entity.user_id is not None:
        told["user"] = world.users[entity.user_id].as_json()
    return told


def _file(file: FakeFile, kind: str, *, of: FakeMessage) -> Any:
    name = f"{kind}-{of.chat_id}-{of.message_id}"
    told: dict[str, Any] = {"file_id": name, "file_unique_id": f"unique-{name}", "file_size": len(file.content)}
    if kind == "photo":
        return [told | {"width": 1, "height": 1}]
    return told | {"file_name": file.name, "mime_type": file.mime_type}
