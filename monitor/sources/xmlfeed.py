"""RSS and Atom: the fields of each entry, from the feedparser library, which reads what XML parsers refuse.

Feeds as most are take a short cut to the same fields: `monitor.sources.fastfeed`.

The library gets what `xmltext.prepared` lets through, sanitises nothing (only plain text leaves here) and
resolves no links but by xml:base. Its reading of dates is switched off for `monitor.sources.dates`: it takes
the minutes of a zone such as -03:30 with the wrong sign, and one in month 13 ends the whole page.
Formats: rssboard.org/rss-specification, RFC 4287, web.resource.org/rss/1.0
"""

import io
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import feedparser

from monitor.core.errors import ParseError
from monitor.core.model import Reading
from monitor.sources import fastfeed
from monitor.sources.dates import moment, wished_interval
from monitor.sources.draft import LONGEST_NAME, MOST_ENTRIES, Draft, Stretch, posts
from monitor.sources.text import Plain, from_either, from_markup, from_text, one_line
from monitor.sources.xmltext import SEVERAL, entry_by_entry, prepared

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_REDDIT_FOOTER = re.compile(r"\s*submitted by\s+/?u/\S+(?:\s+to\s+/?r/\S+)?\s+\[link\]\s+\[comments\]$")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*+")
_REDDIT_END = "[comments]"  # looked for first: the pattern is slow on a long text

Fields = Mapping[str, Any]
"""A part of the library's answer: loose data, checked field by field."""


def _left_to_us(date: str) -> tuple[int, ...]:
    del date
    return (0,) * 9


feedparser.registerDateHandler(_left_to_us)  # asked first, and its answer is used by nobody


def read(text: str, *, address: str) -> Reading:
    """Read an RSS or Atom feed. Raises ParseError for any other text, and for one that declares entities."""
    root, xml, left_out = prepared(text)
    answer, entries, lost = _answer(xml)
    version, feed = str(answer.get("version") or ""), answer["feed"]
    if root == "rdf" and not entries and not version.startswith("rss"):
        raise ParseError("XML, but not a feed: RDF without the elements of RSS")
    read_entries = entries[:MOST_ENTRIES]
    found, unreadable = posts(
        read_entries, lambda entry: _draft(entry, feed, is_atom=version.startswith("atom")), address=address
    )
    return Reading(
        posts=found,
        title=one_line(_title(feed, is_atom=version.startswith("atom")).text, LONGEST_NAME) or None,
        ttl=wished_interval(_text(feed, "ttl"), _text(feed, "sy_updateperiod"), _text(feed, "sy_updatefrequency")),
        skipped=unreadable + lost + left_out + len(entries) - len(read_entries),
    )


def _answer(xml: str) -> tuple[Fields, list[Fields], int]:
    """Return what the library says, the entries it found, and how many it cannot read.

    A page that it stumbles over is read entry by entry, so that one entry costs one entry.
    """
    usual = fastfeed.answer(xml)
    if usual is not None:
        return usual, usual["entries"], 0
    try:
        whole = _parsed(xml)
    except ParseError:
        pages = entry_by_entry(xml)
        answers: list[Fields] = []
        for page in pages:
            with suppress(ParseError):
                answers.append(_parsed(page))
        if not answers:
            raise
        return answers[0], [entry for answer in answers for entry in answer["entries"]], len(pages) - len(answers)
    return whole, whole["entries"], 0


