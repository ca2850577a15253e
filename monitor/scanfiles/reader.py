"""Reads posts out of files, one after another, and keeps count of what could not be read."""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from monitor.scanfiles import jsonl, plain, tables
from monitor.scanfiles.forms import Bad, Form, Given, Unreadable, Wanted
from monitor.scanfiles.names import STANDARD_INPUT, form_of, is_packed


class Reader:
    """Reads posts; `report` is told, one line each, of what could not be read."""

    def __init__(self, report: Callable[[str], None], wanted: Wanted | None = None) -> None:
        self.posts = 0
        self.bad = 0
        self._report = report
        self._wanted = wanted or Wanted()
        self._done = 0
        self._raw: IO[bytes] | None = None

    def read(self, paths: Iterable[str]) -> Iterator[Given]:
        """Yield the posts of files, one after another; `-` is standard input. Bad rows are reported and skipped."""
        for path in paths:
            name = "standard input" if path == STANDARD_INPUT else path
            try:
                for post in self._posts(path, name):
                    self.posts += 1
                    yield post
            except BrokenPipeError:
                raise
            except Unreadable as error:
                self._skip(f"{name}: {error}")
            except (OSError, EOFError, zlib.error) as error:
                self._skip(f"{name}: cannot be read to its end: {error}")
            self._done += size_of(path)

    @property
    def position(self) -> int:
        """How many bytes were read of the files, packed as they are."""
        if self._raw is None or self._raw.closed:
            return self._done
        return self._done + self._raw.tell()

    def _posts(self, path: str, name: str) -> Iterator[Given]:
        form = self._wanted.form or (Form.TEXT if self._wanted.lines else form_of(path))
        bad: Bad = lambda number, problem: self._skip(f"{name}:{number}: {problem}")  # noqa: E731 - one line is plainer
        if form is Form.PARQUET:
            if path == STANDARD_INPUT or is_packed(path):
                raise Unreadable("Parquet is read from a file as it is, neither packed nor from standard input")
            yield from tables.read_parquet(Path(path), self._wanted, bad)
            return
        with self._opened(path) as stream:
            match form:
                case Form.JSONL:
                    yield from jsonl.read(stream, self._wanted, bad)
                case Form.CSV:
                    yield from tables.read_csv(stream, self._wanted, bad)
                case Form.TEXT if self._wanted.lines:
                    yield from plain.read_lines(name, stream, bad)
                case _:
                    yield from plain.read_whole(name, stream)

    @contextmanager
    def _opened(self, path: str) -> Iterator[IO[bytes]]:
        if path == STANDARD_INPUT:
            yield sys.stdin.buffer
            return
        with Path(path).open("rb") as raw:
            self._raw = raw
            try:
                yield cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if is_packed(path) else raw
            finally:
                self._raw = None

    def _skip(self, problem: str) -> None:
        self.bad += 1
        self._report(problem)


def size_of(path: str) -> int:
    """Return the size of a file in bytes; 0 for what has none."""
    try:
        return Path(path).stat().st_size if path != STANDARD_INPUT else 0
    except OSError:
        return 0
