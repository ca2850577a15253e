"""Posts as JSONL: an object a line with `id` and `text`, or with the keys that were asked for."""

import json
from collections.abc import Iterator
from typing import IO

from monitor.scanfiles import forms
from monitor.scanfiles.forms import Bad, Given, Wanted


def read(stream: IO[bytes], wanted: Wanted, bad: Bad) -> Iterator[Given]:
    """Yield the posts of a stream."""
    for number, line in enumerate(forms.lines_of(stream, forms.LONGEST_LINE), start=1):
        if line is None:
            bad(number, f"the line is longer than {forms.LONGEST_LINE} bytes")
        elif line.strip():
            try:
                post = _post(line, wanted.id_column or "id", wanted.text_column or "text")
            except ValueError as error:
                bad(number, str(error))
            else:
                yield post


def _post(line: bytes, id_key: str, text_key: str) -> Given:
    """Read one line. Raises ValueError saying what is wrong with it."""
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (at byte {error.start})") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 (one kind of error for all that a line may hold)
    given, text = row.get(id_key), row.get(text_key)
    if not forms.is_id(given):
        raise ValueError(f"no {id_key} (a text or a number)")
    if not isinstance(text, str):
        raise ValueError(f"no {text_key}")  # noqa: TRY004
    return Given(id=given, text=text)
