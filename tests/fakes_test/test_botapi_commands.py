"""The command menu and the profile are checked and kept as Telegram does."""

import pytest
from telegram import (
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
)
from telegram.error import BadRequest

from tests.fakes.botapi import FakeBotApi, a_bot

CHANNEL, GROUP = -1001, -1002


@pytest.fixture
async def bot():
    async with FakeBotApi() as api, a_bot(api) as bot:
        api.add_user(id=42)
        api.add_chat(id=CHANNEL, type="channel", bot_is_admin=True)
        api.add_chat(id=GROUP)
        yield bot


async def listed(bot, **where) -> list[tuple[str, str]]:
    return [(one.command, one.description) for one in await bot.get_my_commands(**where)]


async def test_each_scope_and_language_has_its_own_list(bot) -> None:
    private, member = BotCommandScopeAllPrivateChats(), BotCommandScopeChatMember(GROUP, 42)
    await bot.set_my_commands([("start", " Begin ")])
    await bot.set_my_commands([("/start", "Beginnen")], language_code="de")
    await bot.set_my_commands([("track", "Watch")], scope=private)
    await bot.set_my_commands([("mute", "Hush")], scope=member)

    assert await listed(bot) == [("start", "Begin")]
    assert await listed(bot, language_code="de") == [("start", "Beginnen")]
    assert await listed(bot, scope=private) == [("track", "Watch")]
    assert await listed(bot, scope=private, language_code="de") == []
    assert await listed(bot, scope=member) == [("mute", "Hush")]
    await bot.delete_my_commands(scope=private)
    assert await listed(bot, scope=private) == []


@pytest.mark.parametrize(
    ("commands", "where", "why"),
    [
        ([("Start", "x")], {}, "Bot_command_invalid"),
        ([("a-b", "x")], {}, "Bot_command_invalid"),
        ([("", "x")], {}, "Command must be non-empty"),
        ([("x" * 33, "x")], {}, "Command length must not exceed 32"),
        ([("x", " ")], {}, "Command description must be non-empty"),
        ([("x", "x" * 257)], {}, "Command description length must not exceed 256"),
        ([(f"x{number}", "x") for number in range(101)], {}, "Bot_commands_too_much"),
        ([("x", "x")], {"language_code": "eng"}, "Invalid language code specified"),
        ([("x", "x")], {"scope": BotCommandScopeChat(7)}, "Chat not found"),
        ([("x", "x")], {"scope": BotCommandScopeChat(CHANNEL)}, "Can't change commands in channel chats"),
        ([("x", "x")], {"scope": BotCommandScopeChatAdministrators(42)}, "Can't use specified scope in private chats"),
        ([("x", "x")], {"scope": {"type": "all"}}, "Can't parse botcommandscope: unsupported type specified"),
    ],
)
async def test_a_bad_menu_is_refused_in_telegrams_words(bot, commands, where, why) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.set_my_commands(commands, **where)

    assert str(refused.value) == why
    assert await listed(bot) == []


async def test_the_profile_is_kept_for_each_language(bot) -> None:
    await bot.set_my_description("Finds quotes")
    await bot.set_my_description("Findet Zitate", language_code="de")

    assert (await bot.get_my_description()).description == "Finds quotes"
    assert (await bot.get_my_description(language_code="de")).description == "Findet Zitate"
    assert (await bot.get_my_description(language_code="fr")).description == "Finds quotes"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_my_name()).name == "Test bot"
