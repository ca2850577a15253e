"""Text as a person reads it: HTML entities, tags and encoding damage undone, with the way back.

Posts arrive escaped once, twice, or with UTF-8 read as Windows-1252 ("donâ€™t"). Each step replaces short stretches and
keeps, for every character that is left, where it stood in the original.

All patterns are linear in the length of the text: each begins with a fixed character, and what follows is a bounded
repeat of a class that excludes it, so a failed attempt costs at most a constant.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_TAG = re.compile(r"<(?:/?[A-Za-z][^<>]{0,400}|!--[^<>]{0,400}--)/?>")
_INLINE = re.compile(
    r"</?(?:b|i|u|s|em|strong|span|a|mark|small|sub|sup|wbr|font|strike|del|ins|code)\b", re.IGNORECASE
)
_DAMAGE = re.compile("[ÂÃâðÐÑ][\x80-\xbf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3}")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text and where its characters came from: character `k` came from `original[starts[k]:ends[k]]`."""

    text: str
    starts: list[int]
    ends: list[int]


def needs_reading(text: str) -> bool:
    return "&" in text or "<" in text or "Ã" in text or "â€" in text or "Â" in text or "ð\x9f" in text or "ðŸ" in text


def read(text: str) -> Mapped:
    """Return `text` without markup, with offsets."""
    mapped = Mapped(text, list(range(len(text))), list(range(1, len(text) + 1)))
    mapped = _replace(mapped, _DAMAGE, _repaired)
    mapped = _replace(mapped, _ENTITY, html.unescape)
    mapped = _replace(mapped, _ENTITY, html.unescape)  # "&amp;#39;" is a sign escaped twice
    return _replace(mapped, _TAG, lambda tag: "" if _INLINE.match(tag) else "\n")


def _repaired(damaged: str) -> str:
    """Undo UTF-8 read as Windows-1252, or return the stretch unchanged when it is not that."""
    try:
        return damaged.encode("cp1252").decode("utf-8")
    except UnicodeError:
        pass
    try:
        return damaged.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return damaged


def _replace(mapped: Mapped, pattern: re.Pattern[str], replacement: Callable[[str], str]) -> Mapped:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for found in pattern.finditer(mapped.text):
        first, last = found.span()
        new = replacement(found.group())
        pieces += (mapped.text[position:first], new)
        starts += mapped.starts[position:first] + [mapped.starts[first]] * len(new)
        ends += mapped.ends[position:first] + [mapped.ends[last - 1]] * len(new)
        position = last
    if not position:
        return mapped
    pieces.append(mapped.text[position:])
    return Mapped("".join(pieces), starts + mapped.starts[position:], ends + mapped.ends[position:])
