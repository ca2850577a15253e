"""What the raw tokens of posts may mean to the index, worked out once and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from monitor.matching.rows import Rows
from monitor.matching.similarity import Alike

BREAK = 0
"""The number of a token that stands between texts: nothing spans it, and it means nothing."""

REMEMBERED = 60_000  # tokens
LENGTH = 40  # letters of one that is remembered
FORGOTTEN = 200  # tokens at a time: all at once would take milliseconds


class Meaning(NamedTuple):
    """What a token may mean. Words of the vocabulary are given by number."""

    words: tuple[str, ...]
    keys: Sequence[int]
    """What wordings are posted under."""
    stands: Sequence[Alike]
    """What its words may stand for."""
    in_pairs: Sequence[int]
    """The words of pairs that it is, -1 for one that is in none."""


class Meanings(dict[str, int]):
    """Tokens by number; the rows with that number hold what they mean."""

    def __init__(self, work_out: Callable[[str], Meaning]) -> None:
        super().__init__()
        self._work_out = work_out
        self._free: list[int] = []
        self._passing: list[str] = []
        self._words: list[tuple[str, ...]] = []
        self.keys_of = Rows(np.uint32)
        self.stands_of = Rows(np.uint32, np.float32)
        self.in_pairs_of = Rows(np.int32)
        self._keep(Meaning((), (), (), (-1, -1)))

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """Return the numbers of tokens, which hold until `tidy`."""
        return [*map(self.__getitem__, tokens)]

    def words(self, tokens: Iterable[str]) -> Iterator[tuple[str, ...]]:
        """Yield the words that each token stands for."""
        return map(self._words.__getitem__, map(self.__getitem__, tokens))

    def __missing__(self, token: str) -> int:
        number = self[token] = self._keep(self._work_out(token))
        if len(token) > LENGTH:
            self._passing.append(token)
        return number

    def tidy(self) -> None:
        """Forget long tokens, and the oldest of too many."""
        while self._passing:
            self._drop(self._passing.pop())
        while len(self) > REMEMBERED:
            for token in [*islice(self, FORGOTTEN)]:
                self._drop(token)

    def _keep(self, meaning: Meaning) -> int:
        number = self._free.pop() if self._free else len(self._words)
        if number == len(self._words):
            self._words.append(())
        self._words[number] = meaning.words
        self.keys_of.put(number, meaning.keys)
        self.stands_of.put(number, [one for one, _ in meaning.stands], [sim for _, sim in meaning.stands])
        self.in_pairs_of.put(number, meaning.in_pairs)
        return number

    def _drop(self, token: str) -> None:
        number = self.pop(token)
        self._words[number] = ()
        for rows in (self.keys_of, self.stands_of, self.in_pairs_of):
            rows.clear(number)
        self._free.append(number)
