"""What people do, so that the bot hears of it: they write, press buttons, block the bot, throw it out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.fakes.botapi.chats import OUTSIDE, Chat, FakeMessage, User, World
from tests.fakes.botapi.looking import Callbacks
from tests.fakes.botapi.shapes import chat_json, member_json, message_json
from tests.fakes.botapi.text import Entity, Formatted, bot_commands, tidy
from tests.fakes.botapi.updates import Updates


class People:
    """Everybody but the bot. Mistakes of the test's author raise LookupError or ValueError."""

    def __init__(self, world: World, updates: Updates, callbacks: Callbacks, now: Callable[[], float]) -> None:
        self._world = world
        self._updates = updates
        self._callbacks = callbacks
        self._now = now
        self._queries = 0

    def add_user(self, *, id: int, first_name: str = "Ann", started: bool = True, **given: Any) -> User:  # noqa: A002
        """Add a person and the private chat with them, of the same id.

        `given`: last_name, username, language_code, blocked, deleted. `started=False`: has never written to the bot.
        """
        user = self._world.users[id] = User(id=id, first_name=first_name, started=started, **given)
        private = Chat(id=id, type="private", username=user.username, members={id: "member"})
        self._world.chats[id] = private
        return user

    def add_chat(
        self,
        *,
        id: int,  # noqa: A002
        type: str = "supergroup",  # noqa: A002
        title: str = "Chat",
        bot_is_admin: bool = False,
        **given: Any,
    ) -> Chat:
        """Add a group, supergroup or channel that the bot is in.

        `given`: username, is_forum, members ({user id: status}), and the fields of Chat for rarer cases: bot_status,
        bot_may_write, bot_may_edit (the right to edit other people's posts in a channel).
        """
        if type not in ("group", "supergroup", "channel"):
            raise ValueError(f"a chat of type {type!r} cannot be added; a private chat comes with add_user")
        status = {"bot_status": "administrator" if bot_is_admin else "member"}
        chat = self._world.chats[id] = Chat(id=id, type=type, title=title, **(status | given))
        return chat

    def add_topic(self, chat_id: int, name: str) -> int:
        """Open a topic in a forum and return its thread id, which is the id of the message that opened it."""
        chat = self._world.chat(chat_id)
        chat.is_forum = True
        thread_id = self._world.next_id(chat)
        service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        self._keep(chat, message_id=thread_id, text="", service=service, thread_id=thread_id)
        chat.topics[thread_id] = name
        return thread_id

    def say(
        self,
        *,
        chat_id: int,
        user_id: int,
        text: str,
        thread_id: int | None = None,
        reply_to: int | None = None,
        as_chat: int | None = None,
        forwarded_from: int | None = None,
    ) -> int:
        """Let a person write a message; return the update's id.

        `as_chat`: in the name of a chat: the group itself for an anonymous administrator, or a channel.
        `forwarded_from`: the user whose message is forwarded.
        """
        chat, author = self._world.chat(chat_id), self._world.user(user_id)
        if chat.type == "channel":
            raise ValueError("in a channel nobody speaks as a person: use post_by_other")
        if chat.type == "private":
            author.started, author.blocked = True, False
        else:
            chat.members.setdefault(user_id, "member")
        message = self._keep(
            chat,
            text=text,
            user_id=user_id if as_chat is None else None,
            sender_chat_id=as_chat,
            thread_id=thread_id,
            reply_to=reply_to,
            forward_origin=self._origin(forwarded_from),
        )
        return self._tell("message", chat, message_json(self._world, message))

    def edit(self, *, chat_id: int, message_id: int, text: str) -> int:
        """Let a person change what they wrote, or somebody their channel post; return the update's id."""
        chat = self._world.chat(chat_id)
        tidied = _written(text)
        old = chat.messages[message_id]
        message = replace(old, text=tidied.text, entities=tidied.entities, edited=int(self._now()))
        kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
        return self._tell(kind, chat, message_json(self._world, self._world.keep(message)))

    def post_by_other(self, *, chat_id: int | str, text: str, user_id: int | None = None) -> FakeMessage:
        """Let somebody else take the next message id of a chat; the bot hears of it as it would from Telegram."""
        chat = self._world.chat(chat_id)
        if chat.type == "channel":
            message = self._keep(chat, text=text, sender_chat_id=chat.id)
            self._tell("channel_post", chat, message_json(self._world, message))
            return message
        if user_id is None:
            user_id = next(iter(chat.members), None)
        if user_id is None:
            raise ValueError(f"nobody is in chat {chat_id}: give a user_id")
        self.say(chat_id=chat.id, user_id=user_id, text=text)
        return max(chat.messages.values(), key=lambda message: message.message_id)

    def press(self, message: FakeMessage, button: str, *, user_id: int | None = None) -> int:
        """Let a person press the inline button that reads `button`; return the update's id.

        `user_id` may be left out in a private chat.
        """
        chat = self._world.chat(message.chat_id)
        current = chat.messages[message.message_id]
        pressed = current.button(button)
        if "callback_data" not in pressed:
            raise ValueError(f"pressing {button!r} tells the bot nothing: {pressed}")
        if user_id is None and chat.type != "private":
            raise ValueError("say who presses the button: user_id")
        self._queries += 1
        query_id = f"{self._world.bot.id}{self._queries:08}"
        self._callbacks.asked.add(query_id)
        query = {
            "id": query_id,
            "from": self._world.user(user_id or chat.id).as_json(),
            "message": message_json(self._world, current),
            "chat_instance": f"instance-{chat.id}",
            "data": pressed["callback_data"],
        }
        return self._updates.add("callback_query", query)

    def transcript(self, chat_id: int | str | None = None) -> str:
        """Return what stands in a chat, or in all of them, as people read it: one line a message."""
        chats = self._world.chats.values() if chat_id is None else [self._world.chat(chat_id)]
        lines = []
        for chat in chats:
            for number, message in sorted(chat.messages.items()):
                author = "bot" if message.by_bot else str(message.user_id or "channel")
                rows = (message.reply_markup or {}).get("inline_keyboard", [])
                buttons = "".join(f" [{button['text']}]" for row in rows for button in row)
                edited = " (edited)" if message.edited is not None else ""
                lines.append(f"{chat.id} #{number} {author}{edited}: {' / '.join(message.text.splitlines())}{buttons}")
        return "\n".join(lines)

    def block(self, user_id: int) -> int:
        """Let a person block the bot; return the update's id."""
        return self._set_blocked(user_id, blocked=True)

    def unblock(self, user_id: int) -> int:
        """Let a person unblock the bot; return the update's id."""
        return self._set_blocked(user_id, blocked=False)

    def kick_bot(self, chat_id: int, *, by: int | None = None) -> int:
        """Let the bot be thrown out of a chat; return the update's id."""
        return self.set_bot_status(chat_id, "kicked", by=by)

    def set_bot_status(self, chat_id: int, status: str, *, by: int | None = None) -> int:
        """Let the bot become a member, administrator, left or kicked; return the update's id."""
        chat = self._world.chat(chat_id)
        before = member_json(self._world, chat, self._world.bot.id)
        chat.bot_status = status
        after = member_json(self._world, chat, self._world.bot.id)
        return self._membership(chat, by, before, after)

    def migrate(self, chat_id: int, to: int) -> None:
        """Let a group become the supergroup `to`: both chats say so, and the old one takes no more messages."""
        old = self._world.chat(chat_id)
        new = self.add_chat(id=to, type="supergroup", title=old.title or "", bot_status=old.bot_status)
        new.members = dict(old.members)
        old.migrated_to = to
        for chat, service in ((old, {"migrate_to_chat_id": to}), (new, {"migrate_from_chat_id": chat_id})):
            message = self._keep(chat, text="", sender_chat_id=chat.id, service=service)
            self._updates.add("message", message_json(self._world, message))

    def _set_blocked(self, user_id: int, *, blocked: bool) -> int:
        chat, person = self._world.chat(user_id), self._world.user(user_id)
        person.blocked = blocked
        me = self._world.bot.as_json()
        member: dict[str, Any] = {"status": "member", "user": me}
        kicked: dict[str, Any] = {"status": "kicked", "user": me, "until_date": 0}
        before, after = (member, kicked) if blocked else (kicked, member)
        return self._membership(chat, user_id, before, after)

    def _membership(self, chat: Chat, by: int | None, before: dict[str, Any], after: dict[str, Any]) -> int:
        author = by or next(iter(chat.members), None)
        person = self._world.user(author) if author else User(id=777000, first_name="Telegram")
        told = {
            "chat": chat_json(self._world, chat),
            "from": person.as_json(),
            "date": int(self._now()),
            "old_chat_member": before,
            "new_chat_member": after,
        }
        return self._updates.add("my_chat_member", told)

    def _keep(self, chat: Chat, *, text: str, message_id: int | None = None, **given: Any) -> FakeMessage:
        written = _written(text)
        message = FakeMessage(
            message_id=message_id or self._world.next_id(chat),
            chat_id=chat.id,
            text=written.text,
            entities=written.entities,
            date=int(self._now()),
            **given,
        )
        return self._world.keep(message)

    def _tell(self, kind: str, chat: Chat, content: dict[str, Any]) -> int:
        """Queue an update about a chat, if the bot is there to see it; return its id, or 0."""
        unseen = chat.bot_status in OUTSIDE or (chat.type == "channel" and not chat.bot_is_admin)
        return 0 if unseen else self._updates.add(kind, content)

    def _origin(self, user_id: int | None) -> dict[str, Any] | None:
        if user_id is None:
            return None
        return {"type": "user", "date": int(self._now()), "sender_user": self._world.user(user_id).as_json()}


def _written(text: str) -> Formatted:
    plain = tidy(Formatted(text=text)).text
    commands: tuple[Entity, ...] = bot_commands(plain)
    return Formatted(text=plain, entities=commands)
