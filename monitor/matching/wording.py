"""A wording of a quote made ready for comparing: its words and what each of them proves."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from monitor.core.model import Quote, Variant
from monitor.matching.frequencies import Frequencies
from monitor.matching.normalize import Said, read
from monitor.matching.words import Words

LONGEST = 160  # words of a wording that are compared; longer ones are known by their beginning
AS_WRITTEN = Words(lambda _: 0.0, lambda _: ())
"""How quotes are read: every word of theirs is a word."""


class Wording:
    """One text of a quote's family. `weights` are bits, each word after the two before it.

    Many are made, for posts that may hold them, so what few of them are asked for is worked out then.
    """

    def __init__(
        self,
        quote: Quote,
        variant: Variant | None,
        words: tuple[str, ...],
        ids: tuple[int, ...],
        weights: tuple[float, ...],
    ) -> None:
        self.quote = quote
        self.variant = variant
        self.words = words
        self.ids = ids
        self.weights = weights
        self.bits = sum(weights)
        self.before = tuple(accumulate(weights, initial=0.0))
        """The bits of all words before each, and at the end of all."""

    @property
    def text(self) -> str:
        return self.variant.text if self.variant else self.quote.text

    @property
    def confirmed(self) -> bool:
        return self.variant is None or self.variant.confirmed

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """The words with their places in the text."""
        return said_in(self.text)

    @cached_property
    def letters(self) -> str:
        return "".join(self.words)

    @cached_property
    def joined(self) -> dict[str, int]:
        """Two neighbouring words run together → the number of the first."""
        return {one + two: number for number, (one, two) in enumerate(pairwise(self.words))}


def weights(words: Sequence[str], frequencies: Frequencies) -> list[float]:
    """Return what each word proves, in bits, after the two before it; said again, a word proves less."""
    found: list[float] = []
    seen: dict[str, int] = {}
    earlier: str | None = None
    previous: str | None = None
    for word in words:
        again = seen.get(word, 0)
        found.append(max(0.3, frequencies.bits_after(previous, word, earlier=earlier) * 0.6**again))
        seen[word] = again + 1
        earlier, previous = previous, word
    return found


@lru_cache(maxsize=1024)
def said_in(text: str) -> tuple[Said, ...]:
    """Return the words of a quote's text."""
    return tuple(read(text, AS_WRITTEN)[:LONGEST])
