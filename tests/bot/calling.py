"""Calls of commands and presses, for tests that need no Bot API."""

from typing import Any

from monitor.bot.answers import Answer
from monitor.bot.commands import BY_NAME, Call
from monitor.bot.commands.base import Place
from monitor.bot.presses import PRESSES
from monitor.bot.roles import Access, Policy
from monitor.core.model import ChatKind
from monitor.core.people import Role
from tests.bot.helpers import OWNER, STRANGER, MemoryDesk
from tests.bot.memory_people import MemoryTelegram

OWNERS = frozenset({OWNER})
CHANNEL = Place(address="-100777", kind=ChatKind.CHANNEL, title="Quotes")
BY = f"telegram:{OWNER}"


def a_call(words: str = "", *, access: Access = Access.PRIVATE, **given: Any) -> Call:
    """A call of the owner in a private chat, or of whoever is given."""
    user_id = given.pop("user_id", OWNER)
    known = {
        "words": words,
        "user_id": user_id,
        "name": "Ann",
        "role": Role.OWNER if user_id == OWNER else Role.STRANGER,
        "address": str(user_id),
        "title": "Ann",
        "policy": Policy(owners=OWNERS, access=access),
        "telegram": MemoryTelegram(),
    }
    return Call(**(known | given))


def a_group_call(words: str = "", **given: Any) -> Call:
    return a_call(words, **({"address": "-1001", "kind": ChatKind.SUPERGROUP, "title": "Club"} | given))


def labels(answer: Answer | str) -> list[str]:
    """Return what the buttons of an answer read."""
    assert isinstance(answer, Answer)
    return [button.label for row in answer.buttons for button in row]


def presses(answer: Answer | str) -> dict[str, str]:
    """Return what the buttons of an answer mean, by what they read."""
    assert isinstance(answer, Answer)
    return {button.label: button.press or "" for row in answer.buttons for button in row}


def text_of(answer: Answer | str) -> str:
    return answer.text if isinstance(answer, Answer) else answer


__all__ = ["OWNER", "STRANGER", "a_call", "a_group_call", "labels", "presses", "text_of"]


async def run(name: str, call: Call, desk: MemoryDesk) -> Answer | str:
    return await BY_NAME[name].run(call, desk)


async def press(data: str, desk: MemoryDesk, **given: Any) -> Answer:
    verb, _, words = data.partition(" ")
    return await PRESSES[verb].run(a_call(words, **given), desk)


def telegram(*admins: int, **given: Any) -> MemoryTelegram:
    place = Place(**{"address": "-100777", "kind": ChatKind.CHANNEL, "title": "Quotes"} | given)
    known = MemoryTelegram(place, admins=admins)
    known.places["@quotes"] = place
    return known
