"""How the monitor is doing."""

from monitor.bot import messages
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk


async def status(call: Call, desk: Desk) -> str:
    """/status: show how the monitor is doing, and which sources fail."""
    return messages.status_page(await desk.status(), zone=call.zone)
