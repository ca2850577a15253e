"""The list of commands, in the language now spoken."""

from collections.abc import Callable, Iterable, Sequence

from monitor.bot.hearing_texts import private_notice
from monitor.bot.language import _

Title = Callable[[], str]
"""Returns what a group of commands is called; nothing for the one the list begins with."""


def page(usable: Iterable[tuple[Title, Sequence[tuple[str, str]]]], *, stranger: int | None) -> str:
    """Return the commands a person may give, in groups of (usage, summary); `stranger` is one who may not read."""
    if stranger is not None:
        return greeting(private_notice(stranger))
    return greeting(*(_group(title(), commands) for title, commands in usable if commands))


def greeting(*parts: str) -> str:
    """Return what the bot does, and what else there is to say to somebody who begins."""
    what = _("I watch public sources for quotes and tell you where one appears, in whatever words.")
    return "\n\n".join([what, *parts])


def _group(title: str, commands: Iterable[tuple[str, str]]) -> str:
    lines = [f"{usage}: {summary}" for usage, summary in commands]
    return "\n".join([title, *lines] if title else lines)


def beginning() -> str:
    return ""


def quotes() -> str:
    return _("Quotes")


def found() -> str:
    return _("What was found")


def telling() -> str:
    return _("What you are told of")


def preferring() -> str:
    return _("How you are told")


def care() -> str:
    return _("Sources and care")


def people() -> str:
    return _("People")
