"""Why a passage matched: what became of each word of the quote, in terms a person can check by reading.

The words of wording and passage are aligned at the least cost: a kept word is free, a changed one costs by
how different it is, words run together ("#comegetme") or taken apart ("god damn") cost little.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq, Levenshtein
from rapidfuzz.fuzz import ratio

from monitor.core.model import Explanation, MatchKind, Span, WordChange, WordOp
from monitor.matching.normalize import Normalized, normalize

MOST_JOINED = 16  # words run together into one
_MOST_CELLS = 10_000  # pairs of words that are worth comparing one by one
_LEAST_PARTIAL = 0.2  # share of the letters missing at one end that makes a match partial
_STEP, _UNLIKE, _JOIN = 0.75, 1.3, 0.1  # costs: a word inserted or missing; another word instead; run together


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word as it is compared, as it was written, and where."""

    plain: str
    written: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """`quoted` words of the wording became `said` words of the passage, beginning at these numbers."""

    op: WordOp
    at: tuple[int, int]
    quoted: int
    said: int


def words_of(text: str, normalized: Normalized, start: int = 0, end: int | None = None) -> list[Word]:
    """Return the words of a stretch of a normalized text as they stand in its source `text`."""
    found = []
    for first, last in normalized.words(start, end):
        left, right = normalized.source(first, last)
        found.append(
            Word(plain=normalized.text[first:last], written=text[left:right], span=Span(start=left, end=right))
        )
    return found


def explain(
    quoted: Sequence[Word], said: Sequence[Word], *, passage: str, wording: str, threshold: float, stretches: int
) -> tuple[Explanation, MatchKind]:
    """Return why these words of a passage are like those of a wording, and what kind of match that makes.

    `passage` and `wording` are the texts as written, `stretches` in how many pieces the passage stands.
    """
    steps = _steps([word.plain for word in quoted], [word.plain for word in said])
    words = tuple(_change(step, quoted, said) for step in steps)
    one, other = "".join(word.plain for word in quoted), "".join(word.plain for word in said)
    missing = _missing_ends(words, len(one))
    if one == other:
        kind, why = MatchKind.VERBATIM, f"the same words; threshold {threshold:g}"
    else:
        kind = MatchKind.PARTIAL if max(missing) >= _LEAST_PARTIAL else MatchKind.VARIANT
        alike = LCSseq.similarity(one, other)
        why = f"{alike} of {max(len(one), len(other))} letters alike; threshold {threshold:g}"
    explanation = Explanation(
        words=words,
        normalizations=_needed(passage, wording, words),
        changes=_classes(words, missing, stretches),
        why=why,
    )
    return explanation, kind


def without_stray_ends(quoted: Sequence[Word], said: Sequence[Word]) -> Sequence[Word]:
    """Return the words of a passage without two or more at an end that are nothing like the quote's.

    A stretch of the quote's length, begun at a part of the quote, goes on into words that only follow it.
    """
    steps = _steps([word.plain for word in quoted], [word.plain for word in said])
    first, last = _strays(steps, quoted, said), _strays(steps[::-1], quoted, said)
    kept = said[first if first > 1 else 0 : len(said) - (last if last > 1 else 0)]
    return kept or said


def _strays(steps: Sequence[_Step], quoted: Sequence[Word], said: Sequence[Word]) -> int:
    strays = 0
    for step in steps:
        i, j = step.at
        is_like = step.op is WordOp.CHANGED and _unlike(quoted[i].plain, said[j].plain) < _UNLIKE
        if step.op is WordOp.KEPT or is_like:
            break
        strays += step.said
    return strays


def _steps(quoted: Sequence[str], said: Sequence[str]) -> list[_Step]:
    """Return the cheapest way from one list of words to the other."""
    if len(quoted) * len(said) > _MOST_CELLS:
        return _quick_steps(quoted, said)
    joined, parted = _runs(quoted, set(said)), _runs(said, set(quoted))
    costs = {(0, 0): (0.0, _Step(op=WordOp.KEPT, at=(0, 0), quoted=0, said=0))}
    for i in range(len(quoted) + 1):
        for j in range(len(said) + 1):
            if i or j:
                ways = _ways(quoted, said, i, j)
                if i and j and (many := joined.get((i, said[j - 1]))):
                    ways.append((_Step(op=WordOp.KEPT, at=(i - many, j - 1), quoted=many, said=1), _JOIN))
                if i and j and (many := parted.get((j, quoted[i - 1]))):
                    ways.append((_Step(op=WordOp.KEPT, at=(i - 1, j - many), quoted=1, said=many), _JOIN))
                costs[i, j] = min(((costs[step.at][0] + cost, step) for step, cost in ways), key=lambda way: way[0])
    steps = []
    at = (len(quoted), len(said))
    while at != (0, 0):
        step = costs[at][1]
        steps.append(step)
        at = step.at
    return steps[::-1]


def _ways(quoted: Sequence[str], said: Sequence[str], i: int, j: int) -> list[tuple[_Step, float]]:
    """Return the steps by single words that end after `i` words of one and `j` of the other, and what each costs."""
    ways = []
    if i and j:
        same = quoted[i - 1] == said[j - 1]
        step = _Step(op=WordOp.KEPT if same else WordOp.CHANGED, at=(i - 1, j - 1), quoted=1, said=1)
        ways.append((step, 0.0 if same else _unlike(quoted[i - 1], said[j - 1])))
    if i:
        ways.append((_Step(op=WordOp.MISSING, at=(i - 1, j), quoted=1, said=0), _STEP))
    if j:
        ways.append((_Step(op=WordOp.INSERTED, at=(i, j - 1), quoted=0, said=1), _STEP))
    return ways


