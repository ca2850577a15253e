"""Messages that tell of matches, in Telegram HTML, and their buttons: one alert, several of one quote, a digest.

A message always fits (4,096 UTF-16 units after entities, core.telegram.org/bots/api#sendmessage), because each of its
parts has a limit of its own. HTML: core.telegram.org/bots/api#html-style
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from html import escape, unescape

from monitor.bot import alert_parts as parts
from monitor.bot import group_texts
from monitor.bot.answers import Button, Rows
from monitor.bot.display import LIMIT, QUOTE, line, shortened, utf16
from monitor.bot.language import _
from monitor.bot.passage import passage
from monitor.core.model import Alert, AlertId, Appearance, MatchId, MatchKind
from monitor.core.telling import Telling
from monitor.core.verdicts import Verdict

VARIANT = 400  # UTF-16 units at most
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')
TAG = re.compile(r"<[^>]*>")

MatchUrl = Callable[[MatchId], str | None]
"""Says where the page of a match is on the web; None: it has none."""


def telling_text(telling: Telling, *, zone: tzinfo = UTC, match_url: MatchUrl | None = None) -> str:
    """Return what a message tells, in the language now spoken, times by the clock of `zone`."""
    number = short_id(telling.lead.id)
    page = match_url(telling.lead.appearance.match_id) if match_url else None
    if telling.is_digest:
        return group_texts.digest(telling, number=number, zone=zone)
    remarkable = parts.remarkable(times_usual=telling.times_usual, silent_since=telling.silent_since, zone=zone)
    if telling.count > 1:
        return group_texts.group(telling, remarkable=remarkable, number=number, page=page, zone=zone)
    lead = telling.lead.appearance
    return single(lead, remarkable=remarkable, reposts=telling.reposts, number=number, page=page, zone=zone)


def alert(alert: Alert, *, zone: tzinfo = UTC) -> str:
    """Return a message that tells of one alert."""
    return telling_text(Telling(lead=alert), zone=zone)


def single(
    found: Appearance,
    *,
    remarkable: str = "",
    reposts: int = 0,
    number: str = "",
    page: str | None = None,
    zone: tzinfo,
) -> str:
    """Return all there is to say of one match. `number` is what its alert is known by."""
    told = [
        f"<b>“{_text(line(found.quote, QUOTE))}”</b>",
        f"<i>{_text(_('in the wording “{words}”').format(words=line(found.variant, VARIANT)))}</i>"
        if found.variant
        else "",
        _text(remarkable),
        f"<blockquote>{passage(found)}</blockquote>" if found.text else "",
        _text(parts.blanked(found)),
        _text(parts.deleted(found, zone)),
        _text(parts.edited(found, zone)),
        _text(parts.reason(found)),
        _text(" · ".join(part for part in (parts.place(found), parts.reposts(reposts)) if part)),
        _text(parts.provenance(found)),
        _text(parts.times(found, zone)),
        _links(found.url, page),
        _text(parts.verdict(found.judgement)),
        _text(f"{parts.past(found, zone)} {number}".rstrip()),  # the number is last, so that it can be read back
    ]
    return "\n".join(part for part in told if part)


def plain(markup: str) -> str:
    """Return a message without its markup, in case Telegram refuses that; links are written out if there is room."""
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


def buttons(telling: Telling, *, match_url: MatchUrl | None = None) -> Rows:
    """Return the buttons under a message. What they send back names its lead."""
    shown = [alert.appearance for alert in telling.alerts]
    return buttons_of(telling.lead.id, shown, is_several=telling.count > 1, match_url=match_url)


def buttons_of(
    lead_id: AlertId, shown: Sequence[Appearance], *, is_several: bool, match_url: MatchUrl | None = None
) -> Rows:
    """Return the buttons under the message of an alert that tells of these matches, the alert's own first."""
    first = shown[0]
    is_digest = any(found.quote_id != first.quote_id for found in shown)
    history = Button(label=_("History"), press=f"history {lead_id}")
    mute = Button(label=_("Mute"), press=f"mute {lead_id}")
    judge = Button(label=_("Judge them"), press=f"judge {lead_id}")
    if is_digest:
        return ((history, judge),)
    page = match_url(first.match_id) if match_url else None
    paged = (Button(label=_("Match page"), url=page),) if page and parts.web_link(page) else ()
    if is_several:
        return (paged, (history, mute, judge)) if paged else ((history, mute, judge),)
    opened = (Button(label=_("Open"), url=first.url),) if first.url and parts.web_link(first.url) else ()
    if paged:
        return ((*opened, *paged), (history, mute), _verdicts(first, lead_id))
    return ((*opened, history, mute), _verdicts(first, lead_id))


def _verdicts(found: Appearance, lead_id: AlertId) -> tuple[Button, ...]:
    given = found.judgement and found.judgement.verdict
    right = "✅" if given is Verdict.RIGHT else "✓"
    wrong = "❌" if given is Verdict.WRONG else "✗"
    new = f"{'✅ ' if given is Verdict.VARIANT else ''}{_('New variant')}"
    answers = (
        Button(label=f"{right} {_('Right')}", press=f"right {lead_id}"),
        Button(label=f"{wrong} {_('Wrong')}", press=f"wrong {lead_id}"),
    )
    if found.kind is MatchKind.VERBATIM:  # its words are tracked as they are
        return answers
    return (*answers, Button(label=new, press=f"variant {lead_id}"))


def _text(words: str) -> str:
    return escape(words, quote=False)


def _links(url: str | None, page: str | None) -> str:
    """Return links to the post and to the page of the match, as far as there are any."""
    there, ours = parts.web_link(url), parts.web_link(page)
    told = []
    if there:
        told.append(f'<a href="{there[0]}">{_text(_("Open the post"))}</a> ({_text(there[1])})')
    if ours:
        told.append(f'<a href="{ours[0]}">{_text(_("All about this match"))}</a>')
    return " · ".join(told)
