"""Feeds: RSS 0.90 to 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1, told apart by what they are.

An address is the feed's URL. Feeds are often served as `text/html` or `text/plain`, and login pages as
feeds, so the first thing in the page decides and never its content type. Google News, Reddit, YouTube,
Mastodon and Bluesky are read through the feeds they publish; what is particular to one of them is
beside the code that needs it.
"""

from urllib.parse import quote_plus

from monitor.core.errors import FetchError, ParseError
from monitor.core.model import Page, Reading, Request, Source
from monitor.sources import jsonfeed, xmlfeed
from monitor.sources.encoding import decoded
from monitor.sources.queries import phrase, quoted
from monitor.sources.xmltext import late_start

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)

QUERY = "{query}"
"""Where in the address of a feed that follows the tracked quotes the words of one are put."""


def request(source: Source) -> Request:
    """Return what to ask of a feed: its own address, or where it moved to for good.

    The address of one that follows the tracked quotes holds `QUERY`, which is replaced with the most telling words
    of the quote whose turn it is, as a phrase in quotation marks. It is asked at that address for ever: where
    one search moved to says nothing about the others. Raises FetchError when there are no words to ask for.
    """
    if not source.follow:
        return Request(url=source.url, headers={"Accept": ACCEPT})
    words = quoted(phrase(source.query)) if source.query else ""
    if not words:
        raise FetchError("searches for the tracked quotes, and there is none with words to search for")
    return Request(url=source.address.replace(QUERY, quote_plus(words)), headers={"Accept": ACCEPT})


def parse(source: Source, page: Page) -> Reading:
    """Read a feed into posts, oldest first.

    Pure: reads no file and asks no host, whatever the page declares. Raises ParseError, and nothing else,
    when the page as a whole is no feed; an entry that cannot be read is counted as skipped.
    """
    del source  # a feed says all there is to know
    text = decoded(page.body, page.content_type).lstrip()
    match text[:1]:
        case "":
            raise ParseError("the page is empty")
        case "{" | "[":
            return jsonfeed.read(text, address=page.url)
        case "<":
            return xmlfeed.read(text, address=page.url)
    if late_start(text) is not None:
        return xmlfeed.read(text, address=page.url)
    raise ParseError("not a feed: the page is neither XML nor JSON")
