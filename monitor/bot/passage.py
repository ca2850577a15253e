"""The passage of a post that matched, in its context, as Telegram HTML. Pure text.

Everything works on the post's own characters with a mark each, so that cleaning the text cannot move a mark.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from monitor.bot.display import WORD_SEARCH, Marked, utf16, visible
from monitor.core.model import Appearance, Span, WordOp

CONTEXT = 200  # characters either side
GAP = 160  # between two matched stretches; more is left out
GAP_EDGE = 60  # what is kept at each end of it
LONGEST = 1500  # UTF-16 units; with all other lines of an alert at their longest it still fits a message
MOST_STRETCHES = 40  # marked ones; a match has a few, more would only be a way to make a message unreadable
PLAIN, MATCHED, CHANGED = 0, 1, 2
LEFT_OUT = [(character, PLAIN) for character in " … "]


def passage(appearance: Appearance) -> str:
    """Return the passage with its context: matched words in <b>, those not the quote's own also in <u>."""
    text = appearance.text
    spans = _within(appearance.spans, len(text))
    changed = _within(
        (
            word.span
            for word in appearance.explanation.words
            if word.span and word.op in (WordOp.CHANGED, WordOp.INSERTED)
        ),
        len(text),
    )
    shown = list(_limited(visible(_marked(text, spans, changed))))
    return _html(_simpler(shown))


def _within(spans: Iterable[Span], length: int) -> list[Span]:
    """Return the spans that hold something, in reading order."""
    clamped = (Span(start=max(span.start, 0), end=min(span.end, length)) for span in spans)
    return sorted((span for span in clamped if span.start < span.end), key=lambda span: (span.start, span.end))


def _marked(text: str, spans: Sequence[Span], changed: Sequence[Span]) -> Iterator[Marked]:
    position = 0
    for begin, end in _stretches(text, spans):
        if begin > 0:
            yield from LEFT_OUT
        position = begin
        while position < end:
            mark, until = _mark_at(position, end, spans, changed)
            for character in text[position:until]:
                yield character, mark
            position = until
    if position < len(text):
        yield from LEFT_OUT


def _mark_at(position: int, end: int, spans: Sequence[Span], changed: Sequence[Span]) -> tuple[int, int]:
    """Return the mark of the character at `position`, and up to where it holds."""
    edges = [edge for span in (*spans, *changed) for edge in (span.start, span.end) if position < edge < end]
    until = min(edges, default=end)
    if not any(span.start <= position < span.end for span in spans):
        return PLAIN, until
    return (CHANGED if any(span.start <= position < span.end for span in changed) else MATCHED), until


def _stretches(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return what of the text is shown: the spans with their context, without long gaps between them."""
    if not spans:
        return [(0, _word_end(text, 0, 2 * CONTEXT))]
    found: list[tuple[int, int]] = []
    begin = _word_start(text, spans[0].start, CONTEXT)
    reached = spans[0].end
    for span in spans[1:]:
        if span.start - reached > GAP:
            found.append((begin, _word_end(text, reached, GAP_EDGE)))
            begin = _word_start(text, span.start, GAP_EDGE)
        reached = max(reached, span.end)
    return [*found, (begin, _word_end(text, reached, CONTEXT))]


def _word_start(text: str, position: int, context: int) -> int:
    """Return where a word starts about `context` characters before `position`."""
    earliest = max(position - context, 0)
    if earliest == 0:
        return 0
    spaces = (at + 1 for at in range(earliest - 1, min(earliest + WORD_SEARCH, position)) if text[at].isspace())
    return next(spaces, earliest)


def _word_end(text: str, position: int, context: int) -> int:
    """Return where a word ends about `context` characters after `position`."""
    latest = min(position + context, len(text))
    if latest == len(text):
        return latest
    spaces = (at for at in range(latest, max(latest - WORD_SEARCH, position), -1) if text[at].isspace())
    return next(spaces, latest)


def _limited(marked: Iterable[Marked]) -> Iterator[Marked]:
    """Return what fits, closed by "…" when something was cut off."""
    room = LONGEST - 1
    for character, mark in marked:
        room -= utf16(character)
        if room < 0:
            yield "…", PLAIN
            return
        yield character, mark


def _simpler(marked: list[Marked]) -> list[Marked]:
    """Return the same characters with no more marked stretches than a message may have."""
    if _stretch_count(marked, CHANGED) > MOST_STRETCHES:
        marked = [(character, min(mark, MATCHED)) for character, mark in marked]
    if _stretch_count(marked, MATCHED) > MOST_STRETCHES:
        matched = [at for at, (_, mark) in enumerate(marked) if mark]
        first, last = matched[0], matched[-1]
        marked = [(character, MATCHED if first <= at <= last else PLAIN) for at, (character, _) in enumerate(marked)]
    return marked


def _stretch_count(marked: Iterable[Marked], least: int) -> int:
    return sum(is_in for is_in, _ in groupby(mark >= least for _, mark in marked))


def _html(marked: Iterable[Marked]) -> str:
    return "".join(
        f"<b>{_underlined(stretch)}</b>" if is_matched else _escaped(stretch)
        for is_matched, stretch in groupby(marked, key=lambda one: one[1] >= MATCHED)
    )


def _underlined(marked: Iterable[Marked]) -> str:
    return "".join(
        f"<u>{_escaped(stretch)}</u>" if is_changed else _escaped(stretch)
        for is_changed, stretch in groupby(marked, key=lambda one: one[1] == CHANGED)
    )


def _escaped(marked: Iterable[Marked]) -> str:
    return escape("".join(character for character, _ in marked), quote=False)
