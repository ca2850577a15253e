"""What a character stands for: the first half of normalizing.

Every character maps to a short plain string, whatever stands beside it, so a text is made plain by one pass of
`str.translate`, and the way back to the original offsets is a list of the same lengths. NFKD and case folding
(unicode.org/reports/tr15) do most of it; the tables add what they leave out: small capitals, squared and regional
letters, marks that speakers of other languages put around words. Letter case is kept here, because `#ComeGetMe`
says where its words begin. Cyrillic and Greek look-alikes are read as Latin only inside a word that also has Latin
letters, or in a text that is mostly Latin; see `latin_lookalike`.
"""

import re
import unicodedata

APOSTROPHES = "'’‘‚‛ʼʻʽ`´′＇ꞌ‵ʹ՚׳"
QUOTATION_MARKS = '"“”„‟«»‹›「」『』〝〞〟＂❝❞《》〈〉″״'
REGIONAL = re.compile("(?<![\U0001f1e6-\U0001f1ff])[\U0001f1e6-\U0001f1ff]{2}(?![\U0001f1e6-\U0001f1ff])")
"""Exactly two regional letters are a flag, an emoji; any other number of them is styled writing."""

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢꞯ", "abcdefghijklmnoprstuvwyzq", strict=True))
_STROKES = dict(zip("øđłıħŧɨʉƀȼɇɍƶɵ", "odlihtiubcerzo", strict=True)) | {
    "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "ng", "ə": "e", "ɡ": "g", "ɑ": "a", "ʟ": "l",
    "ɩ": "i", "ʋ": "v", "ƒ": "f", "ɛ": "e", "ƙ": "k", "ɓ": "b", "ſ": "s",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": "",
}  # fmt: skip
_SIGNS = "™®©℠"  # NFKD would glue "TM" to the word before
_LETTER_SERIES = (0x1F110, 0x1F130, 0x1F150, 0x1F170, 0x1F1E6)  # parenthesized, squared, circled, negative, regional
_CYRILLIC = dict(zip("аеорсухіјѕԁһӏвкмнтьѵԝгпё", "aeopcyxijsdhlbkmhtbvwrne", strict=True))
_GREEK = dict(zip("αβεικνορτυχωηγμ", "abeiknoptuxwnyu", strict=True))
_LOOKALIKES = _CYRILLIC | _GREEK
_LOOKALIKE_TABLE = str.maketrans(_LOOKALIKES)
_LATIN = re.compile("[a-z]")
_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


class _Plain(dict[int, str]):
    """Code point → plain string, worked out when a character is first met."""

    def __missing__(self, point: int) -> str:
        found = self[point] = _plain_character(chr(point))
        return found


def _plain_character(character: str) -> str:  # noqa: PLR0911  one case a line
    point = ord(character)
    if point < 0x80:
        return character if character.isprintable() or character in "\n\t\r" else " "
    if character in APOSTROPHES:
        return "'"
    if character in QUOTATION_MARKS:
        return '"'
    if character == "…":
        return "..."
    if character in _SIGNS:
        return " "
    for first in _LETTER_SERIES:
        if first <= point < first + 26:
            return chr(ord("a") + point - first)
    if 0xAC00 <= point < 0xD7B0:  # Hangul syllables would fall apart into letters
        return character
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf", "Cc", "Cs"):
        return "\n" if character in "\x85\u2028\u2029" else ""
    plain = unicodedata.normalize("NFKD", character)
    if plain == character and character in _SMALL_CAPITALS:
        return _SMALL_CAPITALS[character]
    folded = "".join(_STROKES.get(c, c) for c in _casefold(plain) if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    if category.startswith(("S", "Z", "P")) and not any(c.isalnum() for c in folded):
        return "-" if category == "Pd" else " "
    return folded


def _casefold(text: str) -> str:
    """Fold case where that changes more than the case; capital Latin letters stay, they may begin a word."""
    return text if text.isascii() else text.casefold()


PLAIN = _Plain()


def plain(text: str) -> str:
    """Return `text` with every character in its plain form; what disappears (marks, zero width) leaves no trace."""
    if text.isascii():
        return text
    return _without_flags(text).translate(PLAIN)


def plain_with_origins(text: str) -> tuple[str, list[int]]:
    """Return the plain text and, for each of its characters, the index in `text` of the one it came from."""
    pieces: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(_without_flags(text)):
        piece = PLAIN[ord(character)]
        pieces.append(piece)
        origins.extend([index] * len(piece))
    return "".join(pieces), origins


def _without_flags(text: str) -> str:
    return REGIONAL.sub("  ", text) if max(text, default="") > "\U0001f1e5" else text


def has_no_spaces(word: str) -> bool:
    """Say whether a word has characters of a script that is written without spaces: each is a word of its own."""
    return not word.isascii() and _NO_SPACES.search(word) is not None


def is_unspaced(character: str) -> bool:
    return _NO_SPACES.match(character) is not None


def latin_lookalike(word: str, *, among_latin: bool = False) -> str:
    """Return a lower-case word with Cyrillic and Greek look-alikes read as Latin, if it is a disguised Latin word.

    That is so when Latin letters stand beside them, or (`among_latin`: the text is mostly Latin) when each letter is
    a look-alike: "соward" and, in an English text, "соме". A Russian word in a Russian text stays itself.
    """
    if word.isascii() or not any(c in _LOOKALIKES for c in word):
        return word
    if _LATIN.search(word) or (among_latin and all(c in _LOOKALIKES for c in word)):
        return word.translate(_LOOKALIKE_TABLE)
    return word
