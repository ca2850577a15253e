"""Which wordings are posted under a word or a pair of words, and which of them a text brings often enough."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from monitor.matching.keys import HITS, WordPair
from monitor.matching.rows import Numbers, Rows, different

_BITS = 24  # of the number of a word, in the key of a pair
_WORDS = (1 << 2 * _BITS) - 1
_DIGEST = 21  # bits
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 over the golden ratio
_SLOTS = (1 << 32) - 1


class Postings:
    """Wordings by the numbers they are posted under, so often that `HITS` of them make a wording a candidate."""

    def __init__(self) -> None:
        self._slots = Rows(np.uint32)

    def __contains__(self, key: int) -> bool:
        return self._slots.size(key) > 0

    def post(self, slot: int, under: Iterable[int], needed: int) -> bool:
        """Post a wording under its keys, of which `needed` must be met; return whether any of them is new."""
        fresh = False
        for key in under:
            fresh |= key not in self
            self._slots.append(key, [slot] * (HITS // needed))
        return fresh

    def withdraw(self, slot: int, under: Iterable[int]) -> None:
        """Take a wording from its keys."""
        for key in under:
            self._slots.take_out(key, slot)

    def count(self, keys: Numbers) -> int:
        """Return how many wordings are posted under keys, each as often as it is there."""
        return self._slots.count(keys)

    def listed(self, texts: Numbers, keys: Numbers) -> Numbers:
        """Return what is posted under keys, each of which is said in one of the texts: text and wording in one."""
        where, sizes = self._slots.where(keys)
        listed: Numbers = (texts << 32).repeat(sizes) | self._slots.columns[0][where]
        return listed


class Pairs:
    """The pairs of words that wordings are posted under, each with a number."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._maybe: NDArray[np.bool_] = np.zeros(1 << _DIGEST, np.bool_)  # by digest: most pairs of a post are none

    def number(self, pair: WordPair) -> int:
        """Return the number of a pair, giving it one when it is new."""
        key = pair[0] << _BITS | pair[1]
        self._maybe[_digests(np.array([key]))] = True
        return self._numbers.setdefault(key, len(self._numbers))

    def said(self, texts: Numbers, words: NDArray[np.int32]) -> tuple[Numbers, Numbers]:
        """Return texts and the known pairs that stand in them beside each other or with one word between.

        `words` are the texts one after the other, two that are negative between each and the next; words that are in
        no pair are negative too.
        """
        owners, said = texts << 2 * _BITS, words.astype(np.int64)
        keys = []
        for apart in (1, 2):
            both = (said[:-apart] >= 0) & (said[apart:] >= 0)
            keys.append((owners[apart:] | said[:-apart] << _BITS | said[apart:])[both])
        found = np.concatenate(keys)
        found = different(found[self._maybe[_digests(found & _WORDS)]])
        numbers = np.array([self._numbers.get(key, -1) for key in (found & _WORDS).tolist()], np.int64)
        known = numbers >= 0
        return (found >> 2 * _BITS)[known], numbers[known]


def often(listed: Numbers) -> tuple[Numbers, Numbers]:
    """Return the texts and the wordings that are listed `HITS` times for them, side by side and each once."""
    listed.sort()
    found = different(listed[HITS - 1 :][listed[HITS - 1 :] == listed[: 1 - HITS]])
    return found >> 32, found & _SLOTS


def _digests(keys: Numbers) -> NDArray[np.uint64]:
    """Spread keys evenly over the numbers of a few bits (Knuth, The Art of Computer Programming 3, 6.4)."""
    return keys.astype(np.uint64) * _GOLDEN >> np.uint64(64 - _DIGEST)
