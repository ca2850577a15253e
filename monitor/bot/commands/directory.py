"""All commands, and the two that tell of them."""

from monitor.bot import messages
from monitor.bot.commands.base import Call, Command
from monitor.bot.commands.care import status
from monitor.bot.commands.chats import subscribe, unsubscribe
from monitor.bot.commands.quotes import quotes, track, untrack
from monitor.bot.commands.sources import source, sources
from monitor.bot.desk import Desk
from monitor.bot.roles import allowed


async def start(call: Call, desk: Desk) -> str:
    """/start: say what this bot does."""
    return await help(call, desk)


async def help(call: Call, desk: Desk) -> str:  # noqa: A001, ARG001  # named as the command is
    """/help COMMAND: list the commands, or explain one.

    Lists the commands you may give. With the name of one, such as /help track, explains it.
    """
    asked = BY_NAME.get(call.words.strip().removeprefix("/").lower())
    if asked:
        return asked.text
    usable = [
        (command.usage, command.summary) for command in COMMANDS if allowed(command.name, call.user_id, call.policy)
    ]
    is_reader = allowed("subscribe", call.user_id, call.policy)
    return messages.help_page(usable, notice="" if is_reader else messages.private_notice(call.user_id))


COMMANDS = tuple(
    Command(run) for run in (start, help, track, quotes, untrack, subscribe, unsubscribe, status, sources, source)
)
BY_NAME = {command.name: command for command in COMMANDS}
