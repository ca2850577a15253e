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


class Reading:
    """The words of a text in order. Where one stands is worked out when it is asked for: few of a long text are."""

    def __init__(self, text: str, words: Words) -> None:
        self._mapped = markup.read(text) if markup.needs_reading(text) else None
        self._inner = self._mapped.text if self._mapped else text
        flat = self._inner
        self._origins: Sequence[int] | None = None
        if not flat.isascii():
            flat, self._origins = plain_with_origins(self._inner)
        among_latin = is_mostly_latin(flat)
        self._pieces = [
            (found.start(), piece)
            for found in RAW.finditer(flat)
            for piece in words.pieces(found.group(), among_latin=among_latin)
        ]

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, place: int) -> Said:
        offset, (word, first, last) = self._pieces[place]
        start, end = offset + first, offset + last
        if self._origins is not None:
            start, end = self._origins[start], _with_marks(self._inner, self._origins[end - 1] + 1)
        if self._mapped is not None:
            start, end = self._mapped.starts[start], self._mapped.ends[end - 1]
        return Said(word, start, end)

    def words(self) -> list[str]:
        """Return only the words."""
        return [piece.word for _, piece in self._pieces]


def read(text: str, words: Words) -> list[Said]:
    """Return the words of a text with their places in it."""
    reading = Reading(text, words)
    return [reading[place] for place in range(len(reading))]


def is_mostly_latin(flat: str) -> bool:
    """Say whether a plain text has more Latin letters than Greek and Cyrillic ones."""
    if flat.isascii():
        return True
    return len(_LATIN.findall(flat)) > len(_OTHER_SCRIPT.findall(flat))


def plain_words(text: str, words: Words) -> list[str]:
    """Return only the words, as for the text of a quote."""
    return Reading(text, words).words()


def _with_marks(text: str, end: int) -> int:
    """Move an end over the marks that belong to the letter before it, as in struck-through writing."""
    while end < len(text) and not text[end].isascii() and not PLAIN[ord(text[end])] and not text[end].isspace():
        end += 1
    return end


def simple(said: Sequence[Said]) -> str:
    """Return the words as one string, as a character-based scorer wants them."""
    return " ".join(one.word for one in said)
