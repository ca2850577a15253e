"""How alike two words are, and which words of the tracked quotes a post's word may stand for.

1 is the same word; below `LEAST` two words are different. A slip of the pen makes a word that is no other word, so two
words that are both well known ("want", "wait") are alike only as forms of one another.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from monitor.matching.lexicon import ALIKE, SOUND_ALIKE, shape, sound, stem

SAME = 1.0
LEAST = 0.5
STRONG = 0.7  # from here on a word is the other one written differently, not merely used in its place
_MISHEARD = 0.69  # not strong: both are words, and common ones
_RUN = re.compile(r"(.)\1+")
_NO_ROOTS = frozenset(
    [
        "but",
        "for",
        "the",
        "and",
        "was",
        "has",
        "his",
        "any",
        "all",
        "out",
        "not",
        "too",
        "can",
        "may",
        "one",
        "two",
        "our",
        "who",
        "now",
        "new",
        "use",
        "wit",
        "ben",
        "hat",
        "her",
    ]
)
_CUT = 0.74  # of OSA's normalized similarity: one slip in four letters, two in eight
_NEAR = 2  # letters by which the lengths of alike words differ at most, stems aside


Alike = tuple[int, float]
"""A word of the vocabulary, by number, and how alike it is. There are many: a class would take twice the memory."""


def similarity(word: str, other: str, *, both_known: bool = False) -> float:  # noqa: PLR0911  one case a line
    """Return how alike two words are, 0 to 1."""
    if word == other:
        return SAME
    if "*" in word or "*" in other:
        return _censored(word, other) if "*" in word else _censored(other, word)
    if other in SOUND_ALIKE.get(word, ()):
        return _MISHEARD
    if other in ALIKE.get(word, ()):
        return 0.6
    shorter, longer = sorted((len(word), len(other)))
    if shorter >= 3 and (root := stem(word)) == stem(other) and root not in _NO_ROOTS:
        return 0.88
    if shorter > 2 and shorter != longer and _RUN.sub(r"\1", word) == _RUN.sub(r"\1", other):
        return 0.95
    if not both_known and shorter >= 3 and shape(word) == shape(other):
        return 0.9
    if shorter < 4:
        return _short(word, other) if not both_known else 0.0
    if word.isdigit() or other.isdigit():
        return 0.0
    edits: float = OSA.normalized_similarity(word, other, score_cutoff=_CUT)
    if both_known:
        return _MISHEARD if _sounds_alike(word, other) else 0.55 if edits >= 0.8 else 0.0
    if edits >= 0.8:
        return 0.95 * edits
    if _shared_start(word, other) >= max(4, 0.7 * longer - 0.01):
        return 0.75
    return 0.85 * edits or (0.75 if _sounds_alike(word, other) else 0.0)


def _sounds_alike(word: str, other: str) -> bool:
    return len(word) >= 5 <= len(other) and len(code := sound(word)) >= 4 and code == sound(other)


def _censored(masked: str, word: str) -> float:
    """Compare "c*ward" with a word: stars stand for any letters, one each or any number."""
    if len(masked) == len(word) and all(m in ("*", w) for m, w in zip(masked, word, strict=True)):
        return 0.9
    first, *_, last = masked.split("*")
    if len(first) + len(last) >= 2 and len(word) > len(first) + len(last):
        return 0.8 if word.startswith(first) and word.endswith(last) else 0.0
    return 0.0


def _short(word: str, other: str) -> float:
    if min(len(word), len(other)) == 3 and abs(len(word) - len(other)) <= 1 and word[:3] == other[:3]:
        return 0.75
    if len(word) == len(other) == 3 and sorted(word) == sorted(other):
        return 0.7
    return 0.0


def _shared_start(word: str, other: str) -> int:
    count = 0
    for one, two in zip(word, other, strict=False):
        if one != two:
            break
        count += 1
    return count


class Vocabulary:
    """The words of all tracked quotes, and which of them a given word may stand for.

    A word within two slips of another shares its first or its last letters, and nearly its length; so words are kept in
    drawers by both, and a look-up compares with a few drawers only.
    """

    def __init__(self, known: Callable[[str], bool]) -> None:
        self._known = known
        self._words: list[str] = []
        self._ids: dict[str, int] = {}
        self._drawers: dict[str, list[str]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._ids

    def __len__(self) -> int:
        return len(self._words)

    @property
    def ids(self) -> dict[str, int]:
        return self._ids

    @property
    def words(self) -> Sequence[str]:
        """The words by number."""
        return self._words

    def word(self, number: int) -> str:
        return self._words[number]

    def add(self, word: str) -> int:
        """Return the number of a word, giving it one when it is new."""
        number = self._ids.get(word)
        if number is None:
            number = self._ids[word] = len(self._words)
            self._words.append(word)
            for drawer in _drawers(word):
                self._drawers.setdefault(drawer, []).append(word)
        return number

    def alike(self, word: str) -> tuple[Alike, ...]:
        """Return the words of the vocabulary that `word` may stand for, the most alike (itself) first."""
        found = {self._ids[word]: SAME} if word in self._ids else {}
        known = self._known(word)
        for other in self._near(word):
            number = self._ids[other]
            if (
                number not in found
                and (sim := similarity(word, other, both_known=known and self._known(other))) >= LEAST
            ):
                found[number] = sim
        return tuple(sorted(found.items(), key=lambda alike: (-alike[1], alike[0])))  # the same in every process

    def _near(self, word: str) -> Iterable[str]:
        near = {other for other in chain(ALIKE.get(word, ()), SOUND_ALIKE.get(word, ())) if other in self._ids}
        drawers = self._drawers
        near.update(drawers.get("=" + shape(word), ()), drawers.get("&" + sound(word), ()))
        near.update(drawers.get("~" + stem(word), ()))
        if "*" in word:
            first, *_, last = word.split("*")
            near.update(chain.from_iterable(drawers.get(f"*{part}", ()) for part in (first[:1] + "^", last[-1:] + "$")))
            return near
        if len(word) < 4:
            if len(word) == 3 and not self._known(word):
                near.update(drawers.get("3" + "".join(sorted(word)), ()), drawers.get("3" + word, ()))
            return near
        if len(word) == 4:
            near.update(drawers.get("3" + word[:3], ()))
        places = [
            place
            for length in range(max(4, len(word) - _NEAR), len(word) + _NEAR + 1)
            for place in (f"{length}^{word[: _share(length)]}", f"{length}${word[-_share(length) :]}")
            if place in drawers
        ]
        if places:
            others = list(chain.from_iterable(drawers[place] for place in places))
            close = process.extract(word, others, scorer=OSA.normalized_similarity, score_cutoff=0.7, limit=None)
            near.update(other for other, _, _ in close)
        return near


def _share(length: int) -> int:
    """Return how many first (or last) letters alike words of this length share."""
    return 2 if length < 6 else 3


def _drawers(word: str) -> list[str]:
    drawers = ["~" + stem(word)] if len(word) >= 3 and word.isalpha() else []
    length = len(word)
    if length in (3, 4):
        drawers += ["3" + word[:3]]
    if length == 3:
        drawers += ["3" + "".join(sorted(word))]
    if length >= 4:
        share = _share(length)
        drawers += [f"{length}^{word[:share]}", f"{length}${word[-share:]}"]
    if length >= 3:
        drawers += ["=" + shape(word)]
    if length >= 5:
        drawers += ["&" + sound(word)]
    if length >= 3:
        drawers += [f"*{word[0]}^", f"*{word[-1]}$"]
    return drawers
