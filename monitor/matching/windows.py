"""The stretches of a normalized text that quotes are sought in, each of bounded length.

A long text becomes overlapping windows, so that the time of one alignment is bounded and nothing on a border is
lost. A text with quotation marks has one view more: without the words between two quoted stretches, so that
"“Come get me,” Petro said. “I'm waiting.”" is read as the speaker said it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.matching.normalize import Normalized

LARGEST = 20_000  # normalized characters; aligning 300 characters with more stalls everything else
ATTRIBUTION = 12  # words at most between two quoted stretches of one utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Some normalized text: `text[i]` is character `places[0] + i`, counting on after each of the `cuts`.

    `cuts` are (position in `text`, position in the normalized post where it goes on), for what was left out.
    """

    text: str
    offset: int = 0
    cuts: tuple[tuple[int, int], ...] = ()

    def stretches(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return where `text[start:end]` stands in the normalized post: a stretch for each side of a cut."""
        borders = [(0, self.offset), *self.cuts]
        stretches = []
        for number, (at, place) in enumerate(borders):
            until = borders[number + 1][0] if number + 1 < len(borders) else len(self.text)
            first, last = max(start, at), min(end, until)
            piece = self.text[first:last]
            first += len(piece) - len(piece.lstrip(" "))
            last -= len(piece) - len(piece.rstrip(" "))
            if first < last:
                stretches.append((place + first - at, place + last - at))
        return stretches


def windows(said: Normalized, *, overlap: int) -> Iterator[Window]:
    """Yield windows over the whole of a normalized text, then over it without attributions, if it has any.

    `overlap` is in characters, less than half of LARGEST.
    """
    yield from _slices(Window(text=said.text), overlap)
    joined = _without_attributions(said)
    if joined is not None:
        yield from _slices(joined, overlap)


def _slices(whole: Window, overlap: int) -> Iterator[Window]:
    start = 0
    while True:
        end = _word_end(whole.text, start + LARGEST)
        yield _slice(whole, start, end)
        if end >= len(whole.text):
            return
        start = _word_end(whole.text, end - overlap)


def _word_end(text: str, at: int) -> int:
    """Return where a word ends at or before `at`, or `at` when it is one endless word."""
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at - LARGEST // 10, at + 1)
    return at if space < 0 else space


def _slice(whole: Window, start: int, end: int) -> Window:
    if start == 0 and end == len(whole.text):
        return whole
    borders = [(0, whole.offset), *whole.cuts]
    at, place = max(border for border in borders if border[0] <= start)
    cuts = tuple((at - start, place) for at, place in whole.cuts if start < at < end)
    return Window(text=whole.text[start:end], offset=place + start - at, cuts=cuts)


def _without_attributions(said: Normalized) -> Window | None:
    """Return the text without the few words between one quoted stretch and the next, or None."""
    marks = said.marks
    if len(marks) < 4:
        return None
    pieces: list[str] = []
    cuts: list[tuple[int, int]] = []
    at = length = 0
    for closing, opening in zip(marks[1::2], marks[2::2], strict=False):
        words = said.text[closing:opening].split()
        if words and len(words) <= ATTRIBUTION:
            pieces.append(said.text[at:closing])
            length += closing - at
            cuts.append((length, opening))
            at = opening
    if not cuts:
        return None
    pieces.append(said.text[at:])
    return Window(text="".join(pieces), cuts=tuple(cuts))
