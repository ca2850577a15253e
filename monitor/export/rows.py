"""Recorded matches as CSV or JSONL. A row is a row of the view `match_history`, under its column names.

In CSV a cell that a spreadsheet would take for a formula has an apostrophe put before it: it begins, after white
space or control characters, with = + - @ or a full-width form of them (owasp.org/www-community/attacks/CSV_Injection).
Where lists are separated otherwise, as by the semicolon of most of Europe and Latin America, a spreadsheet that opens
the file begins a cell also after each semicolon, tab and line break within ours: such a sign has one there too.
JSONL holds every value unchanged.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

END = "\r\n"
# = + - @, and every character that is one of them in another width or height (NFKC).
SIGNS = "+-=@\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
INVISIBLE = "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
# Where a cell begins elsewhere, with what may stand before a formula, and its first character after that.
BEGINS_CELL = re.compile(rf"([;\t\r\n][\s\"'{INVISIBLE}]*)(?=[{re.escape(SIGNS)}])")

Row = Mapping[str, object]


def write_csv(rows: Iterable[Row], out: TextIO, *, columns: Sequence[str]) -> int:
    """Write rows with a line of column names before them; return how many."""
    return write_csv_values(([row[column] for column in columns] for row in rows), out, columns=columns)


def write_csv_values(rows: Iterable[Sequence[object]], out: TextIO, *, columns: Sequence[str]) -> int:
    """Write rows that are given as their values, in the order of `columns`; return how many."""
    as_line = csv.writer(_Echo(), lineterminator=END).writerow  # rfc-editor.org/rfc/rfc4180
    out.write(as_line(columns))
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - counted on the way
        # Almost every text begins with a letter or a digit, and is told without a call of ours.
        line = as_line([cell if not isinstance(cell, str) or cell[:1].isalnum() else _made_safe(cell) for cell in row])
        if BEGINS_CELL.search(line):
            line = as_line([_made_safe(cell) if isinstance(cell, str) else cell for cell in row])
        out.write(line)
    return count


class _Echo:
    """What csv writes to: it gives each line back (docs.python.org/3/library/csv.html#csv.csvwriter.writerow)."""

    write = str


def write_jsonl(rows: Iterable[Row], out: TextIO) -> int:
    """Write a JSON object a line; return how many."""
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - counted on the way
        out.write(json.dumps(dict(row), ensure_ascii=False) + "\n")
    return count


def _made_safe(text: str) -> str:
    inside = BEGINS_CELL.sub(r"\1'", text)
    return f"'{inside}" if _reads_as_formula(text) else inside


def _reads_as_formula(text: str) -> bool:
    """Tell whether a text is a formula to a spreadsheet."""
    if text[:1].isalnum() or not text:
        return False
    if text[0] in "\t\r":
        return True
    begins = next((c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")), "")
    return begins != "" and begins in SIGNS
