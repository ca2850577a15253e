"""The fields of a feed and its entries, put together from text as feedparser does it: see `monitor.sources.fastfeed`.

Which of two titles wins, what a description becomes when there is a summary, what an author's name is made
of: rules that grew over twenty years of feeds. The library's names are kept, so that both can be compared.
"""

import re
from contextlib import suppress
from typing import Any

Fields = dict[str, Any]
"""A part of the answer: a feed, an entry, a text with its sort."""

_WINDOWS_1252 = {code: character for code in range(128, 160) if (character := bytes([code]).decode("cp1252", "ignore"))}
_TYPES = {"text": "text/plain", "plain": "text/plain", "html": "text/html"}
_READ_AS_IS = ("text/plain", "text/html")

_MANY_SLASHES = re.compile("^([A-Za-z][A-Za-z0-9+-.]*://)/*")
_NO_REFERENCE = re.compile("&([A-Za-z0-9_]+);")


class UnusualError(Exception):
    """The library has a rule for this that is not kept here."""


class Open:
    """An element whose text is being gathered. `is_kept` is what the library calls "expecting text"."""

    __slots__ = ("field", "is_kept", "pieces")

    def __init__(self, field: str, *, is_kept: bool) -> None:
        self.field = field
        self.is_kept = is_kept
        self.pieces: list[str] = []


