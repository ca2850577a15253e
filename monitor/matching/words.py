"""From what is written to words: the second half of normalizing.

A plain text is cut into raw tokens by one regular expression; each raw token stands for zero or more words, a pure
function of the token itself ("I'm" → i am, "#ComeGetMe" → come get me, "c0wards" → cowards, "@ann" → nothing). That is
what makes a stream cheap: a token met before costs one dictionary lookup.

The expression is linear in the text: its alternatives begin with classes that exclude what ends them, repeats inside
are of single characters, and no repeat stands directly inside another over the same characters.
"""

import math
import re
from collections.abc import Callable
from typing import NamedTuple

from monitor.matching.letters import has_no_spaces, is_unspaced, latin_lookalike
from monitor.matching.lexicon import CONTRACTIONS

RAW = re.compile(
    r"(?=[\w#@$'])(?:"  # what every alternative begins with: most of what is skipped is told by it
    r"[A-Za-z]{2,}+(?=[\s,?;)\"]|\Z)"  # most words; no alternative below would take more or less of them
    r"|https?://[^\s\"<>]+|www\.[^\s\"<>]+"
    r"|(?<![\w'])\w(?: [^\W_](?!\w)){2,}|(?<![\w'])\w(?:\.[^\W_](?!\w)){2,}\.?"  # c o m e; c.o.m.e, U.S.A.
    r"|(?<![\w'])\w(?:[_*~-][^\W_](?!\w)){2,}"  # c-o-m-e
    r"|(?<=\s\s)[^\W\d_] [^\W\d_](?=\s\s|\Z)"  # I S, between words written like that
    r"|(?<!\w)[A-Za-z]\.[A-Za-z]\."  # E.T.
    r"|[#@]?[\w$](?:[\w*@$|+]|['!](?=\w))*"
    r"|'\w+)"
)
LONGEST_WORD = 60  # letters; longer tokens are no words, and what is done for each stays bounded
_REMEMBERED = 20_000  # tokens, of at most _REMEMBERED_LENGTH characters
_REMEMBERED_LENGTH = 24
LONGEST_GLUED = 300  # letters; of words written as one
_SPACED = re.compile(r"\w(?:[ ._*~-]\w)+\.?")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^\W\d_A-Za-z]+")
_RUNS = re.compile(r"(\w)\1{2,}")
_LEET = str.maketrans("013457@$!|+8", "oieastasiltb")
_LEET_OTHER = str.maketrans("013457@$!|+8", "oleastaslitb")
_MIXED = re.compile(r"[0-9@$!|+]")
_INSIDE = re.compile(r"[a-z][0-9@$!|+]+[a-z]")
_COMMON = 6.5  # bits
_LETTER = re.compile(r"[a-z]")
_ORDINARY_DIGITS = re.compile(
    r"[0-9]+(?:st|nd|rd|th|s|k|m|am|pm|x|pt|d|h|min|p|mm|cm|km|kg|lb|lbs|gb|mb|ft|in|yr|yo|[fm])|[0-9a-z]?[0-9]{2,}[a-z]?|[a-z][0-9]{1,3}"
)


class Piece(NamedTuple):
    """A word within a raw token: `raw[start:end]`."""

    word: str
    start: int
    end: int