def _runs(words: Sequence[str], targets: set[str]) -> dict[tuple[int, str], int]:
    """Return how many words before each place, run together, are one of the `targets`."""
    longest = max(map(len, targets), default=0)
    runs = {}
    for start in range(len(words)):
        joined = words[start]
        for end in range(start + 2, min(start + MOST_JOINED, len(words)) + 1):
            joined += words[end - 1]
            if len(joined) > longest:
                break
            if joined in targets:
                runs[end, joined] = end - start
    return runs


def _quick_steps(quoted: Sequence[str], said: Sequence[str]) -> list[_Step]:
    """Return a way of the fewest words changed; for long lists, such as the characters of a Chinese passage."""
    ops = {"equal": WordOp.KEPT, "replace": WordOp.CHANGED, "delete": WordOp.MISSING, "insert": WordOp.INSERTED}
    steps = []
    for op in Levenshtein.opcodes(quoted, said):
        for number in range(max(op.src_end - op.src_start, op.dest_end - op.dest_start)):
            i, j = min(op.src_start + number, op.src_end), min(op.dest_start + number, op.dest_end)
            steps.append(_Step(op=ops[op.tag], at=(i, j), quoted=int(i < op.src_end), said=int(j < op.dest_end)))
    return steps


def _unlike(one: str, other: str) -> float:
    likeness = ratio(one, other, score_cutoff=60.0)
    return 0.2 + (100.0 - likeness) / 100.0 if likeness else _UNLIKE


def _change(step: _Step, quoted: Sequence[Word], said: Sequence[Word]) -> WordChange:
    i, j = step.at
    there = said[j : j + step.said]
    span = Span(start=there[0].span.start, end=there[-1].span.end) if there else None
    return WordChange(
        op=step.op,
        quoted=" ".join(word.written for word in quoted[i : i + step.quoted]),
        said=" ".join(word.written for word in there),
        span=span,
    )


def _missing_ends(words: Sequence[WordChange], letters: int) -> tuple[float, float]:
    """Return which share of the letters of the wording is missing at its beginning and at its end."""
    return _missing_first(words) / max(letters, 1), _missing_first(words[::-1]) / max(letters, 1)


def _missing_first(words: Sequence[WordChange]) -> int:
    gone = 0
    for word in words:
        if word.op is WordOp.KEPT or word.op is WordOp.CHANGED:
            break
        gone += sum(character.isalnum() for character in word.quoted)
    return gone


def _classes(words: Sequence[WordChange], missing: tuple[float, float], stretches: int) -> tuple[str, ...]:
    """Return the classes of change, in words."""
    classes = []
    if stretches > 1:
        classes.append("split by attribution")
    for op, singular in ((WordOp.INSERTED, "added"), (WordOp.MISSING, "dropped"), (WordOp.CHANGED, "changed")):
        times = sum(word.op is op for word in words)
        if times:
            classes.append(f"{singular} word" if times == 1 else f"{singular} words")
    kept = [word for word in words if word.op is WordOp.KEPT]
    if any(" " in word.quoted and " " not in word.said for word in kept):
        classes.append("words run together")
    if any(" " in word.said and " " not in word.quoted for word in kept):
        classes.append("words taken apart")
    if missing[1] >= _LEAST_PARTIAL:
        classes.append("truncated")
    if missing[0] >= _LEAST_PARTIAL:
        classes.append("beginning left out")
    return tuple(classes)


def _needed(passage: str, wording: str, words: Sequence[WordChange]) -> tuple[str, ...]:
    """Return what had to be made plain in `passage` before its words could be compared with those of `wording`."""
    if passage == wording:
        return ()
    steps = dict.fromkeys(normalize(passage).steps)
    kept = [word for word in words if word.op is WordOp.KEPT]
    if all(word.quoted == word.said or word.quoted.casefold() != word.said.casefold() for word in kept):
        steps.pop("letter case", None)
    if _signs(passage) == _signs(wording):
        steps.pop("punctuation", None)
    if _signs(passage, "'’") == _signs(wording, "'’"):
        steps.pop("apostrophes", None)
    return tuple(steps)


def _signs(text: str, only: str = "") -> str:
    return "".join(c for c in text if (c in only if only else not (c.isalnum() or c.isspace())))


def as_text(explanation: Explanation) -> str:
    """Return the words of a match on one line: "come [and] get me, ~coward~ (missing)"."""
    return " ".join(_as_text(word) for word in explanation.words)


def _as_text(word: WordChange) -> str:
    match word.op:
        case WordOp.KEPT:
            return word.said
        case WordOp.CHANGED:
            return f"{word.said} (for ~{word.quoted}~)"
        case WordOp.INSERTED:
            return f"[{word.said}]"
        case WordOp.MISSING:
            return f"~{word.quoted}~ (missing)"


def as_html(explanation: Explanation) -> str:
    """Return the words of a match as HTML: <b>kept</b>, <u>changed</u>, <i>inserted</i>, <s>missing</s>."""
    tags = {WordOp.KEPT: "b", WordOp.CHANGED: "u", WordOp.INSERTED: "i", WordOp.MISSING: "s"}
    return " ".join(
        f"<{tags[word.op]}>{html.escape(word.said or word.quoted)}</{tags[word.op]}>" for word in explanation.words
    )
