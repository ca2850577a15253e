"""Recorded matches as an Atom feed, so that a feed reader is an alert channel too.

The form is RFC 4287. Ids are tag: URIs (RFC 4151) of the day a quote was first tracked, so they stay the same wherever
the feed is served from; `authority` is the host name of whoever serves it, and must stay the same too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from monitor import __version__
from monitor.core.errors import InputError
from monitor.export.rows import Row
from monitor.sources.text import clean, one_line

LONGEST_TITLE = 120
_AUTHORITY = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFacts:
    """What a feed says of itself."""

    subject: str  # "quote/3", or "quotes" for all of them; part of its id
    title: str
    since: datetime  # when the quote was first tracked: part of every id
    updated: datetime  # of the newest entry; when there is none, `since`
    address: str | None = None  # where it is served
    authority: str = "localhost"
    pages: str | None = None  # where the review pages are: "https://quotes.example.org"


def write_atom(rows: Iterable[Row], out: TextIO, *, feed: FeedFacts) -> int:
    """Write rows of `match_history`, newest first, as a feed; return how many. InputError: no such authority."""
    if not _AUTHORITY.fullmatch(feed.authority):
        raise InputError(f"{feed.authority!r} is no host name in lower case, such as quotes.example.org.")
    out.write('<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n')
    out.write(_text("id", _tag(feed, feed.subject)) + _text("title", feed.title))
    out.write(_text("updated", _moment(feed.updated)))
    out.write(f'<generator version="{__version__}">quote-monitor</generator>\n')
    out.write("<author><name>quote-monitor</name></author>\n")
    if feed.address:
        out.write(f'<link rel="self" type="application/atom+xml" href={_value(feed.address)}/>\n')
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - counted on the way
        out.write(_entry(row, feed))
    out.write("</feed>\n")
    return count


def _entry(row: Row, feed: FeedFacts) -> str:
    passage = str(row["passage"] or "")
    title = one_line(f"{row['source']}: {passage}" if passage else f"{row['source']}: blanked", LONGEST_TITLE)
    parts = [
        "<entry>\n",
        _text("id", _tag(feed, f"match/{row['id']}")),
        _text("title", title),
        _text("updated", str(row["found_at"])),
        _text("published", str(row["published_at"])) if row["published_at"] else "",
        f"<author>{_text('name', str(row['author'] or row['source'])).strip()}</author>\n",
        *_links(row, feed),
        f"<category term={_value(str(row['kind']))}/><category term={_value(str(row['tier']))}/>\n",
        _text("summary", f"“{passage}” in {row['source']}. The quote: “{row['quote']}”. {row['why'] or ''}"),
        "</entry>\n",
    ]
    return "".join(parts)


def _links(row: Row, feed: FeedFacts) -> Iterable[str]:
    url = str(row["url"] or "")
    if url.lower().startswith(("http://", "https://")):
        yield f'<link rel="alternate" href={_value(url)}/>\n'
    if feed.pages:
        sort = "related" if url else "alternate"
        address = f"{feed.pages}/match/{row['id']}"
        yield f'<link rel="{sort}" href={_value(address)}/>\n'


def _tag(feed: FeedFacts, subject: str) -> str:
    return f"tag:{feed.authority},{feed.since:%Y-%m-%d}:quote-monitor/{subject}"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(name: str, text: str) -> str:
    return f"<{name}>{escape(clean(text))}</{name}>\n"


def _value(text: str) -> str:
    """Return a text as the value of an attribute, in its quotes."""
    return quoteattr(clean(text))
