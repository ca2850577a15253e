"""What an XML page is, before any parser sees it, and the text of a feed made fit for one.

Nothing in front of the root element is handed on, so no parser ever meets a document type definition: it
can declare no entity (a kilobyte that grows to gigabytes, a file of this machine) and name no file to load.
Which declared entities are harmless, and what they stand for, is said by `monitor.sources.xmlentities`.
"""

import re
from datetime import datetime
from html.entities import html5
from typing import NamedTuple

from monitor.core.errors import ParseError
from monitor.sources.dates import moment
from monitor.sources.draft import MOST_ENTRIES, is_oldest_first
from monitor.sources.xmlentities import declared, replaced

SEVERAL = ("media:title", "media:description", "dc:description", "itunes:summary")
"""Elements that stand beside a description or several times in an entry; feedparser keeps one of them all."""

MOST_ATTRIBUTES = 1_000  # of one element: feedparser's time grows with the square of their number

_FEEDS = frozenset(["rss", "rdf", "feed", "channel"])  # the last is CDF's, and of RSS that lost its first tag
_WEB = frozenset(
    ["html", "head", "body", "title", "meta", "link", "script", "style", "base", "div", "p", "span", "a", "b"]
) | {"br", "center", "font", "form", "h1", "h2", "h3", "header", "img", "main", "noscript", "section", "table"}
_JUNK = 4_000  # characters in front of a late XML declaration: a warning of PHP, a few blank comments

_BEFORE_ROOT = re.compile(
    r"""(?:\s++|<!--.*?-->|<\?.*?\?>|<!DOCTYPE(?:[^\[\]<>"']++|"[^"]*+"|'[^']*+'|\[.*?\](?=\s*+>))*+>)*+""",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:([A-Za-z_][\w.-]{0,40}):)?([A-Za-z_][\w.-]{0,60})(?=[\s/>])")
_FEED_ROOT = re.compile(rf"<(?:[\w.-]{{1,40}}:)?({'|'.join(_FEEDS)})(?=[\s>])", re.IGNORECASE)
_HTML_DOCTYPE = re.compile(r"<!DOCTYPE\s+html[\s>]", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\s", re.IGNORECASE)

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|([A-Za-z][A-Za-z0-9]{1,31};))")
_XML_ENTITIES = frozenset(["lt;", "gt;", "amp;", "quot;", "apos;"])
_MOVED_OPEN = re.compile(rf"<({'|'.join(SEVERAL)})(?=[\s/>])")
_MOVED_CLOSE = re.compile(rf"</(?:{'|'.join(SEVERAL)})\s*>")

_LONG_TAG = re.compile(r"""<[A-Za-z_](?:[^<>"']++|"[^"]*+"|'[^']*+'){1000,}+>""")
_ATTRIBUTE = re.compile(r"""=\s*["']""")
_ENTRY_START = re.compile(r"<(?:[\w-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_DATE = re.compile(
    r"<(?:\w+:)?(?:pubDate|published|updated|date|issued|modified)\b[^<>]*>\s*(?:<!\[CDATA\[)?([^<\]]{6,60})",
    re.IGNORECASE,
)


class Prepared(NamedTuple):
    """A feed's text from its root element on."""

    root: str  # its local name, lower case: rss, rdf, feed, channel
    xml: str
    left_out: int  # entries beyond the number that is read


def prepared(text: str) -> Prepared:
    """Return a feed ready for the parser. Raises ParseError for what is no feed, saying what it is instead."""
    start, root = _feed_root(text)
    entities = declared(text[:start])
    xml, left_out = _newest_entries(_ILLEGAL.sub("", text[start:]))
    if any(len(_ATTRIBUTE.findall(tag[0])) > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(xml)):
        raise ParseError(f"an element of the page has more than {MOST_ATTRIBUTES} attributes: no feed needs them")
    xml = _REFERENCE.sub(_legal_reference, replaced(xml, entities))
    xml = _MOVED_CLOSE.sub("</content>", _MOVED_OPEN.sub(r'<content src="\1"', xml))
    return Prepared(root, xml, left_out)


