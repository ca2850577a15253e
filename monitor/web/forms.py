"""The forms a quote has taken: passages gathered into clusters, and each cluster under the one it came from.

A form is a passage without letter case and punctuation. Forms that are nearly alike are one cluster, named after the
most frequent writing. How a cluster came about nobody knows; the nearest earlier one is the likeliest origin (quotes
mutate along the cascade: Simmons, Adamic and Adar 2011), so the tree hangs each under that. Pure.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rapidfuzz import fuzz, process

from monitor.core.quotes import same_words

ALIKE = 96  # rapidfuzz's ratio (0-100) from which on two forms are one
KIN = 45  # from which on a cluster is hung under another; else it hangs under the quote itself
MOST_FORMS = 600  # looked at, the most frequent
MOST_CLUSTERS = 24  # shown
LONGEST_FORM = 300  # characters
MOST_WRITINGS = 20  # of a form, remembered


class Said(NamedTuple):
    """A passage, how many matches have it, and the first of them."""

    passage: str
    matches: int
    match_id: int
    found_at: str


@dataclass(slots=True)
class Form:
    """Passages of the same words."""

    words: str
    matches: int = 0
    first_at: str = ""
    first_match: int = 0
    writings: Counter[str] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        """The most frequent writing."""
        return self.writings.most_common(1)[0][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Forms that are nearly alike."""

    number: int
    text: str
    words: str
    forms: int
    matches: int
    first_at: str
    first_match: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A cluster in the tree, with what became of it."""

    cluster: Cluster
    changes: tuple[tuple[str, str], ...]  # against the one above: "kept", "added" or "left out", and the words
    children: tuple["Branch", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """The forms of one quote."""

    shown: tuple[Cluster, ...]  # most frequent first
    tree: tuple[Branch, ...]  # what hangs under the quote's own text, oldest first
    forms: int  # in all
    rest: int  # clusters that are not shown


def gather(forms: dict[str, Form], passages: Iterable[Said]) -> None:
    """Add passages to forms; those that were blanked since are left out."""
    for one in passages:
        writing = " ".join(one.passage[:LONGEST_FORM].split())
        words = same_words(writing)
        if not words:
            continue
        form = forms.setdefault(words, Form(words, first_at=one.found_at, first_match=one.match_id))
        form.matches += one.matches
        if len(form.writings) < MOST_WRITINGS or writing in form.writings:
            form.writings[writing] += one.matches
        if one.found_at < form.first_at:
            form.first_at, form.first_match = one.found_at, one.match_id


def clusters(quote: str, forms: dict[str, Form]) -> Clusters:
    """Return the forms of a quote as clusters and as a tree."""
    often = sorted(forms.values(), key=lambda form: (-form.matches, form.first_at))[:MOST_FORMS]
    heads: list[list[Form]] = []
    for form in often:
        near = process.extractOne(form.words, [head[0].words for head in heads], scorer=fuzz.ratio, score_cutoff=ALIKE)
        if near is None:
            heads.append([form])
        else:
            heads[near[2]].append(form)
    found = sorted((_cluster(group) for group in heads), key=lambda one: (-one.matches, one.first_at))
    shown = tuple(replace(one, number=number) for number, one in enumerate(found[:MOST_CLUSTERS], 1))
    return Clusters(
        shown=shown,
        tree=_tree(quote, shown),
        forms=len(forms),
        rest=len(found) - len(shown),
    )


def _cluster(group: Sequence[Form]) -> Cluster:
    first = min(group, key=lambda form: form.first_at)
    return Cluster(
        number=0,
        text=group[0].text,
        words=group[0].words,
        forms=len(group),
        matches=sum(form.matches for form in group),
        first_at=first.first_at,
        first_match=first.first_match,
    )


def _tree(quote: str, shown: Sequence[Cluster]) -> tuple[Branch, ...]:
    """Hang each cluster under its nearest earlier one, or under the quote."""
    by_age = sorted(shown, key=lambda one: (one.first_at, one.number))
    above: dict[int, int] = {}  # number of a cluster: of the one it hangs under; 0 is the quote
    texts = {0: same_words(quote)}
    for one in by_age:
        nearest = process.extractOne(one.words, texts, scorer=fuzz.ratio, score_cutoff=KIN)
        above[one.number] = nearest[2] if nearest else 0
        texts[one.number] = one.words
        if one.words == texts.get(0):
            del texts[0]  # what comes later comes from where the quote itself was said
    said = {0: quote} | {one.number: one.text for one in shown}

    def branches(number: int) -> tuple[Branch, ...]:
        return tuple(
            Branch(cluster=one, changes=changes(said[number], one.text), children=branches(one.number))
            for one in by_age
            if above[one.number] == number
        )

    return branches(0)


def changes(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return one text against another, word by word: "kept", "added" or "left out", and the words."""
    old, new = before.split(), after.split()
    compared = difflib.SequenceMatcher(None, [same_words(word) for word in old], [same_words(word) for word in new])
    found: list[tuple[str, str]] = []
    for op, i, i_end, j, j_end in compared.get_opcodes():
        if op == "equal":
            found.append(("kept", " ".join(new[j:j_end])))
            continue
        if i < i_end:
            found.append(("left out", " ".join(old[i:i_end])))
        if j < j_end:
            found.append(("added", " ".join(new[j:j_end])))
    return tuple(found)
