"""Reading the data sets that matching is trained on and measured with, and splitting them the same way everywhere.

None of them is part of the project; each is named by a path. All are JSONL, gzipped when the name ends in .gz:

    misquotes        quote (as people remember it), said (the script line), work (the film)
    hard negatives   work, text: a line of the same films that is not one of the quotes
    background       id, text: public posts in which none of the quotes is known to stand

Films are dealt into five folds, and posts into two halves, by a hash of their name: no film and no post that anything
was learnt from is ever measured, on any machine. Fold 0 and the `held out` half are for measuring.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

FOLDS = 5
TEST_FOLD = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A quote as it is tracked, and a passage that really is that quote."""

    quote: str
    said: str
    work: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a film that is none of its tracked quotes."""

    text: str
    work: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundPost:
    """A post that nobody took from a tracked quote, as far as is known."""

    id: str
    text: str


def fold(work: str) -> int:
    """Return which of the folds 0 to 4 a film belongs to; the same for ever."""
    return _number(work) % FOLDS


def is_for_testing(work: str) -> bool:
    """Whether a film may be measured with, and therefore not be learnt from."""
    return fold(work) == TEST_FOLD


def misquotes(path: Path) -> list[Pair]:
    """Return all pairs, of every fold. Raises OSError, ValueError or LookupError."""
    return [Pair(quote=row["quote"], said=row["said"], work=row["work"]) for row in _rows(path)]


def hard_negatives(path: Path) -> list[Line]:
    """Return all lines, of every fold. Raises OSError, ValueError or LookupError."""
    return [Line(text=row["text"], work=row["work"]) for row in _rows(path)]


def background(path: Path, *, used_for_training: bool = False, limit: int | None = None) -> list[BackgroundPost]:
    """Return the first `limit` posts of one half: the one held out for measuring, unless `used_for_training`.

    Raises OSError, ValueError or LookupError.
    """
    half = 0 if used_for_training else 1
    posts = (BackgroundPost(id=str(row["id"]), text=row["text"]) for row in _rows(path))
    return list(islice((post for post in posts if _number(post.id) % 2 == half), limit))


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
