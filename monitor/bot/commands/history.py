"""What was found so far."""

from monitor.bot import history_answers as answers
from monitor.bot.answers import Answer
from monitor.bot.button_data import is_number
from monitor.bot.commands.base import Call, unquoted
from monitor.bot.desk import Desk
from monitor.core.model import QuoteId


async def history(call: Call, desk: Desk) -> Answer:
    """/history NUMBER WORDS: show what was found, newest first.

    Of one quote, by its number, and with words that stand in the post or its author's name; both may be left out:
    /history 3
    /history 3 radio
    /history radio interview
    Each line leads to its post; the buttons turn the page.
    """
    first, *rest = call.words.split(maxsplit=1) or [""]
    which = first.removeprefix("#")
    is_quote = is_number(which)
    words = " ".join(rest) if is_quote else call.words.strip()
    quote = await desk.quote(which) if is_quote else None
    asked = answers.Asked(
        quote_id=QuoteId(quote.id) if quote else None, words=desk.put_by(words[:200]) if words else ""
    )
    return await answers.history(asked, call, desk)


async def stats(call: Call, desk: Desk) -> Answer:
    """/stats NUMBER: show how often a quote was found, day by day.

    With the sources it comes from, and how many of the judged matches are right. Without a number, of all quotes:
    /stats 3
    """
    return await answers.statistics(unquoted(call.words), call, desk)


async def export(call: Call, desk: Desk) -> Answer:
    """/export NUMBER: send the matches of a quote as a file.

    Buttons choose the form: CSV for a spreadsheet, JSONL for programs. Without a number, of all quotes:
    /export 3
    """
    return await answers.forms(unquoted(call.words), desk)
