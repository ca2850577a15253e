"""Answers to commands as pure text, without markup, so nothing in them needs escaping."""

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo

from monitor.bot.display import LIMIT, NAME, QUOTE, WHY, line, name, pages
from monitor.bot.times import moment
from monitor.core.model import AlertState, Chat, Quote, Source, Status


def help_page(summaries: Iterable[tuple[str, str]], *, notice: str = "") -> str:
    """Return the list of commands, each as (usage, summary)."""
    listed = "\n".join(f"{usage}: {summary}" for usage, summary in summaries)
    known = "I watch public sources for quotes and tell you where one appears, in whatever words."
    return "\n\n".join(part for part in (known, listed, "/help COMMAND explains one of them.", notice) if part)


def private_notice(user_id: int | None) -> str:
    """Return what a stranger is told of a private monitor: who they are, and what its owner can do."""
    return (
        f"This monitor is private. Your Telegram id is {user_id}: its owner can add it to telegram.owners "
        'in monitor.toml, or let everybody subscribe with telegram.access = "open".'
    )


def owners_only(command: str, user_id: int | None) -> str:
    """Return the refusal of a command that changes what is tracked."""
    return (
        f"/{command} is for the owners of this monitor. Your Telegram id is {user_id}: "
        "an owner can add it to telegram.owners in monitor.toml."
    )


def tracking(quote: Quote, *, advice: str = "") -> str:
    told = f"Tracking {named(quote)}. You are told where it appears once you /subscribe."
    return f"{told}\n{advice}" if advice else told


def untracked(quote: Quote) -> str:
    return f"No longer tracking {named(quote)}. What was found stays recorded."


def subscribed(quote: Quote | None, *, changed: bool) -> str:
    what = named(quote) if quote else "every quote"
    return f"You will be told of {what}." if changed else f"You are already told of {what}."


def unsubscribed(quote: Quote | None, *, changed: bool) -> str:
    if quote is None:
        return "You will no longer be told of any quote." if changed else "You had no subscription."
    what = named(quote)
    return f"You will no longer be told of {what}." if changed else f"You had no subscription to {what}."


def named(quote: Quote) -> str:
    """Return a quote with its number, for a sentence."""
    return f"{quote.id}. “{line(quote.text, QUOTE)}”"


def quote_list(quotes: Sequence[Quote]) -> str:
    """Return the tracked quotes, each with the number that commands take."""
    if not quotes:
        return "No quote is tracked yet. For example: /track Come get me, coward!"
    return "\n".join(_listed(quote) for quote in quotes)


def _listed(quote: Quote) -> str:
    speaker = f" ({name(quote.speaker, NAME)})" if quote.speaker else ""
    wordings = len(quote.variants)
    more = f", {wordings} other wording{'s' if wordings > 1 else ''}" if wordings else ""
    return f"{named(quote)}{speaker}{more}"


def status_page(status: Status, *, zone: tzinfo = UTC) -> str:
    """Return the monitor at a glance, with each source that fails and why."""
    waiting = status.alerts.get(AlertState.PENDING, 0) + status.alerts.get(AlertState.IN_FLIGHT, 0)
    sent, dead = status.alerts.get(AlertState.SENT, 0), status.alerts.get(AlertState.DEAD, 0)
    last_poll = moment(status.last_poll_at, zone) if status.last_poll_at else "never"
    last_match = moment(status.last_match_at, zone) if status.last_match_at else "none yet"
    lines = [
        f"Quotes tracked: {status.quotes}",
        f"Sources polled: {status.sources}, failing: {len(status.failing)}, gone: {len(status.gone)}",
        f"Posts recorded: {status.posts}, matches: {status.matches}",
        f"Alerts sent: {sent}, waiting: {waiting}, given up: {dead}",
        f"Last poll: {last_poll}",
        f"Last match: {last_match}",
        *(_failing(source, zone) for source in status.failing),
        *(f"✗ {name(source.name, NAME)} is gone for good and no longer polled." for source in status.gone),
    ]
    return "\n".join(lines)


def _failing(source: Source, zone: tzinfo) -> str:
    worked = f"worked last {moment(source.last_success_at, zone)}" if source.last_success_at else "never worked yet"
    tries = "1 failure" if source.failures == 1 else f"{source.failures} failures in a row"
    again = f", next try {moment(source.next_poll_at, zone)}" if source.next_poll_at else ""
    return (
        f"✗ {name(source.name, NAME)}: {line(source.last_error, WHY) or 'no reason given'} ({tries}, {worked}{again})"
    )


def chat_closed(chat: Chat, reason: str, buried: int) -> str:
    """Return what owners are told of a chat that no longer accepts messages."""
    title = f"{name(chat.title, NAME)} ({chat.address})" if chat.title else chat.address
    lost = "1 alert was" if buried == 1 else f"{buried} alerts were"
    return f"{title} no longer accepts messages: {line(reason, WHY)}. {lost} given up; what was found stays recorded."


def in_messages(text: str) -> list[str]:
    """Split an answer into as many messages as it needs."""
    return pages(text, LIMIT)


NOT_A_COMMAND = "I only read commands: send /track followed by the words of a quote, or /help."
FORWARDED = "A forwarded message is not taken as a command: write it yourself."
ONLY_PRIVATELY = "Commands work in a private chat with me."
FAULT = "Something went wrong here; what exactly is in the monitor's log."
TRACK_EXAMPLE = "Write the words after the command, for example: /track Come get me, coward!"
UNTRACK_EXAMPLE = "Write the number of the quote (see /quotes) or its words, for example: /untrack 3"


def unknown_command(command: str) -> str:
    return f"There is no command /{line(command, 32)}: /help lists those there are."


def database_unusable(error: Exception) -> str:
    return f"The database cannot be used: {line(str(error), WHY)}"
