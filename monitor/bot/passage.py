"""The passage of a post that matched, in its context, as Telegram HTML. Pure text.

Everything works on the post's own characters with a mark each, so that cleaning the text cannot move a mark.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from monitor.bot.display import JOINERS, WORD_SEARCH, Marked, line, utf16, visible
from monitor.core.model import Appearance, Span, WordOp


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of a post is shown."""

    context: int  # characters either side of the passage
    gap: int  # between two matched stretches; more is left out
    gap_edge: int  # what is kept at each end of it
    longest: int  # UTF-16 units
    most_stretches: int  # marked ones; a match has a few, more would only be a way to make a message unreadable
    one_line: bool = False  # line breaks become spaces, and changed words are not marked as such


FULL = Size(context=200, gap=160, gap_edge=60, longest=1500, most_stretches=40)
BRIEF = Size(context=30, gap=40, gap_edge=15, longest=120, most_stretches=3, one_line=True)  # in a list of several
PLAIN, MATCHED, CHANGED = 0, 1, 2
CHANGE_CONTEXT = 40  # characters around what an edit changed
LONGEST_COMPARED = 20_000  # characters
LEFT_OUT = [(character, PLAIN) for character in " … "]


def passage(appearance: Appearance, size: Size = FULL) -> str:
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
    marked = visible(_marked(text, spans, () if size.one_line else changed, size))
    if size.one_line:
        marked = ((" " if character == "\n" else character, mark) for character, mark in marked)
    return _html(_simpler(list(_limited(marked, size.longest)), size.most_stretches))


def _within(spans: Iterable[Span], length: int) -> list[Span]:
    """Return the spans that hold something, in reading order."""
    clamped = (Span(start=max(span.start, 0), end=min(span.end, length)) for span in spans)
    return sorted((span for span in clamped if span.start < span.end), key=lambda span: (span.start, span.end))


def _marked(text: str, spans: Sequence[Span], changed: Sequence[Span], size: Size) -> Iterator[Marked]:
    position = 0
    for begin, end in _stretches(text, spans, size):
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


def _stretches(text: str, spans: Sequence[Span], size: Size) -> list[tuple[int, int]]:
    """Return what of the text is shown: the spans with their context, without long gaps between them."""
    if not spans:
        return [(0, _word_end(text, 0, 2 * size.context))]
    found: list[tuple[int, int]] = []
    begin = _word_start(text, spans[0].start, size.context)
    reached = spans[0].end
    for span in spans[1:]:
        if span.start - reached > size.gap:
            found.append((begin, _word_end(text, reached, size.gap_edge)))
            begin = _word_start(text, span.start, size.gap_edge)
        reached = max(reached, span.end)
    return [*found, (begin, _word_end(text, reached, size.context))]


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


def _limited(marked: Iterable[Marked], longest: int) -> list[Marked]:
    """Return what fits, closed by "…" when something was cut off: between words, if it has any."""
    room = longest - 1
    kept: list[Marked] = []
    for character, mark in marked:
        room -= utf16(character)
        if room < 0:
            return [*_to_a_word(kept), ("…", PLAIN)]
        kept.append((character, mark))
    return kept


def _to_a_word(marked: list[Marked]) -> list[Marked]:
    """Return characters without the piece of a word at their end, and without what joins them to nothing."""
    last = len(marked)
    spaces = (at for at in range(last - 1, max(last - WORD_SEARCH, 0), -1) if marked[at][0].isspace())
    kept = marked[: next(spaces, last)]
    while kept and kept[-1][0] in JOINERS:
        kept.pop()
    return kept


def _simpler(marked: list[Marked], most: int) -> list[Marked]:
    """Return the same characters with no more marked stretches than a message may have."""
    if _stretch_count(marked, CHANGED) > most:
        marked = [(character, min(mark, MATCHED)) for character, mark in marked]
    if _stretch_count(marked, MATCHED) > most:
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


def changed_words(before: str, after: str, limit: int) -> str:
    """Return the stretch of `after` that is not as it was in `before`, with a few words around it, as plain text."""
    before, after = before[:LONGEST_COMPARED], after[:LONGEST_COMPARED]
    start = _common(before, after)
    end = len(after) - _common(before[start:][::-1], after[start:][::-1])
    begin = _word_start(after, start, CHANGE_CONTEXT)
    until = _word_end(after, max(end, start), CHANGE_CONTEXT)
    told = f"{'… ' if begin else ''}{after[begin:until]}{' …' if until < len(after) else ''}"
    return line(told, limit)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    most = min(len(one), len(other))
    return next((at for at in range(most) if one[at] != other[at]), most)
