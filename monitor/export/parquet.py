"""Recorded matches as a Parquet file, for notebooks and column stores. Needs pyarrow, the extra `parquet`.

Times become timestamps (UTC, milliseconds), so that no program has to read them from text.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.core.errors import InputError
from monitor.export.rows import Row

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = "Parquet needs one more package: pip install 'quote-monitor[parquet]'"
GROUP = 20_000  # rows of one row group; what is in memory at once
TIMES = frozenset({"found_at", "published_at", "first_seen_at", "deleted_at"})
NUMBERS = frozenset({"id", "alerted", "repeats", "quote_id", "post_id"})


def need_pyarrow() -> None:
    """Raise InputError when the extra is not installed."""
    if find_spec("pyarrow") is None:
        raise InputError(MISSING)


def write_parquet(rows: Iterable[Row], path: Path, *, columns: tuple[str, ...]) -> int:
    """Write rows of `match_history` to a file; return how many. Raises InputError without pyarrow, OSError."""
    need_pyarrow()
    import pyarrow as pa
    from pyarrow import parquet

    schema = _schema(columns)
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(rows):
            arrays = [pa.array([_value(row[field.name], field.name) for row in group], field.type) for field in schema]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(group)
    return count


def _schema(columns: tuple[str, ...]) -> "pa.Schema":
    import pyarrow as pa

    def sort(column: str) -> "pa.DataType":
        if column in TIMES:
            return pa.timestamp("ms", tz="UTC")
        if column == "score":
            return pa.float64()
        return pa.int64() if column in NUMBERS else pa.string()

    return pa.schema([(column, sort(column)) for column in columns])


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while group := list(islice(waiting, GROUP)):
        yield group


def _value(value: object, column: str) -> object:
    if column in TIMES and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC)
    return value
