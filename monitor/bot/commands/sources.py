"""What is polled."""

from collections.abc import Awaitable, Callable

from monitor.bot import source_answers as answers
from monitor.bot import source_texts as texts
from monitor.bot.answers import Answer
from monitor.bot.button_data import is_number
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk


async def sources(call: Call, desk: Desk) -> Answer:
    """/sources PAGE: list what is polled, and how each source is.

    A button with its number opens one, to test, pause or remove it.
    """
    page = call.words.strip()
    return await answers.listed(page if is_number(page) else "", call, desk)


async def source(call: Call, desk: Desk) -> Answer | str:
    """/source VERB SOURCE: add, test, pause, resume or remove a source.

    A source is a web address or a short form such as r/python, @user@host, #tag@host, t.me/channel,
    news:"come get me" or hn; one that is there already also goes by the number that /sources shows:
    /source add https://example.org/news
    /source test r/python
    /source pause 3
    It is looked at first, and added when you say yes; test only looks. What was found stays recorded.
    """
    verb, *rest = call.words.split(maxsplit=1) or [""]
    which = "".join(rest).strip()
    if is_number(verb) and not which:
        return await answers.one(await desk.source(verb), call, desk)
    act = VERBS.get(verb.lower())
    return await act(desk, which, call.by) if act and which else texts.examples()


async def _add(desk: Desk, which: str, _by: str) -> Answer:
    return await answers.offered(which, desk)


async def _test(desk: Desk, which: str, _by: str) -> Answer:
    return await answers.tested(which, desk)


async def _pause(desk: Desk, which: str, by: str) -> str:
    return texts.paused(await desk.pause_source(which, by=by))


async def _resume(desk: Desk, which: str, by: str) -> str:
    return texts.resumed(await desk.resume_source(which, by=by))


async def _remove(desk: Desk, which: str, by: str) -> str:
    return texts.removed(await desk.remove_source(which, by=by))


VERBS: dict[str, Callable[[Desk, str, str], Awaitable[Answer | str]]] = {
    "add": _add,
    "test": _test,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
}
