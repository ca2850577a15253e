"""A fake Telegram Bot API server for tests of bots. See docs/fake-bot-api.md."""

from tests.fakes.botapi.chats import Chat, FakeMessage, User
from tests.fakes.botapi.client import a_bot, application_builder
from tests.fakes.botapi.clock import ManualClock
from tests.fakes.botapi.faults import (
    ANY,
    BadRequest,
    DropBefore,
    Forbidden,
    HangAfter,
    LateApply,
    Migrate,
    Refuse,
    ResetAfter,
    ServerError,
    ServerErrorAfter,
    TooManyRequests,
)
from tests.fakes.botapi.limits import Limits
from tests.fakes.botapi.looking import CallbackAnswer
from tests.fakes.botapi.params import FakeFile
from tests.fakes.botapi.server import Call, FakeBotApi
from tests.fakes.botapi.text import Entity

__all__ = [
    "ANY",
    "BadRequest",
    "Call",
    "CallbackAnswer",
    "Chat",
    "DropBefore",
    "Entity",
    "FakeBotApi",
    "FakeFile",
    "FakeMessage",
    "Forbidden",
    "HangAfter",
    "LateApply",
    "Limits",
    "ManualClock",
    "Migrate",
    "Refuse",
    "ResetAfter",
    "ServerError",
    "ServerErrorAfter",
    "TooManyRequests",
    "User",
    "a_bot",
    "application_builder",
]
