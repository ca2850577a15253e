"""Which wordings a post may hold: an index from rare words to wordings, asked at the speed of the stream.

Each wording is posted under a few of its words, or pairs of them (`keys`). A post's words bring the wordings posted
under them (`postings`); those that come often enough are held against the real bound: what all their words that the
post has are worth, in whatever spelling (`reach`). Only what passes is aligned. Posts are looked at in stretches, and
many stretches together.

How large the memory of an index is: for each wording a tuple of word numbers, eight bytes a word for its bits and eight
for its number and what it is worth here.
"""

from __future__ import annotations  # array[int] is known to type checkers only

from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise
from operator import add
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from monitor.matching.keys import Keys, keys, least_worth, worth
from monitor.matching.meanings import BREAK, FORGOTTEN, LENGTH, REMEMBERED, Meaning, Meanings
from monitor.matching.postings import Pairs, Postings, often
from monitor.matching.reach import STRETCHES, Reach, Said
from monitor.matching.rows import Numbers, different
from monitor.matching.similarity import STRONG, Alike, Vocabulary
from monitor.matching.words import Words

Value = TypeVar("Value")

WINDOW = 40  # tokens; a longer post is looked at in windows of this length
_OVERLAP = 16  # tokens that a window shares with the next: what a short quote and a few words inside it take
_JOINED = 6  # letters of a key that is also looked for in two halves ("god damn")
_MOST_LISTED = 400_000  # wordings, in the lists looked at together
_ROUNDING = 1e-4
_WORDS = (1 << 32) - 1
_COMPOUND = 0.97  # how alike a word is to the two of a quote that it joins ("shitload")


Place = tuple[int, int]
"""The first token that may be part of something, and the first after it that is not."""


class _Memo(dict[str, Value], Generic[Value]):
    """Remembers what tokens mean; holds only so many, and none of absurd length."""

    def __init__(self, work_out: Callable[[str], Value]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, token: str) -> Value:
        value = self._work_out(token)
        if len(token) <= LENGTH:
            if len(self) >= REMEMBERED:
                for old in [*islice(self, FORGOTTEN)]:
                    del self[old]
            self[token] = value
        return value


class _Window(NamedTuple):
    """A stretch of a post, from its token `first`; `together` is it with tokens joined that may be one word."""

    post: int
    first: int
    tokens: Sequence[int]
    together: Sequence[int] = ()


