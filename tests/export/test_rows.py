import csv
import io
import json
import sys
import unicodedata

import pytest

from monitor.export.rows import SIGNS, write_csv, write_jsonl

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
    told, number = as_csv(text)[1]
    assert told.startswith("'")
    assert told.replace("'", "") == text.replace("'", "")
    assert number == "-1"


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("before", ["", "He said", "Come; ", '"', ";", "\n", "; \u200b", '\r\n"'])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula_wherever_a_spreadsheet_begins_one(delimiter: str, before: str, text: str) -> None:
    out = io.StringIO(newline="")
    rows = [{"id": 1, "text": f"{before}{gap}{text}", "more": "x"} for gap in ("", ";", "\t", "\r\n", "\n", '";"')]
    write_csv(rows, out, columns=("id", "text", "more"))

    for row in csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=delimiter):
        for cell in row:
            seen = unicodedata.normalize("NFKC", cell.lstrip(" \t\r\n\u200b\u00a0"))
            assert not seen.startswith(("=", "+", "-", "@")), cell


@pytest.mark.parametrize(
    "text", ["Well; – no", "one;two", "a line\nand another", "\u2013 he said;\n\u201cno\u201d", "3; 4"]
)
def test_a_text_of_several_lines_is_as_it_was(text: str) -> None:
    assert as_csv(text) == [["text", "n"], [text, "-1"]]


@pytest.mark.parametrize("text", ["Come get me", "a = b", "1-2", "", '"quoted", and\nbroken', "\u200b", "'=1"])
def test_every_other_cell_is_as_it_was(text: str) -> None:
    assert as_csv(text) == [["text", "n"], [text, "-1"]]


def test_jsonl_keeps_every_value() -> None:
    rows = [{"text": text, "n": None} for text in FORMULAS]
    out = io.StringIO()

    assert write_jsonl(rows, out) == len(rows)
    assert [json.loads(line) for line in out.getvalue().split("\n")[:-1]] == rows


def test_every_character_that_reads_as_a_sign_is_known() -> None:
    every = [chr(number) for number in range(sys.maxunicode + 1)]
    signs = [one for one in every if unicodedata.normalize("NFKC", one)[:1] in ("=", "+", "-", "@")]

    assert signs == list(SIGNS)
