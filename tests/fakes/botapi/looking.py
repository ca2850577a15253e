"""The methods that look things up, and the answers to pressed buttons."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.botapi.access import readable_chat
from tests.fakes.botapi.chats import OUTSIDE, World
from tests.fakes.botapi.errors import bad_request
from tests.fakes.botapi.params import Params
from tests.fakes.botapi.shapes import full_chat_json, member_json

MAX_ANSWER = 200  # characters: core.telegram.org/bots/api#answercallbackquery


def get_me(world: World, params: Params, now: float) -> dict[str, Any]:
    """getMe."""
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, params: Params, now: float) -> dict[str, Any]:
    """getChat."""
    return full_chat_json(world, readable_chat(world, params))


def get_chat_member(world: World, params: Params, now: float) -> dict[str, Any]:
    """getChatMember. A known user who is not there has left."""
    chat = readable_chat(world, params)
    user_id = params.number("user_id")
    if user_id not in world.users:
        raise bad_request("user not found")
    return member_json(world, chat, user_id)


def get_chat_administrators(world: World, params: Params, now: float) -> list[dict[str, Any]]:
    """getChatAdministrators."""
    chat = readable_chat(world, params)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    if chat.bot_status in OUTSIDE:
        raise bad_request("member list is inaccessible")
    members = [member_json(world, chat, user_id) for user_id in (world.bot.id, *chat.members)]
    return [member for member in members if member["status"] in ("creator", "administrator")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What a person saw after pressing a button."""

    query_id: str
    text: str
    show_alert: bool


class Callbacks:
    """Which buttons were pressed, and what the bot answered."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.answers: list[CallbackAnswer] = []

    def answer(self, world: World, params: Params, now: float) -> bool:
        """answerCallbackQuery. Each query is answered once."""
        query_id = params.text("callback_query_id")
        if query_id not in self.asked:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        text = params.text("text")
        if len(text) > MAX_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        self.asked.discard(query_id)
        self.answers.append(CallbackAnswer(query_id=query_id, text=text, show_alert=params.flag("show_alert")))
        return True


class Profile:
    """The bot's name and descriptions, one for each language (setMyName, setMyDescription, ...)."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str], str] = {}

    def setter(self, name: str) -> Callable[[World, Params, float], bool]:
        """Return the method that keeps a text; an empty one falls back to that of no language."""

        def set_text(world: World, params: Params, now: float) -> bool:
            self.texts[name, params.text("language_code")] = params.text(name)
            return True

        return set_text

    def getter(self, name: str) -> Callable[[World, Params, float], dict[str, str]]:
        """Return the method that tells a text."""

        def get_text(world: World, params: Params, now: float) -> dict[str, str]:
            of_language = self.texts.get((name, params.text("language_code")))
            default = world.bot.first_name if name == "name" else ""
            return {name: of_language or self.texts.get((name, "")) or default}

        return get_text
