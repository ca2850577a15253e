"""The buttons under what the bot says of sources. Their data is a verb and the number of a source."""

from monitor.bot import source_answers as answers
from monitor.bot import source_texts as texts
from monitor.bot.answers import Answer, Button
from monitor.bot.button_data import number
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.language import _
from monitor.bot.presses.base import Press
from monitor.bot.roles import Needs
from monitor.core.errors import InputError
from monitor.sources.trying import Tried


async def sources(call: Call, desk: Desk) -> Answer:
    """Turn to a page of the sources."""
    return await answers.listed(call.words, call, desk)


async def source(call: Call, desk: Desk) -> Answer:
    """Show one source, with what can be done with it."""
    return await answers.one(await desk.source(_which(call)), call, desk)


async def stest(call: Call, desk: Desk) -> Answer:
    """Look at a source without recording anything."""
    return await answers.tested(_which(call), desk)


async def spause(call: Call, desk: Desk) -> Answer:
    """Poll a source no more until it is resumed."""
    return await answers.one(await desk.pause_source(_which(call), by=call.by), call, desk, toast=_("Paused."))


async def sresume(call: Call, desk: Desk) -> Answer:
    """Poll a source again."""
    return await answers.one(await desk.resume_source(_which(call), by=call.by), call, desk, toast=_("Polled again."))


async def sremove(call: Call, desk: Desk) -> Answer:
    """Ask whether a source is to be removed."""
    found = await desk.source(_which(call))
    yes = Button(label=_("Remove"), press=f"sgone {found.id}")
    no = Button(label=_("Keep it"), press=f"source {found.id}")
    return Answer(text=texts.sure_to_remove(found), buttons=((yes, no),))


async def sgone(call: Call, desk: Desk) -> Answer:
    """Poll a source no more and list it no more."""
    return Answer(text=texts.removed(await desk.remove_source(_which(call), by=call.by)))


async def sadd(call: Call, desk: Desk) -> Answer:
    """Poll a source that was looked at."""
    found = desk.taken_up(call.words)
    if not isinstance(found, Tried):
        raise InputError("That look is no longer here: send /source add again.")
    source = await desk.add_looked_at(found, by=call.by)
    return Answer(text=texts.added(source, found, now=desk.now()))


async def sno(call: Call, desk: Desk) -> Answer:  # noqa: ARG001  # every press is called alike
    """Leave a source that was looked at."""
    return Answer(text=_("Nothing was added."))


def _which(call: Call) -> str:
    return str(number(call.words))


PRESSES: dict[str, Press] = {
    "sources": Press(run=sources, needs=Needs.READER),
    "source": Press(run=source, needs=Needs.READER),
    "stest": Press(run=stest, needs=Needs.EDITOR),
    "spause": Press(run=spause, needs=Needs.EDITOR),
    "sresume": Press(run=sresume, needs=Needs.EDITOR),
    "sremove": Press(run=sremove, needs=Needs.EDITOR),
    "sgone": Press(run=sgone, needs=Needs.EDITOR),
    "sadd": Press(run=sadd, needs=Needs.EDITOR),
    "sno": Press(run=sno, needs=Needs.EDITOR),
}
