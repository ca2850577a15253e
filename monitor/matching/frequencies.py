"""How common words are: the measure of how much a shared word proves.

A word's information is -log2 of the share of posts it is in; a word after another is worth what it adds to it, so that
"birth control pills" is not three independent rare words, nor "give a fuck about" four. The counts come from public
posts (public domain, see training/frequencies.py) and are kept as text in frequencies.txt.gz: `posts` and the number of
them, then `word count`, `word word count` and `word word word count`.
"""

import gzip
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from monitor.matching import elsewhere
from monitor.matching.letters import is_unspaced
from monitor.matching.lexicon import CONTRACTIONS

LEAST = 0.3  # bits; even "the" says a little by standing in its place
MOST = 14.0  # bits; one word, however rare, is at most so much evidence
_IN_GOOD_STANDING = 20  # posts
_ESTABLISHED = 50  # posts; what is seldom here may be common in another language, and common words are short
_MOST_BY_LENGTH = (1.0, 4.0, 5.0, 7.0, 9.0, 11.0, MOST)
_COMMON_ELSEWHERE = 6.0  # bits at most of a word that is common in another language
_UNSURE = 20  # times: what stood beside each other less often proves little about how they go together
_SHARE_OF_COMMON = 1 / 500  # of the posts: a common word is in more
_COMMONEST = 5.0  # bits; "no" and "me" are common in other languages, and here
_MEASURED = 0.25  # of the words
_CHARACTER = 5.5  # bits of a Chinese character, or of another sign of a script without spaces
_SIGN = 3.5
_LONGEST_PART = 18  # letters of a word inside a glued one
_DEAREST = 3.2  # bits a letter; dearer cuts are accidents ("fool hard i ness")
_SHORT = "a i im id ya am an as at be by do go he if in is it me my no of oh ok on or so to up us we"
_SHORT_WORDS = frozenset(_SHORT.split())


class Frequencies:
    """Counts of words, and of two and three words beside each other, in `posts` posts."""

    def __init__(
        self, posts: int, words: Mapping[str, int], pairs: Mapping[str, int], threes: Mapping[str, int]
    ) -> None:
        self._posts = posts
        self._words = words
        self._pairs = pairs
        self._threes = threes
        self._bits: dict[str, float] = {}

    def knows(self, word: str) -> bool:
        """Say whether this is a word in good standing, not one that a slip of the pen makes."""
        return self._words.get(word, 0) >= _IN_GOOD_STANDING

    def rarity(self, word: str) -> float:
        """Return the bits of a word, infinite when it is none."""
        return -math.log2(self._words[word] / self._posts) if word in self._words else math.inf

    def bits(self, word: str) -> float:
        """Return what the word alone proves, in bits."""
        found = self._bits.get(word)
        if found is None:
            found = self._counted(word)
            if len(self._bits) < 500_000:
                self._bits[word] = found
        return found

    def measures(self, words: Sequence[str]) -> bool:
        """Say whether a text is in the language of the counted posts; what the words of others prove is a guess."""
        common = sum(
            self._words.get(word, 0) > self._posts * _SHARE_OF_COMMON
            and not (word in elsewhere.COMMON and self.bits(word) > _COMMONEST)
            for word in words
        )
        return common >= _MEASURED * len(words)

    def _counted(self, word: str) -> float:
        if len(word) == 1 and is_unspaced(word):
            return _CHARACTER if word >= "\u3400" else _SIGN
        count = self._words.get(word, 0)
        most = MOST if count >= _ESTABLISHED else _MOST_BY_LENGTH[min(len(word), 6)]
        if count < _ESTABLISHED and word in elsewhere.COMMON:
            most = min(most, _COMMON_ELSEWHERE)
        return max(LEAST, min(most, -math.log2((count + 0.5) / (self._posts + 1))))

    def bits_after(self, previous: str | None, word: str, *, earlier: str | None = None) -> float:
        """Return what the word proves when `previous`, and before it `earlier`, stand there; never more than alone."""
        alone = self.bits(word)
        if previous is None:
            return alone
        pair = f"{previous} {word}"
        least = alone
        if pair in self._pairs:
            least = _bits_of(self._pairs[pair], self._words.get(previous, 0))
        three = f"{earlier} {pair}"
        if three in self._threes:
            least = min(least, _bits_of(self._threes[three], self._pairs.get(f"{earlier} {previous}", 0)))
        return max(LEAST, min(alone, least))

    def as_text(self) -> str:
        """Return the counts in the form that `parse` reads."""
        tables = (self._words, self._pairs, self._threes)
        lines = [f"{entry} {table[entry]}" for table in tables for entry in sorted(table)]
        return "\n".join([f"posts {self._posts}", *lines])

    def split(self, glued: str, extra: Mapping[str, object]) -> tuple[str, ...]:
        """Cut glued words apart, the likeliest way, or return nothing when none is likely.

        Viterbi's algorithm over word counts; `extra` words (those of tracked quotes) count as rare ones.
        """
        count = len(glued)
        best = [0.0] + [math.inf] * count
        back = [0] * (count + 1)
        for last in range(1, count + 1):
            for first in range(max(0, last - _LONGEST_PART), last):
                if best[first] < math.inf:
                    cost = best[first] + self._cost(glued[first:last], extra)
                    if cost < best[last]:
                        best[last], back[last] = cost, first
        if best[count] > _DEAREST * count:
            return ()
        parts: list[str] = []
        while count:
            parts.append(glued[back[count] : count])
            count = back[count]
        return tuple(reversed(parts)) if len(parts) > 1 else ()

    def _cost(self, part: str, extra: Mapping[str, object]) -> float:  # noqa: PLR0911  one case a line
        if len(part) < 3 and part not in _SHORT_WORDS and part not in extra and not part.isdigit():
            return math.inf
        if self._words.get(part, 0) >= 5:
            return self.bits(part) + 2.0
        if part in CONTRACTIONS:
            return self.bits(CONTRACTIONS[part][0]) + 5.0
        if part in extra and len(part) > 1:
            return self.bits(part) + 2.0
        if part.isdigit():
            return 8.0
        if part[-1] == "s" and (part[:-1] in extra or self._words.get(part[:-1], 0) >= _IN_GOOD_STANDING):  # nobody's
            return self.bits(part[:-1]) + 4.0
        return math.inf


def _bits_of(together: int, before: int) -> float:
    """Return the bits of what stood `together` times, where what comes first stood `before` times."""
    return -math.log2((together + 0.5) / (before + _UNSURE))


@cache
def background() -> Frequencies:
    """Return the counts that ship with the program."""
    with gzip.open(str(files("monitor.matching") / "frequencies.txt.gz"), "rt", encoding="utf-8") as lines:
        return parse(lines.read())


def parse(text: str) -> Frequencies:
    """Read what `frequencies.txt.gz` holds."""
    tables: tuple[dict[str, int], dict[str, int], dict[str, int]] = ({}, {}, {})
    first, *lines = text.splitlines()
    for line in lines:
        entry, _, count = line.rpartition(" ")
        tables[entry.count(" ")][entry] = int(count)
    return Frequencies(int(first.rpartition(" ")[2]), *tables)
