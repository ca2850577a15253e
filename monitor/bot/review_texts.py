"""What is said to people who judge matches, as plain text in the language now spoken."""

from monitor.bot.display import QUOTE, line
from monitor.bot.language import _
from monitor.core.verdicts import Verdict
from monitor.core.wordings import ProposedWording


def thanks(verdict: Verdict) -> str:
    """Return what is shown for a moment after a verdict."""
    return _("Noted: wrong. Thank you.") if verdict is Verdict.WRONG else _("Noted: right. Thank you.")


def proposed(wording: ProposedWording) -> str:
    """Ask whether to track a wording too, or say why it is not proposed."""
    words = line(wording.text, QUOTE)
    if wording.quote is None:
        return _("Noted as a new variant. Its quote is no longer tracked.")
    if wording.refused is not None:
        return _("Noted as a new variant. {why}").format(why=wording.refused.said_with(_))
    if wording.variant is None:  # the quote's own words
        return _("Noted. These words are tracked already: “{words}”").format(words=words)
    quote = line(wording.quote.text, QUOTE)
    told = _(
        "Track this wording too?\n“{words}”\nIt belongs to {number}. “{quote}”. Until confirmed, it alerts nobody."
    )
    return told.format(words=words, number=wording.quote.id, quote=quote)


def proposed_quietly(wording: ProposedWording) -> str:
    """Say what became of a wording, where nothing can be asked."""
    if wording.variant is None or wording.quote is None:
        return proposed(wording)
    return _("Proposed as a wording: /quote {number} has a button that confirms it.").format(number=wording.quote.id)


def all_judged() -> str:
    return _("All of them are judged. Thank you.")


def left(count: int) -> str:
    """Say how many of several wait for a verdict."""
    return _("({count} to judge)").format(count=count)
