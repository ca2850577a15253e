"""A running bot and its Bot API, people and places, for the tests of what is heard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from monitor.bot.client import TelegramBot, TelegramOptions
from monitor.bot.roles import Access
from monitor.core.people import Role
from tests.bot.helpers import OWNER, STRANGER, TOKEN, MemoryDesk
from tests.bot.memory_people import a_member
from tests.fakes.botapi import FakeBotApi

EDITOR, REVIEWER, SUBSCRIBER, BANNED = 3001, 3002, 3003, 3004
GROUP, ADMINS, CHANNEL = -1001, -1003, -1002
ROLES = {
    OWNER: Role.OWNER,
    EDITOR: Role.EDITOR,
    REVIEWER: Role.REVIEWER,
    SUBSCRIBER: Role.SUBSCRIBER,
    STRANGER: Role.STRANGER,
    BANNED: Role.BANNED,
}
MEMBERS = (EDITOR, REVIEWER, SUBSCRIBER, BANNED)


@asynccontextmanager
async def a_bot(desk: MemoryDesk, access: Access = Access.PRIVATE, **given: Any) -> AsyncIterator[FakeBotApi]:
    """A running bot whose desk knows a member of each role, a group they are in, one they administer, a channel."""
    for user_id in MEMBERS:
        desk.people[user_id] = a_member(user_id, ROLES[user_id])
    async with FakeBotApi(token=TOKEN) as api:
        for user_id in ROLES:
            api.add_user(id=user_id)
        api.add_chat(id=GROUP, title="Group", members=dict.fromkeys(ROLES, "member"), bot_is_admin=True)
        api.add_chat(id=ADMINS, title="Club", members=dict.fromkeys(ROLES, "administrator"), bot_is_admin=True)
        api.add_chat(id=CHANNEL, type="channel", title="Channel", bot_is_admin=True)
        options = TelegramOptions(token=TOKEN, api_url=api.url, owners=frozenset({OWNER}), access=access, **given)
        async with TelegramBot(options, desk):
            await api.wait_for(lambda: api.updates.is_polled)
            yield api


async def heard(api: FakeBotApi) -> None:
    """Return once the bot has dealt with everything."""
    await api.wait_for(lambda: not api.updates.pending and api.updates.is_polled, timeout=60)


def replies(api: FakeBotApi, chat_id: int = OWNER) -> list[str]:
    return [message.text for message in api.sent(chat_id)]


def privately(api: FakeBotApi, user_id: int, text: str) -> None:
    api.say(chat_id=user_id, user_id=user_id, text=text)


def by_name(api: FakeBotApi, user_id: int, text: str, group: int = GROUP) -> None:
    command, _, words = text.partition(" ")
    api.say(chat_id=group, user_id=user_id, text=f"{command}@test_bot {words}")
