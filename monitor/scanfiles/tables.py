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
    lines = _texts(stream, bad)
    head = next(lines, "")
    delimiter = max(DELIMITERS, key=head.count)
    names = next(csv.reader([head], delimiter=delimiter), [])
    id_column, text_column = forms.columns(names, wanted)
    id_place, text_place = names.index(id_column) if id_column is not None else None, names.index(text_column)
    reader = csv.reader(lines, delimiter=delimiter)
    posts = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            bad(reader.line_num + 1, f"not CSV: {error}")
            continue
        if row is None:
            return
        if not row:
            continue
        posts += 1
        if text_place >= len(row) or (id_place is not None and id_place >= len(row)):
            bad(reader.line_num + 1, f"the row has {len(row)} of {len(names)} columns")
        else:
            yield Given(id=posts if id_place is None else row[id_place], text=row[text_place])


def _texts(stream: IO[bytes], bad: Bad) -> Iterator[str]:
    """Yield the lines of a stream as text."""
    for number, line in enumerate(forms.lines_of(stream, forms.LONGEST_LINE), start=1):
        if line is None:
            bad(number, f"the line is longer than {forms.LONGEST_LINE} bytes")
            continue
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            bad(number, f"not UTF-8 (at byte {error.start})")


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
