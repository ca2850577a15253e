"""Posts as plain text: a file is one post, known by its name; or a line is one, known by name and number."""

from collections.abc import Iterator
from typing import IO

from monitor.scanfiles import forms
from monitor.scanfiles.forms import Bad, Given, Unreadable
from monitor.sources.encoding import decoded


def read_whole(name: str, stream: IO[bytes]) -> Iterator[Given]:
    """Yield the file as a post, in whatever encoding it is. Raises Unreadable when it is too large for one."""
    body = stream.read(forms.LONGEST_LINE + 1)
    if len(body) > forms.LONGEST_LINE:
        raise Unreadable(f"is longer than {forms.LONGEST_LINE} bytes; with --lines, each of its lines is a post")
    yield Given(id=name, text=decoded(body).removeprefix("\ufeff"))


def read_lines(name: str, stream: IO[bytes], bad: Bad) -> Iterator[Given]:
    """Yield the lines that are not empty."""
    for number, line in enumerate(forms.lines_of(stream, forms.LONGEST_LINE), start=1):
        if line is None:
            bad(number, f"the line is longer than {forms.LONGEST_LINE} bytes")
            continue
        text = decoded(line).removeprefix("\ufeff").rstrip("\r\n")
        if text.strip():
            yield Given(id=f"{name}:{number}", text=text)
