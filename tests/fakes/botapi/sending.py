"""The methods that put messages into chats and change them there.

Edits follow what bots rely on: an edit to the same content says so, one of somebody else's message is refused, and one
without a keyboard takes the keyboard away. A message that came with a reply keyboard cannot be edited
(github.com/tdlib/td/issues/3196).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.fakes.botapi.access import editable_chat, message_in, readable_chat, thread_of, writable_chat
from tests.fakes.botapi.chats import Chat, FakeMessage, World
from tests.fakes.botapi.errors import NOT_MODIFIED, bad_request
from tests.fakes.botapi.markup import html_as_sent, read_markup, read_text
from tests.fakes.botapi.params import FakeFile, Params
from tests.fakes.botapi.shapes import chat_json, message_json
from tests.fakes.botapi.text import CAPTION_LIMIT, TEXT_LIMIT, Formatted

_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip


def send_message(world: World, params: Params, now: float) -> dict[str, Any]:
    """sendMessage."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    formatted = read_text(world, params, name="text", limit=TEXT_LIMIT, too_long="message is too long")
    if not formatted.text:
        raise bad_request("text must be non-empty")
    return _send(world, params, now, formatted, html=html_as_sent(params, "text"))


def send_file(kind: str) -> Callable[[World, Params, float], dict[str, Any]]:
    """sendDocument, sendPhoto: `kind` is the parameter that holds the file."""

    def send(world: World, params: Params, now: float) -> dict[str, Any]:
        formatted = read_text(
            world, params, name="caption", limit=CAPTION_LIMIT, too_long="message caption is too long"
        )
        file = params.file(kind)
        if not file:
            raise bad_request(f"there is no {kind} in the request")
        if isinstance(file, str):
            file = FakeFile(name=file, content=b"")
        elif not file.content:
            raise bad_request("file must be non-empty")
        return _send(world, params, now, formatted, html=html_as_sent(params, "caption"), file=file, file_kind=kind)

    return send


def forward_message(world: World, params: Params, now: float) -> dict[str, Any]:
    """forwardMessage."""
    chat = writable_chat(world, params)
    source = readable_chat(world, params, "from_chat_id")
    original = message_in(source, params.number("message_id"), "message to forward")
    copy = _signed(world, chat, original)
    copy = replace(
        copy,
        reply_markup=None,
        reply_to=None,
        edited=None,
        thread_id=thread_of(chat, params),
        date=int(now),
        disable_notification=params.flag("disable_notification"),
        forward_origin=original.forward_origin or _origin(world, source, original),
    )
    return message_json(world, world.keep(copy))


def edit_message_text(world: World, params: Params, now: float) -> dict[str, Any]:
    """editMessageText."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    formatted = read_text(world, params, name="text", limit=TEXT_LIMIT, too_long="MESSAGE_TOO_LONG")
    markup = read_markup(params, inline_only=True)
    message = _to_edit(world, params)
    if message.file:
        raise bad_request("there is no text in the message to edit")
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if message.same_as(formatted, markup):
        raise bad_request(NOT_MODIFIED)
    changed = replace(
        message,
        text=formatted.text,
        entities=formatted.entities,
        html=html_as_sent(params, "text"),
        reply_markup=markup,
        edited=int(now),
        link_preview_options=params.given("link_preview_options"),
    )
    return message_json(world, world.keep(changed))


def edit_message_reply_markup(world: World, params: Params, now: float) -> dict[str, Any]:
    """editMessageReplyMarkup."""
    markup = read_markup(params, inline_only=True)
    message = _to_edit(world, params)
    if message.reply_markup == markup:
        raise bad_request(NOT_MODIFIED)
    return message_json(world, world.keep(replace(message, reply_markup=markup, edited=int(now))))


def delete_message(world: World, params: Params, now: float) -> bool:
    """deleteMessage."""
    chat = editable_chat(world, params)
    message = message_in(chat, params.number("message_id"), "message to delete")
    if not (message.by_bot or chat.type == "private" or chat.bot_is_admin):
        raise bad_request("message can't be deleted")
    del chat.messages[message.message_id]
    return True


def send_chat_action(world: World, params: Params, now: float) -> bool:
    """sendChatAction."""
    writable_chat(world, params)
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def _send(world: World, params: Params, now: float, formatted: Formatted, **content: Any) -> dict[str, Any]:
    markup = read_markup(params)
    chat = writable_chat(world, params)
    thread_id = thread_of(chat, params)
    reply_to = _reply_to(chat, params)
    message = FakeMessage(
        message_id=world.next_id(chat),
        chat_id=chat.id,
        text=formatted.text,
        entities=formatted.entities,
        reply_markup=markup,
        thread_id=thread_id,
        reply_to=reply_to,
        disable_notification=params.flag("disable_notification"),
        link_preview_options=params.given("link_preview_options"),
        date=int(now),
        **_signature(world, chat),
        **content,
    )
    return message_json(world, world.keep(message))


def _reply_to(chat: Chat, params: Params) -> int | None:
    asked = params.given("reply_parameters") or {"message_id": params.number("reply_to_message_id")}
    message_id = int(asked.get("message_id") or 0)
    if not message_id or message_id in chat.messages:
        return message_id or None
    if asked.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _to_edit(world: World, params: Params) -> FakeMessage:
    if not params.values.get("chat_id") and params.values.get("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")  # nothing is ever sent through inline mode here
    chat = editable_chat(world, params)
    message = message_in(chat, params.number("message_id"), "message to edit")
    foreign = not message.by_bot and not (chat.type == "channel" and chat.bot_may_edit)
    keyboard = message.reply_markup is not None and "inline_keyboard" not in message.reply_markup
    if foreign or keyboard or message.forward_origin or message.service or chat.migrated_to is not None:
        raise bad_request("message can't be edited")
    return message


def _signature(world: World, chat: Chat) -> dict[str, Any]:
    """In a channel the channel speaks, elsewhere the bot."""
    if chat.type == "channel":
        return {"by_bot": True, "user_id": None, "sender_chat_id": chat.id}
    return {"by_bot": True, "user_id": world.bot.id, "sender_chat_id": None}


def _signed(world: World, chat: Chat, message: FakeMessage) -> FakeMessage:
    return replace(message, message_id=world.next_id(chat), chat_id=chat.id, **_signature(world, chat))


def _origin(world: World, source: Chat, message: FakeMessage) -> dict[str, Any]:
    if message.sender_chat_id is not None and source.type == "channel":
        chat = chat_json(world, source)
        return {"type": "channel", "date": message.date, "chat": chat, "message_id": message.message_id}
    if message.sender_chat_id is not None:
        sender = chat_json(world, world.chats[message.sender_chat_id])
        return {"type": "chat", "date": message.date, "sender_chat": sender}
    sender = world.users[message.user_id or world.bot.id].as_json()
    return {"type": "user", "date": message.date, "sender_user": sender}
