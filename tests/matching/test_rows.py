"""Rows side by side in one array behave as lists of their own, whatever is done to them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.rows import Rows, different

VALUES = st.lists(st.integers(0, 5), max_size=400)
STEPS = st.lists(st.tuples(st.sampled_from(["put", "append", "take out", "clear"]), st.integers(0, 3), VALUES))


@given(STEPS)
def test_rows_hold_what_lists_would(steps: list[tuple[str, int, list[int]]]) -> None:
    rows, lists = Rows(np.uint32, np.float32), {row: list[int]() for row in range(4)}
    for what, row, values in [*steps, *(("append", row, []) for row in range(4))]:
        match what:
            case "put":
                rows.put(row, values, [value / 2 for value in values])
                lists[row] = values
            case "append":
                rows.append(row, values, [value / 2 for value in values])
                lists[row] = lists[row] + values
            case "take out":
                rows.take_out(row, 3)
                lists[row] = [value for value in lists[row] if value != 3]
            case "clear":
                rows.clear(row)
                lists[row] = []

    asked = np.array([2, 0, 3, 1, 2])
    where, sizes = rows.where(asked)
    wanted = [value for row in asked.tolist() for value in lists[row]]
    assert sizes.tolist() == [len(lists[row]) for row in asked.tolist()]
    assert rows.columns[0][where].tolist() == wanted
    assert rows.columns[1][where].tolist() == [value / 2 for value in wanted]
    assert rows.count(asked) == len(wanted)


def test_room_that_is_given_up_is_used_again() -> None:
    rows = Rows(np.uint32)
    for number in range(10_000):
        rows.put(number % 7, range(100))
        rows.clear(number % 7)

    assert len(rows.columns[0]) < 10_000


def test_a_row_that_nothing_was_put_into_is_empty() -> None:
    rows = Rows(np.uint32)
    rows.put(5_000, [1])

    assert rows.size(4_999) == rows.size(1_000_000) == 0


@given(st.lists(st.integers(0, 9)))
def test_different_numbers_are_kept_once_and_in_order(numbers: list[int]) -> None:
    assert different(np.array(numbers, np.int64)).tolist() == sorted(set(numbers))
