"""The commands: words in, one call, words out. The docstring of each is its help text.

Its first line is `USAGE: what it does.` Who may give it is in `roles.py`; how it is heard and answered in `updates.py`.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from monitor.bot import messages, source_texts
from monitor.bot.desk import Desk
from monitor.bot.roles import NEEDS, Needs, Policy, allowed
from monitor.core.model import ChatKind

QUOTE_MARKS = ("“”", "„“", "””", "«»", "»«", "‘’", "‚‘", "「」", "『』", '""', "''")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command as somebody gave it."""

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


async def start(call: Call, desk: Desk) -> str:
    """/start: say what this bot does."""
    return await help(call, desk)


async def help(call: Call, desk: Desk) -> str:  # noqa: A001, ARG001  # named as the command is
    """/help COMMAND: list the commands, or explain one.

    Lists the commands you may give. With the name of one, such as /help track, explains it.
    """
    asked = BY_NAME.get(call.words.strip().removeprefix("/").lower())
    if asked:
        return asked.text
    usable = [
        (command.usage, command.summary) for command in COMMANDS if allowed(command.name, call.user_id, call.policy)
    ]
    is_reader = allowed("subscribe", call.user_id, call.policy)
    return messages.help_page(usable, notice="" if is_reader else messages.private_notice(call.user_id))


async def track(call: Call, desk: Desk) -> str:
    """/track WORDS: watch for a quote.

    The words are the quote as you know it, with or without quotation marks, on one line or several:
    /track Come get me, coward!
    Other wordings of it are found too. Only owners of the monitor may do this.
    """
    words = unquoted(call.words)
    if not words:
        return messages.TRACK_EXAMPLE
    quote = await desk.track(words, by=call.by)
    return messages.tracking(quote, advice=await desk.advice(quote))


async def quotes(call: Call, desk: Desk) -> str:  # noqa: ARG001  # every command is called alike
    """/quotes: list the tracked quotes with their numbers."""
    return messages.quote_list(await desk.quotes())


async def untrack(call: Call, desk: Desk) -> str:
    """/untrack NUMBER: stop watching for a quote.

    Takes the number that /quotes shows, or the quote's own words:
    /untrack 3
    What was found stays recorded. Only owners of the monitor may do this.
    """
    words = unquoted(call.words)
    if not words:
        return messages.UNTRACK_EXAMPLE
    return messages.untracked(await desk.untrack(words, by=call.by))


async def subscribe(call: Call, desk: Desk) -> str:
    """/subscribe NUMBER: be told here where a quote appears.

    Takes the number that /quotes shows, or the quote's own words. Without any, you are told of every quote,
    also of those tracked later.
    """
    changed, quote = await desk.subscribe(
        call.address,
        kind=call.kind,
        title=call.title,
        thread_id=call.thread_id,
        quote=unquoted(call.words) or None,
        by=call.by,
    )
    return messages.subscribed(quote, changed=changed)


async def unsubscribe(call: Call, desk: Desk) -> str:
    """/unsubscribe NUMBER: no longer be told of a quote.

    Takes the number that /quotes shows, or the quote's own words. Without any, it ends your subscription to
    every quote.
    """
    changed, quote = await desk.unsubscribe(
        call.address, thread_id=call.thread_id, quote=unquoted(call.words) or None, by=call.by
    )
    return messages.unsubscribed(quote, changed=changed)


async def status(call: Call, desk: Desk) -> str:
    """/status: show how the monitor is doing, and which sources fail."""
    return messages.status_page(await desk.status(), zone=call.zone)


async def sources(call: Call, desk: Desk) -> str:
    """/sources: list what is polled, and how each source is."""
    return source_texts.source_list(await desk.sources(), now=datetime.now(UTC), zone=call.zone)


async def source(call: Call, desk: Desk) -> str:
    """/source VERB SOURCE: add, test, pause, resume or remove a source.

    A source is a web address or a short form such as r/python, @user@host, #tag@host, t.me/channel,
    news:"come get me" or hn; one that is there already also goes by the number that /sources shows:
    /source add https://example.org/news
    /source test r/python
    /source pause 3
    It is looked at before it is added; test only looks. What was found stays recorded. Only owners of the monitor
    may do this.
    """
    verb, _, rest = call.words.strip().partition(" ")
    act = VERBS.get(verb.lower())
    which = rest.strip()
    return await act(desk, which, call.by) if act and which else source_texts.SOURCE_EXAMPLES


async def _add(desk: Desk, which: str, by: str) -> str:
    source, found = await desk.add_source(which, by=by)
    return source_texts.added(source, found, now=datetime.now(UTC))


async def _test(desk: Desk, which: str, _: str) -> str:
    return source_texts.looked_at(await desk.try_source(which), now=datetime.now(UTC))


async def _pause(desk: Desk, which: str, by: str) -> str:
    return f"Paused {source_texts.called(await desk.pause_source(which, by=by))}."


async def _resume(desk: Desk, which: str, by: str) -> str:
    return f"Polling {source_texts.called(await desk.resume_source(which, by=by))} again."


async def _remove(desk: Desk, which: str, by: str) -> str:
    return f"Removed {source_texts.called(await desk.remove_source(which, by=by))}."


VERBS: dict[str, Callable[[Desk, str, str], Awaitable[str]]] = {
    "add": _add,
    "test": _test,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
}


@dataclass(frozen=True, slots=True)
class Command:
    """A command and its help, taken from the docstring."""

    run: Callable[[Call, Desk], Awaitable[str]]

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


COMMANDS = tuple(
    Command(run) for run in (start, help, track, quotes, untrack, subscribe, unsubscribe, status, sources, source)
)
BY_NAME = {command.name: command for command in COMMANDS}


def unquoted(words: str) -> str:
    """Return words without the quotation marks around them, if both are there."""
    words = words.strip()
    while len(words) >= 2 and words[0] + words[-1] in QUOTE_MARKS:
        words = words[1:-1].strip()
    return words
