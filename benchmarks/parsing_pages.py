"""Feeds by chance, for `benchmarks.parsing_malformed`: some well made in many ways, most of them broken somewhere.

The same seed gives the same pages on every machine.
"""

import gzip
import html
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_SAMPLE = """
come get me coward the ferry is late again Müller sagt naïve “quoted” — 日本語 слово ß İstanbul 100% a&b < ]]>
https://example.org/?a=1&b=2 <b>bold</b> &eacute; emoji 🎉
"""
WORDS = tuple(_SAMPLE.split())
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/"'
)
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-16", "iso-8859-1", "windows-1252", "koi8-r", "shift_jis")
TYPES = (
    "application/rss+xml",
    "application/xml",
    "text/xml",
    "text/html; charset=utf-8",
    "text/plain",
    "image/png",
    "",
)
JUNK = (
    b"&", b"<", b">", b"\x00", b"\x0b", b"\xff\xfe", b"\xed\xa0\x80", b"<![CDATA[", b"]]>", b"&nosuch;", b"&#xD800;",
    b"&#0;", b"<?php", b"<!--", b"-->", b"</item>", b"</channel>", b"<item>", b"\"", b"<!DOCTYPE rss>", b"\xef\xbb\xbf",
    b'<!ENTITY x "y">', b"<script>", b"\x1b[31m", b"%s%n", b"\r\n\r\n",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A page and how it is served."""

    body: bytes
    content_type: str
    encoding: str = ""  # Content-Encoding

    @property
    def answer(self) -> bytes:
        """The whole HTTP answer."""
        lines = [
            "HTTP/1.1 200 OK",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            "Connection: close",
        ]
        if self.encoding:
            lines.append(f"Content-Encoding: {self.encoding}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def pages(samples: Sequence[bytes], *, seed: int) -> Iterator[Served]:
    """Yield pages without end: a third well made, two thirds damaged, one in twenty also badly compressed."""
    chance = random.Random(seed)
    while True:
        whole = well_made(chance)
        body = whole
        if chance.random() < 2 / 3:
            body = chance.choice([whole, *samples])
            for _ in range(chance.choice([1, 1, 1, 2, 5])):
                body = chance.choice(DAMAGES)(body, chance)
        if chance.random() < 0.05:
            packed = gzip.compress(body, mtime=0)
            body = packed if chance.random() < 0.5 else _flipped(packed, chance)
            yield Served(body=body, content_type="text/xml", encoding="gzip")
        else:
            yield Served(body=body, content_type="application/xml" if body is whole else chance.choice(TYPES))


def well_made(chance: random.Random) -> bytes:
    """Return a feed that no XML parser objects to, in one of many ways to write one."""
    entries = [_entry(number, chance) for number in range(chance.choice([0, 1, 2, 5, 20, 60]))]
    encoding = chance.choice(ENCODINGS)
    form = chance.choice([_rss, _atom, _rdf])
    doctype = chance.choice(["", "", "", "<!-- made by chance -->\n", "<?xml-stylesheet href='a.xsl'?>\n"])
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n{doctype}{form(entries, chance)}'
    return text.encode(encoding, "xmlcharrefreplace")


def _words(chance: random.Random, most: int) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, most)))


def _entry(number: int, chance: random.Random) -> dict[str, str]:
    date = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(100_000))
    return {
        "title": f"{number} {_words(chance, 8)}",
        "link": f"https://example.org/{number}?x={chance.randrange(10**6)}&y=1",
        "id": f"tag:{number}:{chance.randrange(10**9)}",
        "text": f"<p>{html.escape(_words(chance, 60))}</p>",
        "rfc": format_datetime(date),
        "iso": date.isoformat(),
        "author": _words(chance, 2),
    }


def _written(text: str, chance: random.Random) -> str:
    """Write text into XML in one of the ways that mean the same."""
    if chance.random() < 0.4 and "]]>" not in text:
        return f"<![CDATA[{text}]]>"
    vowels = "aeiou" if chance.random() < 0.1 else ""
    return "".join(f"&#{ord(letter)};" if letter in vowels else html.escape(letter, quote=False) for letter in text)


def _elements(fields: Sequence[tuple[str, str]], chance: random.Random) -> str:
    """Write some of the elements in any order; the title is always among them."""
    kept = [(name, text) for name, text in fields if name == "title" or chance.random() < 0.8]
    chance.shuffle(kept)
    return chance.choice(["", "\n  "]).join(f"<{name}>{_written(text, chance)}</{name}>" for name, text in kept)


def _rss(entries: Sequence[dict[str, str]], chance: random.Random) -> str:
    items = "".join(f"<item>{_elements(_rss_fields(entry), chance)}</item>\n" for entry in entries)
    version = chance.choice(["0.91", "0.92", "2.0"])
    return f'<rss version="{version}" {NAMESPACES}><channel><title>By chance</title>{items}</channel></rss>'


def _rss_fields(entry: dict[str, str]) -> list[tuple[str, str]]:
    return [
        ("title", entry["title"]), ("link", entry["link"]), ("guid", entry["id"]), ("description", entry["text"]),
        ("content:encoded", entry["text"]), ("pubDate", entry["rfc"]), ("dc:creator", entry["author"]),
        ("media:description", entry["author"]), ("category", entry["author"]),
    ]  # fmt: skip


def _atom(entries: Sequence[dict[str, str]], chance: random.Random) -> str:
    written = "".join(
        f"<entry><link href={_quoted(entry['link'])}/>"
        + _elements([("title", entry["title"]), ("id", entry["id"]), ("updated", entry["iso"])], chance)
        + f"<content type='html'>{_written(entry['text'], chance)}</content></entry>"
        for entry in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}><title>By chance</title>{written}</feed>'


def _rdf(entries: Sequence[dict[str, str]], chance: random.Random) -> str:
    items = "".join(
        f"<item rdf:about={_quoted(entry['link'])}>"
        + _elements([("title", entry["title"]), ("link", entry["link"]), ("dc:date", entry["iso"])], chance)
        + "</item>"
        for entry in entries
    )
    return (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f"{NAMESPACES}><channel><title>By chance</title></channel>{items}</rdf:RDF>"
    )


def _quoted(link: str) -> str:
    return f'"{html.escape(link)}"'


def _slice(body: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(body) + 1)
    return start, min(len(body), start + chance.choice([1, 3, 20, 200, 2000]))


def _cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _without_a_slice(body: bytes, chance: random.Random) -> bytes:
    start, end = _slice(body, chance)
    return body[:start] + body[end:]


def _with_a_slice_twice(body: bytes, chance: random.Random) -> bytes:
    start, end = _slice(body, chance)
    return body[:end] + body[start:]


def _with_junk(body: bytes, chance: random.Random) -> bytes:
    start, _ = _slice(body, chance)
    return body[:start] + chance.choice(JUNK) + body[start:]


def _flipped(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice([1, 2, 10, 100])):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _without_one_sort_of_tag(body: bytes, chance: random.Random) -> bytes:
    tags = sorted(set(re.findall(rb"</?[a-zA-Z:]+", body)))
    return body.replace(chance.choice(tags), b"") if tags else body


def _of_another_encoding(body: bytes, chance: random.Random) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-16-be", "utf-32", "cp1252"]), "replace")


def _said_to_be_of_another_encoding(body: bytes, chance: random.Random) -> bytes:
    names = [b"utf-8", b"utf-16", b"x-unknown", b"ascii", b"big5", b"rot13", b"idna", b"utf-7", b""]
    return re.sub(rb'encoding="[^"]*"', b'encoding="' + chance.choice(names) + b'"', body, count=1)


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _without_a_slice,
    _with_a_slice_twice,
    _with_junk,
    _flipped,
    _without_one_sort_of_tag,
    _of_another_encoding,
    _said_to_be_of_another_encoding,
)
