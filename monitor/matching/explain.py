"""Why a passage matched: what became of each word of the quote, in terms a person can check by reading."""

import html
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.core.model import Explanation, Span, WordChange, WordOp
from monitor.matching.align import Alignment
from monitor.matching.features import pronouns_changed
from monitor.matching.lexicon import ALIKE, ATTRIBUTIONS, NEGATIONS, PRONOUNS, stem
from monitor.matching.normalize import Reading, Said
from monitor.matching.opposite import negations
from monitor.matching.steps import steps

SPLIT = 5  # words between two stretches of a quote from which on they are two spans
_MARKS = '"“”„«»「」『』'
_LISTED = 12  # words of a gap that are told one by one; what an article says in between is not about the quote


@dataclass(frozen=True, slots=True)
class _Unit:
    """Words of the quote (`i` up to `i_end`) that are written together as words of the post (`j` up to `j_end`)."""

    i: int
    i_end: int
    j: int
    j_end: int
    same: bool


def spans(alignment: Alignment) -> tuple[Span, ...]:
    """Return where the quote stands in the post; an attribution or other words within it are left out."""
    said, text = alignment.heard.said, alignment.heard.text
    found: list[Span] = []
    start, end = said[alignment.first].start, said[alignment.first].end
    for one, two in pairwise(alignment.places):
        here = said[two]
        if two - one > SPLIT or (two - one > 1 and any(c in _MARKS for c in text[end : here.start])):
            found.append(Span(start=start, end=end))
            start, end = here.start, here.end
        end = max(end, here.end)
    found.append(Span(start=start, end=end))
    return tuple(found)


def explain(alignment: Alignment, *, chance: float) -> Explanation:
    """Return why these words are the quote. `chance`: matches by accident to expect in 100,000 posts."""
    words = tuple(_changes(alignment))
    wording = alignment.wording
    passage = alignment.heard.text[alignment.start : alignment.end]
    why = f"{alignment.matched:.0f} of {wording.bits:.0f} bits; by chance {_figure(chance)} in 100,000 posts"
    return Explanation(
        words=words,
        normalizations=steps(passage[:2000], wording.text),
        changes=tuple(_classes(alignment, words)),
        why=why,
    )


def _figure(chance: float) -> str:
    if chance < 0.01:
        return "less than 0.01"
    return f"{chance:.2f}" if chance < 0.1 else f"{chance:.1f}" if chance < 10 else f"{chance:.0f}"


def _changes(alignment: Alignment) -> Iterator[WordChange]:
    units = _units(alignment)
    told = {i for unit in units for i in range(unit.i, unit.i_end)}
    lost = _lost(alignment.wording.said[: len(alignment.wording.words)], told)
    yield from _missing(alignment, [i for i in lost if i < min(told)])
    previous: _Unit | None = None
    for unit in units:
        if previous:
            gone = [i for i in lost if previous.i_end <= i < unit.i] if unit.i > previous.i else []
            yield from _between(alignment, gone, range(previous.j_end, unit.j))
            lost = [i for i in lost if i not in gone]
        yield _matched(alignment, unit)
        previous = unit
    yield from _missing(alignment, [i for i in lost if i > min(told)])


def _lost(quoted: Sequence[Said], told: Collection[int]) -> list[int]:
    """Return the words of a quote that nothing was `told` of, each once: "I'm" is two words in one place."""
    seen = {(quoted[i].start, quoted[i].end) for i in told}
    lost: list[int] = []
    for i, word in enumerate(quoted):
        if (word.start, word.end) not in seen:
            seen.add((word.start, word.end))
            lost.append(i)
    return lost


def _units(alignment: Alignment) -> list[_Unit]:
    """Join pairs whose words share what is written: "I'm" is two words in one place."""
    quoted, said = alignment.wording.said, alignment.heard.said
    units: list[_Unit] = []
    for j, i, sim in alignment.pairs:
        place = int(j)
        end = place + 1
        if end < len(said) and end in alignment.places and said[place].word + said[end].word == quoted[i].word:
            end += 1
        unit = _Unit(i, i + 1, place, end, sim == 1.0 or quoted[i].word == said[place].word)
        last = units[-1] if units else None
        if last and i == last.i_end and (_shared(quoted, last.i_end - 1, i) or _shared(said, last.j_end - 1, place)):
            units[-1] = _Unit(last.i, i + 1, last.j, max(last.j_end, end), last.same and unit.same)
        elif not (last and i < last.i_end and i >= last.i):
            units.append(unit)
    return units


