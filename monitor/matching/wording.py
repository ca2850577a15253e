"""A wording of a quote made ready for comparing: its words and what each of them proves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from monitor.core.model import Quote, Variant
from monitor.matching.frequencies import Frequencies
from monitor.matching.normalize import Said, read
from monitor.matching.words import Words

AS_WRITTEN = Words(lambda _: 0.0, lambda _: ())
"""How quotes are read: every word of theirs is a word."""


@dataclass(frozen=True)
class Wording:
    """One text of a quote's family. `weights` are bits, each word after the one before it."""

    quote: Quote
    variant: Variant | None
    said: tuple[Said, ...]
    ids: tuple[int, ...]
    weights: tuple[float, ...]

    @property
    def text(self) -> str:
        return self.variant.text if self.variant else self.quote.text

    @property
    def confirmed(self) -> bool:
        return self.variant is None or self.variant.confirmed

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(one.word for one in self.said)

    @cached_property
    def bits(self) -> float:
        return sum(self.weights)

    @cached_property
    def before(self) -> tuple[float, ...]:
        """The bits of all words before each, and at the end of all."""
        return tuple(accumulate(self.weights, initial=0.0))

    @cached_property
    def letters(self) -> str:
        return "".join(self.words)

    @cached_property
    def joined(self) -> dict[str, int]:
        """Two neighbouring words run together → the number of the first."""
        return {one + two: number for number, (one, two) in enumerate(pairwise(self.words))}


def weights(words: Sequence[str], frequencies: Frequencies) -> list[float]:
    """Return what each word proves, in bits, after the one before it; said again, a word proves less."""
    found: list[float] = []
    seen: dict[str, int] = {}
    previous: str | None = None
    for word in words:
        again = seen.get(word, 0)
        found.append(max(0.3, frequencies.bits_after(previous, word) * 0.6**again))
        seen[word] = again + 1
        previous = word
    return found


def said_in(text: str) -> tuple[Said, ...]:
    """Return the words of a quote's text."""
    return tuple(read(text, AS_WRITTEN))
