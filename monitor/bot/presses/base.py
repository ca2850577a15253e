"""What a button means when it is pressed: a verb, and what it asks of who presses it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from monitor.bot.answers import Answer
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.roles import Needs

PressRun = Callable[[Call, Desk], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a pressed button does. `call.words` is what follows its verb."""

    run: PressRun
    needs: Needs
    is_of_chat: bool = False  # changes how the chat is told: in a group or channel for its administrators, and editors
