"""From the address of a web page to the feed it belongs to, so that people may paste what their browser shows.

A page names its feeds with `<link rel="alternate">` (html.spec.whatwg.org, rssboard.org/rss-autodiscovery); a
page of a YouTube channel names the channel's number, of which its feed is made. When nothing is named, the
places where feeds usually are get tried. Every request goes through the given fetch, so its guard against
private networks holds for what a page names too.

Pages are hostile: tags are looked for in the text, one after another, in time that grows with its length only.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import islice
from urllib.parse import urljoin

from monitor.core.errors import InputError, ParseError, SourceError
from monitor.core.model import Page, Reading, Request, Source, SourceId, SourceKind, WantedSource
from monitor.core.ports import Fetch, Kind
from monitor.sources import feed, links
from monitor.sources.draft import http_link
from monitor.sources.encoding import decoded
from monitor.sources.presets import recognized
from monitor.sources.text import one_line

WELL_KNOWN = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")
MOST_FOUND = 20  # feeds of one page
MOST_TAGS = 2_000  # looked at in one page
MOST_TRIED = 6  # requests that one page may cause
LONGEST_TAG = 4_000  # characters
LONGEST_TITLE = 200

_TYPES = frozenset(["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"]) | {
    "application/x.atom+xml",
    "application/x-atom+xml",
    "text/rss+xml",
}
_OF_COMMENTS = re.compile(r"comment|kommentar|comentario|commentaire|komment|reactie|replies", re.IGNORECASE)
_START = re.compile(r"<(?:(!--)|(script|style|template)|(link|base))(?![\w-])", re.IGNORECASE)
_TAG = re.compile(r"""<\w++((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_FEED = re.compile(r"<(?:rss|feed|rdf:rdf)[\s>]", re.IGNORECASE)
_WEB_PAGE = re.compile(r"<html[\s>]", re.IGNORECASE)
_BEGINNING = 4_000  # bytes
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")

Parse = Callable[[Kind, Source, Page], Awaitable[Reading]]
"""Reads a page as a kind of source would; raises ParseError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed that a page names."""

    url: str
    title: str = ""
    type: str = ""  # as the page says, such as "application/rss+xml"


def feeds_in(page: Page) -> list[Found]:
    """Return the feeds that a web page names, in its order, but those of comments last."""
    base = page.url
    found: dict[str, Found] = {}
    for name, attributes in islice(_tags(decoded(page.body, page.content_type)), MOST_TAGS):
        if name == "base":
            base = http_link(attributes.get("href", ""), page.url) or base
        elif (named := _named(attributes, base)) and len(found) < MOST_FOUND:
            found.setdefault(named.url, named)
    return sorted(found.values(), key=_is_of_comments)


def guesses(url: str) -> list[Found]:
    """Return where the site of a page would have its feed if it named none: candidates, nothing more."""
    return [Found(url=urljoin(url, place)) for place in WELL_KNOWN]


async def discovered(url: str, *, fetch: Fetch, parse: Parse) -> WantedSource:
    """Return the feed at `url`, or else the first feed its page names that can be read, one with posts preferred.

    Raises InputError saying what was tried and what to do.
    """
    where = links.shown(url)
    try:
        page = await fetch(Request(url=url, headers={"Accept": f"text/html, {feed.ACCEPT}"}))
    except SourceError as error:
        raise InputError("{place} could not be read: {error}.", place=where, error=error) from error
    if page is None:
        raise InputError(
            "{place} answers that nothing changed: try again, or give the address of its feed.", place=where
        )
    try:
        return _wanted(url, page, await parse(feed, _source(url), page))
    except ParseError as error:
        if _is_meant_as_a_feed(page):
            raise InputError("{place} could not be read: {error}.", place=where, error=error) from error
    named = feeds_in(page)
    tried = (named or guesses(page.url))[:MOST_TRIED]
    best = await _best(tried, fetch=fetch, parse=parse)
    if best is not None:
        return best
    if named:
        raise InputError(
            "{place} names a feed, {feed}, but it cannot be read as one.", place=where, feed=links.shown(named[0].url)
        )
    raise InputError(
        "{place} is no feed and names none: look on the page for “RSS” or “feed” and give that address.", place=where
    )


def _is_meant_as_a_feed(page: Page) -> bool:
    """Whether a page begins as a feed does, so that it names no other, and what is wrong with it is what helps."""
    beginning = decoded(page.body[:_BEGINNING], page.content_type)
    return bool(_FEED.search(beginning)) and not _WEB_PAGE.search(beginning)


async def _best(candidates: list[Found], *, fetch: Fetch, parse: Parse) -> WantedSource | None:
    """Return the first candidate that is a feed with posts, else the first that is a feed."""
    empty: WantedSource | None = None
    for found in candidates:
        try:
            page = await fetch(feed.request(_source(found.url)))
            reading = await parse(feed, _source(found.url), page) if page else None
        except SourceError:
            continue
        if page is None or reading is None:
            continue
        wanted = _wanted(found.url, page, reading, title=found.title)
        if reading.posts:
            return wanted
        empty = empty or wanted
    return empty


def _wanted(url: str, page: Page, reading: Reading, *, title: str = "") -> WantedSource:
    address = page.moved_to or url
    return WantedSource(kind=SourceKind.FEED, address=address, name=reading.title or title or links.shown(address))


def _source(url: str) -> Source:
    return Source(id=SourceId(0), kind=SourceKind.FEED, address=url, name=url)


def _named(attributes: Mapping[str, str], base: str) -> Found | None:
    """Return the feed that a <link> stands for, if any."""
    url = http_link(attributes.get("href", ""), base)
    rel = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").split(";")[0].strip().lower()
    if url is None:
        return None
    if "canonical" in rel:
        return _channel(url)
    if "stylesheet" in rel or not ("feed" in rel or ("alternate" in rel and kind in _TYPES)):
        return None
    return Found(url=url, title=one_line(attributes.get("title", ""), LONGEST_TITLE), type=kind)


def _channel(url: str) -> Found | None:
    """Return the feed of a YouTube channel by the address its page calls its own."""
    wanted = recognized(url)
    return Found(url=wanted.address) if wanted and "/feeds/videos.xml?channel_id=" in wanted.address else None


def _is_of_comments(found: Found) -> bool:
    return bool(_OF_COMMENTS.search(found.title) or _OF_COMMENTS.search(found.url))


def _tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the names and attributes of `<link>` and `<base>`, but of those in comments and scripts."""
    position = 0
    while (start := _START.search(text, position)) is not None:
        position = start.end()
        if start[1] or start[2]:
            end = text.find("-->", position) if start[1] else _end_of(start[2], text, position)
            if end < 0:
                return
            position = end
        elif tag := _TAG.match(text[start.start() : start.start() + LONGEST_TAG]):
            yield start[3].lower(), _attributes(tag[1])


def _end_of(name: str, text: str, position: int) -> int:
    found = re.compile(rf"</{name}", re.IGNORECASE).search(text, position)
    return found.start() if found else -1


def _attributes(text: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(text):
        given.setdefault(found[1].lower(), unescape(found[2] or found[3] or found[4] or "").strip())
    return given
