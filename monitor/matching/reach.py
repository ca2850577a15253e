"""Which wordings a stretch of a post has enough of, wherever its words stand: many held against many at once.

For each stretch a row of a table says how alike to each word of the vocabulary something in it is. What a stretch has
of a wording is then one sum of products, and numpy makes all of them in one go: as many steps in Python would take most
of the time of the search.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.matching.rows import Numbers, Rows

STRETCHES = 64  # looked at together
_ROUNDING = 1e-3  # of a worth: sums are of 32-bit numbers
_FIRST_ROOM = 1024


class Said(NamedTuple):
    """What stretches may say, side by side: the number of the stretch, of a word of the vocabulary, how alike."""

    stretches: Numbers
    words: NDArray[np.uint32]
    sims: NDArray[np.float32]


class Reach:
    """What wordings are worth, by number (`slot`), word by word."""

    def __init__(self) -> None:
        self._wordings = Rows(np.uint32, np.float32)
        self._least: NDArray[np.float32] = np.zeros(_FIRST_ROOM, np.float32)
        self._alike: NDArray[np.float32] = np.zeros((STRETCHES, _FIRST_ROOM), np.float32)

    def put(self, slot: int, ids: Sequence[int], worths: Sequence[float], least: float) -> None:
        """Keep a wording: its words, each below the number given to `make_room`, their worths, and what is enough."""
        while slot >= len(self._least):
            self._least = np.concatenate([self._least, np.zeros_like(self._least)])
        self._wordings.put(slot, ids, worths)
        self._least[slot] = least - _ROUNDING

    def drop(self, slot: int) -> None:
        """Give a wording up."""
        self._wordings.clear(slot)

    def make_room(self, words: int) -> None:
        """Expect words with numbers below `words`."""
        room = self._alike.shape[1]
        if words > room:
            self._alike = np.zeros((STRETCHES, max(words, 2 * room)), np.float32)

    def enough(self, said: Said, stretches: Numbers, slots: Numbers) -> NDArray[np.bool_]:
        """Tell for each pair of a stretch and a wording whether the wording can be in that stretch."""
        alike, width = self._alike.reshape(-1), self._alike.shape[1]
        rising = said.sims.argsort(kind="stable")
        said_at = (said.stretches * width + said.words)[rising]
        alike[said_at] = said.sims[rising]  # of all that stand for a word, the most alike is last
        ids, worths = self._wordings.columns
        where, sizes = self._wordings.where(slots)
        values = alike[(stretches * width).repeat(sizes) + ids[where]] * worths[where]
        alike[said_at] = 0.0
        enough: NDArray[np.bool_] = np.add.reduceat(values, np.cumsum(sizes) - sizes) >= self._least[slots]
        return enough
