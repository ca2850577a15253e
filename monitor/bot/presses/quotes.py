"""The buttons under what the bot says of quotes. Their data is a verb, the number of a quote, and what to do."""

from monitor.bot import quote_answers as answers
from monitor.bot.answers import Answer
from monitor.bot.button_data import STALE, first_and_rest, number
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.language import _
from monitor.bot.presses.base import Press
from monitor.bot.quote_syntax import changes_of
from monitor.bot.roles import Needs
from monitor.core.errors import InputError
from monitor.core.model import QuoteId, VariantId, WantedQuote


async def quotes(call: Call, desk: Desk) -> Answer:
    """Turn to a page of the tracked quotes."""
    return await answers.listed(call.words, desk)


async def quote(call: Call, desk: Desk) -> Answer:
    """Show the card of a quote."""
    return await answers.card(call.words, call, desk)


async def qset(call: Call, desk: Desk) -> Answer:
    """Change what is asked of a quote: "qset 3 exact on"."""
    which, change = first_and_rest(call.words)
    await desk.edit_quote(str(which), changes_of(change), by=call.by)
    return await answers.card(str(which), call, desk, toast=_("Changed."))


async def qnear(call: Call, desk: Desk) -> Answer:
    """Ask for the speaker's name, or the last word of it, in the posts in which a quote is found."""
    quote = await desk.quote(call.words)
    if not quote.speaker:
        raise InputError("Nobody is named as its speaker: /edit {number} speaker NAME", number=quote.id)
    last = quote.speaker.split()[-1]
    await desk.edit_quote(str(quote.id), {"near": (quote.speaker, last)}, by=call.by)
    return await answers.card(quote.id, call, desk, toast=_("Changed."))


async def qhow(call: Call, desk: Desk) -> Answer:
    """Show how to write what a button cannot ask for."""
    which, what = first_and_rest(call.words)
    quote = await desk.quote(str(which))
    match what:
        case "near":
            told = _("Write the names, one of which must be in the post too:\n/edit {n} near Petro, Colombia")
        case "not":
            told = _("Write the words, none of which may be in the post:\n/edit {n} not parody, sale")
        case "variant":
            told = _(
                "Write the other wording, with its language if it has another:\n/variant {n} add ¡Ven por mí! lang:es"
            )
        case _:
            raise InputError(STALE)
    return Answer(text=told.format(n=quote.id), is_apart=True)


async def qpause(call: Call, desk: Desk) -> Answer:
    """Look for a quote no more until it is resumed."""
    quote = await desk.pause_quote(call.words, by=call.by)
    return await answers.card(quote.id, call, desk, toast=_("Paused."))


async def qresume(call: Call, desk: Desk) -> Answer:
    """Look for a quote again."""
    quote = await desk.resume_quote(call.words, by=call.by)
    return await answers.card(quote.id, call, desk, toast=_("Looked for again."))


async def quntrack(call: Call, desk: Desk) -> Answer:
    """Stop tracking a quote."""
    return await answers.untrack(call.words, call, desk)


async def qundo(call: Call, desk: Desk) -> Answer:
    """Take back that a quote was just tracked."""
    return await answers.untrack(call.words, call, desk, takes_back=True)


async def qagain(call: Call, desk: Desk) -> Answer:
    """Track a quote again that was just untracked."""
    quote = await desk.track_again(QuoteId(number(call.words)), by=call.by)
    return await answers.card(quote.id, call, desk, toast=_("Tracked again."))


async def wordings(call: Call, desk: Desk) -> Answer:
    """Turn to a page of the other wordings of a quote."""
    which, page = first_and_rest(call.words)
    return await answers.wordings(await desk.quote(str(which)), page)


async def wyes(call: Call, desk: Desk) -> Answer:
    """Let a proposed wording alert."""
    return await answers.wordings(await desk.confirm_variant(VariantId(number(call.words)), by=call.by), "")


async def wno(call: Call, desk: Desk) -> Answer:
    """Track a wording no more."""
    return await answers.wordings(await desk.remove_variant(VariantId(number(call.words)), by=call.by), "")


async def lookback(call: Call, desk: Desk) -> Answer:
    """Show what looking back over stored posts has found so far."""
    return await answers.looked_back(call.words, desk)


async def lookanew(call: Call, desk: Desk) -> Answer:
    """Look back over stored posts once more."""
    return await answers.looked_back(call.words, desk, anew=True)


async def follow(call: Call, desk: Desk) -> Answer:
    """Tell this chat of a quote."""
    following = await desk.subscribe(
        call.address,
        kind=call.kind,
        title=call.title,
        thread_id=call.thread_id,
        what=str(number(call.words)),
        lang=call.lang,
        by=call.by,
    )
    told = _("You are told of it here from now on.") if following.changed else _("You are told of it here already.")
    return Answer(toast=told, is_alarm=True)


async def tracknow(call: Call, desk: Desk) -> Answer:
    """Track a quote that was previewed."""
    wanted = desk.taken_up(call.words)
    if not isinstance(wanted, WantedQuote):
        raise InputError("That preview is no longer here: send /track with the quote.")
    return await answers.track(wanted, call, desk)


PRESSES: dict[str, Press] = {
    "quotes": Press(run=quotes, needs=Needs.READER),
    "quote": Press(run=quote, needs=Needs.READER),
    "qset": Press(run=qset, needs=Needs.EDITOR),
    "qnear": Press(run=qnear, needs=Needs.EDITOR),
    "qhow": Press(run=qhow, needs=Needs.EDITOR),
    "qpause": Press(run=qpause, needs=Needs.EDITOR),
    "qresume": Press(run=qresume, needs=Needs.EDITOR),
    "quntrack": Press(run=quntrack, needs=Needs.EDITOR),
    "qundo": Press(run=qundo, needs=Needs.EDITOR),
    "qagain": Press(run=qagain, needs=Needs.EDITOR),
    "wordings": Press(run=wordings, needs=Needs.EDITOR),
    "wyes": Press(run=wyes, needs=Needs.EDITOR),
    "wno": Press(run=wno, needs=Needs.EDITOR),
    "lookback": Press(run=lookback, needs=Needs.EDITOR),
    "lookanew": Press(run=lookanew, needs=Needs.EDITOR),
    "follow": Press(run=follow, needs=Needs.READER, is_of_chat=True),
    "tracknow": Press(run=tracknow, needs=Needs.EDITOR),
}
