"""Text from outside made fit to be shown: nothing in it can hide, reorder or forge what stands around it.

What is dropped: control characters, bidirectional controls, invisible format characters. Zero-width joiners
stay only where a script or an emoji needs them. Half a surrogate pair becomes U+FFFD. Three combining lines
are left out because Telegram itself removes them (github.com/tdlib/td, td/telegram/misc.cpp,
clean_input_string), so that what is measured here is what arrives. Lengths are UTF-16 code units, as in
core.telegram.org/api/entities.
"""

import unicodedata
from collections.abc import Iterable, Iterator

from monitor.bot.language import _
from monitor.core.model import PASTED_NAME

LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
JOINERS = "\u200c\u200d"
# format characters that are visible signs: Unicode property Prepended_Concatenation_Mark
SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
REMOVED_BY_TELEGRAM = frozenset("\u0333\u033f")
RING = "\u030a"  # removed by Telegram too, unless it is part of one character with its letter
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
LIMIT = 4096  # UTF-16 units of one message, after entities
QUOTE, WHY, NAME = 600, 300, 100  # UTF-16 units, at most, of what most messages show
WORD_SEARCH = 40  # a cut moves to the nearest space, at most this many characters

Marked = tuple[str, int]
"""A character and how it is marked: 0 is not at all."""


def utf16(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def visible(marked: Iterable[Marked]) -> Iterator[Marked]:
    """Return the characters to show, each with its mark: white space made plain, nothing at the start or end of it.

    A run of white space becomes one line break if it holds any, else one space; it takes the weakest of its marks.
    """
    space: Marked | None = None
    shown: Marked | None = None
    for character, mark in _joined(marked):
        if character in LINE_BREAKS or character.isspace():
            plain = "\n" if character in LINE_BREAKS or (space and space[0] == "\n") else " "
            space = (plain, min(mark, space[1]) if space else mark)
            continue
        if _is_hidden(character):
            continue
        if shown:
            yield shown
            if space:
                yield space
        space = None
        shown = ("\ufffd" if unicodedata.category(character) == "Cs" else character, mark)
    if shown:
        yield shown


def _joined(marked: Iterable[Marked]) -> Iterator[Marked]:
    """Drop joiners that join nothing, and put a ring onto its letter."""
    before: Marked | None = None
    joiner: Marked | None = None
    for character, mark in marked:
        if before and character == RING:
            before = (_ringed(before[0]), before[1])
        elif character in JOINERS:
            joiner = (character, mark) if before else None
        else:
            if before:
                yield before
                if joiner and _is_joinable(before[0]) and _is_joinable(character):
                    yield joiner
            joiner, before = None, (character, mark)
    if before:
        yield before


def _ringed(letter: str) -> str:
    composed = unicodedata.normalize("NFC", letter + RING)
    return composed if len(composed) == 1 else letter


def _is_joinable(character: str) -> bool:
    """Tell whether a joiner beside this character means something: emoji, Arabic and Indic letters and their marks."""
    return unicodedata.category(character) in ("So", "Sk", "Lo", "Mn", "Mc")


def _is_hidden(character: str) -> bool:
    if character in JOINERS:  # those left by `_joined`
        return False
    category = unicodedata.category(character)
    return (
        category == "Cc" or (category == "Cf" and character not in SIGNS) or character in REMOVED_BY_TELEGRAM | {RING}
    )


def shown(text: str) -> str:
    """Return `text` fit to be shown, with its line breaks."""
    return "".join(character for character, _ in visible((character, 0) for character in text))


def line(text: str | None, limit: int) -> str:
    """Return `text` fit to be shown within a line, of at most `limit` UTF-16 units."""
    return shortened(shown(text or "").replace("\n", " "), limit)


def name(text: str | None, limit: int) -> str:
    """Return a name for a line of other words: if it runs right to left, it cannot reorder them."""
    plain = line(text, limit)
    return f"{ISOLATE}{plain}{END_ISOLATE}" if is_right_to_left(plain) else plain


def source_name(text: str | None, limit: int) -> str:
    """Return the name of a source as `name` does; that of what people paste is ours, and so translated."""
    return name(_(PASTED_NAME) if text == PASTED_NAME else text, limit)


def is_right_to_left(text: str) -> bool:
    """Tell whether any of a text runs right to left."""
    return any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text)


def shortened(text: str, limit: int) -> str:
    """Return `text`, or its beginning with "…", in at most `limit` UTF-16 units, cut between words if it has any."""
    if utf16(text) <= limit:
        return text
    kept = text[: fitting(text, limit - 1)]
    space = max(kept.rfind(" "), kept.rfind("\n"))
    if space > 0 and space >= len(kept) - WORD_SEARCH:
        kept = kept[:space]
    return kept.rstrip(" \n" + JOINERS) + "…"


def fitting(text: str, limit: int) -> int:
    """Return how many characters of `text` fit into `limit` UTF-16 units."""
    units = 0
    for count, character in enumerate(text):
        units += utf16(character)
        if units > limit:
            return count
    return len(text)


def pages(text: str, limit: int = 4096) -> list[str]:
    """Split `text` into messages of at most `limit` UTF-16 units, between lines where possible."""
    found: list[str] = []
    rest = text
    while utf16(rest) > limit:
        most = fitting(rest, limit)
        end = rest.rfind("\n", 1, most + 1)
        if end < 1:
            end = rest.rfind(" ", 1, most + 1)
        end = most if end < 1 else end
        found.append(rest[:end])
        rest = rest[end:].lstrip("\n ")
    return [*found, rest] if rest else found
