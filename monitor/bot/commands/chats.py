"""Where alerts go."""

from monitor.bot import messages
from monitor.bot.commands.base import Call, unquoted
from monitor.bot.desk import Desk


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
