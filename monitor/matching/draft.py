"""A text being made plain, of which every character still knows where it came from."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace `draft.text[start:end]` by `text`."""

    start: int
    end: int
    text: str = ""
    absorbed: bool = False  # when `text` is empty: what was here belongs to the character before it


class Draft:
    """A text with the source offsets of each of its characters: `source[starts[i]:ends[i]]` became `text[i]`.

    Both sequences are ranges until the first edit, so that plain text costs nothing.
    """

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: Sequence[int] = range(len(text))
        self.ends: Sequence[int] = range(1, len(text) + 1)

    def edit(self, edits: Iterable[Edit]) -> bool:
        """Make edits that are in order and do not overlap; return whether there was any."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        changed = False
        for start, end, text, absorbed in edits:
            changed = True
            pieces.append(self.text[at:start])
            starts.extend(self.starts[at:start])
            ends.extend(self.ends[at:start])
            at = end
            if text:
                pieces.append(text)
                first = self.starts[start]
                starts.extend([first] * len(text))
                ends.extend([self.ends[end - 1] if end > start else first] * len(text))
            elif absorbed and ends:
                ends[-1] = self.ends[end - 1]
        if changed:
            pieces.append(self.text[at:])
            starts.extend(self.starts[at:])
            ends.extend(self.ends[at:])
            self.text, self.starts, self.ends = "".join(pieces), starts, ends
        return changed