def _parsed(xml: str) -> Fields:
    """Run the library on bytes in memory: given bytes or text it would try them as a file name first."""
    try:
        answer: Fields = feedparser.parse(
            io.BytesIO(xml.encode()), response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # hostile pages meet the library's own bugs, of any type
        raise ParseError(f"a feed too broken to read: {type(error).__name__}") from error
    return answer


def _draft(entry: Fields, feed: Fields, *, is_atom: bool) -> Draft:
    guid, link = _text(entry, "id"), _text(entry, "link")
    if link == guid and "://" not in link:
        link = ""  # an id that only claims to be a link: isPermaLink is true unless an RSS feed says otherwise
    stretches, echoes = _without_publisher(_stretches(entry, is_atom=is_atom), _part(entry, "source"))
    return Draft(
        id=guid,
        link=link,
        author=_authors(entry, is_atom=is_atom) or (_authors(feed, is_atom=True) if is_atom else ""),
        published_at=next(
            filter(None, (moment(_text(entry, key)) for key in ("published", "updated", "created"))), None
        ),
        lang=_lang(entry) or _text(feed, "language"),
        stretches=tuple((name, _without_footer(text)) for name, text in stretches),
        echoes=echoes,
    )


def _stretches(entry: Fields, *, is_atom: bool) -> list[Stretch]:
    """Return the title, summaries, contents and image texts of an entry, in this order."""
    title = _title(entry, is_atom=is_atom)
    detail = _part(entry, "summary_detail")
    is_copy = not detail and bool(_parts(entry, "content"))  # of a content
    told = {} if is_copy else dict.fromkeys([_text(entry, "summary"), _text(detail, "value")])
    summaries = [_plain(value, detail, is_atom=is_atom) for value in told]
    contents: list[Plain] = []
    alts = [*title.alts]
    for content in _parts(entry, "content"):
        plain = _plain(_text(content, "value"), content, is_atom=is_atom)
        moved_from = _text(content, "src")
        if moved_from == "media:description" and _has_image(entry):
            alts.append(plain.text)
        elif moved_from in SEVERAL:
            summaries.append(plain)
        else:
            contents.append(plain)
    alts += [alt for plain in (*summaries, *contents) for alt in plain.alts]
    return [
        ("title", title.text),
        *(("summary", plain.text) for plain in summaries),
        *(("content", plain.text) for plain in contents),
        *(("alt", alt) for alt in alts),
    ]


def _title(holder: Fields, *, is_atom: bool) -> Plain:
    return _plain(_text(holder, "title"), _part(holder, "title_detail"), is_atom=is_atom)


def _plain(value: str, detail: Fields, *, is_atom: bool) -> Plain:
    """Read a text construct. Atom says which sort it is, RSS does not; inline markup is always markup."""
    sort = _text(detail, "type")
    if sort.endswith("xml"):
        return from_markup(value)
    if sort.startswith(("image/", "audio/", "video/", "application/")) and _BASE64.fullmatch(value):
        return Plain()  # the library has decoded what is text in it
    if is_atom and sort == "text/plain":
        return from_text(value)
    return from_markup(value) if is_atom and sort == "text/html" else from_either(value)


def _has_image(entry: Fields) -> bool:
    """Whether the media of an entry are images: Mastodon describes them in media:description."""
    media = _parts(entry, "media_content")
    return any(_text(one, "medium") == "image" or _text(one, "type").startswith("image/") for one in media)


def _without_publisher(stretches: list[Stretch], source: Fields) -> tuple[list[Stretch], tuple[str, ...]]:
    """Take " - Publisher" off a title that ends in the name of its source, as Google News adds it.

    Its description is the headline and the publisher once more, which is returned as an echo.
    """
    publisher = one_line(_text(source, "title"), LONGEST_NAME)
    name, title = stretches[0]
    headline = title.removesuffix(f" - {publisher}")
    if not publisher or headline in ("", title):
        return stretches, ()
    return [(name, headline), *stretches[1:]], (f"{headline} {publisher}", title)


def _without_footer(text: str) -> str:
    """Take off what Reddit puts under each post."""
    return _REDDIT_FOOTER.sub("", text) if text.endswith(_REDDIT_END) else text


def _lang(entry: Fields) -> str:
    holders = [_part(entry, "title_detail"), _part(entry, "summary_detail"), *_parts(entry, "content")]
    return _text(entry, "language") or next(filter(None, (_text(holder, "language") for holder in holders)), "")


def _authors(holder: Fields, *, is_atom: bool) -> str:
    """Return who wrote it, as written when RSS gives an e-mail address: the library cuts some in two."""
    author = _text(holder, "author")
    if not is_atom and "@" in author:
        return author
    names: Iterable[str] = (_text(author, "name") for author in _parts(holder, "authors"))
    return ", ".join(dict.fromkeys(filter(None, names))) or author


def _text(holder: Fields, key: str) -> str:
    """Return a field that is text, or "". Asks the plain dictionary: the library's own answers with other fields."""
    value = dict.get(holder, key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def _part(holder: Fields, key: str) -> Fields:
    value = dict.get(holder, key) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def _parts(holder: Fields, key: str) -> list[Fields]:
    value = dict.get(holder, key) if isinstance(holder, dict) else None
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
