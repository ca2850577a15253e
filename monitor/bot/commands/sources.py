"""What is polled."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from monitor.bot import source_texts
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk


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
