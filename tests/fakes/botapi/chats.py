"""Who and what there is to talk to: users, chats and the messages in them. Nothing is decided here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.botapi.params import FakeFile
from tests.fakes.botapi.text import Entity, Formatted

GLOBAL_COUNTER = ("private", "group")
"""The kinds of chat whose messages are numbered together, per bot; the others each count from 1."""

OUTSIDE = ("left", "kicked")


@dataclass(slots=True, kw_only=True)
class User:
    """A person, or the bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    started: bool = True  # has written to the bot, which may therefore write back
    blocked: bool = False  # has blocked the bot
    deleted: bool = False  # the account is gone

    def as_json(self) -> dict[str, Any]:
        """Return the Bot API's User."""
        told = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        names = ("last_name", "username", "language_code")
        return told | {name: value for name in names if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeMessage:
    """A message as it is now in its chat. `text` is what people read, `html` what the bot sent with parse_mode HTML."""

    message_id: int
    chat_id: int
    text: str  # of a document or photo: its caption
    html: str | None = None
    entities: tuple[Entity, ...] = ()
    reply_markup: dict[str, Any] | None = None
    thread_id: int | None = None
    disable_notification: bool = False
    date: int  # seconds since 1970
    edited: int | None = None  # when, in seconds since 1970
    by_bot: bool = False
    user_id: int | None = None  # who wrote it; None for a post of a channel
    sender_chat_id: int | None = None  # the chat that speaks: a channel, an anonymous administrator's group
    reply_to: int | None = None
    link_preview_options: dict[str, Any] | None = None
    forward_origin: dict[str, Any] | None = None
    file: FakeFile | None = None
    file_kind: str | None = None  # "document" or "photo"
    service: dict[str, Any] = field(default_factory=dict)  # what a service message says, as in the Bot API

    def button(self, text: str) -> dict[str, Any]:
        """Return the inline button that reads `text`. Raises LookupError."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        buttons: list[dict[str, Any]] = [button for row in rows for button in row]
        for button in buttons:
            if button["text"] == text:
                return button
        labels = [button["text"] for button in buttons]
        raise LookupError(f"message {self.message_id} has no button {text!r}, only {labels}")

    def same_as(self, formatted: Formatted, reply_markup: dict[str, Any] | None) -> bool:
        """Tell whether an edit to this content would change nothing."""
        now = (self.text, self.entities, self.reply_markup)
        return now == (formatted.text, formatted.entities, reply_markup)


@dataclass(slots=True, kw_only=True)
class Chat:
    """A conversation, and the bot's place in it."""

    id: int
    type: str  # private, group, supergroup, channel
    title: str | None = None
    username: str | None = None
    is_forum: bool = False
    bot_status: str = "member"  # creator, administrator, member, left, kicked
    bot_may_write: bool = True
    bot_may_edit: bool = False  # channels: the right can_edit_messages, over other people's posts
    migrated_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)  # user id → status
    topics: dict[int, str] = field(default_factory=dict)  # thread id → name
    messages: dict[int, FakeMessage] = field(default_factory=dict)
    last_id: int = 0

    @property
    def bot_is_admin(self) -> bool:
        return self.bot_status in ("creator", "administrator")

    @property
    def kind(self) -> str:
        """Return the kind of chat in the words of Telegram's errors."""
        return f"{self.type} chat"


class World:
    """All users and chats that one bot can meet, and the numbers they are given.

    `watch` is called with each message that appears or changes.
    """

    def __init__(self, bot: User) -> None:
        self.bot = bot
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.watch: Callable[[FakeMessage], None] = lambda message: None
        self._counter = 0

    def user(self, user_id: int) -> User:
        """Return a user that was added. Raises LookupError, for the author of the test."""
        if user_id not in self.users:
            raise LookupError(f"there is no user {user_id}: add_user(id={user_id}, ...) first")
        return self.users[user_id]

    def chat(self, chat_id: int | str) -> Chat:
        """Return a chat that was added. Raises LookupError, for the author of the test."""
        found = self.find(chat_id)
        if found is None:
            raise LookupError(f"there is no chat {chat_id}: add_chat(id={chat_id}, ...) first")
        return found

    def find(self, chat_id: int | str) -> Chat | None:
        """Return the chat of a number or an @username, or None."""
        if isinstance(chat_id, int):
            return self.chats.get(chat_id)
        if not chat_id.startswith("@"):
            return None
        name = chat_id[1:].lower()
        # Only public groups and channels have usernames that a bot can write to.
        public = (chat for chat in self.chats.values() if chat.type != "private")
        return next((chat for chat in public if (chat.username or "").lower() == name), None)

    def next_id(self, chat: Chat) -> int:
        """Return the number of the next message in a chat."""
        if chat.type in GLOBAL_COUNTER:
            self._counter += 1
            return self._counter
        chat.last_id += 1
        return chat.last_id

    def keep(self, message: FakeMessage) -> FakeMessage:
        """Put a message, new or changed, into its chat."""
        self.chats[message.chat_id].messages[message.message_id] = message
        self.watch(message)
        return message
