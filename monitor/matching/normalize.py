"""Make text plain for comparing, keeping the way back to the original offsets.

What is left are words of lower-case letters and digits with one space between them. A word here is what a
reader would call one: an apostrophe, a zero-width joiner or an accent does not end it; punctuation, an emoji,
an address or a mention does. Every step first asks with a cheap test whether it is needed at all.

    normalize("C&oacute;me <b>GET</b> me!").text    = "come get me"
                                          .origin  = [0, 1, 9, 10, 11, 15, 16, 17, 22, 23, 24]

Steps, in order: HTML, control characters, characters one by one (`letters.py`), addresses and mentions,
hashtags, look-alike letters, digits and signs for letters, censored words, spaced letters, apostrophes,
repeated letters, letter case.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from monitor.matching import letters, markup, spelling
from monitor.matching.draft import Draft, Edit
from monitor.matching.spelling import WORD

_WORDS_AND_SPACES = re.compile(f"{WORD}+(?: {WORD}+)*")
_SINGLE_WORDS = re.compile(
    f"[{letters.NO_SPACE}][\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*|[^ {letters.NO_SPACE}]+"
)
_NO_SPACE = re.compile(f"[{letters.NO_SPACE}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalized:
    """A text made plain. Character `i` of `text` stands for `source[origin[i]:ends[i]]`.

    `origin` never decreases. A space stands where the word before it ended. `marks` are the positions in `text`
    at which quotation marks stood; `steps` names in human words what was done.
    """

    text: str
    origin: Sequence[int]
    ends: Sequence[int]
    steps: tuple[str, ...] = ()
    marks: tuple[int, ...] = field(default=(), repr=False)

    def words(self, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """Return where the words in `text[start:end]` stand; in scripts without spaces each character is one."""
        end = len(self.text) if end is None else end
        return [found.span() for found in _SINGLE_WORDS.finditer(self.text, start, end)]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]`, which must not be empty, stands in the source."""
        return self.origin[start], max(self.ends[end - 1], self.origin[start])


def is_boundary(text: str, at: int) -> bool:
    """Return whether a word of the normalized `text` may begin or end at `at`."""
    if at <= 0 or at >= len(text) or " " in text[at - 1 : at + 1]:
        return True
    return bool(_NO_SPACE.search(text, at - 1, at + 1)) and not unicodedata.category(text[at]).startswith("M")


def normalize(text: str) -> Normalized:
    """Return `text` made plain. Never raises, whatever the text holds; the time grows with its length only."""
    draft = Draft(text)
    steps: dict[str, None] = {}
    for step, name in _STEPS:
        if draft.edit(step(draft.text)):
            steps[name] = None
    if not draft.text.isascii():
        _plain_letters(draft, steps)
    for step, name in _WORD_STEPS:
        if draft.edit(step(draft.text)):
            steps[name] = None
    return _assembled(draft, steps)


# Characters

_OTHER = re.compile(r"[^\x00-\x7f]+")
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]+")


def _plain_letters(draft: Draft, steps: dict[str, None]) -> None:
    flags = {run.span() for run in _FLAGS.finditer(draft.text)}
    if any(end - start != 2 for start, end in flags):  # two are a flag; a text that has other runs writes with them
        flags = set()
    in_flags = {at for span in flags for at in range(*span)}
    draft.edit(_plain_edits(draft.text, in_flags, steps))


def _plain_edits(text: str, in_flags: set[int], steps: dict[str, None]) -> Iterator[Edit]:
    for run in _OTHER.finditer(text):
        for at, character in enumerate(run.group(), run.start()):
            new, step, is_mark = letters.plain(character)
            if at in in_flags:
                new, step = " ", letters.EMOJI
            if step:
                steps[step] = None
            if new != character:
                yield Edit(at, at + 1, new, is_mark)


_STEPS = (
    (markup.without_tags, "HTML tags"),
    (markup.without_entities, "HTML entities"),
    (markup.without_tags, "HTML tags"),
    (markup.without_entities, "HTML entities"),
    (markup.without_controls, letters.CONTROL),
)
_WORD_STEPS = (
    (markup.without_gaps, "addresses and mentions"),
    (markup.split_hashtags, "hashtags"),
    (spelling.from_cyrillic, letters.CYRILLIC),
    (spelling.from_greek, letters.GREEK),
    (spelling.read_leet, "digits and signs for letters"),
    (spelling.uncensored, "censored words"),
    (spelling.joined_letters, "spaced letters"),
    (spelling.joined_at_apostrophes, "apostrophes"),
    (spelling.short_runs, "repeated letters"),
)


# Words

_OPENING = re.compile(r"(?:^|[\s(\[])'$")
_CLOSING = re.compile(r"^[,.!?]+'")


def _assembled(draft: Draft, steps: dict[str, None]) -> Normalized:
    """Return the words of a draft in lower case, one space apart."""
    text, starts, ends = draft.text, draft.starts, draft.ends
    words: list[str] = []
    origin: list[int] = []
    stops: list[int] = []
    between: list[tuple[int, str]] = []  # where in the normalized text, what stood there
    at = 0
    for found in _WORDS_AND_SPACES.finditer(text):
        start, end = found.span()
        between.append((len(origin), text[at:start]))
        if words:
            origin.append(stops[-1])
            stops.append(max(stops[-1], starts[start]))
        stretch = found.group()
        folded = stretch.lower() if stretch.isascii() else stretch.casefold()
        if len(folded) == len(stretch):
            origin.extend(starts[start:end])
            stops.extend(ends[start:end])
        else:
            folded = _folded(stretch, start, draft, origin, stops)
        if folded != stretch:
            steps["letter case"] = None
        words.append(folded)
        at = end
    between.append((len(origin), text[at:]))
    if any(gap.strip() for _, gap in between):
        steps["punctuation"] = None
    return Normalized(text=" ".join(words), origin=origin, ends=stops, steps=tuple(steps), marks=tuple(_marks(between)))


def _folded(stretch: str, start: int, draft: Draft, origin: list[int], stops: list[int]) -> str:
    """Fold a stretch of which some character becomes several."""
    pieces = []
    for at, character in enumerate(stretch, start):
        piece = character.casefold()
        pieces.append(piece)
        origin.extend([draft.starts[at]] * len(piece))
        stops.extend([draft.ends[at]] * len(piece))
    return "".join(pieces)


def _marks(between: list[tuple[int, str]]) -> Iterator[int]:
    """Yield where quotation marks stood: double ones, or in a text without them single ones around words."""
    has_double = any('"' in gap for _, gap in between)
    for at, gap in between:
        if has_double:
            yield from [at] * gap.count('"')
        elif "'" in gap:
            yield from [at] * (bool(_CLOSING.search(gap)) + bool(_OPENING.search(gap)))
