"""The buttons under what the bot says of the match history."""

from monitor.bot import history_answers as answers
from monitor.bot.answers import Answer
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.display import NAME, name
from monitor.bot.language import _
from monitor.bot.presses.base import Press
from monitor.bot.roles import Needs
from monitor.core.errors import InputError
from monitor.core.model import Post


async def hist(call: Call, desk: Desk) -> Answer:
    """Turn to a page of the history."""
    return await answers.history(answers.asked(call.words), call, desk)


async def stats(call: Call, desk: Desk) -> Answer:
    """Show how often a quote was found."""
    return await answers.statistics(call.words, call, desk)


async def exports(call: Call, desk: Desk) -> Answer:
    """Ask in which form matches are wanted."""
    return await answers.forms(call.words, desk)


async def export(call: Call, desk: Desk) -> Answer:
    """Send recorded matches as a file."""
    return await answers.export(call.words, desk)


async def record(call: Call, desk: Desk) -> Answer:
    """Record a post that somebody pasted or forwarded."""
    post = desk.taken_up(call.words)
    if not isinstance(post, Post):
        raise InputError("That text is no longer here: paste it again.")
    source = await desk.record_pasted(post, by=call.by)
    told = _("Recorded in “{source}”. Whoever follows its quote is told.").format(source=name(source.name, NAME))
    return Answer(text=told)


PRESSES: dict[str, Press] = {
    "hist": Press(run=hist, needs=Needs.READER),
    "stats": Press(run=stats, needs=Needs.SUBSCRIBER),
    "exports": Press(run=exports, needs=Needs.REVIEWER),
    "export": Press(run=export, needs=Needs.REVIEWER),
    "record": Press(run=record, needs=Needs.EDITOR),
}
