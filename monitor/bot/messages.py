"""Everything the bot says, as pure text: alerts in Telegram HTML, answers to commands without markup.

An alert always fits a message (4,096 UTF-16 units after entities, core.telegram.org/bots/api#sendmessage),
because each of its parts has a limit of its own. HTML: core.telegram.org/bots/api#html-style
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from html import escape, unescape
from urllib.parse import urlsplit

from monitor.bot.display import line, name, pages, shortened, utf16
from monitor.bot.passage import passage
from monitor.core.model import Alert, AlertId, AlertState, Appearance, Chat, MatchKind, Quote, Source, Status
from monitor.core.provenance import behind

LIMIT = 4096
QUOTE, VARIANT, CHANGES, WHY, NAME, PART, HOST = 600, 400, 160, 300, 100, 40, 80  # UTF-16 units at most
LONGEST_LINK = 1000
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
KINDS = {
    MatchKind.VERBATIM: "Word for word",
    MatchKind.VARIANT: "Variant",
    MatchKind.PARTIAL: "Part of the quote",
    MatchKind.DERIVED: "Made from the quote",
}
LINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')
TAG = re.compile(r"<[^>]*>")


def alert(alert: Alert, *, zone: tzinfo = UTC) -> str:
    """Return an alert as Telegram HTML: what was said, where, when, and why it counts as the quote."""
    found = alert.appearance
    lines = [
        f"<b>“{_text(line(found.quote, QUOTE))}”</b>",
        f"<i>in the wording “{_text(line(found.variant, VARIANT))}”</i>" if found.variant else "",
        f"<blockquote>{passage(found)}</blockquote>",
        _text(_reason(found)),
        _text(_place(found)),
        _text(_provenance(found)),
        _text(_times(found, zone)),
        _link(found.url),
        _text(f"{_history(found, zone)} {short_id(alert.id)}"),
    ]
    return "\n".join(part for part in lines if part)


def plain(markup: str) -> str:
    """Return an alert without its markup, in case Telegram refuses that; a link is written out if there is room."""
    with_links = unescape(TAG.sub("", LINK.sub(r"\2: \1", markup)))
    return with_links if utf16(with_links) <= LIMIT else shortened(unescape(TAG.sub("", markup)), LIMIT)


def short_id(alert_id: AlertId) -> str:
    """Return a short name of an alert, such as `#00a1`: the same alert sent twice is known by it."""
    digits = ""
    rest = int(alert_id)
    while rest:
        rest, digit = divmod(rest, 36)
        digits = DIGITS[digit] + digits
    return f"#{digits.rjust(4, '0')}"


def _text(words: str) -> str:
    return escape(words, quote=False)


def _reason(found: Appearance) -> str:
    changes = line(", ".join(found.explanation.changes), CHANGES)
    why = line(found.explanation.why, WHY).rstrip(".")
    score = f"{KINDS[found.kind]}, {int(found.score)} of 100"
    return (
        ". ".join(part for part in (f"{score}: {changes}" if changes else score, why[:1].upper() + why[1:]) if part)
        + "."
    )


def _place(found: Appearance) -> str:
    part = line(found.part, PART)
    where = f"in its {part}" if part and part != "text" else ""
    author = f"by {name(found.author, NAME)}" if line(found.author, NAME) else ""
    return ", ".join(part for part in (name(found.source, NAME), where, author) if part)


def _provenance(found: Appearance) -> str:
    """Say whose post on X the passage repeats, when the text signs it as one."""
    posted = behind(found.text, found.spans)
    if posted is None:
        return ""
    when = f", {posted.day.day} {MONTHS[posted.day.month - 1]} {posted.day.year}" if posted.day else ""
    return f"Second-hand: a post on X by {name(posted.author, NAME)} (@{posted.handle}){when}"


def _times(found: Appearance, zone: tzinfo) -> str:
    theirs = (
        f"Published {moment(found.published_at, zone)} by their own date" if found.published_at else "No date given"
    )
    return f"{theirs}, first seen {moment(found.first_seen_at, zone)}"


def _history(found: Appearance, zone: tzinfo) -> str:
    if not found.seen_before:
        return "First appearance."
    times = "1 time" if found.seen_before == 1 else f"{found.seen_before} times"
    when = f", first {day(found.first_appeared_at, zone)}" if found.first_appeared_at else ""
    where = f" in {name(found.first_appeared_in, NAME)}" if line(found.first_appeared_in, NAME) else ""
    return f"Seen {times} before{when}{where}."


def _link(url: str | None) -> str:
    """Return a link to the post, or nothing when it leads anywhere but to the web."""
    if not url or not url.isprintable() or " " in url or utf16(url) > LONGEST_LINK:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    return f'<a href="{escape(url)}">Open the post</a> on {_text(name(host, HOST))}'


def moment(time: datetime, zone: tzinfo) -> str:
    """Return a time as the chat's own clock shows it."""
    local = _local(time, zone)
    return f"{day(time, zone)} {local:%H:%M} {local.tzname()}"


def day(time: datetime, zone: tzinfo) -> str:
    """Return a date as the chat's own calendar shows it."""
    return _local(time, zone).date().isoformat()


def _local(time: datetime, zone: tzinfo) -> datetime:
    try:
        return time.astimezone(zone)
    except OverflowError:  # the first or last day of all, as a hostile date says
        return time


# Answers to commands: sent without markup, so nothing in them needs escaping.


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
