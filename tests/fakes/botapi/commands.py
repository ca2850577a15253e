"""The command menu: one list for each scope and language, checked as Telegram checks it.

After TDLib (github.com/tdlib/td, td/telegram/BotCommand.cpp) and core.telegram.org/bots/api#botcommandscope.
"""

import re
from typing import Any

from tests.fakes.botapi.access import readable_chat
from tests.fakes.botapi.chats import World
from tests.fakes.botapi.errors import ApiError, bad_request
from tests.fakes.botapi.params import Params

MAX_COMMANDS = 100
MAX_NAME = 32
MAX_DESCRIPTION = 256

Key = tuple[Any, ...]
"""Scope type, its chat, its user, and the language."""

_PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


class CommandMenu:
    """What a bot has set with setMyCommands."""

    def __init__(self) -> None:
        self.lists: dict[Key, list[dict[str, str]]] = {}

    def set(self, world: World, params: Params, now: float) -> bool:
        """setMyCommands. An empty list is the same as none."""
        given = params.given("commands")
        if not isinstance(given, list):
            raise bad_request("can't parse commands JSON object")
        key = _key(world, params)
        commands = [_command(one) for one in given]
        if len(commands) > MAX_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self.lists[key] = commands
        return True

    def get(self, world: World, params: Params, now: float) -> list[dict[str, str]]:
        """getMyCommands: the list of exactly this scope and language."""
        return self.lists.get(_key(world, params), [])

    def delete(self, world: World, params: Params, now: float) -> bool:
        """deleteMyCommands."""
        self.lists.pop(_key(world, params), None)
        return True


def _key(world: World, params: Params) -> Key:
    scope = params.given("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    language = params.text("language_code")
    if kind in _PLAIN_SCOPES:
        return (kind, None, None, _language(language))
    if kind not in _CHAT_SCOPES:
        raise _unreadable("Unsupported type specified")
    if scope.get("chat_id") in (None, ""):
        raise _unreadable('Can\'t find field "chat_id"')
    user_id = int(scope.get("user_id") or 0)
    if kind == "chat_member" and user_id <= 0:
        raise _unreadable("Invalid user_id specified")
    chat = readable_chat(world, Params({"chat_id": scope["chat_id"]}))
    if chat.type == "private" and kind != "chat":
        raise bad_request("can't use specified scope in private chats")
    if chat.type == "channel":
        raise bad_request("can't change commands in channel chats")
    return (kind, chat.id, user_id or None, _language(language))


def _language(code: str) -> str:
    if not re.fullmatch("([a-z]{2})?", code):
        raise bad_request("invalid language code specified")
    return code


def _command(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not {"command", "description"} <= given.keys():
        raise bad_request("can't parse BotCommand: expected an Object with a command and a description")
    name = str(given["command"]).strip().removeprefix("/")
    description = str(given["description"]).strip()
    for what, value, limit in (("command", name, MAX_NAME), ("command description", description, MAX_DESCRIPTION)):
        if not value:
            raise bad_request(f"{what} must be non-empty")
        if len(value) > limit:
            raise bad_request(f"{what} length must not exceed {limit}")
    if not re.fullmatch("[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def _unreadable(why: str) -> ApiError:
    return bad_request(f"can't parse BotCommandScope: {why}")
