"""Posts as rows of a table: CSV (comma, semicolon, tab or bar, told by its first line), or Parquet (extra `parquet`).

Rows of a CSV file are numbered as lines, from 2: the first line names the columns. Without a column of ids, a post is
known by the number of its row among the posts, from 1.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from monitor.scanfiles import forms
from monitor.scanfiles.forms import Bad, Given, Unreadable, Wanted

DELIMITERS = ",;\t|"
ROWS = 1_000  # of a Parquet file, read at once
MISSING = "Parquet needs one more package: pip install 'quote-monitor[parquet]'"


def read_csv(stream: IO[bytes], wanted: Wanted, bad: Bad) -> Iterator[Given]:
    """Yield the posts of a stream. Raises Unreadable."""
    csv.field_size_limit(forms.LONGEST_LINE)
    lines = _Texts(stream, bad)
    head = next(lines, "")
    delimiter = max(DELIMITERS, key=head.count)
    names = next(csv.reader([head], delimiter=delimiter), [])
    id_column, text_column = forms.columns(names, wanted)
    id_place, text_place = names.index(id_column) if id_column is not None else None, names.index(text_column)
    reader = csv.reader(lines, delimiter=delimiter)
    posts = 0
    while True:
        first = lines.number + 1  # of the next row
        try:
            row = next(reader, None)
        except csv.Error as error:
            bad(lines.number, f"not CSV: {error}")
            continue
        if row is None:
            return
        if not row:
            continue
        posts += 1
        if lines.is_open_at_end and lines.number > first:
            bad(first, "a quotation mark is never closed: all from here on was read as one post")
        if text_place >= len(row) or (id_place is not None and id_place >= len(row)):
            bad(lines.number, f"the row has {len(row)} of {len(names)} columns")
        else:
            yield Given(id=posts if id_place is None else row[id_place], text=row[text_place])


class _Texts(Iterator[str]):
    """The lines of a stream as text."""

    def __init__(self, stream: IO[bytes], bad: Bad) -> None:
        self._lines = enumerate(forms.lines_of(stream, forms.LONGEST_LINE), start=1)
        self._bad = bad
        self.number = 0  # of the line that was read last
        self._quotes = 0
        self._is_at_end = False

    @property
    def is_open_at_end(self) -> bool:
        """Whether all was read, and a quotation mark seems not to be closed."""
        return self._is_at_end and self._quotes % 2 == 1

    def __next__(self) -> str:
        for number, line in self._lines:
            self.number = number
            if line is None:
                self._bad(number, f"the line is longer than {forms.LONGEST_LINE} bytes")
                continue
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                self._bad(number, f"not UTF-8 (at byte {error.start})")
                continue
            self._quotes += text.count('"')
            return text
        self._is_at_end = True
        raise StopIteration


def read_parquet(path: Path, wanted: Wanted, bad: Bad) -> Iterator[Given]:
    """Yield the posts of a file. Raises Unreadable: no such columns, damaged, or pyarrow is missing."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise Unreadable(MISSING) from error
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            id_column, text_column = forms.columns(names, wanted)
            asked = [name for name in (id_column, text_column) if name is not None]
            number = 0
            for batch in file.iter_batches(ROWS, columns=asked):
                texts = batch.column(text_column).to_pylist()
                ids = batch.column(id_column).to_pylist() if id_column is not None else [None] * len(texts)
                for given, text in zip(ids, texts, strict=True):
                    number += 1
                    if not isinstance(text, str):
                        bad(number, f"no {text_column}")
                    elif id_column is not None and not forms.is_id(given):
                        bad(number, f"no {id_column} (a text or a number)")
                    else:
                        yield Given(id=number if id_column is None else given, text=text)
    except (pa.ArrowException, OSError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise Unreadable(f"is no Parquet file that can be read: {first}") from error
