"""Normalizing: a text made plain for comparing, keeping the way back to the original offsets.

Two readings of the same text give the same words. `tokens` is for every post of the stream and only cuts; `read` is for
the few posts that may hold a quote, and says for each word where it stands in the text as it was given.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.matching import markup
from monitor.matching.letters import PLAIN, plain, plain_with_origins
from monitor.matching.words import RAW, Words

_OTHER_SCRIPT = re.compile("[\u0370-\u052f]")
_LATIN = re.compile("[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a text: `text[start:end]` is what was written, in characters of the original."""

    word: str
    start: int
    end: int


def tokens(text: str) -> list[str]:
    """Return the raw tokens of a text."""
    if markup.needs_reading(text):
        text = markup.read(text).text
    return RAW.findall(plain(text))


def read(text: str, words: Words) -> list[Said]:
    """Return the words of a text with their places in it."""
    mapped = markup.read(text) if markup.needs_reading(text) else None
    inner = mapped.text if mapped else text
    if inner.isascii():
        flat, origins = inner, None
    else:
        flat, origins = plain_with_origins(inner)
    among_latin = is_mostly_latin(flat)
    said: list[Said] = []
    for found in RAW.finditer(flat):
        offset = found.start()
        for word, first, last in words.pieces(found.group(), among_latin=among_latin):
            start, end = offset + first, offset + last
            if origins is not None:
                start, end = origins[start], _with_marks(inner, origins[end - 1] + 1)
            if mapped is not None:
                start, end = mapped.starts[start], mapped.ends[end - 1]
            said.append(Said(word, start, end))
    return said


def is_mostly_latin(flat: str) -> bool:
    """Say whether a plain text has more Latin letters than Greek and Cyrillic ones."""
    if flat.isascii():
        return True
    return len(_LATIN.findall(flat)) > len(_OTHER_SCRIPT.findall(flat))


def plain_words(text: str, words: Words) -> list[str]:
    """Return only the words, as for the text of a quote."""
    return [said.word for said in read(text, words)]


def _with_marks(text: str, end: int) -> int:
    """Move an end over the marks that belong to the letter before it, as in struck-through writing."""
    while end < len(text) and not text[end].isascii() and not PLAIN[ord(text[end])] and not text[end].isspace():
        end += 1
    return end


def simple(said: Sequence[Said]) -> str:
    """Return the words as one string, as a character-based scorer wants them."""
    return " ".join(one.word for one in said)
