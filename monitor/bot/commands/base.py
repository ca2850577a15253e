"""What every command is made of: how it is called, and its help, which is its docstring.

Its first line is `USAGE: what it does.` Who may give it is in `roles.py`; how it is heard and answered in `updates.py`.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo

from monitor.bot.answers import Answer
from monitor.bot.desk import Desk
from monitor.bot.roles import NEEDS, Needs, Policy
from monitor.core.model import ChatKind

QUOTE_MARKS = ("“”", "„“", "””", "«»", "»«", "‘’", "‚‘", "「」", "『』", '""', "''")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command as somebody gave it, or a button as somebody pressed it."""

    words: str = ""  # what follows it
    user_id: int | None
    address: str  # of the chat
    kind: ChatKind = ChatKind.PRIVATE
    title: str | None = None
    thread_id: int | None = None
    policy: Policy
    zone: tzinfo = UTC

    @property
    def by(self) -> str:
        """Who gave it, for the audit."""
        return f"telegram:{self.user_id}"


Run = Callable[[Call, Desk], Awaitable[Answer | str]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command and its help, taken from the docstring."""

    run: Run

    @property
    def name(self) -> str:
        return str(getattr(self.run, "__name__", ""))

    @property
    def text(self) -> str:
        """The whole help text."""
        return inspect.getdoc(self.run) or ""

    @property
    def usage(self) -> str:
        return self.text.partition(": ")[0]

    @property
    def summary(self) -> str:
        return self.text.partition("\n")[0].partition(": ")[2]

    @property
    def needs(self) -> Needs:
        return NEEDS[self.name]


def unquoted(words: str) -> str:
    """Return words without the quotation marks around them, if both are there."""
    words = words.strip()
    while len(words) >= 2 and words[0] + words[-1] in QUOTE_MARKS:
        words = words[1:-1].strip()
    return words
