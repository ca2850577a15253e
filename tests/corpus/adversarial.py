"""The adversarial set: labelled posts that are hard to read, and what an engine makes of them.

One post is one `Item`. `judge` holds an engine's matches against its label; `tabulate` counts. The engine is given
as a function of (quotes, posts), so other systems are measured with the same items.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from monitor.core.model import Match, Post, Quote, QuoteId, Span, Tier, Variant, VariantId

FILE = Path(__file__).with_name("adversarial.jsonl")
LEVEL = Path(__file__).with_name("level.json")
ENOUGH_OVERLAP = 0.5  # of found and marked characters together


class Label(StrEnum):
    """What must become of a post."""

    MATCH = "match"  # alert, with the passage in the right place
    PARTIAL = "partial"  # alert or suggest, with the passage in the right place
    DERIVED = "derived"  # suggest or stay silent
    NONE = "none"  # suggest or stay silent; silence is better


FORMS: Mapping[str, Label] = {
    **dict.fromkeys(
        (
            *("case", "punctuation", "contractions", "whitespace", "html", "diacritics", "zero-width", "styled"),
            *("small-caps", "homoglyphs", "combining", "leet", "censored", "letter-spaced", "elongation", "typos"),
            *("ocr-asr", "hashtag-camel", "hashtag-lower", "emoji", "mention-url", "inserted", "dropped"),
            *("editorial", "attribution", "elision", "reordered", "inflection", "misremembered", "numerals"),
            *("dialect", "disfluency", "chant", "needle", "repost", "no-space-rtl", "confirmed-variant"),
        ),
        Label.MATCH,
    ),
    **dict.fromkeys(("truncated", "longer-than-post"), Label.PARTIAL),
    **dict.fromkeys(("translation", "parody", "negated"), Label.DERIVED),
    **dict.fromkeys(
        (
            *("everyday", "scattered", "frame", "short-post", "substring", "collocation"),
            *("same-meaning", "other-quote"),
        ),
        Label.NONE,
    ),
}
"""Every form a quote takes in the wild, and what must become of a post in that form."""

Find = Callable[[Sequence[Quote], Sequence[Post]], Iterable[Match]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A labelled post."""

    id: str  # form and number
    form: str
    quote: str
    text: str
    label: Label
    spans: tuple[Span, ...]  # where the quote is, in code points of `text`; several when it is split
    variants: tuple[str, ...] = ()  # confirmed wordings tracked with the quote
    repeats: bool = False  # each span is the whole quote: any one of them is the right answer
    note: str = ""

    @property
    def passage(self) -> str:
        return " … ".join(self.text[span.start : span.end] for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How an item ended."""

    item: Item
    passed: bool
    match: Match | None  # what the engine found, if anything
    overlap: float  # 0-1, of found and marked characters; 0 when nothing was found or nothing is marked

    @property
    def is_wrong_alert(self) -> bool:
        silent = self.item.label in {Label.DERIVED, Label.NONE}
        return silent and self.match is not None and self.match.tier is Tier.ALERT


def load(file: Path = FILE) -> list[Item]:
    """Return the items of a JSONL file in its order. Raises ValueError, LookupError or TypeError on a bad line."""
    with file.open(encoding="utf-8") as lines:  # a file ends lines at \n only; splitlines() would also cut at U+2028
        return [_item(json.loads(line)) for line in lines]


def judge(item: Item, match: Match | None) -> Verdict:
    """Hold what was found of an item's own quote in its own post against its label."""
    overlap = agreement(item, match.spans) if match else 0.0
    alerted = match is not None and match.tier is Tier.ALERT
    match item.label:
        case Label.MATCH:
            passed = alerted and overlap >= ENOUGH_OVERLAP
        case Label.PARTIAL:
            passed = overlap >= ENOUGH_OVERLAP
        case Label.DERIVED | Label.NONE:
            passed = not alerted
    return Verdict(item=item, passed=passed, match=match, overlap=overlap)


def judge_all(find: Find, items: Sequence[Item]) -> list[Verdict]:
    """Look for all quotes in all posts at once, as the product does, and judge each item by its own pair."""
    quotes = _quotes(items)
    posts = [Post(guid=item.id, text=item.text) for item in items]
    found = {(match.quote.id, match.post.guid): match for match in find(list(quotes.values()), posts)}
    return [judge(item, found.get((quotes[_family(item)].id, item.id))) for item in items]


def agreement(item: Item, spans: Sequence[Span]) -> float:
    """Return intersection over union of the characters in `spans` and those marked in `item`, 0-1."""
    wanted = [[span] for span in item.spans] if item.repeats else []
    return max((_overlap(answer, spans) for answer in [item.spans, *wanted]), default=0.0)


def _overlap(one: Sequence[Span], other: Sequence[Span]) -> float:
    first, second = _characters(one), _characters(other)
    union = first | second
    return len(first & second) / len(union) if union else 0.0


def _characters(spans: Iterable[Span]) -> set[int]:
    return {offset for span in spans for offset in range(span.start, span.end)}


def _family(item: Item) -> tuple[str, tuple[str, ...]]:
    return item.quote, item.variants


def _quotes(items: Iterable[Item]) -> dict[tuple[str, tuple[str, ...]], Quote]:
    """Number each family of wordings once."""
    families = dict.fromkeys(_family(item) for item in items)
    return {family: _quote(number, *family) for number, family in enumerate(families, start=1)}


def _quote(number: int, text: str, wordings: tuple[str, ...]) -> Quote:
    variants = tuple(
        Variant(id=VariantId(number * 100 + place), text=wording) for place, wording in enumerate(wordings)
    )
    return Quote(id=QuoteId(number), text=text, variants=variants)


def _item(row: Mapping[str, object]) -> Item:
    known = dict(row)
    return Item(
        **known  # type: ignore[arg-type]
        | {
            "label": Label(str(known["label"])),
            "spans": tuple(Span(start=start, end=end) for start, end in known["spans"]),  # type: ignore[attr-defined]
            "variants": tuple(known.get("variants", ())),  # type: ignore[arg-type]
        }
    )
