"""Where something stands in a text, and why a passage is taken for a quote: values that `core/model.py` gives on."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a post's text: `text[start:end]`."""

    start: int
    end: int


class WordOp(StrEnum):
    """What happened to a word of the quote on its way into the post."""

    KEPT = "kept"
    CHANGED = "changed"
    INSERTED = "inserted"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordChange:
    """One step from the quote's words to the post's: `quoted` became `said` (either may be empty)."""

    op: WordOp
    quoted: str = ""
    said: str = ""
    span: Span | None = None  # where `said` stands in the post; None when it is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a passage matched, so that a person can check it without running anything."""

    words: tuple[WordChange, ...] = ()
    normalizations: tuple[str, ...] = ()  # what had to be made plain first: "letter case", "full-width letters"
    changes: tuple[str, ...] = ()  # classes of change: "added word", "split by attribution"
    why: str = ""  # one sentence
