"""Answers about sources that commands and buttons share."""

from monitor.bot import source_texts as texts
from monitor.bot.answers import Answer, Button, Rows
from monitor.bot.button_data import is_number, page_of
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.language import _
from monitor.bot.quote_buttons import NUMBERS, turning
from monitor.bot.roles import needed_by
from monitor.core.errors import InputError
from monitor.core.model import Source, SourceState

PAGE = 10  # sources


async def listed(page_word: str, call: Call, desk: Desk) -> Answer:
    """Return a page of the sources, with how each is."""
    reports = await desk.sources()
    page, pages = page_of(page_word, len(reports), PAGE)
    shown = reports[(page - 1) * PAGE : page * PAGE]
    numbers = [Button(label=str(report.source.id), press=f"source {report.source.id}") for report in shown]
    rows = [tuple(numbers[at : at + NUMBERS]) for at in range(0, len(numbers), NUMBERS)]
    text = texts.source_list(shown, now=desk.now(), zone=call.zone)
    return Answer(text=text, buttons=tuple(row for row in (*rows, turning("sources", page, pages)) if row))


async def one(source: Source, call: Call, desk: Desk, *, toast: str = "") -> Answer:
    """Return a source with how it is, and what can be done with it."""
    for report in await desk.sources():
        if report.source.id == source.id:
            text = texts.source_line(report, now=desk.now(), zone=call.zone)
            return Answer(text=text, buttons=_buttons(report.source, call), toast=toast)
    raise InputError("There is no source #{number}: see the list of sources for the numbers.", number=source.id)


def _buttons(source: Source, call: Call) -> Rows:
    back = Button(label=_("All sources"), press="sources")
    if not call.may(needed_by("source")):
        return ((back,),)
    n = source.id
    pause = (
        Button(label=_("Pause"), press=f"spause {n}")
        if source.state is SourceState.ACTIVE
        else Button(label=_("Resume"), press=f"sresume {n}")
    )
    return (
        (Button(label=_("Test"), press=f"stest {n}"), pause, Button(label=_("Remove"), press=f"sremove {n}")),
        (back,),
    )


async def offered(which: str, desk: Desk) -> Answer:
    """Look at what a person means as a source, and ask whether to poll it."""
    found = await desk.try_source(which)
    buttons = (Button(label=_("Poll it"), press=f"sadd {desk.put_by(found)}"), Button(label=_("No"), press="sno"))
    return Answer(text=texts.offered(found, now=desk.now()), buttons=(buttons,))


async def tested(which: str, desk: Desk) -> Answer:
    """Look at a source, one that is there when `which` is a number, without recording anything."""
    found = await (desk.test_source(which) if is_number(which) else desk.try_source(which))
    return Answer(text=texts.looked_at(found, now=desk.now()), is_apart=True)
