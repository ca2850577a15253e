"""Alerts as pure text, in Telegram HTML: what was said, where, when, and why it counts as the quote.

An alert always fits a message (4,096 UTF-16 units after entities, core.telegram.org/bots/api#sendmessage),
because each of its parts has a limit of its own. HTML: core.telegram.org/bots/api#html-style
"""

import re
from datetime import UTC, tzinfo
from html import escape, unescape
from urllib.parse import urlsplit

from monitor.bot.display import LIMIT, NAME, QUOTE, WHY, line, name, shortened, utf16
from monitor.bot.passage import passage
from monitor.bot.times import day, moment
from monitor.core.model import Alert, AlertId, Appearance, MatchKind
from monitor.core.provenance import behind

VARIANT, CHANGES, PART, HOST = 400, 160, 40, 80  # UTF-16 units at most
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
