"""Every command and every button, of everybody, everywhere: what is done, and that nothing else is."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from monitor.bot import floor
from monitor.bot.answers import Answer, Button
from monitor.bot.commands import Call, Command
from monitor.bot.presses import PRESSES, Press
from monitor.bot.roles import NEEDS, Access, Needs
from monitor.bot.throttle import Throttle
from monitor.core.people import Role
from tests.bot.helpers import OWNER, STRANGER, MemoryDesk
from tests.bot.running import ADMINS, CHANNEL, GROUP, ROLES, a_bot, by_name, heard, privately
from tests.fakes.botapi import FakeBotApi

PUBLIC = {"start", "help"}
LOOKING = {"quotes", "quote", "history", "sources", "status", "undo"}
CHATS = {
    "subscribe", "unsubscribe", "mute", "unmute", "quiet", "zone", "digest", "silent", "language", "preferences",
}  # fmt: skip
READING = PUBLIC | LOOKING | CHATS
SUBSCRIBING = READING | {"try", "preview", "stats", "review"}
REVIEWING = SUBSCRIBING | {"export"}
EDITING = REVIEWING | {"track", "edit", "variant", "pause", "resume", "untrack", "source", "audit"}
EVERYTHING = EDITING | {"members", "invite", "ban"}
NOT_IN_GROUPS = {"members", "invite", "ban", "review", "audit"}

MAY = {
    Access.PRIVATE: {
        Role.OWNER: EVERYTHING,
        Role.EDITOR: EDITING,
        Role.REVIEWER: REVIEWING,
        Role.SUBSCRIBER: SUBSCRIBING,
        Role.STRANGER: PUBLIC,
        Role.BANNED: set(),
    },
    Access.OPEN: {
        Role.OWNER: EVERYTHING,
        Role.EDITOR: EDITING,
        Role.REVIEWER: REVIEWING,
        Role.SUBSCRIBER: SUBSCRIBING,
        Role.STRANGER: READING,
        Role.BANNED: set(),
    },
}


def in_group(api: FakeBotApi, user_id: int, text: str) -> None:
    api.say(chat_id=GROUP, user_id=user_id, text=text)


def to_another_bot(api: FakeBotApi, user_id: int, text: str) -> None:
    command, _, words = text.partition(" ")
    api.say(chat_id=user_id, user_id=user_id, text=f"{command}@another_bot {words}")


def as_admin(api: FakeBotApi, user_id: int, text: str) -> None:
    by_name(api, user_id, text, ADMINS)


def as_anonymous_admin(api: FakeBotApi, user_id: int, text: str) -> None:
    command, _, words = text.partition(" ")
    api.say(chat_id=ADMINS, user_id=user_id, text=f"{command}@test_bot {words}", as_chat=ADMINS)


def as_channel(api: FakeBotApi, user_id: int, text: str) -> None:
    command, _, words = text.partition(" ")
    api.say(chat_id=GROUP, user_id=user_id, text=f"{command}@test_bot {words}", as_chat=CHANNEL)


def in_channel(api: FakeBotApi, user_id: int, text: str) -> None:
    api.post_by_other(chat_id=CHANNEL, text=text)


def forwarded(api: FakeBotApi, user_id: int, text: str) -> None:
    api.say(chat_id=user_id, user_id=user_id, text=text, forwarded_from=OWNER)


def edited(api: FakeBotApi, user_id: int, text: str) -> None:
    api.updates._allowed = frozenset()  # as if asked for earlier: the bot has to cope by itself
    api.say(chat_id=user_id, user_id=user_id, text="hello")
    newest = max(api.messages(user_id), key=lambda message: message.message_id)
    api.edit(chat_id=user_id, message_id=newest.message_id, text=text)


NOWHERE = (in_group, to_another_bot, as_anonymous_admin, as_channel, in_channel, forwarded, edited)
PLACES = (privately, by_name, as_admin, *NOWHERE)
Done = set[tuple[Role, str, str]]


def may_do(access: Access, role: Role, place: Callable[..., None], command: str) -> bool:
    """Tell what must be so of a command."""
    if place in NOWHERE or command not in MAY[access][role]:
        return False
    if place is privately:
        return True
    if command in NOT_IN_GROUPS or (role is Role.STRANGER and access is Access.PRIVATE):
        return False
    return command not in CHATS or place is as_admin or role in (Role.OWNER, Role.EDITOR)


def noted(name: str, done: Done) -> Command:
    async def run(call: Call, desk: Any) -> str:
        done.add((ROLES[call.user_id or 0], call.words.strip(), name))
        return ""

    run.__name__ = name
    return Command(run)


@pytest.fixture(autouse=True)
def _no_throttle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Throttle, "allows", lambda *_: True)
    monkeypatch.setattr(floor.Floor, "_seldom", lambda *_: None)  # refusals are looked at elsewhere


@pytest.mark.slow
@pytest.mark.parametrize("access", Access)
async def test_every_command_of_everybody_everywhere(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    done: Done = set()
    monkeypatch.setattr(floor, "BY_NAME", {name: noted(name, done) for name in EVERYTHING})
    desk = MemoryDesk()
    async with a_bot(desk, access) as api:
        for place, user_id in product(PLACES, ROLES):
            for command in sorted(EVERYTHING):
                place(api, user_id, f"/{command} {place.__name__}")
            await heard(api)

    assert done == {
        (role, place.__name__, command)
        for role, place, command in product(Role, PLACES, EVERYTHING)
        if may_do(access, role, place, command)
    }
    assert {call[0] for call in desk.calls} <= {"heard", "check", "quotes"}  # what stands in a channel is a post


PRESSING = {  # who may press a button that asks for this, in a private and in an open monitor
    Needs.ANYBODY: (5, 5),
    Needs.READER: (4, 5),
    Needs.SUBSCRIBER: (4, 4),
    Needs.REVIEWER: (3, 3),
    Needs.EDITOR: (2, 2),
    Needs.OWNER: (1, 1),
}
FROM_THE_TOP = (Role.OWNER, Role.EDITOR, Role.REVIEWER, Role.SUBSCRIBER, Role.STRANGER)
CHAT_CHANGING = {"pref", "set", "mute_for", "unmute", "mute", "muted", "follow"}


def may_press(access: Access, role: Role, chat_id: int, verb: str) -> bool:
    """Tell what must be so of a button."""
    if role not in FROM_THE_TOP[: PRESSING[PRESSES[verb].needs][access is Access.OPEN]]:
        return False
    is_free = chat_id > 0 or chat_id == ADMINS or verb not in CHAT_CHANGING
    return is_free or role in (Role.OWNER, Role.EDITOR)


@pytest.mark.slow
@pytest.mark.parametrize("access", Access)
async def test_every_button_pressed_by_everybody_everywhere(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    done: set[tuple[Role, int, str]] = set()

    def pressed(verb: str, press: Press) -> Press:
        async def run(call: Call, desk: Any) -> Answer:
            done.add((ROLES[call.user_id or 0], int(call.address), verb))
            return Answer()

        return Press(run=run, needs=press.needs, is_of_chat=press.is_of_chat)

    monkeypatch.setattr(floor, "PRESSES", {verb: pressed(verb, press) for verb, press in PRESSES.items()})
    buttons = tuple((Button(label=verb, press=f"{verb} 1"),) for verb in PRESSES)

    async def show(call: Call, desk: Any) -> Answer:
        return Answer(text="buttons", buttons=buttons)

    monkeypatch.setattr(floor, "BY_NAME", {"show": Command(show)})
    monkeypatch.setitem(NEEDS, "show", Needs.OWNER)
    presses = 0
    async with a_bot(MemoryDesk(), access) as api:
        for chat_id in (OWNER, GROUP, ADMINS):
            api.say(chat_id=chat_id, user_id=OWNER, text="/show@test_bot")
        await heard(api)
        for chat_id in (OWNER, GROUP, ADMINS):
            [message] = api.sent(chat_id)
            for user_id, verb in product(ROLES, PRESSES):
                if chat_id < 0 or user_id == OWNER:
                    api.press(message, verb, user_id=user_id)
                    presses += 1
            await heard(api)

        assert len(api.callback_answers) == presses  # no button keeps turning
    assert done == {
        (role, chat_id, verb)
        for role, chat_id, verb in product(Role, (OWNER, GROUP, ADMINS), PRESSES)
        if may_press(access, role, chat_id, verb) and (chat_id < 0 or role is Role.OWNER)
    }


def test_the_table_knows_every_button_that_changes_a_chat() -> None:
    assert {verb for verb, press in PRESSES.items() if press.is_of_chat} == CHAT_CHANGING
    assert STRANGER in ROLES
