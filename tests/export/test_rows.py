import csv
import io
import json

import pytest

from monitor.export.rows import write_csv, write_jsonl

FORMULAS = [
    before + sign + "cmd|' /C calc'!A0"
    for sign in ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣")
    for before in ("", " ", "\t", "\r\n", "\u200b\u00a0")
] + ["\tx", "\rx"]  # fmt: skip


def as_csv(text: str) -> list[list[str]]:
    out = io.StringIO(newline="")
    assert write_csv([{"text": text, "n": -1}], out, columns=("text", "n")) == 1
    return list(csv.reader(io.StringIO(out.getvalue(), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert as_csv(text)[1] == [f"'{text}", "-1"]


@pytest.mark.parametrize("text", ["Come get me", "a = b", "1-2", "", '"quoted", and\nbroken', "\u200b", "'=1"])
def test_every_other_cell_is_as_it_was(text: str) -> None:
    assert as_csv(text) == [["text", "n"], [text, "-1"]]


def test_jsonl_keeps_every_value() -> None:
    rows = [{"text": text, "n": None} for text in FORMULAS]
    out = io.StringIO()

    assert write_jsonl(rows, out) == len(rows)
    assert [json.loads(line) for line in out.getvalue().split("\n")[:-1]] == rows
