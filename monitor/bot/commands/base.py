"""What every command is made of: how it is called, and its help, which is its docstring.

Its first line is `USAGE: what it does.` Who may give it is in `roles.py`; how it is heard and answered in `updates.py`.
The same `Call` is what a pressed button is given (`presses`): its words are what follows the verb.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import pairwise
from typing import Protocol

from monitor.bot.answers import Answer
from monitor.bot.desk import Desk
from monitor.bot.language import _
from monitor.bot.roles import Needs, Policy, allowed, needed_by
from monitor.core.errors import InputError
from monitor.core.model import ChatKind, Post
from monitor.core.people import Role

QUOTE_MARKS = ("“”", "„“", "””", "«»", "»«", "‘’", "‚‘", "「」", "『』", '""', "''")


FOLDED = 85  # characters of a line of help that goes on in the next; examples and ends of paragraphs are shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chat as Telegram knows it, and whether alerts can go there."""

    address: str  # its number
    kind: ChatKind
    title: str | None = None
    bot_can_post: bool = True


class Telegram(Protocol):
    """What commands ask Telegram itself."""

    @property
    def bot_name(self) -> str:
        """The bot's own @name, without the @."""

    async def place(self, address: str) -> Place:
        """Return the chat with this number or @name. Raises InputError when the bot does not see it."""

    async def is_admin(self, address: str, user_id: int) -> bool:
        """Tell whether a person is an administrator of a group or channel."""

    async def name_of(self, user_id: int) -> str | None:
        """Return what a person who once wrote to the bot is called, or None."""

    async def tell(self, address: str, answer: Answer | str) -> bool:
        """Say something in another chat; return whether it arrived."""

    async def show_menu(self, user_id: int, role: Role, policy: Policy, *, lang: str | None) -> None:
        """Show a person the commands of their role, in the language they chose, if Telegram can be reached."""

    async def show_group_menu(self, address: str, lang: str) -> None:
        """Show a group the commands in the language it chose, if Telegram can be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command as somebody gave it, or a button as somebody pressed it."""

    words: str = ""  # what follows it
    user_id: int | None
    name: str | None = None  # what the person is called; anybody can take any name
    role: Role = Role.STRANGER
    lang: str | None = None  # the language it is answered in, an IETF tag
    address: str  # of the chat
    kind: ChatKind = ChatKind.PRIVATE
    title: str | None = None
    thread_id: int | None = None
    message_id: int | None = None  # of the command, or of the message the button was under
    post: Post | None = None  # what was forwarded or pasted, for `check`
    policy: Policy
    zone: tzinfo = UTC  # the chat's own, or the settings'
    telegram: Telegram | None = None  # there is one wherever a person speaks

    @property
    def by(self) -> str:
        """Who gave it, for the audit."""
        return f"telegram:{self.user_id}"

    def may(self, needs: Needs) -> bool:
        """Tell whether the person may do what asks for this."""
        return allowed(needs, self.role, self.policy.access)

    def ask_telegram(self) -> Telegram:
        """Return the way to ask Telegram. Raises InputError where there is none."""
        if self.telegram is None:
            raise InputError("Telegram cannot be asked from here.")
        return self.telegram


Run = Callable[[Call, Desk], Awaitable[Answer | str]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command and its help, taken from the docstring. A trailing _ of the function keeps off a word of Python's."""

    run: Run

    @property
    def name(self) -> str:
        return str(getattr(self.run, "__name__", "")).rstrip("_")

    @property
    def written(self) -> str:
        """The help text as it stands in the code, in English."""
        return inspect.getdoc(self.run) or ""

    @property
    def text(self) -> str:
        """The whole help text, in the language now spoken."""
        return _(self.written)

    @property
    def told(self) -> str:
        """The whole help text as a chat shows it, which breaks lines where its screen ends."""
        return _unfolded(self.text)

    @property
    def usage(self) -> str:
        return self.text.partition(": ")[0]

    @property
    def summary(self) -> str:
        return self.text.partition("\n")[0].partition(": ")[2]

    @property
    def needs(self) -> Needs:
        return needed_by(self.name)


def _unfolded(text: str) -> str:
    """Return a text without the line breaks that are there for the code's width only."""
    lines = text.split("\n")
    told = lines[:1]
    for before, line in pairwise(lines):
        if len(before) >= FOLDED and line and not line.startswith("/"):
            told[-1] += f" {line}"
        else:
            told.append(line)
    return "\n".join(told)


def unquoted(words: str) -> str:
    """Return words without the quotation marks around them, if both are there."""
    words = words.strip()
    while len(words) >= 2 and words[0] + words[-1] in QUOTE_MARKS:
        words = words[1:-1].strip()
    return words