class Words:
    """Reads raw tokens. `rarity` is a word's in bits, infinite for what is no word; `split` cuts glued words apart."""

    def __init__(self, rarity: Callable[[str], float], split: Callable[[str], tuple[str, ...]]) -> None:
        self._rarity = rarity
        self._split = split
        self._met: dict[str, tuple[Piece, ...]] = {}

    def forget(self) -> dict[str, tuple[Piece, ...]]:
        """Forget what tokens mean, because what is a word has changed; return what that was.

        To free it all takes milliseconds; whoever has better to do frees it later.
        """
        met, self._met = self._met, {}
        return met

    def pieces(self, raw: str, *, among_latin: bool = True) -> tuple[Piece, ...]:
        """Return the words a raw token stands for, with where each stands in it."""
        if not among_latin or len(raw) > _REMEMBERED_LENGTH:
            return tuple(self._pieces(raw, among_latin=among_latin))
        pieces = self._met.get(raw)
        if pieces is None:
            pieces = tuple(self._pieces(raw, among_latin=True))
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            self._met[raw] = pieces
        return pieces

    def _pieces(self, raw: str, *, among_latin: bool) -> list[Piece]:
        if raw[0] in "@#hw" and (special := self._special(raw)) is not None:
            return special
        if len(raw) > 2 and _SPACED.fullmatch(raw):
            return self._joined(raw)
        if has_no_spaces(raw):
            return _characters(raw)
        if "_" in raw:
            return self._underscored(raw, among_latin=among_latin)
        return self._word(raw, 0, len(raw), among_latin=among_latin)

    def knows(self, word: str) -> bool:
        """Say whether this is a word."""
        return self._rarity(word) < math.inf

    def _special(self, raw: str) -> list[Piece] | None:
        if raw.startswith(("http://", "https://", "www.")) or (raw[0] == "@" and len(raw) > 1 and raw.count("@") == 1):
            return []
        if raw[0] == "#" and len(raw) <= LONGEST_GLUED:
            return self._hashtag(raw)
        return None

    def _hashtag(self, raw: str) -> list[Piece]:
        if "_" in raw:
            return [Piece(p.word, p.start + 1, p.end + 1) for p in self._underscored(raw[1:], among_latin=True)]
        parts = list(_CAMEL.finditer(raw))
        if len(parts) > 1 and not raw[1:].islower() and sum(len(p.group()) for p in parts) == len(raw) - 1:
            return [piece for p in parts for piece in self._word(p.group(), p.start(), p.end(), among_latin=True)]
        if has_no_spaces(raw):
            return _characters(raw[1:], 1)
        return self._glued(raw[1:].lower(), 1) or self._word(raw[1:], 1, len(raw), among_latin=True)

    def _joined(self, raw: str) -> list[Piece]:
        """Letters with something between each: one word, or several without a wider gap between them."""
        letters = raw[::2].lower().rstrip(".")
        if has_no_spaces(letters):
            return _characters(raw)
        if 7 <= len(letters) <= LONGEST_GLUED and not self.knows(letters):
            parts = self._split(letters)
            if parts:
                return _places(parts, lambda k: 2 * k, lambda k: 2 * k - 1)
        return [Piece(word, 0, len(raw)) for word in CONTRACTIONS.get(letters, (letters,))]

    def _underscored(self, raw: str, *, among_latin: bool) -> list[Piece]:
        return [
            piece
            for part in re.finditer(r"[^_]+", raw)
            for piece in self._word(part.group(), part.start(), part.end(), among_latin=among_latin)
        ]

    def _glued(self, letters: str, start: int) -> list[Piece]:
        if not 6 <= len(letters) <= LONGEST_GLUED or not letters.isascii() or self.knows(letters):
            return []
        return _places(self._split(letters), lambda k: start + k, lambda k: start + k)

    def _word(self, raw: str, start: int, end: int, *, among_latin: bool) -> list[Piece]:
        word = raw.lower()
        marks = "#*@+|" if word in CONTRACTIONS or word[:1] != "'" else "#*@+|'"
        first = len(word) - len(word.lstrip(marks))
        word = word[first:].rstrip("#*@+|")
        start, end = start + first, start + first + len(word)
        if word in CONTRACTIONS:
            return [Piece(part, start, end) for part in CONTRACTIONS[word]]
        if not word.isascii():
            word = latin_lookalike(word, among_latin=among_latin)
        if not word.isalpha():
            word = self._undisguised(word)
        if len(word) > 2:
            word = self._not_drawn_out(word)
        if not word or not any(c.isalnum() or c == "*" for c in word):
            return []
        if word in CONTRACTIONS:
            return [Piece(part, start, end) for part in CONTRACTIONS[word]]
        if len(word) >= 8 and end - start == len(word) and (glued := self._glued(word, start)):
            return glued
        return [Piece(word, start, end)]

    def _not_drawn_out(self, word: str) -> str:
        """Return "coward" for "cowaaaard": each run of three or more letters is one or two, whichever is commoner."""
        if not (drawn := _RUNS.search(word)):
            return word[:LONGEST_WORD]
        double, single = _RUNS.sub(r"\1\1", word)[:LONGEST_WORD], _RUNS.sub(r"\1", word)[:LONGEST_WORD]
        readings = [double, single]
        if drawn.end() < len(word):  # the first run short, the others double, as in "sooo coool"
            readings.append(_RUNS.sub(r"\1\1", _RUNS.sub(r"\1", word, count=1))[:LONGEST_WORD])
        return min(readings, key=self._rarity)

    def _undisguised(self, word: str) -> str:
        """Return a word without the apostrophes, symbols and digits that stand in it for letters."""
        if word.endswith("'s") and len(word) > 3:
            word = word[:-2]
        if word.endswith("in'") and len(word) > 4:  # cryin'
            word = word[:-1] + "g"
        word = word.strip("'!").replace("'", "")
        if not _MIXED.search(word) or not _LETTER.search(word):
            return word
        if len(word) == 2:
            return self._if_common(word)
        if _ORDINARY_DIGITS.fullmatch(word):
            return word
        reading = min(word.translate(_LEET), word.translate(_LEET_OTHER), key=self._rarity)
        is_inside = _INSIDE.search(word) is not None and len(word) > 4
        return reading if is_inside or self._rarity(reading) < (_COMMON if len(word) == 3 else math.inf) else word

    def _if_common(self, word: str) -> str:
        """Return "me" for "m3", but leave "a4" and "b2" what they are."""
        reading = word.translate(_LEET)
        return reading if self._rarity(reading) < _COMMON else word


def _characters(raw: str, start: int = 0) -> list[Piece]:
    """Cut a run of a script without spaces into characters; stretches of other scripts stay whole."""
    pieces: list[Piece] = []
    begun = -1
    for index, character in enumerate(raw.lower()):
        if is_unspaced(character) or not character.isalnum():
            if begun >= 0:
                pieces.append(Piece(raw[begun:index].lower(), start + begun, start + index))
                begun = -1
            if character.isalnum():
                pieces.append(Piece(character, start + index, start + index + 1))
        elif begun < 0:
            begun = index
    if begun >= 0:
        pieces.append(Piece(raw[begun:].lower(), start + begun, start + len(raw)))
    return pieces


def _places(parts: tuple[str, ...], first: Callable[[int], int], last: Callable[[int], int]) -> list[Piece]:
    """Return the words that glued `parts` stand for, placed by what their letters' first and last positions map to."""
    pieces: list[Piece] = []
    position = 0
    for part in parts:
        after = position + len(part)
        pieces += [Piece(word, first(position), last(after)) for word in CONTRACTIONS.get(part, (part,))]
        position = after
    return pieces
