"""JSON Feed 1.0 and 1.1: a JSON object with a `version` and a list of `items`.

1.1 has `authors` where 1.0 has `author`, and adds `language`. Ids are strings; numbers are met and read as
such. Format: jsonfeed.org/version/1.1
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime

from monitor.core.errors import ParseError
from monitor.core.model import Reading
from monitor.sources.dates import moment
from monitor.sources.draft import LONGEST_NAME, Draft, Stretch, newest, posts
from monitor.sources.text import from_markup, from_text, one_line

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1", re.IGNORECASE)


def read(text: str, *, address: str) -> Reading:
    """Read a JSON Feed. Raises ParseError for any other text."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"starts like JSON and is none: {one_line(str(error), 100)}") from error
    if not isinstance(feed, dict) or not _VERSION.match(_text(feed, "version")):
        raise ParseError("JSON, but not a JSON Feed: it has no jsonfeed.org version")
    items = feed.get("items")
    if not isinstance(items, list):
        raise ParseError("a JSON Feed without its list of items")
    read_items = newest(items, _date)
    found, unreadable = posts(read_items, lambda item: _draft(item, feed), address=address)
    return Reading(
        posts=found,
        title=one_line(_text(feed, "title"), LONGEST_NAME) or None,
        skipped=unreadable + len(items) - len(read_items),
    )


def _draft(item: object, feed: Mapping[str, object]) -> Draft:
    if not isinstance(item, dict):
        raise TypeError("an item is an object")
    return Draft(
        id=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        author=_authors(item) or _authors(feed),
        published_at=_date(item),
        lang=_text(item, "language") or _text(feed, "language"),
        stretches=tuple(_stretches(item)),
    )


def _date(item: object) -> datetime | None:
    if not isinstance(item, dict):
        return None
    return moment(_text(item, "date_published")) or moment(_text(item, "date_modified"))


def _stretches(item: Mapping[str, object]) -> list[Stretch]:
    content = from_markup(_text(item, "content_html"))
    return [
        ("title", from_text(_text(item, "title")).text),
        ("summary", from_text(_text(item, "summary")).text),
        ("content", content.text),
        ("content", from_text(_text(item, "content_text")).text),
        *(("alt", alt) for alt in content.alts),
    ]


def _authors(holder: Mapping[str, object]) -> str:
    """Return the names of the authors of an item or a feed."""
    listed = holder.get("authors")
    people = listed if isinstance(listed, list) and listed else [holder.get("author")]
    return ", ".join(name for person in people if isinstance(person, dict) and (name := _text(person, "name")))


def _text(holder: Mapping[str, object], key: str) -> str:
    value = holder.get(key)
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int | float) else ""
