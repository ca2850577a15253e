"""Other ways to spell a word: look-alike letters, digits for letters, stars, spaced and repeated letters.

Each step returns the edits it wants. It meets text of which the characters are plain already (`letters.py`).
"""

import re
from collections.abc import Iterator, Mapping

from monitor.matching import letters
from monitor.matching.draft import Edit

WORD = r"[0-9A-Za-z\x80-\U0010ffff]"  # once characters are plain, all that is not ASCII is part of a word
LETTER = r"[A-Za-z\x80-\U0010ffff]"
_WORDS = re.compile(f"{WORD}+")
_LATIN = re.compile("[A-Za-z]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_GREEK = re.compile("[\u0370-\u03ff]")


def _look_alikes(
    text: str, foreign: re.Pattern[str], like: Mapping[str, str], twins: Mapping[str, str]
) -> Iterator[Edit]:
    """Read look-alikes as Latin in words that mix alphabets; beside such words, in words made of twins only too."""
    if not foreign.search(text) or not _LATIN.search(text):
        return
    spans = [word.span() for word in _WORDS.finditer(text) if foreign.search(word.group())]
    mixed = {span for span in spans if _LATIN.search(text, *span)}
    for start, end in spans:
        table = like if (start, end) in mixed else twins
        if table is like or (mixed and all(character in twins for character in text[start:end])):
            yield from (Edit(at, at + 1, table[text[at]]) for at in range(start, end) if text[at] in table)


def from_cyrillic(text: str) -> Iterator[Edit]:
    return _look_alikes(text, _CYRILLIC, letters.CYRILLIC_LIKE, letters.CYRILLIC_TWINS)


def from_greek(text: str) -> Iterator[Edit]:
    return _look_alikes(text, _GREEK, letters.GREEK_LIKE, letters.GREEK_TWINS)


_LEET = dict(zip("0134578@$!|", "oieastbasil", strict=True))
_LEET_WORD = re.compile(r"(?<![0-9A-Za-z@$!|])(?=[0-9@$]*[A-Za-z])[0-9A-Za-z@$!|]*[0-9@$][0-9A-Za-z@$!|]*(?<![!|])")
_LEET_SURE = re.compile(r"[A-Za-z][013457@$]+[A-Za-z]|^[013457@$][a-z]{3}")
_NUMBERS = re.compile(
    r"\$?[0-9]+(?:st|nd|rd|th|s|k|m|b|x|d|h|g|p|am|pm|km|kg|mb|gb|bn|mm|cm|ft|lb|min|hrs?)?", re.IGNORECASE
)
_MONEY = re.compile(r"[A-Z]{0,3}\$[0-9]")


def read_leet(text: str) -> Iterator[Edit]:
    """Read digits and signs as letters in words that mix them; in "c0m3 m3" the first word speaks for the second."""
    spans = [word.span() for word in _LEET_WORD.finditer(text)]
    sure = [word for start, end in spans if _LEET_SURE.search(word := text[start:end])]
    if len(sure) < 2 and not any(sum(character.isalpha() for character in word) > 2 for word in sure):
        return  # none, or one such as "h1n1"
    for start, end in spans:
        word = text[start:end]
        if _NUMBERS.fullmatch(word) or _MONEY.match(word):
            continue
        for at in range(start, end):
            if text[at] in _LEET:
                yield Edit(at, at + 1, _LEET[text[at]])


_STARS = re.compile(rf"(?<={LETTER})\*+(?={LETTER})")
_APOSTROPHE = re.compile(rf"(?<={WORD})'+(?={WORD})")
_RUN = re.compile(rf"({LETTER})\1\1+", re.IGNORECASE)
_DOTTED = re.compile(rf"(?<!{WORD}){LETTER}(?:\.{LETTER})+\.?(?!{WORD})")
_BEADED = re.compile(rf"(?<!{WORD}){LETTER}([_*~+=-]){LETTER}(?:\1{LETTER})+(?!{WORD})")
_SPACED = re.compile(rf"(?<!{WORD}){LETTER}(?:[ \t]{{1,3}}{LETTER}){{3,}}(?![{WORD[1:-1]}'])")


def uncensored(text: str) -> Iterator[Edit]:
    if "*" in text:
        for stars in _STARS.finditer(text):
            yield Edit(stars.start(), stars.end())


def joined_letters(text: str) -> Iterator[Edit]:
    """Join "c.o.m.e", "c-o-m-e" and "c o m e   g e t"; the wider gaps of spaced letters part its words."""
    found = [run for pattern in (_DOTTED, _BEADED, _SPACED) for run in pattern.finditer(text)]
    found.sort(key=lambda run: run.start())
    last = 0
    for run in found:
        if run.start() < last:
            continue
        last = run.end()
        for at in range(run.start() + 1, run.end() - 1):
            if not text[at - 1 : at + 2 : 2].isspace() and _is_bead(text, at):
                yield Edit(at, at + 1)


def _is_bead(text: str, at: int) -> bool:
    """Return whether the character at `at` stands alone between two letters."""
    return bool(
        not _WORDS.match(text, at) and _WORDS.match(text, at - 1) and at + 1 < len(text) and _WORDS.match(text, at + 1)
    )


def joined_at_apostrophes(text: str) -> Iterator[Edit]:
    if "'" in text:
        for found in _APOSTROPHE.finditer(text):
            yield Edit(found.start(), found.end())


def short_runs(text: str) -> Iterator[Edit]:
    for run in _RUN.finditer(text):
        yield Edit(run.start() + 2, run.end(), absorbed=True)
