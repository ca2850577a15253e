"""RSS and Atom as most feeds are: the answer feedparser would give for them, in a fraction of its time.

The rules are the library's own, kept for the elements that usual feeds have, and only for the fields that
`monitor.sources.xmlfeed` reads. Whatever has rules that are not kept here ends in None, and the library is
asked: pages that are not well-formed, markup that is not escaped (also Atom's xhtml), base64, xml:base, an
Atom entry's source, contributors, places, licences. Which elements have rules is asked of the library itself:
one it learns to treat makes a page unusual until its rule is kept here. Tests hold both against each other.
Formats: rssboard.org/rss-specification, RFC 4287, web.resource.org/rss/1.0
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from xml.parsers import expat

from monitor.sources.fastfields import Fields, FieldStack, UnusualError, with_two_slashes
from monitor.sources.fastnames import Names, attributes_of, is_untreated

_RSS_VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
_ATOM_VERSIONS = {"0.1": "atom01", "0.2": "atom02", "0.3": "atom03"}

_TEXTS: Mapping[str, str] = {
    **dict.fromkeys(["published", "issued", "pubdate", "dcterms_issued"], "published"),
    **dict.fromkeys(["updated", "modified", "lastbuilddate", "dc_date", "dcterms_modified"], "updated"),
    **dict.fromkeys(["created", "dcterms_created"], "created"),
    **dict.fromkeys(["language", "dc_language"], "language"),
    **dict.fromkeys(["webmaster", "dc_publisher"], "publisher"),
    **dict.fromkeys(["category", "keywords", "dc_subject", "media_category", "itunes_category"], "category"),
    "generator": "generator",
    "expirationdate": "expired",
    "media_thumbnail": "url",
    "media_credit": "credit",
    "media_rating": "rating",
    "media_restriction": "restriction",
    "media_license": "license",
}
"""Elements that hold text, and the field it becomes."""

_TRANSPARENT = frozenset(["enclosure", "cloud", "media_group"])
_CHILDLESS = frozenset(["link", "url", "credit", "rating", "restriction", "license"])
"""Fields of elements in which others would end up where the library fails."""

_OF_AN_IMAGE = frozenset(["title", "link", "description", "url", "href", "width", "height"])


def answer(xml: str) -> Fields | None:
    """Return version, feed and entries of a prepared page, or None when the library must be asked."""
    page = _Page()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.StartNamespaceDeclHandler = page.namespace
    parser.StartElementHandler = page.start
    parser.EndElementHandler = page.end
    parser.CharacterDataHandler = page.text
    parser.StartDoctypeDeclHandler = _refused
    with suppress(UnusualError, expat.ExpatError):
        parser.Parse(xml, True)
        return {"version": page.version, "feed": page.feed, "entries": page.entries}
    return None


def _refused(*_: object) -> None:
    raise UnusualError


class _Page(FieldStack):
    """What the XML parser calls, and what each element does."""

    def __init__(self) -> None:
        super().__init__()
        self._names = Names()
        self._starts: Mapping[str, Callable[[Fields], None]] = {
            **dict.fromkeys(["item", "entry"], self._start_entry),
            **dict.fromkeys(["guid", "id"], self._start_guid),
            **dict.fromkeys(
                ["author", "managingeditor", "dc_author", "dc_creator", "itunes_author"], self._start_author
            ),
            **dict.fromkeys(["title", "dc_title"], self._start_title),
            **dict.fromkeys(["content_encoded", "fullitem"], self._start_content_encoded),
            **dict.fromkeys(["subtitle", "tagline", "itunes_subtitle"], self._start_subtitle),
            **dict.fromkeys(["rights", "copyright", "dc_rights"], self._start_rights),
            **dict.fromkeys(["name", "itunes_name"], lambda _: self._push("name", is_kept=False)),
            **dict.fromkeys(["email", "itunes_email"], lambda _: self._push("email", is_kept=False)),
            **dict.fromkeys(["url", "uri"], lambda _: self._push("href")),
            **dict.fromkeys(_TRANSPARENT, lambda _: None),
            "width": lambda _: self._push("width", is_kept=False),
            "height": lambda _: self._push("height", is_kept=False),
            "rss": self._start_rss,
            "channel": self._start_channel,
            "feed": self._start_feed,
            "link": self._start_link,
            "description": self._start_description,
            "summary": self._start_summary,
            "content": self._start_content,
            "source": self._start_source,
            "image": self._start_image,
            "itunes_image": self._start_itunes_image,
            "itunes_owner": self._start_owner,
            "media_content": lambda attributes: self._context().setdefault("media_content", []).append(attributes),
        }
        self._ends: Mapping[str, Callable[[], object]] = {
            **dict.fromkeys(["item", "entry"], self._end_entry),
            **dict.fromkeys(["channel", "feed"], self._end_feed),
            **dict.fromkeys(["guid", "id"], self._end_guid),
            **dict.fromkeys(["author", "managingeditor", "dc_author", "dc_creator", "itunes_author"], self._end_author),
            **dict.fromkeys(["title", "dc_title"], self._end_title),
            **dict.fromkeys(["content", "content_encoded", "fullitem"], self._end_content),
            **dict.fromkeys(["subtitle", "tagline", "itunes_subtitle"], lambda: self._pop_sorted("subtitle")),
            **dict.fromkeys(["rights", "copyright", "dc_rights"], lambda: self._pop_sorted("rights")),
            **dict.fromkeys(["name", "itunes_name"], self._end_name),
            **dict.fromkeys(["email", "itunes_email"], self._end_email),
            **dict.fromkeys(["url", "uri"], self._end_url),
            "width": lambda: self._pop("width"),
            "height": lambda: self._pop("height"),
            "description": self._end_description,
            "summary": self._end_description,
            "source": self._end_source,
            "image": self._end_image,
            "itunes_owner": self._end_owner,
        }

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        """Take note of a declared namespace: some of them say what sort of feed this is."""
        if not uri:
            return
        lower = uri.lower()
        self._names.declare(prefix, uri)
        if not self.version:
            if (prefix, lower) == (None, "http://my.netscape.com/rdf/simple/0.9/"):
                self.version = "rss090"
            elif lower == "http://purl.org/rss/1.0/":
                self.version = "rss10"
            elif lower == "http://www.w3.org/2005/atom":
                self.version = "atom10"

    def text(self, piece: str) -> None:
        """Add to the innermost element that gathers text."""
        if self._open:
            self._open[-1].pieces.append(piece)

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Begin an element."""
        name = self._names.known.get(tag) or self._names.of(tag)
        if self._sort is not None or self._in_source or (self._in_image and self._in_entry):
            raise UnusualError
        around = self._open[-1].field if self._open else ""
        if around in _CHILDLESS or (around == "category" and _TEXTS.get(name) != "category"):
            raise UnusualError
        self._depth += 1
        attributes = attributes_of(given) if given else {}
        self._langs.append(self._lang(name, attributes) if attributes else self._langs[-1])
        if self._in_image and "_" not in name and name not in _OF_AN_IMAGE:
            self._in_image = False
        if (field := _TEXTS.get(name)) is not None:
            self._push(field)
        elif (begin := self._starts.get(name)) is not None:
            begin(attributes)
        elif not is_untreated(name):
            raise UnusualError
        elif attributes:
            self._context()[name] = attributes
        else:
            self._push(name)

    def end(self, tag: str) -> None:
        """End an element."""
        name = self._names.known.get(tag) or self._names.of(tag)
        if (field := _TEXTS.get(name)) is not None:
            self._pop(field)
        elif (finish := self._ends.get(name)) is not None:
            finish()
        elif self._open and self._open[-1].field == name:
            self._pop(name)
        self._langs.pop()
        self._depth -= 1

    def _lang(self, name: str, attributes: Fields) -> str | None:
        if "xml:base" in attributes or "base" in attributes:
            raise UnusualError
        lang: str | None = attributes.get("xml:lang", attributes.get("lang"))
        if lang == "":
            return None
        lang = self._langs[-1] if lang is None else lang
        if lang and name in ("feed", "rss"):
            self.feed["language"] = lang.replace("_", "-")
        return lang

    # what each element does

    def _start_rss(self, attributes: Fields) -> None:
        if not self.version.startswith("rss"):
            version = attributes.get("version", "")
            self.version = _RSS_VERSIONS.get(version) or ("rss20" if version.startswith("2.") else "rss")

    def _start_channel(self, attributes: Fields) -> None:
        self._in_feed = True
        _refuse_channel_definition(attributes)

    def _start_feed(self, attributes: Fields) -> None:
        self._in_feed = True
        self.version = self.version or _ATOM_VERSIONS.get(attributes.get("version", ""), "atom")

    def _end_feed(self) -> None:
        self._in_feed = False

    def _start_entry(self, attributes: Fields) -> None:
        _refuse_channel_definition(attributes)
        self.entries.append({})
        self._depths = {}
        self._push("item", is_kept=False)
        self._in_entry = True
        self._guid_is_link = False
        self._title_depth = -1
        if about := attributes.get("rdf:about"):
            self.entries[-1]["id"] = about

    def _end_entry(self) -> None:
        if self._open and self._open[-1].field == "item":
            self._open.pop()
        self._in_entry = self._has_content = False

    def _start_guid(self, attributes: Fields) -> None:
        self._guid_is_link = attributes.get("ispermalink", "true") == "true"
        self._push("id")

    def _end_guid(self) -> None:
        value = self._pop("id")
        if self._guid_is_link:
            self._context().setdefault("link", value)

    def _start_link(self, attributes: Fields) -> None:
        named = attributes.get("url", attributes.get("uri", attributes.get("href")))
        href = named or attributes.get("href")
        if href is None:
            self._push("link", is_kept=self._in_feed or self._in_entry)
        elif attributes.get("rel", "alternate") == "alternate" and _is_html(attributes):
            self._context()["link"] = with_two_slashes(href)

    def _start_title(self, attributes: Fields) -> None:
        self._push_sorted("title", attributes, usual="text/plain", is_kept=self._in_feed or self._in_entry)

    def _end_title(self) -> None:
        if self._pop_sorted("title"):
            self._title_depth = self._depth

    def _start_subtitle(self, attributes: Fields) -> None:
        self._push_sorted("subtitle", attributes, usual="text/plain")

    def _start_rights(self, attributes: Fields) -> None:
        self._push_sorted("rights", attributes, usual="text/plain")

    def _start_source(self, _: Fields) -> None:
        if not self._in_entry:
            raise UnusualError
        self._push("source")
        self._in_source = True
        self._title_depth = -1

    def _end_source(self) -> None:
        self._in_source = False
        value = self._pop("source")
        self._context()["source"] = {"title": value} if value else {}

    def _start_image(self, _: Fields) -> None:
        self._has_image = self._has_image or not self._in_entry
        self._in_image = True
        self._title_depth = -1
        self._push("image", is_kept=False)

    def _end_image(self) -> None:
        self._pop("image")
        self._in_image = False

    def _start_itunes_image(self, attributes: Fields) -> None:
        if attributes.get("href") or attributes.get("url"):
            self._has_image = self._has_image or not self._in_entry
        self._push("itunes_image", is_kept=False)

    def _start_owner(self, _: Fields) -> None:
        self._in_publisher = True
        self._push("publisher", is_kept=False)

    def _end_owner(self) -> None:
        self._pop("publisher")
        self._in_publisher = False


def _refuse_channel_definition(attributes: Fields) -> None:
    """CDF, which nobody writes any more, has addresses and dates in attributes."""
    if "lastmod" in attributes or "href" in attributes:
        raise UnusualError


def _is_html(attributes: Fields) -> bool:
    return attributes.get("type", "text/html") in ("text/html", "html", "xhtml", "application/xhtml+xml")
