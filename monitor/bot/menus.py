"""The menus of commands that Telegram shows: what one may do there, in one's language.

Telegram takes the menu that says most exactly who is meant: of a chat, of a group's administrators, of all groups,
of all private chats; and for each the one in the person's language
(core.telegram.org/bots/api#determining-list-of-commands).
"""

from collections.abc import Iterable, Iterator

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from monitor.bot.commands import COMMANDS, Command
from monitor.bot.language import ENGLISH, LANGUAGES, speaking
from monitor.bot.roles import OF_THE_CHAT, PRIVATELY, Needs, Policy, allowed, is_at_least
from monitor.core.people import Role

LONGEST_SUMMARY = 256  # characters: core.telegram.org/bots/api#botcommand
MOST_CHATS = 100  # members who get a menu of their own at the start; the others see the one for everybody


async def show_all(bot: Bot, policy: Policy, members: Iterable[tuple[int, Role]]) -> None:
    """Fill every menu: for private chats, groups, their administrators, and each owner and member. TelegramError."""
    for scope, commands in _general(policy):
        await _show(bot, scope, commands)
    people = {**dict(list(members)[:MOST_CHATS]), **dict.fromkeys(policy.owners, Role.OWNER)}
    for user_id, role in people.items():
        await show_to(bot, policy, user_id, role)


async def show_to(bot: Bot, policy: Policy, user_id: int, role: Role) -> None:
    """Fill the menu of one person's private chat; a stranger's is the one for everybody. Raises TelegramError."""
    scope = BotCommandScopeChat(user_id)
    if is_at_least(role, Role.SUBSCRIBER):
        await _show(bot, scope, private_commands(policy, role))
    else:
        for code in _codes():
            await bot.delete_my_commands(scope=scope, language_code=code)


def private_commands(policy: Policy, role: Role) -> list[Command]:
    """Return the commands somebody of this role may give in a private chat."""
    return [command for command in COMMANDS if allowed(command.needs, role, policy.access)]


def group_commands(*, admins: bool) -> list[Command]:
    """Return the commands that are of use in a group, to everybody or to its administrators."""
    reading = {Needs.ANYBODY, Needs.READER, Needs.SUBSCRIBER}
    return [
        command
        for command in COMMANDS
        if command.needs in reading
        and command.name not in PRIVATELY | {"start"}
        and (admins or command.name not in OF_THE_CHAT)
    ]


def _general(policy: Policy) -> Iterator[tuple[BotCommandScope, list[Command]]]:
    yield BotCommandScopeAllPrivateChats(), private_commands(policy, Role.STRANGER)
    yield BotCommandScopeAllGroupChats(), group_commands(admins=False)
    yield BotCommandScopeAllChatAdministrators(), group_commands(admins=True)


async def _show(bot: Bot, scope: BotCommandScope, commands: Iterable[Command]) -> None:
    shown = list(commands)
    for code in _codes():
        with speaking(code):
            menu = [BotCommand(command.name, command.summary[:LONGEST_SUMMARY]) for command in shown]
        await bot.set_my_commands(menu, scope=scope, language_code=code)


def _codes() -> list[str | None]:
    """Return the language codes of menus; None is for whoever speaks another language."""
    return [None, *(code for code in LANGUAGES if code != ENGLISH)]
