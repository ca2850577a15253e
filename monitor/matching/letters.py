"""What a character is compared as, and why: the tables behind `normalize`.

NFKD (Unicode Standard Annex 15) takes apart accents, full-width, circled and mathematical letters. It leaves
alone what Unicode holds to be letters or signs of their own: small capitals, squared and regional letters,
and the Cyrillic and Greek letters that look Latin (Unicode Technical Standard 39 calls those confusables).
The tables below name the ones that people write words with.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

ACCENTS = "accents"
CIRCLED = "circled or squared letters"
COMBINING = "combining marks"
CONTROL = "control characters"
CYRILLIC = "Cyrillic look-alike letters"
EMOJI = "emoji"
FULL_WIDTH = "full-width letters"
GREEK = "Greek look-alike letters"
REGIONAL = "flag letters"
SMALL_CAPS = "small capitals"
STYLED = "styled letters"
UNUSUAL = "letters of other alphabets"
ZERO_WIDTH = "zero-width characters"
SOFT_HYPHEN = "soft hyphens"
DIRECTION = "text-direction marks"
DIGITS = "digits of other scripts"
LIGATURES = "ligatures"


class Plain(NamedTuple):
    """What a character becomes, the name of the step that took (empty: not worth telling), and where it goes."""

    text: str
    step: str = ""
    is_mark: bool = False  # dropped, and part of the letter before it


def _rows(latin: str, others: str) -> dict[str, str]:
    return dict(zip(others, latin, strict=True))


_SMALL_CAPS = _rows("ABCDEFGHIJKLMNOPQRSTUVWYZ".lower(), "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
REGIONAL_A = 0x1F1E6
_SQUARED = {chr(first + i): letter for first in (0x1F150, 0x1F170) for i, letter in enumerate(_ALPHABET)}
_REGIONAL = {chr(REGIONAL_A + i): letter for i, letter in enumerate(_ALPHABET)}
_UNUSUAL = {
    "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "Ħ": "H",
    "ŧ": "t", "Ŧ": "T", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "ẞ": "SS", "þ": "th", "Þ": "Th",
    "ɑ": "a", "ɡ": "g", "ɩ": "i", "ʋ": "v", "ƒ": "f", "ɛ": "e", "ŋ": "n", "ſ": "s", "ɵ": "o", "ƙ": "k", "ɓ": "b",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": "",
}  # fmt: skip

APOSTROPHES = "‘’‚‛ʻʼʽ`´′＇ʹ՚׳"
QUOTATION_MARKS = "“”„‟«»‹›〝〞〟＂❝❞「」『』《》〈〉″״"
FILLERS = "ᅟᅠㅤﾠ"  # invisible, though Unicode calls them letters
_SIGNS = dict.fromkeys("™®©℠", " ")  # NFKD would glue "TM" to the word before

# Look-alikes: only inside a word that also has Latin letters, or beside such words (normalize.py).
CYRILLIC_TWINS = _rows("aeopcyxijsAEOPCYXIJS", "аеорсухіјѕАЕОРСУХІЈЅ")
CYRILLIC_LIKE = (
    CYRILLIC_TWINS | _rows("bkmthbrnnwrdhqwlv", "вкмтньгипшяԁһԛԝӏѵ") | _rows("BKMTHRNNWRHQWIV", "ВКМТНГИПШЯҺԚԜӀѴ")
)
GREEK_TWINS = _rows("opvABEZHIKMNOPTYX", "ορνΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
GREEK_LIKE = GREEK_TWINS | _rows("abeiktuxwnysc", "αβεικτυχωηγσς")

# Scripts whose combining marks are vowels and consonants, not accents: dropping them would drop letters.
_MARKS_ARE_LETTERS = ((0x0900, 0x109F), (0x1780, 0x17FF), (0x1A20, 0x1AAF), (0x3099, 0x309A), (0xA800, 0xAAFF))
# Scripts written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han.
NO_SPACE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_DIRECTION = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@lru_cache(maxsize=16_384)
def plain(character: str) -> Plain:
    """Return what one non-ASCII character is compared as. Letters keep their case; it is folded last.

    Whatever is not a letter, a digit or one of their marks becomes ASCII punctuation or a space.
    """
    known = _known(character)
    if known is not None:
        return known
    category = unicodedata.category(character)
    match category[0]:
        case "M":
            return Plain(character) if _is_letter_mark(character) or category == "Mc" else Plain("", COMBINING, True)
        case "C":
            return _invisible(character, category)
        case "Z":
            return Plain(" ")
        case "L" | "N":
            return _letter(character, category)
    return _sign(character, category)


def _known(character: str) -> Plain | None:
    if character in APOSTROPHES:
        return Plain("'")
    if character in QUOTATION_MARKS:
        return Plain('"')
    if character in _SIGNS:
        return Plain(" ")
    if character in FILLERS:
        return Plain("", ZERO_WIDTH)
    for table, step in (
        (_SMALL_CAPS, SMALL_CAPS),
        (_SQUARED, CIRCLED),
        (_REGIONAL, REGIONAL),
        (_UNUSUAL, UNUSUAL),
    ):
        if character in table:
            return Plain(table[character], step)
    return None


def _is_letter_mark(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _MARKS_ARE_LETTERS)


def _invisible(character: str, category: str) -> Plain:
    if category == "Cf":
        if character == "\u00ad":
            return Plain("", SOFT_HYPHEN)
        return Plain("", DIRECTION if character in _DIRECTION else ZERO_WIDTH)
    if category == "Cc" and character != "\x85":
        return Plain("", CONTROL)
    return Plain(" ")  # NEL, lone surrogates, private use, not assigned


def _letter(character: str, category: str) -> Plain:
    if category == "Nd":
        digit = str(unicodedata.digit(character))
        return Plain(digit, _block(character) or DIGITS)
    if "가" <= character <= "힣":  # NFKD would take Korean syllables apart
        return Plain(character)
    decomposed = unicodedata.normalize("NFKD", character)
    text = "".join(_component(part) for part in decomposed)
    if text == character:
        return Plain(character)
    return Plain(text, _block(character) or (ACCENTS if len(decomposed) > len(text) else STYLED))


def _component(part: str) -> str:
    """Return one part of a decomposed character: itself, nothing for an accent, a space for a sign."""
    if part.isascii() or _is_letter_mark(part):
        return part
    category = unicodedata.category(part)
    if category in ("Mn", "Me", "Cf"):
        return ""
    return _UNUSUAL.get(part, part) if category[0] in "LNM" else " "


def _sign(character: str, category: str) -> Plain:
    decomposed = unicodedata.normalize("NFKD", character)
    if decomposed != character and decomposed.isascii():
        if decomposed.isalnum():
            return Plain(decomposed, CIRCLED if category == "So" else STYLED)
        if character == "…" or (len(decomposed) == 1 and decomposed.isprintable()):
            return Plain(decomposed)
    return Plain(" ", EMOJI if category in ("So", "Sk") else "")


def _block(character: str) -> str:
    code = ord(character)
    if 0xFF00 <= code <= 0xFFEF:
        return FULL_WIDTH
    if 0x1D400 <= code <= 0x1D7FF:
        return STYLED
    if 0xFB00 <= code <= 0xFB06:
        return LIGATURES
    return ""
