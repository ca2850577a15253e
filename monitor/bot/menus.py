"""The menus of commands that Telegram shows: what one may do there, in one's language.

Telegram takes the menu that says most exactly who is meant: of a chat, of a group's administrators, of all groups,
of all private chats; and for each the one in the language of the person's app
(core.telegram.org/bots/api#determining-list-of-commands). Where a chat chose a language, its own menus are all in that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
)

from monitor.bot.commands import COMMANDS, Command
from monitor.bot.language import ENGLISH, LANGUAGES, speaking
from monitor.bot.roles import OF_THE_CHAT, PRIVATELY, Needs, Policy, allowed, is_at_least
from monitor.core.people import Role

LONGEST_SUMMARY = 256  # characters: core.telegram.org/bots/api#botcommand
MOST_CHATS = 100  # members who get a menu of their own at the start; the others see the one for everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who a menu is for."""

    user_id: int
    role: Role
    lang: str | None = None  # what their private chat chose; None: the language of their app


async def show_general(bot: Bot, policy: Policy) -> None:
    """Fill the menus for everybody: of private chats, of groups, of their administrators. Raises TelegramError."""
    for scope, commands in _general(policy):
        await _show(bot, scope, commands)


async def show_to(bot: Bot, policy: Policy, person: Person) -> None:
    """Fill the menu of one person's private chat; for a stranger it is the one for everybody, unless they chose a
    language. Raises TelegramError.
    """
    scope = BotCommandScopeChat(person.user_id)
    is_reader = allowed(Needs.READER, person.role, policy.access)
    if is_at_least(person.role, Role.SUBSCRIBER) or (person.lang and is_reader):
        await _show(bot, scope, private_commands(policy, person.role), lang=person.lang)
    else:
        for code in _codes():
            await bot.delete_my_commands(scope=scope, language_code=code)


async def show_in_group(bot: Bot, address: str, lang: str) -> None:
    """Fill the menus of a group in the language it chose. Raises TelegramError."""
    await _show(bot, BotCommandScopeChat(address), group_commands(admins=False), lang=lang)
    await _show(bot, BotCommandScopeChatAdministrators(address), group_commands(admins=True), lang=lang)


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


async def _show(bot: Bot, scope: BotCommandScope, commands: Iterable[Command], *, lang: str | None = None) -> None:
    """Fill a menu for each language of the app: in that language, or with `lang` in this one."""
    shown = list(commands)
    for code in _codes():
        with speaking(lang or code):
            menu = [BotCommand(command.name, command.summary[:LONGEST_SUMMARY]) for command in shown]
        await bot.set_my_commands(menu, scope=scope, language_code=code)


def _codes() -> list[str | None]:
    """Return the language codes of menus; None is for whoever speaks another language."""
    return [None, *(code for code in LANGUAGES if code != ENGLISH)]
