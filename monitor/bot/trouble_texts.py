"""What owners are told when nothing can be recorded, and when it can be again."""

from monitor.bot.display import WHY, line
from monitor.bot.language import _


def unrecordable(error: Exception) -> str:
    """Return what owners are told when nothing can be recorded."""
    return _(
        "⚠ Nothing can be recorded: {error} Sources are asked again every minute, and you are told when it works."
    ).format(error=line(str(error), WHY))


def recordable() -> str:
    """Return what owners are told when recording works again."""
    return _("✓ Recording works again.")
