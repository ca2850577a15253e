"""Examples to learn from: alignments that are the quote, and alignments that are not.

Film quotes and the lines of their scripts come from the Cornell movie-quotes corpus (copyright text: read from the
files
given, never kept in the repository); posts are public domain. The films of the fold that is measured, and the half of
the
posts that is measured, are not touched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks import datasets
from monitor.core.model import Quote, QuoteId
from monitor.matching.align import Alignment
from monitor.matching.features import features
from monitor.matching.frequencies import background
from monitor.matching.matcher import Matcher
from training import attacks

SEED = 20260106
LONGEST = 300  # characters of a tracked quote
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")


@dataclass(slots=True)
class Examples:
    """Rows of features with labels. `kinds`: where each came from; `works`: the film of its quote.

    `lost`: passages never aligned, by kind; `tried`: of how many.
    """

    rows: list[dict[str, float]] = field(default_factory=list)
    labels: list[bool] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    works: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)
    tried: dict[str, int] = field(default_factory=dict)

    def add(self, alignment: Alignment, label: bool, kind: str, work: str) -> None:
        self.rows.append(features(alignment, background()))
        self.labels.append(label)
        self.kinds.append(kind)
        self.works.append(work)
        self.notes.append((alignment.wording.text, alignment.heard.text[:1500]))


@dataclass(frozen=True, slots=True)
class Source:
    """The files to learn from."""

    misquotes: Path
    hard_negatives: Path
    posts: Path


@dataclass(frozen=True, slots=True)
class _Tracked:
    """A quote to learn with; `said` is empty when it is only there to be silent about."""

    wording: str
    said: str
    work: str


def collect(source: Source, *, negatives: int, forms: int, extra: int, seed: int = SEED) -> Examples:
    """Return examples: film quotes in posts, `forms` forms of each quote, and what `negatives` posts accidentally say.

    `extra` more sentences of the films are tracked, so that there are more quotes to be silent about.
    """
    chance = Random(seed)
    posts = [post.text for post in datasets.background(source.posts, used_for_training=True, limit=negatives)]
    pairs, lines = datasets.misquotes(source.misquotes), datasets.hard_negatives(source.hard_negatives)
    tracked = [
        _Tracked(wording, said, pair.work)
        for pair in pairs
        for wording, said in ((pair.quote, pair.said), (pair.said, pair.quote))
        if len(wording) <= LONGEST
    ]
    own = len(tracked)
    tracked += [_Tracked(sentence, "", work) for sentence, work in chance.sample(list(_sentences(lines)), extra)]
    matcher = Matcher(Quote(id=QuoteId(number), text=one.wording) for number, one in enumerate(tracked))
    examples = Examples()
    for number, one in enumerate(tracked[:own]):
        _learn_quote(examples, matcher, number, one, posts, forms, chance)
    for line in lines:
        for alignment in matcher.alignments(line.text, least=little):
            if alignment.wording.quote.id < own and not _is_the_words(alignment):
                examples.add(alignment, False, "other line", tracked[alignment.wording.quote.id].work)
    for text in posts:
        for alignment in matcher.alignments(text, least=little):
            if not _is_the_words(alignment):
                examples.add(alignment, False, "background", tracked[alignment.wording.quote.id].work)
    return examples


def little(bits: float) -> float:
    """Return from how many of a wording's bits on there is something to learn: less than is judged at run time."""
    return max(0.22 * bits, min(0.45 * bits, 11.0))


def _learn_quote(
    examples: Examples,
    matcher: Matcher,
    number: int,
    one: _Tracked,
    posts: list[str],
    forms: int,
    chance: Random,
) -> None:
    wording = one.wording
    texts = [("said", one.said), ("said in a post", attacks.placed(one.said, chance, posts))]
    names = chance.sample(list(attacks.FORMS), min(forms, len(attacks.FORMS)))
    texts += [(name, attacks.placed(attacks.FORMS[name](wording, chance), chance, posts)) for name in names]
    if len(wording.split()) >= 10:
        texts += [(n, f"{chance.choice(posts)[:150]} {f(wording, chance)}") for n, f in attacks.PARTS.items()]
    for kind, text in texts:
        examples.tried[kind] = examples.tried.get(kind, 0) + 1
        found = [a for a in matcher.alignments(text, least=little) if a.wording.quote.id == number]
        for alignment in found:
            examples.add(alignment, True, kind, one.work)
        if not found:
            examples.lost[kind] = examples.lost.get(kind, 0) + 1
    for kind, form in attacks.NOT_IT.items():
        for _ in range(2):
            text = form(wording, chance, chance.choice(posts)[:300])
            for alignment in matcher.alignments(text, least=little):
                if alignment.wording.quote.id == number:
                    examples.add(alignment, False, kind, one.work)


def _sentences(lines: list[datasets.Line]) -> Iterator[tuple[str, str]]:
    for line in lines:
        for sentence in _SENTENCE.findall(line.text):
            if 4 <= len(sentence.split()) <= 25 and len(sentence) <= LONGEST:
                yield sentence.strip(), line.work


def _is_the_words(alignment: Alignment) -> bool:
    """Say whether somebody seems to really say these words: neither an example nor a counter-example."""
    return alignment.matched > 0.85 * alignment.wording.bits and alignment.wording.bits > 22
