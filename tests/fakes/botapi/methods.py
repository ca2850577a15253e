"""The table of methods: every one the fake knows, but getUpdates, which alone may wait."""

from collections.abc import Callable
from typing import Any

from tests.fakes.botapi import looking, sending
from tests.fakes.botapi.chats import World
from tests.fakes.botapi.commands import CommandMenu
from tests.fakes.botapi.params import Params
from tests.fakes.botapi.updates import Updates

Method = Callable[[World, Params, float], Any]
"""Takes the world, the parameters and the time in seconds since 1970; returns the result. Raises ApiError."""

_PROFILE = {"name": "Name", "description": "Description", "short_description": "ShortDescription"}


def methods(
    menu: CommandMenu, callbacks: looking.Callbacks, profile: looking.Profile, updates: Updates
) -> dict[str, Method]:
    """Return the methods by name, in lower case: names of methods are case-insensitive."""
    table: dict[str, Method] = {
        "getMe": looking.get_me,
        "getChat": looking.get_chat,
        "getChatMember": looking.get_chat_member,
        "getChatAdministrators": looking.get_chat_administrators,
        "sendMessage": sending.send_message,
        "sendDocument": sending.send_file("document"),
        "sendPhoto": sending.send_file("photo"),
        "sendChatAction": sending.send_chat_action,
        "forwardMessage": sending.forward_message,
        "editMessageText": sending.edit_message_text,
        "editMessageReplyMarkup": sending.edit_message_reply_markup,
        "deleteMessage": sending.delete_message,
        "answerCallbackQuery": callbacks.answer,
        "setMyCommands": menu.set,
        "getMyCommands": menu.get,
        "deleteMyCommands": menu.delete,
        "setWebhook": lambda world, params, now: updates.set_webhook(params),
        "deleteWebhook": lambda world, params, now: updates.delete_webhook(params),
        "getWebhookInfo": lambda world, params, now: updates.webhook_info(),
    }
    for field, name in _PROFILE.items():
        table[f"setMy{name}"] = profile.setter(field)
        table[f"getMy{name}"] = profile.getter(field)
    return {name.lower(): method for name, method in table.items()}
