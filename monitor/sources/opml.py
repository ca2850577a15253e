"""OPML: the lists of feeds that readers exchange, read and written.

Read are outlines with an `xmlUrl`, however deep they are nested; folders and categories are not kept. Written is
OPML 2.0 (opml.org/spec2.opml), which lets attributes of one's own be in a namespace: `NAMESPACE`. A source whose kind
is no feed has its kind and address there, and as `xmlUrl`, for other readers, the feed that its place publishes
of it when there is one. Reading it here gives back the source itself.

What is read may be hostile: documents that declare entities are refused, by defusedxml.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET  # only to write; what is read goes through defusedxml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from monitor.core.errors import InputError
from monitor.core.model import Keep, Source, SourceKind, WantedSource
from monitor.sources.encoding import decoded
from monitor.sources.presets import can_follow, feed, of_kind
from monitor.sources.text import clean, one_line

NAMESPACE = "urn:quote-monitor:opml"
MOST_OUTLINES = 10_000
MOST_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 200

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_SECONDS = re.compile(r"(\d{1,9})s")


def read(body: bytes) -> list[WantedSource]:
    """Return the sources of an OPML document, each once, in its order. Raises InputError as `listed` does."""
    return distinct(listed(body))


def distinct(found: Iterable[WantedSource | None]) -> list[WantedSource]:
    """Return each source once, in their order."""
    first: dict[tuple[SourceKind, str], WantedSource] = {}
    for wanted in found:
        if wanted is not None:
            first.setdefault((wanted.kind, wanted.address), wanted)
    return list(first.values())


def listed(body: bytes) -> list[WantedSource | None]:
    """Return the sources that an OPML document lists; None for one whose address cannot be used.

    Raises InputError for what is no OPML, declares entities, or has more than `MOST_OUTLINES` outlines.
    """
    if len(body) > MOST_BYTES:
        raise InputError(f"The file has more than {MOST_BYTES // 1024 // 1024} MiB: that is no list of feeds.")
    found: list[WantedSource | None] = []
    for outlines, attributes in enumerate(_outlines(_DECLARATION.sub("", clean(decoded(body)).lstrip("\ufeff")))):
        if outlines >= MOST_OUTLINES:
            raise InputError(f"The file has more than {MOST_OUTLINES} outlines: split it.")
        given = {key.lower(): value.strip() for key, value in attributes.items()}
        if given.get("xmlurl") or given.get(f"{{{NAMESPACE}}}kind"):  # others are folders
            found.append(_wanted(given))
    return found


def write(sources: Iterable[Source | WantedSource]) -> str:
    """Return an OPML 2.0 document of the sources. Addresses are whole, secrets in them included."""
    ET.register_namespace("quoteMonitor", NAMESPACE)
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Sources of Quote Monitor"
    body = ET.SubElement(root, "body")
    for source in sources:
        ET.SubElement(body, "outline", _attributes(source))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def feed_of(source: Source | WantedSource) -> str | None:
    """Return the address of a feed with the same posts, for other readers; None where the place publishes none."""
    address = source.address
    match source.kind:
        case SourceKind.FEED:
            return address
        case SourceKind.MASTODON if account := re.fullmatch(r"@([^@]+)@([^@]+)", address):
            return f"https://{account[2]}/@{account[1]}.rss"
        case SourceKind.MASTODON if tag := re.fullmatch(r"#([^@]+)@([^@]+)", address):
            return f"https://{tag[2]}/tags/{tag[1]}.rss"
        case SourceKind.BLUESKY if address.startswith(("@", "did:")):
            return f"https://bsky.app/profile/{address.removeprefix('@')}/rss"
    return None


def _attributes(source: Source | WantedSource) -> dict[str, str]:
    name = clean(source.name)
    attributes = {"type": "rss", "text": name, "title": name}
    own = {"kind": source.kind.value, "address": source.address} if source.kind is not SourceKind.FEED else {}
    if source.follow:
        own["follow"] = "true"
    if source.keep is not Keep.ALL:
        own["keep"] = source.keep.value
    if source.every is not None:
        own["every"] = f"{round(source.every.total_seconds())}s"
    if (url := feed_of(source)) is not None:
        attributes["xmlUrl"] = clean(url)
    else:
        del attributes["type"]
    return attributes | {f"{{{NAMESPACE}}}{key}": clean(value) for key, value in own.items()}


def _outlines(text: str) -> Iterator[Mapping[str, str]]:
    """Yield the attributes of every outline, of any depth."""
    try:
        root = fromstring(_LOOSE_AMPERSAND.sub("&amp;", text))
    except DefusedXmlException as error:
        raise InputError("The file declares XML entities, which are refused: a list of feeds needs none.") from error
    except (ET.ParseError, ValueError) as error:
        raise InputError(f"The file is no OPML: {error}.") from error
    if root.tag.lower() != "opml":
        raise InputError(f"The file is no OPML: its root element is <{one_line(root.tag, 60)}>.")
    return (element.attrib for element in root.iter() if element.tag.lower() == "outline")


def _wanted(given: Mapping[str, str]) -> WantedSource | None:
    """Return the source of an outline, or None when it has none that can be used."""
    own = {key: given.get(f"{{{NAMESPACE}}}{key}", "") for key in ("kind", "address", "follow", "keep", "every")}
    try:
        wanted = of_kind(SourceKind(own["kind"]), own["address"]) if own["kind"] else feed(given.get("xmlurl", ""))
    except ValueError:  # a kind of a later version
        return None
    if wanted is None:
        return None
    every = _SECONDS.fullmatch(own["every"])
    title = given.get("title") or given.get("text") or wanted.address
    return replace(
        wanted,
        name=wanted.name if title == wanted.address else one_line(title, LONGEST_NAME) or wanted.name,
        every=timedelta(seconds=int(every[1])) if every and int(every[1]) else None,
        follow=own["follow"] == "true" and can_follow(wanted),
        keep=Keep(own["keep"]) if own["keep"] in set(Keep) else wanted.keep,
    )
