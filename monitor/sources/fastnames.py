"""What the elements and attributes of a feed are called by feedparser, whatever prefixes a page declares.

"dc:creator", bound to Dublin Core under any prefix, is `dc_creator`; elements of RSS and Atom have no prefix.
"""

from collections.abc import Mapping

import feedparser.api

from monitor.sources.fastfields import Fields, UnusualError

LIBRARY = feedparser.api.StrictFeedParser
TREATED = frozenset(name.split("_", 2)[2] for name in dir(LIBRARY) if name.startswith(("_start_", "_end_")))
"""Names for which the library has a rule."""

_PREFIXES: Mapping[str, str] = {uri.lower(): prefix for uri, prefix in LIBRARY.namespaces.items()}
_UNTREATED = frozenset(
    ["comments", "day", "days", "docs", "hour", "hours", "icon", "items", "logo", "rating", "skipdays", "skiphours"]
) | {"ttl"}
_ONLY_ENDED = frozenset(["media_keywords", "itunes_keywords", "itunes_block", "itunes_explicit"])


class Names:
    """The names in one page. `known` remembers those asked for, by the tags of the XML parser."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self._prefixes: dict[str | None, str] = {}
        self._in_use: dict[str, str] = {}

    def declare(self, prefix: str | None, uri: str) -> None:
        """Take note of a namespace."""
        lower = uri.lower()
        if lower == "http://www.w3.org/1999/xlink" or len(uri.split()) != 1 or "backend.userland.com/rss" in lower:
            raise UnusualError
        if lower in _PREFIXES:
            self._prefixes[prefix] = _PREFIXES[lower]
            self._in_use[_PREFIXES[lower]] = uri
        else:
            self._in_use[prefix or ""] = uri
        self.known.clear()

    def of(self, tag: str) -> str:
        """Return an element's name as the library's methods have it. The tag is "uri local prefix", or "local"."""
        parts = tag.split(" ")
        uri, local = ("", tag) if len(parts) == 1 else (parts[0], parts[1])
        prefix = _PREFIXES.get(uri.lower())
        if prefix is None:
            prefix = next((used for used, its_uri in self._in_use.items() if used and its_uri == uri), "")
        prefix = prefix.lower()
        prefix = self._prefixes.get(prefix, prefix)
        name = self.known[tag] = f"{prefix}_{local.lower()}" if prefix else local.lower()
        return name


def attributes_of(given: Mapping[str, str]) -> Fields:
    """Return an element's attributes as the library has them: each by its own name and by the one it was given."""
    own: Fields = {}
    named: Fields = {}
    for name, value in given.items():
        parts = name.lower().split(" ")
        if len(parts) > 1:
            prefix = _PREFIXES.get(parts[0], "").lower()
            own[f"{prefix}:{parts[1]}" if prefix else parts[1]] = value
            named[":".join(parts[:0:-1])] = value
        else:
            own[parts[0]] = named[parts[0]] = value
    own |= named
    for name in own.keys() & {"rel", "type"}:
        own[name] = own[name].lower()
    return own


def is_untreated(name: str) -> bool:
    """Whether an element's text simply becomes the field of its name, or its attributes do when it has some."""
    if "_" not in name:
        return name in _UNTREATED
    return name in _ONLY_ENDED or not (name in TREATED or name.endswith(("_detail", "_parsed")))