def _shared(words: Sequence[Said] | Reading, one: int, other: int) -> bool:
    a, b = words[one], words[other]
    return (a.start, a.end) == (b.start, b.end)


def _quoted(alignment: Alignment, first: int, last: int) -> str:
    said = alignment.wording.said
    return alignment.wording.text[said[first].start : said[last].end]


def _place(alignment: Alignment, first: int, last: int) -> tuple[str, Span]:
    said = alignment.heard.said
    span = Span(start=said[first].start, end=max(said[first].end, said[last].end))
    return alignment.heard.text[span.start : span.end], span


def _matched(alignment: Alignment, unit: _Unit) -> WordChange:
    quoted = _quoted(alignment, unit.i, unit.i_end - 1)
    said, span = _place(alignment, unit.j, unit.j_end - 1)
    together = "".join(alignment.heard.words[unit.j : unit.j_end])
    same = unit.same or together == "".join(alignment.wording.words[unit.i : unit.i_end])
    return WordChange(op=WordOp.KEPT if same else WordOp.CHANGED, quoted=quoted, said=said, span=span)


def _missing(alignment: Alignment, gone: Sequence[int]) -> Iterator[WordChange]:
    for i in gone:
        yield WordChange(op=WordOp.MISSING, quoted=_quoted(alignment, i, i))


def _between(alignment: Alignment, gone: Sequence[int], added: Sequence[int]) -> Iterator[WordChange]:
    """Tell a gap: words in the place of others are changed ones, the rest is missing or inserted."""
    swapped = min(len(gone), len(added)) if len(added) <= len(gone) + 1 else 0
    for i, j in zip(gone[:swapped], added[:swapped], strict=True):
        said, span = _place(alignment, j, j)
        yield WordChange(op=WordOp.CHANGED, quoted=_quoted(alignment, i, i), said=said, span=span)
    yield from _missing(alignment, gone[swapped:])
    last: tuple[int, int] | None = None
    for j in added[swapped : swapped + _LISTED]:
        said, span = _place(alignment, j, j)
        if last != (span.start, span.end):
            yield WordChange(op=WordOp.INSERTED, said=said, span=span)
        last = (span.start, span.end)


def _classes(alignment: Alignment, words: Sequence[WordChange]) -> Iterator[str]:
    """Yield the classes of change, in words, the most telling first."""
    wording, heard = alignment.wording, alignment.heard
    best = {pair.i for pair in alignment.pairs}
    inner = heard.text[alignment.start : alignment.end]
    inserted = [word.said.lower() for word in words if word.op is WordOp.INSERTED]
    missing = [word.quoted.lower() for word in words if word.op is WordOp.MISSING]
    changed = [(word.quoted.lower(), word.said.lower()) for word in words if word.op is WordOp.CHANGED]
    if negations(alignment):
        yield "negated"
    if len(spans(alignment)) > 1:
        yield (
            "split by attribution"
            if ATTRIBUTIONS.intersection(inserted) or any(c in _MARKS for c in inner)
            else "split"
        )
    if any(two.i < one.i for one, two in pairwise(alignment.pairs)):
        yield "reordered"
    if "…" in inner or "..." in inner:
        yield "ellipsis"
    if "[" in inner:
        yield "editorial brackets"
    yield from _ends(alignment, best)
    if pronouns_changed(alignment):
        yield "person changed"
    for quoted, said in changed:
        yield _change(quoted, said)
    if missing and 0 in best and len(wording.words) - 1 in best:
        yield "dropped word" if len(missing) == 1 else "dropped words" if len(missing) < 3 else "dropped clause"
    if inserted and not NEGATIONS.issuperset(inserted):
        yield "added word" if len(inserted) == 1 else "added words"


def _ends(alignment: Alignment, best: set[int]) -> Iterator[str]:
    wording = alignment.wording
    tail = wording.bits - wording.before[max(best) + 1]
    head = wording.before[min(best)]
    if tail > 0.15 * wording.bits:
        yield "truncated"
    if head > 0.15 * wording.bits:
        yield "beginning left out"


def _change(quoted: str, said: str) -> str:
    if quoted.isdigit() != said.isdigit():
        return "numeral"
    if quoted in PRONOUNS and said in PRONOUNS:
        return "person changed"
    if said.rstrip("s") == quoted.rstrip("s"):
        return "number"
    if stem(quoted) == stem(said) or said in ALIKE.get(quoted, ()):
        return "tense or form"
    if (
        len(quoted) > 3
        and sum(a != b for a, b in zip(quoted, said, strict=False)) <= 2 + abs(len(quoted) - len(said)) <= 3
    ):
        return "typo"
    return "other word"


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
