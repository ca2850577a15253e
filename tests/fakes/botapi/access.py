"""Which chat a call means, and whether the bot may do that there: Telegram's refusals in Telegram's order."""

from tests.fakes.botapi.chats import Chat, FakeMessage, World
from tests.fakes.botapi.errors import bad_request, forbidden, migrated
from tests.fakes.botapi.params import Params


def readable_chat(world: World, params: Params, name: str = "chat_id") -> Chat:
    """Return the chat that a call names, if the bot may look at it. Raises ApiError."""
    given = params.values.get(name, "")
    if given == "":
        raise bad_request(f"{name} is empty")
    chat = world.find(given) if isinstance(given, int | str) else None
    if chat is None:
        raise bad_request("chat not found")
    if chat.type in ("supergroup", "channel"):
        _check_membership(chat, needs_membership=not chat.username)
    return chat


def editable_chat(world: World, params: Params) -> Chat:
    """Return the chat that a call names, if the bot may change its own messages there. Raises ApiError."""
    chat = readable_chat(world, params)
    if chat.type == "private":
        if world.users[chat.id].deleted:
            raise forbidden("user is deactivated")
    elif chat.migrated_to is None:
        _check_membership(chat, needs_membership=True)
    return chat


def writable_chat(world: World, params: Params) -> Chat:
    """Return the chat that a call names, if the bot may write there. Raises ApiError."""
    chat = editable_chat(world, params)
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    if chat.type == "private":
        _check_person(world, chat)
    elif chat.type == "channel" and not chat.bot_is_admin:
        raise bad_request("need administrator rights in the channel chat")
    elif not chat.bot_may_write and not chat.bot_is_admin:
        raise bad_request("not enough rights to send text messages to the chat")
    return chat


def thread_of(chat: Chat, params: Params) -> int | None:
    """Return the topic that a call names, if the chat has it. Raises ApiError."""
    thread_id = params.number("message_thread_id")
    if not thread_id:
        return None
    if thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return thread_id


def message_in(chat: Chat, message_id: int, called: str) -> FakeMessage:
    """Return a message of a chat; `called` is what Telegram calls it in the error. Raises ApiError."""
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"{called} not found")
    return message


def _check_membership(chat: Chat, *, needs_membership: bool) -> None:
    if chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind}")
    if chat.bot_status == "left" and needs_membership:
        raise forbidden(f"bot is not a member of the {chat.kind}")


def _check_person(world: World, chat: Chat) -> None:
    person = world.users[chat.id]
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
