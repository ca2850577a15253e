"""What all files of posts share: a post as it was given, which columns hold it, and the lines of a stream."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

LONGEST_LINE = 32 * 1024 * 1024  # bytes; no post is that long, and one endless line must not fill the memory
TEXT_COLUMNS = ("text", "content", "body", "message", "post", "full_text", "description", "title")
ID_COLUMNS = ("id", "post_id", "guid", "uri", "url", "link")

Bad = Callable[[int, str], None]
"""Told of the number of a line or row (from 1) that could not be read, and why."""


class Form(StrEnum):
    """How a file holds posts."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    TEXT = "text"  # the whole file is one post


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How files are to be read; what is None is told by each file."""

    form: Form | None = None
    id_column: str | None = None
    text_column: str | None = None
    lines: bool = False  # of plain text, each line is a post


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A post as it was read, with its id as it was given (a text or a number)."""

    id: object
    text: str


class Unreadable(Exception):
    """A whole file cannot be read; its text says why."""


def lines_of(stream: IO[bytes], longest: int) -> Iterator[bytes | None]:
    """Yield the lines of a stream, None for one of `longest` bytes or more."""
    while line := stream.readline(longest):
        if len(line) < longest or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(longest)
        yield None


def is_id(given: object) -> bool:
    """Tell whether something may be the id of a post: a text or a number."""
    if isinstance(given, str):
        return True
    return isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)


def columns(names: Sequence[str], wanted: Wanted) -> tuple[str | None, str]:
    """Return the column of ids (None: rows are numbered) and that of texts. Raises Unreadable when there is none."""
    shown = ", ".join(names[:20]) or "none"
    for given in (wanted.id_column, wanted.text_column):
        if given is not None and given not in names:
            raise Unreadable(f"has no column {given!r}; its columns: {shown}")
    by_name = {name.strip().casefold(): name for name in reversed(names)}
    text = wanted.text_column or next((by_name[name] for name in TEXT_COLUMNS if name in by_name), None)
    if text is None:
        raise Unreadable(f"has no column of texts that is known; name it with --text-column; its columns: {shown}")
    found = next((by_name[name] for name in ID_COLUMNS if name in by_name), None)
    return wanted.id_column or (found if found != text else None), text
