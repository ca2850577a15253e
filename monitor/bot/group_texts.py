"""Several matches in one message, in Telegram HTML: of one quote that many say at once, or a digest of several quotes.

Each match is one line: when, where (a link to the post), the passage in a few words, what became of it.
"""

from collections.abc import Iterable
from datetime import tzinfo
from html import escape

from monitor.bot import alert_parts as parts
from monitor.bot.display import END_ISOLATE, ISOLATE, QUOTE, is_right_to_left, line, source_name
from monitor.bot.language import _, ngettext
from monitor.bot.passage import BRIEF, passage
from monitor.bot.times import clock, day, moment
from monitor.core.model import Appearance, QuoteId
from monitor.core.telling import Telling

MOST_LINES = 10  # of one quote; more are counted
MOST_QUOTES, LINES_EACH, MOST_DIGEST_LINES = 8, 3, 12  # of a digest
SOURCE, DIGEST_QUOTE = 60, 100  # UTF-16 units at most


def group(telling: Telling, *, remarkable: str, number: str, page: str | None, zone: tzinfo) -> str:
    """Return a message that tells of several matches of one quote, oldest first."""
    lead = telling.lead.appearance
    found = [alert.appearance for alert in telling.alerts]
    shown = found if len(found) <= MOST_LINES else [found[0], *found[len(found) - MOST_LINES + 1 :]]
    since = min(one.first_seen_at for one in found)
    told = [
        f"<b>“{_text(line(lead.quote, QUOTE))}”</b>",
        _text(_since(telling.count, telling.reposts, moment(since, zone))),
        _text(remarkable),
        *listed(shown, zone, today=day(since, zone)),
        _text(_more(telling.count - len(shown))),
        _page(page),
        _text(f"{parts.past(lead, zone)} {number}"),
    ]
    return "\n".join(part for part in told if part)


def digest(telling: Telling, *, number: str, zone: tzinfo) -> str:
    """Return a message that tells of several quotes: how often each was found, and where, oldest first."""
    by_quote = _by_quote(telling)
    today = day(min(one.first_seen_at for found in by_quote for one in found), zone)
    told = [f"<b>{_text(_digest_title(telling))}</b>"]
    left = MOST_DIGEST_LINES
    shown = 0
    for found in by_quote[:MOST_QUOTES]:
        count, lines = telling.counts[found[0].quote_id], found[: min(LINES_EACH, left)]
        left -= len(lines)
        shown += count
        told += [
            f"\n<b>“{_text(line(found[0].quote, DIGEST_QUOTE))}”</b>",
            *listed(lines, zone, today=today),
            _text(_more(count - len(lines)) if lines else _count(count)),
        ]
    told += [
        _text(_others(telling.count - shown, len(telling.counts) - len(by_quote[:MOST_QUOTES]))),
        _text(suggestions(telling.suggestions)),
        _text(number),
    ]
    return "\n".join(part for part in told if part)


def suggestions(count: int) -> str:
    """Say how many less sure matches wait for a look."""
    told = ngettext(
        "{count} less sure match was recorded meanwhile: /history shows it.",
        "{count} less sure matches were recorded meanwhile: /history shows them.",
        count,
    )
    return told.format(count=count) if count else ""


def listed(found: Iterable[Appearance], zone: tzinfo, *, today: str = "") -> list[str]:
    """Return a line for each match: when, where (a link to the post), what it says; no date when that is `today`."""
    return [_line(one, zone, today) for one in found]


def _line(found: Appearance, zone: tzinfo, today: str) -> str:
    source = _text(source_name(found.source, SOURCE) or _("a source"))
    link = parts.web_link(found.url)
    where = f'<a href="{link[0]}">{source}</a>' if link else source
    said = passage(found, BRIEF)
    if is_right_to_left(said):
        said = f"{ISOLATE}{said}{END_ISOLATE}"
    marks = _text(parts.marks(found))
    told = f"{clock(found.first_seen_at, zone, today=today)} {where}: {said}"
    return f"{told} {marks}" if marks else told


def _since(count: int, reposts: int, time: str) -> str:
    told = ngettext("{count} new appearance since {time}", "{count} new appearances since {time}", count)
    plain = told.format(count=count, time=time)
    return f"{plain}, {parts.reposts(reposts)}" if reposts else plain


def _digest_title(telling: Telling) -> str:
    told = ngettext("Digest: {count} appearance of {quotes}", "Digest: {count} appearances of {quotes}", telling.count)
    told = told.format(count=telling.count, quotes=_quotes(len(telling.counts)))
    return f"{told}, {parts.reposts(telling.reposts)}" if telling.reposts else told


def _count(count: int) -> str:
    return ngettext("{count} appearance", "{count} appearances", count).format(count=count)


def _more(count: int) -> str:
    return ngettext("and {count} more", "and {count} more", count).format(count=count) if count > 0 else ""


def _others(count: int, quotes: int) -> str:
    told = ngettext(
        "{count} more of {quotes} is not shown: /history has it.",
        "{count} more of {quotes} are not shown: /history has them.",
        count,
    )
    return told.format(count=count, quotes=_quotes(quotes)) if count > 0 else ""


def _quotes(count: int) -> str:
    return ngettext("{count} quote", "{count} quotes", count).format(count=count)


def _page(page: str | None) -> str:
    link = parts.web_link(page)
    return f'<a href="{link[0]}">{_text(_("Look at them on the web"))}</a>' if link else ""


def _by_quote(telling: Telling) -> list[list[Appearance]]:
    """Return the appearances that are shown by their quote, the most told first, each oldest first."""
    by_quote: dict[QuoteId, list[Appearance]] = {}
    for alert in telling.alerts:
        by_quote.setdefault(alert.appearance.quote_id, []).append(alert.appearance)
    return [by_quote[quote_id] for quote_id in sorted(by_quote, key=lambda one: telling.counts[one], reverse=True)]


def _text(words: str) -> str:
    return escape(words, quote=False)
