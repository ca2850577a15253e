"""Whether something that was received shows a passage: a web page, a feed, a message of a stream.

A passage is looked for by its words, as the matcher reads them, so that markup, escapes, letter case and spacing do not
matter. Of a page what a reader sees counts, and the description it gives for previews: many sites show a post only to
scripts, and to everybody else in `<meta property="og:description">` (ogp.me).
"""

import json
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from monitor.matching.normalize import tokens
from monitor.sources.encoding import decoded
from monitor.sources.text import from_markup, is_bomb

MOST_CHARACTERS = 2_000_000  # of a page
MOST_STRINGS = 100_000  # of a JSON document
DESCRIPTIONS = 'meta[name="description"], meta[property="og:description"]'


def text_of(body: bytes, content_type: str = "") -> str:
    """Return the text that something received shows, one block a line. Whatever it is, there is an answer."""
    if body[:1] in (b"{", b"["):
        try:
            return "\n".join(_strings(json.loads(body)))
        except (ValueError, RecursionError):
            pass
    markup = decoded(body, content_type)[:MOST_CHARACTERS]
    return "\n".join([from_markup(markup).text, *_descriptions(markup)])


def holds(text: str, passage: str) -> bool:
    """Tell whether the words of `passage` stand in `text`, one after another."""
    wanted = _words(passage)
    return bool(wanted.strip()) and wanted in _words(text)


def _words(text: str) -> str:
    words = ("".join(filter(str.isalnum, token.casefold())) for token in tokens(text))
    return f" {' '.join(filter(None, words))} "


def _descriptions(markup: str) -> Iterator[str]:
    if is_bomb(markup):
        return
    for node in LexborHTMLParser(markup).css(DESCRIPTIONS):
        yield node.attributes.get("content") or ""


def _strings(value: object) -> Iterator[str]:
    """Yield the texts of a JSON document in their order."""
    waiting = [value]
    for _ in range(MOST_STRINGS):
        if not waiting:
            return
        match waiting.pop():
            case str() as text:
                yield from_markup(text).text if "<" in text else text
            case list() as items:
                waiting += reversed(items)
            case dict() as fields:
                waiting += reversed(fields.values())
