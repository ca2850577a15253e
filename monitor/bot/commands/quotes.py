"""What is tracked."""

from monitor.bot import messages
from monitor.bot.commands.base import Call, unquoted
from monitor.bot.desk import Desk


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
