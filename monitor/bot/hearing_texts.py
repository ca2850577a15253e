"""What is said to whoever cannot be served: no command, not allowed, something broken."""

from monitor.bot.display import WHY, line
from monitor.bot.language import _
from monitor.bot.roles import Needs
from monitor.bot.source_errors import in_words
from monitor.core.errors import InputError


def told(error: Exception) -> str:
    """Return an error as a person reads it, in the language now spoken."""
    if isinstance(error, InputError):
        return error.said_with(_, in_words)
    return _("The database cannot be used: {error}").format(error=line(str(error), WHY))


def not_a_command() -> str:
    return _("I only read commands here: send /help to see them.")


def unknown_command(command: str) -> str:
    return _("There is no command /{command}: /help lists those there are.").format(command=line(command, 32))


def fault() -> str:
    return _("Something went wrong here; what exactly is in the monitor's log.")


def stale_button() -> str:
    return _("This button no longer works.")


def not_allowed(needs: Needs, user_id: int | None) -> str:
    """Return the refusal of something that asks for more than the person is."""
    match needs:
        case Needs.OWNER:
            refusal = _("That is for the owners of this monitor. Your Telegram id is {id}.")
        case Needs.EDITOR:
            refusal = _("That is for editors. Your Telegram id is {id}: an owner can make you one with /members.")
        case Needs.REVIEWER:
            refusal = _("That is for reviewers. Your Telegram id is {id}: an owner can make you one with /members.")
        case _:
            refusal = _("That is for members. Your Telegram id is {id}: an owner can make you one with /members.")
    return refusal.format(id=user_id)


def only_privately(bot_name: str) -> str:
    return _("Ask me that in a private chat: https://t.me/{bot}").format(bot=bot_name)


def only_admins() -> str:
    return _("Only administrators of this chat, and editors of the monitor, can change that here.")


def write_first(bot_name: str) -> str:
    return _("I cannot write to you yet: open https://t.me/{bot}, press Start, and try again.").format(bot=bot_name)


def private_notice(user_id: int | None, *, is_asked: bool = False) -> str:
    """Return what a stranger is told of a private monitor: who they are, and what can be done."""
    if is_asked:
        return _(
            "This monitor is private. I have asked its owner to let you in; you will hear from me. "
            "Your Telegram id is {id}."
        ).format(id=user_id)
    return _("This monitor is private: ask its owner for an invitation. Your Telegram id is {id}.").format(id=user_id)
