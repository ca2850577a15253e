"""All commands, and the two that tell of them."""

from monitor.bot import help_texts
from monitor.bot.commands.base import Call, Command, Run
from monitor.bot.commands.care import audit, review, status, undo
from monitor.bot.commands.chats import (
    digest,
    language,
    mute,
    preferences,
    quiet,
    silent,
    subscribe,
    unmute,
    unsubscribe,
    zone,
)
from monitor.bot.commands.checking import check, try_
from monitor.bot.commands.history import export, history, stats
from monitor.bot.commands.people import INVITING, ban, invite, join, members
from monitor.bot.commands.quotes import edit, pause, preview, quote, quotes, resume, track, untrack, variant
from monitor.bot.commands.sources import source, sources
from monitor.bot.desk import Desk
from monitor.bot.hearing_texts import unknown_command
from monitor.bot.roles import Needs

Groups = tuple[tuple[help_texts.Title, tuple[Run, ...]], ...]


async def start(call: Call, desk: Desk) -> str:
    """/start: say what this bot does."""
    if call.words.strip().startswith(INVITING):
        return await join(call, desk)
    return _page(call, ((help_texts.beginning, FIRST),))


async def help(call: Call, desk: Desk) -> str:  # noqa: A001, ARG001  # named as the command is
    """/help COMMAND: list the commands, or explain one.

    Lists the commands you may give. With the name of one, such as /help track, explains it.
    """
    wanted = call.words.strip().removeprefix("/").lower()
    asked = BY_NAME.get(wanted)
    if asked:
        return asked.told
    if wanted:
        return unknown_command(wanted)
    return _page(call, GROUPS)


def _page(call: Call, groups: Groups) -> str:
    usable = [
        (title, [(command.usage, command.summary) for command in map(Command, runs) if call.may(command.needs)])
        for title, runs in groups
    ]
    return help_texts.page(usable, stranger=None if call.may(Needs.READER) else call.user_id)


FIRST: tuple[Run, ...] = (track, source, quotes, subscribe, preferences, help)
"""What most people begin with."""
GROUPS: Groups = (
    (help_texts.beginning, (start, help)),
    (help_texts.quotes, (track, preview, try_, quotes, quote, edit, variant, pause, resume, untrack)),
    (help_texts.found, (history, stats, export, review)),
    (help_texts.telling, (subscribe, unsubscribe, mute, unmute)),
    (help_texts.preferring, (preferences, quiet, digest, silent, zone, language)),
    (help_texts.care, (status, sources, source, undo, audit)),
    (help_texts.people, (members, invite, ban)),
)
COMMANDS = tuple(Command(run) for _, runs in GROUPS for run in runs)
BY_NAME = {command.name: command for command in COMMANDS} | {"settings": Command(preferences)}
CHECK: Run = check
"""What looks at a text that is no command: a post, forwarded or pasted."""