class FieldStack:
    """What is known of a page so far, and the steps that bring text into it."""

    def __init__(self) -> None:
        self.version = ""
        self.feed: Fields = {}
        self.entries: list[Fields] = []
        self._image: Fields = {}  # of the feed: nothing of it is read
        self._has_image = False
        self._open: list[Open] = []
        self._langs: list[str | None] = [None]
        self._depth = 0
        self._depths: dict[str, int] = {}  # of the elements that the fields of the last entry came from
        self._title_depth = -1
        self._in_feed = self._in_entry = self._in_image = self._in_source = False
        self._in_author = self._in_publisher = self._guid_is_link = self._has_content = False
        self._repeats_summary = False  # the second description of an entry is taken for its content
        self._sort: Fields | None = None  # of the text or markup being gathered

    def _context(self) -> Fields:
        """Return what the fields of the current element belong to."""
        if self._in_image and self._has_image:
            return self._image
        return self.entries[-1] if self._in_entry else self.feed

    def _push(self, field: str, *, is_kept: bool = True) -> None:
        self._open.append(Open(field, is_kept=is_kept))

    def _push_sorted(self, field: str, attributes: Fields, *, usual: str, is_kept: bool = True) -> None:
        """Begin an element that may hold markup, and says so or not."""
        sort = attributes.get("type", usual)
        sort = _TYPES.get(sort, sort)
        if sort not in _READ_AS_IS or attributes.get("mode") == "base64":
            raise UnusualError
        lang = self._langs[-1]
        self._sort = {"type": sort, "language": lang.replace("_", "-") if lang else None}
        self._push(field, is_kept=is_kept)

    def _pop_sorted(self, field: str) -> str:
        value = self._pop(field)
        self._sort = None
        return value

    def _pop(self, field: str) -> str:
        """Return the text of the innermost element, and put it where it belongs."""
        if not self._open or self._open[-1].field != field:
            raise UnusualError
        closed = self._open.pop()
        value = "".join(closed.pieces).strip()
        if not closed.is_kept:
            return value
        if value and (field == "link" or (field == "id" and self._guid_is_link)):
            value = with_two_slashes(value)
        if not value.isascii():
            value = _mended(value)
        if field == "category" or (field == "title" and -1 < self._title_depth <= self._depth):
            return value
        if self._in_entry:
            self._keep_in_entry(field, value)
        elif self._in_feed:
            self._keep(self._context(), field, value)
        return value

    def _keep_in_entry(self, field: str, value: str) -> None:
        entry = self.entries[-1]
        if field == "content":
            entry.setdefault("content", []).append({**(self._sort or {}), "value": value})
        elif field == "link":
            if not self._in_image:
                entry["link"] = _NO_REFERENCE.sub(r"&\1", value.replace("&amp;", "&"))
        else:
            field = "summary" if field == "description" else field
            is_outermost = self._depth <= self._depths.get(field, self._depth)
            if is_outermost:
                self._depths[field] = self._depth
            self._keep(entry, field, value if is_outermost else entry[field])
            if self._sort is not None:
                entry[f"{field}_detail"]["value"] = value

    def _keep(self, holder: Fields, field: str, value: str) -> None:
        holder[field] = value
        if self._sort is not None:
            holder[f"{field}_detail"] = {**self._sort, "value": value}

    # summaries and contents, of which there may be several

    def _start_description(self, attributes: Fields) -> None:
        if not self._is_second_summary(attributes):
            kept = self._in_feed or self._in_entry
            self._push_sorted("description", attributes, usual="text/html", is_kept=kept)

    def _start_summary(self, attributes: Fields) -> None:
        if not self._is_second_summary(attributes):
            self._push_sorted("summary", attributes, usual="text/plain")

    def _is_second_summary(self, attributes: Fields) -> bool:
        """Begin a content instead of a summary when there is one already, and no content."""
        self._repeats_summary = "summary" in self._context() and not self._has_content
        if self._repeats_summary:
            self._start_content(attributes)
        return self._repeats_summary

    def _end_description(self) -> None:
        if self._repeats_summary:
            self._end_content()
        else:
            self._pop_sorted(self._open[-1].field if self._open else "")
        self._repeats_summary = False

    def _start_content(self, attributes: Fields) -> None:
        self._has_content = True
        self._push_sorted("content", attributes, usual="text/plain")
        if self._sort is not None and (moved_from := attributes.get("src")):
            self._sort["src"] = moved_from
        self._push("content")  # twice, as the library does: the outer one is never popped

    def _start_content_encoded(self, attributes: Fields) -> None:
        self._has_content = True
        self._push_sorted("content", attributes, usual="text/html")

    def _end_content(self) -> None:
        value = self._pop_sorted("content")
        self._context().setdefault("summary", value)

    # authors, whose names the library also takes from their addresses

    def _start_author(self, _: Fields) -> None:
        if self._reads_addresses and "@" in self._context().get("author", ""):
            raise UnusualError
        self._in_author = True
        self._push("author")
        self._context().setdefault("authors", []).append({})

    def _end_author(self) -> None:
        self._pop("author")
        self._in_author = False
        self._name_author()

    def _end_name(self) -> None:
        value = self._pop("name")
        if self._in_publisher or self._in_author:
            self._keep_of_author("name", value)

    def _end_email(self) -> None:
        value = self._pop("email")
        if self._in_publisher or self._in_author:
            self._keep_of_author("email", value)

    def _end_url(self) -> None:
        value = self._pop("href")
        if self._in_author and self._in_publisher:
            raise UnusualError
        if self._in_author:
            self._keep_of_author("href", value)

    @property
    def _reads_addresses(self) -> bool:
        """Whether anything is made of an address here: nobody reads the authors of a feed that is not Atom's."""
        return self._in_entry or self.version.startswith("atom")

    def _keep_of_author(self, field: str, value: str) -> None:
        context = self._context()
        if self._reads_addresses and "@" in context.get("author", "") and not context.get("authors", [{}])[-1]:
            raise UnusualError
        context.setdefault("publisher_detail" if self._in_publisher else "author_detail", {})[field] = value
        self._name_author()
        context.setdefault("authors", [{}])[-1][field] = value

    def _name_author(self) -> None:
        context = self._context()
        detail = context.get("authors", [{}])[-1]
        author = context.get("author", "")
        if detail:
            name, email = detail.get("name"), detail.get("email")
            if name or email:
                context["author"] = f"{name} ({email})" if name and email else name or email
        elif "@" in author and self._reads_addresses:
            if self.version.startswith("atom") or len(context.get("authors", ())) > 1:
                raise UnusualError
        elif author:
            context.setdefault("author_detail", detail)
            detail["name"] = author


def with_two_slashes(uri: str) -> str:
    """Return an address with what some feeds write as "http:////" put right."""
    return _MANY_SLASHES.sub(r"\1", uri)


def _mended(text: str) -> str:
    """Return text that was encoded twice decoded twice, and windows-1252 in the place of control characters read."""
    with suppress(ValueError):
        text = text.encode("iso-8859-1").decode()
    return text.translate(_WINDOWS_1252)
