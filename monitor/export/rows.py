"""Recorded matches as CSV or JSONL. A row is a row of the view `match_history`, under its column names.

In CSV a cell that a spreadsheet would take for a formula has an apostrophe put before it: it begins, after white
space or control characters, with = + - @ or a full-width form of them (owasp.org/www-community/attacks/CSV_Injection).
JSONL holds every value unchanged.
"""

import csv
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

STARTS_FORMULA = frozenset("=+-@")

Row = Mapping[str, object]


def write_csv(rows: Iterable[Row], out: TextIO, *, columns: Sequence[str]) -> int:
    """Write rows with a line of column names before them; return how many."""
    writer = csv.writer(out, lineterminator="\r\n")  # rfc-editor.org/rfc/rfc4180
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - counted on the way
        writer.writerow([_cell(row[column]) for column in columns])
    return count


def write_jsonl(rows: Iterable[Row], out: TextIO) -> int:
    """Write a JSON object a line; return how many."""
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - counted on the way
        out.write(json.dumps(dict(row), ensure_ascii=False) + "\n")
    return count


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _reads_as_formula(value) else value


def _reads_as_formula(text: str) -> bool:
    if text[:1].isalnum():  # as almost all do
        return False
    if text[:1] in "\t\r":
        return bool(text)
    begins = next((c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")), "")
    return unicodedata.normalize("NFKC", begins)[:1] in STARTS_FORMULA if begins else False
