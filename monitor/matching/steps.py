"""What had to be made plain before a passage could be compared: said in words, for the explanation of a match."""

import html
import re
import unicodedata

from monitor.matching import markup
from monitor.matching.letters import APOSTROPHES, PLAIN, QUOTATION_MARKS, latin_lookalike

_CAMEL = re.compile(r"#\w")
_SPACED = re.compile(r"(?<!\w)\w(?:[ ._*~-]\w(?!\w)){2,}")
_RUN = re.compile(r"([^\W\d])\1\1")
_LEET = re.compile(r"[A-Za-z][013457@$!|+]|[013457@$!|+][A-Za-z]{2}")
_STARRED = re.compile(r"\w\*+\w")
_ADDRESS = re.compile(r"https?://|www\.|(?<!\w)@\w")
_TAG = re.compile(r"<[A-Za-z/][^<>]{0,400}>")
_ENTITY = re.compile(r"&(?:#\w{1,8}|[A-Za-z]\w{1,31});")


def steps(passage: str, wording: str) -> tuple[str, ...]:
    """Return what was made plain in `passage` that is not written like that in `wording`."""
    if passage == wording:
        return ()
    found: dict[str, None] = {}
    if markup.needs_reading(passage):
        if _ENTITY.search(passage):
            found["HTML entities"] = None
        if _TAG.search(html.unescape(passage)):
            found["HTML tags"] = None
        passage = markup.read(passage).text
    if not passage.isascii():
        for character in dict.fromkeys(passage):
            if character not in wording and (name := _step(character)):
                found[name] = None
        found |= {name: None for word in passage.lower().split() if (name := _lookalike(word))}
    for pattern, name in (
        (_ADDRESS, "addresses and mentions"),
        (_CAMEL, "hashtags"),
        (_SPACED, "spaced letters"),
        (_LEET, "digits and signs for letters"),
        (_STARRED, "censored words"),
        (_RUN, "repeated letters"),
    ):
        if pattern.search(passage) and not pattern.search(wording):
            found[name] = None
    if _signs(passage, APOSTROPHES) != _signs(wording, APOSTROPHES):
        found["apostrophes"] = None
    if _signs(passage) != _signs(wording):
        found["punctuation"] = None
    if passage.lower() == passage != wording or passage.upper() == passage != wording:
        found["letter case"] = None
    return tuple(found)


def _signs(text: str, only: str = "") -> str:
    return "".join(
        c for c in text if (c in only if only else not c.isalnum() and not c.isspace() and c not in APOSTROPHES)
    )


def _step(character: str) -> str | None:  # noqa: PLR0911  one case a line
    if character.isascii() or character in APOSTROPHES or character in QUOTATION_MARKS:
        return None
    category, point = unicodedata.category(character), ord(character)
    name = unicodedata.name(character, "")
    if category in ("Mn", "Me"):
        return "combining marks"
    if category == "Cf":
        if character == "\xad":
            return "soft hyphens"
        return "text-direction marks" if unicodedata.bidirectional(character) in _DIRECTION else "zero-width characters"
    if category == "Cc":
        return "control characters"
    if 0xFF00 <= point < 0xFFF0:
        return "full-width letters"
    if 0x1F1E6 <= point < 0x1F200:
        return "flag letters"
    if 0x1F100 <= point < 0x1F1E6 or 0x2460 <= point < 0x2500:
        return "circled or squared letters"
    if category == "So":
        return "emoji"
    if "SMALL CAPITAL" in name:
        return "small capitals"
    if "MATHEMATICAL" in name:
        return "styled letters"
    plain = PLAIN[point]
    if plain.isascii() and plain.isalpha() and "LATIN" in name:
        return "accents" if unicodedata.decomposition(character) else "letters of other alphabets"
    return None


_DIRECTION = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI", "L", "R", "AL")


def _lookalike(word: str) -> str | None:
    if word.isascii() or latin_lookalike(word, among_latin=True) == word:
        return None
    return (
        "Greek look-alike letters"
        if any("GREEK" in unicodedata.name(c, "") for c in word)
        else "Cyrillic look-alike letters"
    )
