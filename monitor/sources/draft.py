"""From an entry as its format gives it to a post: what names it, where it is, its text without repeats.

What is common to all formats and all hostile input: lengths are capped, links are http(s) or none, and an
entry that cannot be read loses no other.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from monitor.core.identity import canonical_link, digest
from monitor.core.model import PART_SEPARATOR, Post, join_parts
from monitor.sources.text import clean, one_line

MOST_ENTRIES = 2_000  # of one page; the rest is counted as skipped
LONGEST_TEXT = 200_000  # characters of one post: a short book; what follows is cut
LONGEST_GUID = 500
LONGEST_URL = 4_000
LONGEST_NAME = 200  # of an author, a feed

_LANG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_CUT = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")
_CUT_ENDS = ("…", "...", "…]", "...]")  # looked for first: the pattern is slow on a long text
_MAIL_AND_NAME = re.compile(r"\S+@\S+\s+\(([^()]+)\)")

Entry = TypeVar("Entry")
Stretch = tuple[str, str]
"""The name of a part, and its plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry in no particular format. Empty strings stand for what it does not say."""

    id: str = ""
    link: str = ""  # as given: relative, or of any scheme
    author: str = ""
    published_at: datetime | None = None
    lang: str = ""
    stretches: tuple[Stretch, ...] = ()
    echoes: tuple[str, ...] = ()  # what is known to repeat other parts and is no text of its own


def posts(entries: Sequence[Entry], draft: Callable[[Entry], Draft], *, address: str) -> tuple[tuple[Post, ...], int]:
    """Return the posts of a page's entries, oldest first, and how many entries could not be read."""
    found: list[Post] = []
    for entry in entries:
        with suppress(ValueError, TypeError, LookupError, AttributeError):  # not of the shape its format promises
            found.append(_post(draft(entry), address))
    return tuple(_oldest_first(found)), len(entries) - len(found)


def newest(entries: Sequence[Entry], date: Callable[[Entry], datetime | None]) -> Sequence[Entry]:
    """Return the entries of the newer end of a page, at most as many as are read."""
    if len(entries) <= MOST_ENTRIES:
        return entries
    oldest_first = is_oldest_first(date(entries[0]), date(entries[-1]))
    return entries[-MOST_ENTRIES:] if oldest_first else entries[:MOST_ENTRIES]


def is_oldest_first(first: datetime | None, last: datetime | None) -> bool:
    """Whether a page starts with its oldest entry, by the dates of its first and last. Without dates it does not."""
    return first is not None and last is not None and first < last


def http_link(link: str, base: str) -> str | None:
    """Return a link resolved against its page, or None when it does not lead to the web."""
    link = "".join(clean(link).split())
    try:
        given = urlsplit(link)
        url = urljoin(base, link)
        parts = urlsplit(url)
        complete = bool(given.netloc or not given.scheme) and bool(parts.hostname)
    except ValueError:
        return None
    return url if link and complete and parts.scheme in ("http", "https") and len(url) <= LONGEST_URL else None


def language(*tags: str) -> str | None:
    """Return the first of some language tags that is one."""
    plain = (tag.strip().replace("_", "-") for tag in tags)
    return next((tag for tag in plain if _LANG.fullmatch(tag)), None)


def _post(draft: Draft, address: str) -> Post:
    """Return a post; it may be without any words, as one that is only a picture."""
    url = http_link(draft.link, address) if draft.link else None
    stretches = [(name, text[:LONGEST_TEXT]) for name, text in draft.stretches]  # comparing megabytes takes seconds
    text, parts = join_parts(_capped(_without_repeats(stretches, draft.echoes)))
    return Post(
        guid=_guid(draft, url, text),
        text=text,
        parts=parts,
        url=url,
        author=_author(draft.author),
        published_at=draft.published_at,
        lang=language(draft.lang),
    )


def _guid(draft: Draft, url: str | None, text: str) -> str:
    own = clean(draft.id).strip()
    if own:
        return own if len(own) <= LONGEST_GUID else digest(own)
    words = " ".join(text.split())
    return canonical_link(url) or (digest(words) if words else digest(draft.author, str(draft.published_at)))


def _author(author: str) -> str | None:
    """Return the name of who wrote a post; RSS puts it in brackets after an e-mail address."""
    plain = one_line(author, LONGEST_NAME)
    named = _MAIL_AND_NAME.fullmatch(plain)
    return (named[1].strip() if named else plain) or None


def _without_repeats(stretches: Iterable[Stretch], echoes: Iterable[str]) -> list[Stretch]:
    """Leave out what is said elsewhere in the post, so that a quote in it is found once.

    A summary that the content holds goes, also when it ends in "…"; so does a content equal to the title.
    The title stays where it is.
    """
    said = [_words(echo) for echo in echoes]
    kept: list[Stretch] = []
    for name, text in stretches:
        words = _words(text)
        if name != "title" and any(
            _holds(other, words, text) for other in (*said, *(_words(other) for _, other in kept))
        ):
            continue
        kept = [
            stretch for stretch in kept if stretch[0] == "title" or not _holds(words, _words(stretch[1]), stretch[1])
        ]
        kept.append((name, text))
    return kept


def _words(text: str) -> str:
    return f" {' '.join(text.split())} "


def _holds(other: str, words: str, text: str) -> bool:
    """Whether `other` says all that `text` does; whole words are compared, a text cut short by its beginning."""
    if words in other:
        return True
    if not text.rstrip().endswith(_CUT_ENDS):
        return False
    cut = _CUT.sub("", text)
    return cut != text and f" {' '.join(cut.split())}" in other


def _capped(stretches: Iterable[Stretch]) -> Iterable[Stretch]:
    room = LONGEST_TEXT
    for name, text in stretches:
        if room <= 0:
            return
        yield name, text[:room].rstrip()
        room -= len(text) + len(PART_SEPARATOR)


def _oldest_first(found: list[Post]) -> list[Post]:
    """Sort by date when every post has one; else the page is taken to start with its newest, as feeds do."""
    found.reverse()
    dated = [(post.published_at, post) for post in found if post.published_at]
    if len(dated) < len(found):
        return found
    return [post for _, post in sorted(dated, key=lambda pair: pair[0])]
