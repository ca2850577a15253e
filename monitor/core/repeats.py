"""Whether a post says the same as an earlier one in which the same quote was found: reposts and syndicated articles.

That two posts hold the quote says nothing: what stands around the passage is compared. A repost says the same words,
but for "RT @x:", links, mentions and the name of its source. An article that was taken over has the same words right
before and after the passage and most of the words farther out, though its head or its end may be cut or changed.
When in doubt two posts are two stories: one message too many is better than a find that nobody hears of.

Shingles of words and their overlap: Broder, "On the resemblance and containment of documents" (1997).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.core.identity import digest
from monitor.core.model import Span

NEAREST = 3  # words on either side of the passage that are the same in any repost
AROUND = 60  # words on either side that are compared
WINDOW = 1000  # characters on either side that these are taken from
LONGEST = 20_000  # characters; posts that are the same so far are the same
END = 60  # characters at the end of a text that "via NAME" is looked for in
SHINGLE = 4  # words
FEWEST_SHINGLES = 6  # less around a passage tells nothing
LEAST_RESEMBLANCE, LEAST_CONTAINMENT = 0.6, 0.8

_URL = re.compile(r"\b(?:https?://|www\.|pic\.(?:twitter|x)\.com/|t\.co/)\S+", re.IGNORECASE)
_RETWEET = re.compile(r"(?:^|(?<=\s))(?:RT|MT)\s{1,3}@[\w.@-]{1,80}:?", re.IGNORECASE)
_VIA = re.compile(r"\b(?:v[ií]a|h/t)\s{1,3}@[\w.@-]{1,80}", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w.])@[\w.@-]{1,80}")
_SITE = re.compile(r"[ \t][|·•][ \t][^|\n]{1,60}$", re.MULTILINE)  # "Headline | Name of the site"
_VIA_NAME = re.compile(r"\s[(\[]?v[ií]a\s[^.!?:;,\n]{1,40}\s{0,3}$", re.IGNORECASE)
_WIDE = "\u3040-\u30ff\u3400-\u9fff"  # written without spaces: each character is taken for a word
_WORD = re.compile(rf"[{_WIDE}]|[^\W{_WIDE}]+(?:'[^\W{_WIDE}]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Words around a passage, plain, without what reposting adds."""

    before: tuple[str, ...]  # the nearest is last
    after: tuple[str, ...]  # the nearest is first


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a post says, as far as telling it from others needs it."""

    whole: str  # a digest of all its words, without what reposting adds
    near: Surroundings

    def nearest(self) -> tuple[str, ...]:
        """Return short names of the words next to the passage; whatever is alike around it shares one of them."""
        sides = (("before", self.near.before[-NEAREST:]), ("after", self.near.after[:NEAREST]))
        return tuple(digest(side, *words) for side, words in sides if len(words) == NEAREST)


def story(text: str, spans: Sequence[Span], *, names: Iterable[str] = ()) -> Story:
    """Return what a post says around the passage at `spans`. `names` are those of its source.

    Takes time linear in the length of the text.
    """
    names = [name for name in names if name]
    near = surroundings(text, spans, names=names)
    return Story(whole=digest(*_words(text[:LONGEST], names)), near=near)


def surroundings(text: str, spans: Sequence[Span], *, names: Iterable[str] = ()) -> Surroundings:
    """Return the words around the passage at `spans`, in time that the length of the text has no part in."""
    names = [name for name in names if name]
    start = min((span.start for span in spans), default=len(text))
    end = max((span.end for span in spans), default=len(text))
    return Surroundings(
        before=tuple(_words(_tail(text[max(start - WINDOW - 1, 0) : start]), names)[-AROUND:]),
        after=tuple(_words(_head(text[end : end + WINDOW + 1]), names)[:AROUND]),
    )


def says_the_same(one: Story, other: Story) -> bool:
    """Tell whether two posts in which the same quote was found are the same story."""
    return one.whole == other.whole or are_alike(one.near, other.near)


def are_alike(one: Surroundings, other: Surroundings) -> bool:
    """Tell whether two passages stand among the same words."""
    return _agree_nearby(one, other) and _agree_around(one, other)


def _agree_nearby(one: Surroundings, other: Surroundings) -> bool:
    """Tell whether the words next to the passage are the same, on each side where both say enough."""
    sides = (
        (one.before[-NEAREST:], other.before[-NEAREST:]),
        (one.after[:NEAREST], other.after[:NEAREST]),
    )
    compared = [(mine, theirs) for mine, theirs in sides if len(mine) == len(theirs) == NEAREST]
    return bool(compared) and all(mine == theirs for mine, theirs in compared)


def _agree_around(one: Surroundings, other: Surroundings) -> bool:
    mine, theirs = _shingles(one), _shingles(other)
    least = min(len(mine), len(theirs))
    if least < FEWEST_SHINGLES:
        return False
    shared = len(mine & theirs)
    return shared / len(mine | theirs) >= LEAST_RESEMBLANCE or shared / least >= LEAST_CONTAINMENT


def _shingles(near: Surroundings) -> set[tuple[str, ...]]:
    return {side[at : at + SHINGLE] for side in (near.before, near.after) for at in range(len(side) - SHINGLE + 1)}


def _words(text: str, names: Iterable[str]) -> list[str]:
    """Return the words of a text in plain form, without those that reposting adds."""
    if "/" in text or "www." in text:
        text = _URL.sub(" ", text)
    if "@" in text:
        for pattern in (_RETWEET, _VIA, _MENTION):
            text = pattern.sub(" ", text)
    if any(sign in text for sign in "|·•"):
        text = _SITE.sub(" ", text)
    for name in names:
        text = _without_name(text, name)
    text = text[:-END] + _VIA_NAME.sub("", text[-END:])
    return _WORD.findall(text.casefold().replace("’", "'"))


def _without_name(text: str, name: str) -> str:
    """Return a text whose lines do not end in a dash and the name of the source."""
    ending = rf"\s{{1,3}}[-–—|:]\s{{0,3}}{re.escape(name)}[ \t]{{0,3}}$"
    return re.sub(ending, "", text, flags=re.IGNORECASE | re.MULTILINE)


def _tail(text: str) -> str:
    """Return the end of a text, from a word's beginning on."""
    if len(text) <= WINDOW:
        return text
    kept = text[-WINDOW:]
    return kept[kept.find(" ") + 1 :]


def _head(text: str) -> str:
    """Return the beginning of a text, up to a word's end."""
    if len(text) <= WINDOW:
        return text
    kept = text[:WINDOW]
    return kept[: kept.rfind(" ") + 1 or WINDOW]
