"""The systems measured side by side: two that anybody would write first, and the engine of this project.

All have one face: `found(quotes, posts)` gives what they make of every (quote, post) pair worth telling of.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from rapidfuzz import fuzz, process

from monitor.core.model import Match, Post, Quote, Span, Tier

BASELINE_THRESHOLD = 85.0
WORTH_TELLING = 50.0  # baselines score most unrelated pairs 30 to 50; below this a pair counts as score 0
SHORTER = 0.6  # a post shorter than this share of the quote is compared as a whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a system makes of one pair: places in the lists of quotes and posts that it was given."""

    quote: int
    post: int
    score: float
    alerted: bool


class System(Protocol):
    """Something that finds quotes in posts."""

    name: str
    about: str

    def found(self, quotes: Sequence[Quote], posts: Sequence[Post]) -> Iterator[Found]:
        """Yield every pair with a score worth telling of, in any order, at most once."""

    def spans(self, quote: Quote, post: Post) -> Sequence[Span]:
        """Return where in a post it sees a quote."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text made plain, with the place in the original that each character came from."""

    text: str
    origin: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        return Span(start=self.origin[start], end=self.origin[end - 1] + 1)


def lowered(text: str) -> Plain:
    """Lower-case letters and nothing else."""
    pairs = [(plain, place) for place, written in enumerate(text) for plain in written.lower()]
    return Plain("".join(plain for plain, _ in pairs), [place for _, place in pairs])


def simplified(text: str) -> Plain:
    """Compatibility forms (NFKD), folded case, no marks, runs of anything but letters and digits as one space."""
    characters: list[str] = []
    origin: list[int] = []
    for place, written in enumerate(text):
        for plain in unicodedata.normalize("NFKD", written).casefold():
            category = unicodedata.category(plain)
            if category[0] == "M" or category == "Cf" or plain in "'’":
                continue
            kept = plain if plain.isalnum() else " "
            if kept == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(kept)
            origin.append(place)
    while characters and characters[-1] == " ":
        characters.pop()
        origin.pop()
    return Plain("".join(characters), origin)


class Fuzzy:
    """`fuzz.partial_ratio` of texts made plain, with or without a guard against posts shorter than the quote."""

    def __init__(self, name: str, about: str, plain: Callable[[str], Plain], *, guarded: bool) -> None:
        self.name = name
        self.about = about
        self._plain = plain
        self._guarded = guarded

    def found(self, quotes: Sequence[Quote], posts: Sequence[Post]) -> Iterator[Found]:
        plain = [self._plain(post.text).text for post in posts]
        order = sorted(range(len(posts)), key=lambda place: len(plain[place]))
        texts = [plain[place] for place in order]
        lengths = [len(text) for text in texts]
        for number, quote in enumerate(quotes):
            best: dict[int, float] = {}
            for wording in self._wordings(quote):
                for place, score in self._scores(wording, texts, lengths):
                    best[place] = max(score, best.get(place, 0.0))
            for place, score in best.items():
                yield Found(quote=number, post=order[place], score=score, alerted=score >= BASELINE_THRESHOLD)

    def spans(self, quote: Quote, post: Post) -> Sequence[Span]:
        said = self._plain(post.text)
        aligned = [fuzz.partial_ratio_alignment(wording, said.text) for wording in self._wordings(quote)]
        best = max((found for found in aligned if found), key=lambda found: found.score, default=None)
        if best is None or best.dest_start >= best.dest_end:
            return ()
        return (said.span(best.dest_start, best.dest_end),)

    def _wordings(self, quote: Quote) -> list[str]:
        return [self._plain(text).text for text in (quote.text, *(variant.text for variant in quote.variants))]

    def _scores(self, wording: str, texts: Sequence[str], lengths: Sequence[int]) -> Iterator[tuple[int, float]]:
        """Yield (place in `texts`, score); texts are in order of length, so the short ones come first."""
        short = bisect_left(lengths, SHORTER * len(wording)) if self._guarded else 0
        yield from self._extract(wording, texts[:short], fuzz.ratio, 0)
        yield from self._extract(wording, texts[short:], fuzz.partial_ratio, short)

    @staticmethod
    def _extract(
        wording: str, texts: Sequence[str], scorer: Callable[..., float], offset: int
    ) -> Iterator[tuple[int, float]]:
        alike = process.extract_iter(wording, texts, scorer=scorer, processor=None, score_cutoff=WORTH_TELLING)
        for _, score, place in alike:
            yield place + offset, score


class Engine:
    """`Matcher` of this project, at its own thresholds: alerted means tier `alert`. `weights`: a file of other ones."""

    name = "engine"

    def __init__(self, weights: Path | None = None) -> None:
        from monitor.matching import ENGINE, Matcher
        from monitor.matching.score import model, parse

        self.about = f"`monitor.matching` {ENGINE}, alerting at its own thresholds"
        learnt = parse(weights.read_text(encoding="utf-8")) if weights else model()
        self._matcher = partial(Matcher, model=learnt)
        self._last: dict[tuple[int, str], Match] = {}

    def found(self, quotes: Sequence[Quote], posts: Sequence[Post]) -> Iterator[Found]:
        numbers = {quote.id: number for number, quote in enumerate(quotes)}
        places = {post.guid: place for place, post in enumerate(posts)}
        self._last = {}
        for match in self._matcher(quotes).find(posts):
            self._last[match.quote.id, match.post.guid] = match
            yield Found(
                quote=numbers[match.quote.id],
                post=places[match.post.guid],
                score=match.score,
                alerted=match.tier is Tier.ALERT,
            )

    def spans(self, quote: Quote, post: Post) -> Sequence[Span]:
        match = self._last.get((quote.id, post.guid))
        return match.spans if match else ()


def systems(names: Iterable[str]) -> list[System]:
    """Return systems by name: obvious, fair, engine."""
    known: dict[str, Callable[[], System]] = {
        "obvious": lambda: Fuzzy("obvious", "lower-cased `partial_ratio`, alert at 85", lowered, guarded=False),
        "fair": lambda: Fuzzy(
            "fair baseline",
            "`partial_ratio` of simplified text, `ratio` when the post is shorter than 0.6 of the quote, alert at 85",
            simplified,
            guarded=True,
        ),
        "engine": Engine,
    }
    return [known[name]() for name in names]