def late_start(text: str) -> int | None:
    """Return where an XML declaration stands behind some junk, else the root of a feed with entries, or None."""
    found = _DECLARATION.search(text, 1, _JUNK) or _late_root(text)
    return found.start() if found else None


def entry_by_entry(xml: str) -> list[str]:
    """Return a prepared feed as feeds of one entry each."""
    ends = [match.end() for match in _ENTRY_END.finditer(xml)]
    first = _ENTRY_START.search(xml)
    if not ends or first is None:
        return []
    starts = [first.start(), *ends]
    head, tail = xml[: first.start()], xml[ends[-1] :]
    return [head + xml[start:end] + tail for start, end in zip(starts, ends, strict=False)]


def _feed_root(text: str) -> tuple[int, str]:
    """Return where the root element of a feed starts, and its local name."""
    start, name = _root(text, 0)
    if name not in _FEEDS and not _is_whole_page(text[:start], name):
        if (late := _DECLARATION.search(text, 1, _JUNK)) is not None:
            start, name = _root(text, late.start())
        if name not in _FEEDS and not (name and f"</{name}" in text.lower()):  # damage made it of another
            start, name = _damaged_root(text) or (start, name)
    before = text[:start]
    if name in _FEEDS:
        return start, name
    if name in _WEB or _HTML_DOCTYPE.search(before):
        raise ParseError("a web page, not a feed: look for the address of its feed")
    if name:
        raise ParseError(f"XML, but not a feed: its root element is <{name}>")
    raise ParseError("starts like XML and is none")


def _root(text: str, start: int) -> tuple[int, str]:
    """Return where the first element after the prolog stands and its local name in lower case, or ""."""
    skipped = _BEFORE_ROOT.match(text, start)
    end = skipped.end() if skipped else start
    found = _ROOT.match(text, end)
    return end, found[2].lower() if found else ""


def _late_root(text: str) -> re.Match[str] | None:
    """Return the root element of a feed near the beginning of a page, when entries follow."""
    found = _FEED_ROOT.search(text, 0, _JUNK)
    return found if found and _ENTRY_START.search(text, found.end()) else None


def _damaged_root(text: str) -> tuple[int, str] | None:
    """Return where a feed starts whose first lines are damaged: at its root, or at its first entry."""
    found = _late_root(text) or _ENTRY_START.search(text)
    if found is None:
        return None
    return found.start(), found[1].lower() if found.re is _FEED_ROOT else "rss"


def _is_whole_page(before: str, name: str) -> bool:
    """Whether a web page starts here, and not only a warning in HTML that a server put before its feed."""
    return name in ("html", "head", "body") or bool(_HTML_DOCTYPE.search(before))


def _newest_entries(xml: str) -> tuple[str, int]:
    """Leave out the entries beyond the number that is read, at the older end; return how many."""
    ends = [match.end() for match in _ENTRY_END.finditer(xml)]
    first = _ENTRY_START.search(xml)
    surplus = len(ends) - MOST_ENTRIES
    if surplus <= 0 or first is None:
        return xml, 0
    if is_oldest_first(_date(xml[first.start() : ends[0]]), _date(xml[ends[-2] : ends[-1]])):
        return xml[: first.start()] + xml[ends[surplus - 1] :], surplus
    return xml[: ends[MOST_ENTRIES - 1]] + xml[ends[-1] :], surplus


def _date(entry: str) -> datetime | None:
    found = _DATE.search(entry)
    return moment(found[1]) if found else None


def _legal_reference(reference: re.Match[str]) -> str:
    """Return a reference that every XML parser accepts: characters of HTML by number, impossible ones not at all."""
    decimal, hexadecimal, name = reference.groups()
    if name:
        if name in _XML_ENTITIES or name not in html5:
            return reference[0]
        return "".join(f"&#{ord(character)};" for character in html5[name])
    digits, base = (decimal, 10) if decimal else (hexadecimal, 16)
    digits = digits.lstrip("0")
    code = int(digits, base) if 0 < len(digits) <= 7 else 0
    legal = 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF or code in (9, 10, 13)
    return f"&#{code};" if legal else ""
