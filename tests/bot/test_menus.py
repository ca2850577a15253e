"""The menus of commands, as Telegram holds them after the start."""

from telegram import Bot

from monitor.bot import menus
from monitor.bot.commands import COMMANDS
from monitor.bot.roles import Access, Policy
from monitor.core.people import Preferences, Role
from tests.bot.helpers import OWNER, STRANGER, TOKEN, MemoryDesk
from tests.bot.running import BANNED, EDITOR, GROUP, SUBSCRIBER, a_bot, by_name, heard, privately
from tests.fakes.botapi import FakeBotApi

EVERYTHING = [command.name for command in COMMANDS]


def names(api: FakeBotApi, scope: str, chat_id: int | None = None, language: str = "") -> list[str]:
    found = api.menu.lists.get((scope, chat_id, None, language))
    return [one["command"] for one in found or []]


async def shown(api: FakeBotApi) -> None:
    await api.wait_for(lambda: names(api, "chat", OWNER, "es"))


async def test_a_private_monitor_shows_strangers_nothing_they_may_not_do() -> None:
    async with a_bot(MemoryDesk()) as api:
        await shown(api)

        assert names(api, "all_private_chats") == ["start", "help"]


async def test_an_open_monitor_shows_everybody_what_they_may_do() -> None:
    async with a_bot(MemoryDesk(), Access.OPEN) as api:
        await shown(api)

        assert {"quotes", "subscribe", "history"} < set(names(api, "all_private_chats"))
        assert "track" not in names(api, "all_private_chats")


async def test_owners_and_members_have_menus_of_their_own() -> None:
    async with a_bot(MemoryDesk()) as api:
        await shown(api)

        assert names(api, "chat", OWNER) == EVERYTHING
        assert "track" in names(api, "chat", EDITOR)
        assert "members" not in names(api, "chat", EDITOR)
        assert "track" not in names(api, "chat", SUBSCRIBER)
        assert names(api, "chat", BANNED) == []


async def test_in_groups_only_administrators_see_what_changes_the_chat() -> None:
    async with a_bot(MemoryDesk()) as api:
        await shown(api)

        assert "subscribe" not in names(api, "all_group_chats")
        assert {"subscribe", "mute", "digest"} < set(names(api, "all_chat_administrators"))
        assert not {"members", "invite", "track"} & set(names(api, "all_chat_administrators"))


async def test_every_menu_is_there_in_spanish() -> None:
    async with a_bot(MemoryDesk()) as api:
        await shown(api)

        for scope, chat_id in (("all_private_chats", None), ("all_group_chats", None), ("chat", OWNER)):
            english, spanish = (api.menu.lists[scope, chat_id, None, language] for language in ("", "es"))
            assert [one["command"] for one in english] == [one["command"] for one in spanish]
            pairs = zip(english, spanish, strict=True)
            assert all(here["description"] != there["description"] for here, there in pairs)


async def test_who_becomes_a_stranger_loses_the_menu_and_who_is_let_in_gets_one() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        await shown(api)
        bot = a_client(TOKEN, api)
        async with bot:
            await menus.show_to(bot, Policy(), menus.Person(user_id=EDITOR, role=Role.STRANGER))
            await menus.show_to(bot, Policy(), menus.Person(user_id=STRANGER, role=Role.REVIEWER))

        assert names(api, "chat", EDITOR) == names(api, "chat", EDITOR, "es") == []
        assert "export" in names(api, "chat", STRANGER)


def described(api: FakeBotApi, scope: str, chat_id: int, language: str = "") -> str:
    """What a menu says of /help."""
    return next(
        one["description"] for one in api.menu.lists[scope, chat_id, None, language] if one["command"] == "help"
    )


async def test_the_menu_of_a_private_chat_follows_the_language_it_chose() -> None:
    async with a_bot(MemoryDesk()) as api:
        await shown(api)
        spanish = described(api, "chat", SUBSCRIBER, "es")

        privately(api, SUBSCRIBER, "/language es")
        await heard(api)
        assert [described(api, "chat", SUBSCRIBER, app) for app in ("", "es")] == [spanish, spanish]
        assert "track" not in names(api, "chat", SUBSCRIBER)

        privately(api, SUBSCRIBER, "/language en")
        await heard(api)
        assert [described(api, "chat", SUBSCRIBER, app) for app in ("", "es")] == [
            described(api, "chat", EDITOR),
            described(api, "chat", EDITOR),
        ]


async def test_the_menus_of_a_group_follow_the_language_it_chose() -> None:
    async with a_bot(MemoryDesk()) as api:
        await shown(api)
        spanish = described(api, "chat", OWNER, "es")

        by_name(api, OWNER, "/language es")
        await heard(api)

        assert described(api, "chat", GROUP) == described(api, "chat_administrators", GROUP) == spanish
        assert "subscribe" not in names(api, "chat", GROUP)
        assert "subscribe" in names(api, "chat_administrators", GROUP)


async def test_a_chosen_language_is_that_of_the_menu_after_a_restart() -> None:
    desk = MemoryDesk()
    desk.preferred[str(EDITOR)] = Preferences(lang="es")
    async with a_bot(desk) as api:
        await shown(api)
        spanish = described(api, "chat", OWNER, "es")
        await api.wait_for(lambda: names(api, "chat", EDITOR, "es"))

        assert described(api, "chat", EDITOR) == spanish


def a_client(token: str, api: FakeBotApi) -> Bot:
    return Bot(token, base_url=f"{api.url}/bot")
