"""What other people wrote, made ready for a page: marked, shortened, dated, linked. Templates escape all of it.

Everything that comes from outside stands in `<bdi>`, so that its direction ends where it ends
(w3.org/International/questions/qa-bidi-unicode-controls).
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup

from monitor.core.model import Span, WordChange, WordOp
from monitor.store.values import time_of

LONGEST_URL = 2000
ELLIPSIS = "…"
CONTEXT = 90  # characters either side of a passage in a list
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text, and what it is to the quote: "", "matched" or "changed"."""

    text: str
    mark: str = ""


def stretches(text: str, spans: Iterable[Span], words: Iterable[WordChange] = ()) -> list[Stretch]:
    """Return a text cut where its marks begin and end; together the pieces are the text."""
    inside = [(max(span.start, 0), min(span.end, len(text))) for span in spans]
    other = [
        (max(word.span.start, 0), min(word.span.end, len(text)))
        for word in words
        if word.span and word.op in (WordOp.CHANGED, WordOp.INSERTED)
    ]
    edges = sorted({0, len(text), *(edge for pair in (*inside, *other) for edge in pair if 0 <= edge <= len(text))})
    found: list[Stretch] = []
    for start, end in pairwise(edges):
        mark = "matched" if _covers(inside, start) else ""
        mark = "changed" if mark and _covers(other, start) else mark
        if found and found[-1].mark == mark:
            found[-1] = Stretch(found[-1].text + text[start:end], mark)
        else:
            found.append(Stretch(text[start:end], mark))
    return found


def _covers(pairs: Iterable[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in pairs)


def cut(text: str, length: int) -> str:
    """Return a text with at most `length` characters, closed by "…" when some were left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def plain(text: object) -> str:
    """Return a text without control characters, which show as nothing and may hide something."""
    return _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(text))


def foreign(text: object) -> Markup:
    """Return another person's text, escaped and kept to its own direction."""
    return Markup("<bdi>") + plain(text) + Markup("</bdi>")  # adding escapes too, and is ten times as fast


def web_link(url: object) -> str | None:
    """Return an address that is safe to link to: http or https, with a host; else None."""
    if not isinstance(url, str) or len(url) > LONGEST_URL or re.search(r"[\x00-\x20\x7f-\x9f\\]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def host(url: object) -> str:
    """Return the host of an address without `www.`."""
    link = web_link(url)
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""


def when(at: datetime | str | None, zone: ZoneInfo, *, seconds: bool = False) -> Markup:
    """Return a time in the zone of the settings, with the exact one for machines."""
    if at is None:
        return Markup("–")
    known = time_of(at) if isinstance(at, str) else at
    local = known.astimezone(zone)
    shown = f"{local.day} {local:%b %Y, %H:%M:%S}" if seconds else f"{local.day} {local:%b %Y, %H:%M}"
    return Markup('<time datetime="') + known.isoformat() + Markup('">') + shown + Markup("</time>")


def day(at: date | datetime | str | None) -> str:
    """Return a day as people write it; a time's in UTC."""
    if at is None:
        return "–"
    known = time_of(at) if isinstance(at, str) else at
    return f"{known.day} {known:%b %Y}"


def duration(length: timedelta | None) -> str:
    """Return a length of time in its two largest units, or one when that says enough."""
    if length is None:
        return "–"
    seconds = max(int(length.total_seconds()), 0)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes = rest // 60
    if days:
        return f"{days} d {hours} h" if hours and days < 10 else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else "under a minute"


def ago(at: datetime | str | None, now: datetime) -> str:
    """Return how long ago something was."""
    if at is None:
        return "never"
    known = time_of(at) if isinstance(at, str) else at
    return "just now" if now - known < timedelta(minutes=1) else f"{duration(now - known)} ago"


def number(value: float | None) -> str:
    """Return a number with thousands apart; whole ones without a fraction."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:,.1f}"


def percent(share: float | None) -> str:
    """Return a share, 0 to 1, as a percentage that says 100 % only when it is all."""
    if share is None:
        return "–"
    return f"{math.floor(share * 1000) / 10:g} %"


def query(values: dict[str, Any], **changes: object) -> str:
    """Return the query of an address with some of its values changed; empty ones are left out."""
    merged = {name: value for name, value in (values | changes).items() if value not in (None, "")}
    return "?" + urlencode(merged) if merged else "?"


def around(text: str, start: int, end: int, context: int = CONTEXT) -> tuple[str, int]:
    """Return the stretch of a text around a passage, cut at words, and where in the text it begins."""
    first, last = max(start - context, 0), min(end + context, len(text))
    if first:
        space = text.find(" ", first, start)
        first = space + 1 if space >= 0 else first
    if last < len(text):
        space = text.rfind(" ", end, last)
        last = space if space >= 0 else last
    return text[first:last], first


def excerpt(
    text: str, start: int, end: int, spans: Sequence[Span], words: Iterable[WordChange] = (), *, context: int = CONTEXT
) -> list[Stretch]:
    """Return the passage of a text in a little of its context, marked; "…" where something is left out."""
    near, first = around(text, start, end, context)
    before = [Stretch(ELLIPSIS)] if first else []
    after = [Stretch(ELLIPSIS)] if first + len(near) < len(text) else []
    return [*before, *stretches_from(near, first, spans, words), *after]


def stretches_from(text: str, first: int, spans: Sequence[Span], words: Iterable[WordChange] = ()) -> list[Stretch]:
    """Return what begins at `first` in a longer text, to which the spans belong, cut where its marks begin and end."""
    here = [replace(word, span=moved([word.span], first)[0]) for word in words if word.span]
    return stretches(text, moved(spans, first), here)


def moved(spans: Sequence[Span], by: int) -> list[Span]:
    """Return spans of a text as spans of what is left of it from `by` on."""
    return [Span(start=span.start - by, end=span.end - by) for span in spans]


FILTERS = {
    "foreign": foreign,
    "plain": plain,
    "cut": cut,
    "web_link": web_link,
    "host": host,
    "when": when,
    "day": day,
    "duration": duration,
    "ago": ago,
    "number": number,
    "percent": percent,
}
