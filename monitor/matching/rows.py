"""Rows of numbers of different lengths, side by side in one array: so numpy takes many of them at once."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]
"""Positions, sizes, numbers of rows: whatever counts from 0."""

_FIRST_ROOM = 1024


class Rows:
    """Rows by number, each with as many values in every column. A row nothing was put into is empty.

    A row that grows moves to the end, where it gets twice the room. When half of all room is no longer used, the rows
    close up.
    """

    def __init__(self, *types: type[np.generic]) -> None:
        self.columns: list[NDArray[Any]] = [np.zeros(_FIRST_ROOM, type_) for type_ in types]
        self._starts: Numbers = np.zeros(_FIRST_ROOM, np.int64)
        self._sizes: Numbers = np.zeros(_FIRST_ROOM, np.int64)
        self._rooms: Numbers = np.zeros(_FIRST_ROOM, np.int64)
        self._used = self._wasted = 0

    def size(self, row: int) -> int:
        """Return how many values a row has."""
        return int(self._sizes[row]) if row < len(self._sizes) else 0

    def put(self, row: int, *values: Sequence[float]) -> None:
        """Write a row anew, given its values column by column."""
        size = len(values[0])
        self._make_room(row, size, spare=0)
        self._sizes[row] = size
        self._write(int(self._starts[row]), size, values)

    def append(self, row: int, *values: Sequence[float]) -> None:
        """Add values at the end of a row."""
        before = self.size(row)
        size = before + len(values[0])
        self._make_room(row, size, spare=size)
        self._sizes[row] = size
        self._write(int(self._starts[row]) + before, size - before, values)

    def take_out(self, row: int, value: float) -> None:
        """Remove a value, and what is beside it in the other columns, from the places in a row where it is."""
        where = slice(int(self._starts[row]), int(self._starts[row] + self._sizes[row]))
        kept = self.columns[0][where] != value
        self.put(row, *[column[where][kept] for column in self.columns])

    def clear(self, row: int) -> None:
        """Empty a row."""
        self._wasted += int(self._rooms[row])
        self._sizes[row] = self._rooms[row] = 0
        if 2 * self._wasted > self._used > _FIRST_ROOM:
            self._close_up()

    def count(self, rows: Numbers) -> int:
        """Return how many values rows have together."""
        return int(self._sizes[rows].sum())

    def where(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Return where in the columns the values of rows are, one row after the other, and the size of each row.

        Every row must be smaller than one that something was put into.
        """
        sizes = self._sizes[rows]
        return _each_of(self._starts[rows], sizes), sizes

    def _make_room(self, row: int, size: int, *, spare: int) -> None:
        while row >= len(self._starts):
            self._starts, self._sizes, self._rooms = map(_larger, (self._starts, self._sizes, self._rooms))
        if size <= self._rooms[row]:
            return
        before = slice(int(self._starts[row]), int(self._starts[row] + self._sizes[row]))
        end = self._used + size + spare
        while end > len(self.columns[0]):
            self.columns = [*map(_larger, self.columns)]
        for column in self.columns:
            column[self._used : self._used + before.stop - before.start] = column[before]
        self._wasted += int(self._rooms[row])
        self._starts[row], self._rooms[row] = self._used, size + spare
        self._used = end

    def _write(self, start: int, size: int, values: Sequence[Sequence[float]]) -> None:
        for column, given in zip(self.columns, values, strict=True):
            column[start : start + size] = given

    def _close_up(self) -> None:
        where = _each_of(self._starts, self._rooms)
        for column in self.columns:
            column[: len(where)] = column[where]
        self._starts = np.cumsum(self._rooms) - self._rooms
        self._used, self._wasted = len(where), 0


def different(numbers: Numbers) -> Numbers:
    """Return the numbers in order, each once. They are put in order where they are."""
    numbers.sort()
    kept = np.empty(len(numbers), np.bool_)
    kept[:1] = True
    np.not_equal(numbers[1:], numbers[:-1], out=kept[1:])
    return numbers[kept]


def _each_of(starts: Numbers, sizes: Numbers) -> Numbers:
    """Return all positions of stretches of an array, given where they start and their sizes."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + (starts - ends + sizes).repeat(sizes)


def _larger(array: NDArray[Any]) -> NDArray[Any]:
    """Return twice the room, with the content at its beginning."""
    larger = np.zeros(2 * len(array), array.dtype)
    larger[: len(array)] = array
    return larger
