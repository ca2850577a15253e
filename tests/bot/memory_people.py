"""The part of the desk with a memory that is about people and chats."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.bot.answers import Answer
from monitor.bot.commands.base import Place
from monitor.bot.roles import Policy
from monitor.core.errors import InputError
from monitor.core.model import ChatKind, Quote, QuoteId
from monitor.core.people import Change, ChangeId, Following, Member, Mute, Preferences, Role, UserId
from tests.builders import NOON, a_quote


def a_member(user_id: int = 3003, role: Role = Role.EDITOR, name: str | None = "Ben", **given: Any) -> Member:
    known = {"user_id": UserId(user_id), "name": name, "role": role, "added_at": NOON, "added_by": "telegram:1001"}
    return Member(**(known | given))


def a_change(number: int = 1, **given: Any) -> Change:
    known = {
        "id": ChangeId(number),
        "at": NOON,
        "by": "telegram:1001",
        "by_name": None,
        "action": "track",
        "subject": "quote 3",
        "what": "Come get me, coward!",
    }
    return Change(**(known | given))


class MemoryPeople:
    """Notes what it is asked, knows the members it is given, and keeps preferences."""

    def __init__(self) -> None:
        self.people: dict[int, Member] = {}
        self.preferred: dict[str, Preferences] = {}
        self.muted: list[Mute] = []
        self.following: list[Following] = []
        self.audited: list[Change] = []

    def _note(self, *what: Any) -> None:
        raise NotImplementedError

    async def member(self, user_id: int) -> Member | None:
        return self.people.get(user_id)

    async def members(self) -> list[Member]:
        return list(self.people.values())

    async def give_role(
        self, user_id: int, role: Role, *, name: str | None, by: str, reason: str | None = None
    ) -> Member:
        self._note("give_role", user_id, role, name, by)
        known = self.people.get(user_id)
        member = a_member(user_id, role, name or (known.name if known else None), reason=reason)
        self.people[user_id] = member
        return member

    async def remove_member(self, user_id: int, *, by: str) -> Member:
        self._note("remove_member", user_id, by)
        return self.people.pop(user_id)

    async def invite(self, role: Role, *, by: str) -> str:
        self._note("invite", role, by)
        return "secret"

    async def join(self, secret: str, *, user_id: int, name: str | None) -> Member:
        self._note("join", secret, user_id, name)
        if secret != "secret":
            raise InputError("This invitation was used already or has ended: ask for a new one.")
        self.people[user_id] = a_member(user_id, Role.REVIEWER, name)
        return self.people[user_id]

    async def sign_in_link(self, *, user_id: int, name: str | None, role: Role) -> str:
        self._note("sign_in_link", user_id, name, role)
        return "https://quotes.example.org/sign-in?token=x"

    async def changes(self, *, limit: int, before_id: int | None = None) -> list[Change]:
        self._note("changes", before_id)
        return [change for change in self.audited if before_id is None or change.id < before_id][:limit]

    async def undo(
        self, *, by: str, kinds: Collection[str], change_id: int | None = None, anybodys: bool = False
    ) -> Change:
        self._note("undo", by, tuple(kinds), change_id, anybodys)
        return a_change()

    async def subscribe(
        self,
        address: str,
        *,
        kind: ChatKind,
        title: str | None,
        thread_id: int | None,
        what: str | None,
        lang: str | None,
        by: str,
    ) -> Following:
        self._note("subscribe", address, kind, title, thread_id, what, by)
        return Following(quote=a_quote() if what else None)

    async def unsubscribe(self, address: str, *, thread_id: int | None, what: str | None, by: str) -> Following:
        self._note("unsubscribe", address, thread_id, what, by)
        return Following(quote=a_quote() if what else None)

    async def followed(self, address: str, *, thread_id: int | None) -> list[Following]:
        return self.following

    async def preferences(self, address: str) -> Preferences:
        return self.preferred.get(address, Preferences())

    async def prefer(
        self, address: str, preferences: Preferences, *, kind: ChatKind, title: str | None, by: str
    ) -> None:
        self._note("prefer", address, preferences, kind, by)
        self.preferred[address] = preferences

    async def mute(self, address: str, quote_id: QuoteId | None, until: datetime | None, by: str) -> Quote | None:
        self._note("mute", address, quote_id, until, by)
        return None if quote_id is None else replace(a_quote(), id=quote_id)

    async def unmute(self, address: str, quote_id: QuoteId | None, by: str) -> bool:
        self._note("unmute", address, quote_id, by)
        return True

    async def mutes(self, address: str) -> list[Mute]:
        return self.muted

    async def chat_closed(self, address: str, *, reason: str) -> None:
        self._note("chat_closed", address, reason)

    async def chat_opened(self, address: str) -> None:
        self._note("chat_opened", address)

    async def chat_moved(self, address: str, *, to: str) -> None:
        self._note("chat_moved", address, to)


class MemoryTelegram:
    """A Telegram that knows the chats it is given, and notes what is said."""

    bot_name = "test_bot"

    def __init__(self, *places: Place, admins: Collection[int] = ()) -> None:
        self.places = {place.address: place for place in places}
        self.admins = admins
        self.menus: dict[int, Role] = {}
        self.menu_langs: dict[str, str | None] = {}
        self.told: list[tuple[str, str]] = []

    async def place(self, address: str) -> Place:
        if address not in self.places:
            raise InputError("I do not see the chat {chat}: add me there first.", chat=address)
        return self.places[address]

    async def is_admin(self, address: str, user_id: int) -> bool:
        return user_id in self.admins

    async def name_of(self, user_id: int) -> str | None:
        return "Cleo"

    async def show_menu(self, user_id: int, role: Role, policy: Policy, *, lang: str | None) -> None:
        self.menus[user_id] = role
        self.menu_langs[str(user_id)] = lang

    async def show_group_menu(self, address: str, lang: str) -> None:
        self.menu_langs[address] = lang

    async def tell(self, address: str, answer: Answer | str) -> bool:
        self.told.append((address, answer if isinstance(answer, str) else answer.text))
        return True