class Index:
    """Wordings by number (`slot`), findable by their words. `bits` is the rarity of a word."""

    def __init__(self, vocabulary: Vocabulary, words: Words, bits: Callable[[str], float]) -> None:
        self._vocabulary = vocabulary
        self._words = words
        self._bits = bits
        self._ids: list[tuple[int, ...]] = []
        self._weights: list[array[float]] = []
        self._reach = Reach()
        self._by_word = Postings()
        self._by_pair = Postings()
        self._pairs = Pairs()
        self._paired: dict[str, int] = {}
        self._joinable: set[str] = set()
        self._compounds: dict[str, tuple[int, int]] = {}
        self._fading: list[dict[str, object]] = []
        self._start_remembering()

    def _start_remembering(self) -> None:
        self._remembered = len(self._vocabulary)  # words; what is remembered holds for these
        self._alike = _Memo(self._vocabulary.alike)
        self.alike = self._alike.__getitem__
        """Returns the vocabulary's words that a post's word may stand for."""
        self._meanings = Meanings(self._meaning_of)

    def forget(self) -> None:
        """Forget what tokens mean: a new word of a quote may be what they stand for."""
        memos = (self._alike, self._meanings, self._words.forget())
        self._fading += [memo for memo in memos if memo]  # type: ignore[misc]  # whatever they hold
        self._start_remembering()

    def _fade(self) -> None:
        """Give back a little of the memory of what was forgotten."""
        last = self._fading[-1]
        for _ in range(min(FORGOTTEN, len(last))):
            last.popitem()
        if not last:
            self._fading.pop()

    def readings(self, tokens: Iterable[str]) -> Iterator[tuple[str, ...]]:
        """Yield the words that each raw token stands for."""
        return self._meanings.words(tokens)

    def wording(self, slot: int) -> tuple[int, ...]:
        """Return the word numbers of a wording."""
        return self._ids[slot]

    def weights(self, slot: int) -> array[float]:
        """Return the bits of a wording's words."""
        return self._weights[slot]

    def add(self, slot: int, words: Sequence[str], bits: Sequence[float]) -> None:
        """Make a wording findable, given its words and their bits, none more than the word's alone.

        `slot` is the next number, or a removed one.
        """
        ids = tuple(map(self._vocabulary.add, words))
        if slot == len(self._ids):
            self._ids.append(())
            self._weights.append(array("d"))
        self._ids[slot], self._weights[slot] = ids, array("d", bits)
        self._reach.make_room(len(self._vocabulary))
        worths = [*map(worth, bits)]
        self._reach.put(slot, ids, worths, least_worth(sum(worths)))
        posted = self._keys(slot)
        fresh = self._by_word.post(slot, posted.words, posted.needed)
        fresh |= self._by_pair.post(slot, map(self._pairs.number, posted.pairs), posted.needed)
        fresh |= self._by_pair.post(slot, map(self._pairs.number, posted.telling), 1)
        paired = set(chain.from_iterable((*posted.pairs, *posted.telling)))
        for number in paired:
            self._paired.setdefault(self._vocabulary.word(number), number)
        found_by = map(self._vocabulary.word, {*posted.words, *paired})
        self._joinable.update(word for word in found_by if len(word) >= _JOINED)
        fresh |= self._join(ids)
        if fresh or len(self._vocabulary) != self._remembered:
            self.forget()

    def _join(self, ids: Sequence[int]) -> bool:
        """Note which neighbouring words of a wording are one word as well, as "bull shit"; say whether any are."""
        word = self._vocabulary.word
        found = {word(one) + word(two): (one, two) for one, two in pairwise(ids)}
        known = {name: both for name, both in found.items() if len(name) >= _JOINED and self._words.knows(name)}
        self._compounds |= known
        return bool(known)

    def remove(self, slot: int) -> None:
        """Make a wording unfindable."""
        posted = self._keys(slot)
        self._by_word.withdraw(slot, posted.words)
        self._by_pair.withdraw(slot, map(self._pairs.number, chain(posted.pairs, posted.telling)))
        self._ids[slot], self._weights[slot] = (), array("d")
        self._reach.drop(slot)

    def find(self, posts: Sequence[Sequence[str]]) -> list[dict[int, list[Place]]]:
        """Return for each post, given as raw tokens, the wordings that it may hold, and the places where, in order."""
        if self._fading:
            self._fade()
        found: list[dict[int, list[Place]]] = [{} for _ in posts]
        windows = (window for post, tokens in enumerate(posts) for window in self._windows(post, tokens))
        while some := [*islice(windows, STRETCHES)]:
            for number, slot in self._find(some):
                post, first, *_ = some[number]
                places = found[post].setdefault(slot, [])
                start = places.pop()[0] if places and places[-1][1] >= first else first
                places.append((start, first + WINDOW))
        self._meanings.tidy()
        return found

    def _windows(self, post: int, tokens: Sequence[str]) -> Iterator[_Window]:
        numbers = self._meanings.numbers(tokens)
        joined = self._joinable.intersection(map(add, tokens, tokens[1:]))
        last = len(tokens) - _OVERLAP if len(tokens) > WINDOW else 1
        for first in range(0, last, WINDOW - _OVERLAP):
            window = _Window(post, first, numbers[first : first + WINDOW])
            if joined:
                together = _together(tokens[first : first + WINDOW], joined)
                window = window._replace(together=self._meanings.numbers(together))
            yield window

    def _find(self, windows: Sequence[_Window]) -> Iterable[tuple[int, int]]:
        """Return the wordings that each of a few windows may hold, as pairs of a window's number and a slot."""
        texts = [(number, window.tokens) for number, window in enumerate(windows)]
        texts += [(STRETCHES + number, window.together) for number, window in enumerate(windows) if window.together]
        tokens = np.array([*chain.from_iterable((BREAK, *tokens) for _, tokens in texts)], np.int64)
        text = np.repeat([number for number, _ in texts], [1 + len(tokens) for _, tokens in texts])
        words = self._words_listed(text % STRETCHES, tokens)
        pairs = self._pairs_listed(text, tokens)
        if self._by_word.count(words[1]) + self._by_pair.count(pairs[1]) > _MOST_LISTED and len(windows) > 1:
            half = len(windows) // 2
            later = ((half + number, slot) for number, slot in self._find(windows[half:]))
            return chain(self._find(windows[:half]), later)
        found, slots = often(np.concatenate([self._by_word.listed(*words), self._by_pair.listed(*pairs)]))
        return self._reachable(found % STRETCHES, slots, text % STRETCHES, tokens)

    def _words_listed(self, windows: Numbers, tokens: Numbers) -> tuple[Numbers, Numbers]:
        """Return the words under which wordings are posted, each once in its window: windows and words."""
        where, sizes = self._meanings.keys_of.where(tokens)
        both = different((windows << 32).repeat(sizes) | self._meanings.keys_of.columns[0][where])
        return both >> 32, both & _WORDS

    def _pairs_listed(self, texts: Numbers, tokens: Numbers) -> tuple[Numbers, Numbers]:
        where, sizes = self._meanings.in_pairs_of.where(tokens)
        return self._pairs.said(texts.repeat(sizes), self._meanings.in_pairs_of.columns[0][where])

    def _reachable(
        self, found: Numbers, slots: Numbers, windows: Numbers, tokens: Numbers
    ) -> Iterable[tuple[int, int]]:
        """Keep of the wordings found in windows those of which the tokens there are enough, wherever they stand."""
        if not len(slots):
            return ()
        here = np.isin(windows, found)
        where, sizes = self._meanings.stands_of.where(tokens[here])
        words, sims = self._meanings.stands_of.columns
        said = Said(windows[here].repeat(sizes), words[where], sims[where])
        enough = self._reach.enough(said, found, slots)
        return sorted(zip(found[enough].tolist(), slots[enough].tolist(), strict=True))

    def _keys(self, slot: int) -> Keys:
        worths = [*map(worth, self._weights[slot])]
        least = least_worth(sum(worths)) - _ROUNDING
        return keys(self._ids[slot], worths, least, lambda number: self._bits(self._vocabulary.word(number)))

    def _meaning_of(self, token: str) -> Meaning:
        words = tuple(piece.word for piece in self._words.pieces(token))
        stands = [alike for word in words for alike in self._with_parts(word)]
        return Meaning(
            words=words,
            keys=[*{number for number, sim in stands if sim >= STRONG and number in self._by_word}],
            stands=stands,
            in_pairs=[number for word in words for number in self._paired_parts(word)],
        )

    def _with_parts(self, word: str) -> tuple[Alike, ...]:
        parts = self._compounds.get(word)
        return self._alike[word] + tuple((part, _COMPOUND) for part in parts) if parts else self._alike[word]

    def _paired_parts(self, word: str) -> tuple[int, ...]:
        """Return the numbers a word stands for among pairs; one that is also two stands between its halves."""
        number = self._paired.get(word, -1)
        if number < 0:
            alike = (other for other, sim in self._alike[word] if sim >= STRONG)
            number = next((other for other in alike if self._vocabulary.word(other) in self._paired), -1)
        parts = self._compounds.get(word)
        return (number,) if parts is None else (parts[0], number, parts[1]) if number >= 0 else parts


def _together(tokens: Sequence[str], joined: Container[str]) -> list[str]:
    """Return the tokens, those that are halves of `joined` words as one."""
    whole: list[str] = []
    for token in tokens:
        if whole and whole[-1] + token in joined:
            whole[-1] += token
        else:
            whole.append(token)
    return whole
