"""Which wordings a post may hold: an index from rare words to wordings, asked at the speed of the stream.

Each wording is posted under a few of its words, or pairs of them (`keys`). A post's words bring the wordings posted
under them, counted in C; those are held against the real bound: what all their words that the post has are worth, in
whatever spelling. Only what passes is aligned.

How large the memory of an index is: for each wording a tuple of word numbers, eight bytes a word for its bits and five
for what they are worth here.
"""

from __future__ import annotations  # array[int] is known to type checkers only

from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import chain, compress, pairwise, repeat
from math import ceil
from operator import add, eq, itemgetter, mul
from typing import Generic, TypeVar

from monitor.matching.keys import HITS, Keys, WordPair, keys, least_worth, worth
from monitor.matching.similarity import STRONG, Alike, Vocabulary
from monitor.matching.words import Words

Key = TypeVar("Key")
Value = TypeVar("Value")

WINDOW = 40  # tokens; a longer post is looked at in windows of this length
_OVERLAP = 16  # tokens that a window shares with the next: what a short quote and a few words inside it take
_CACHED = 60_000  # tokens remembered
_CACHED_LENGTH = 40
_FADING = 200  # tokens forgotten at a time: all at once would take milliseconds
_JOINED = 6  # letters of a key that is also looked for in two halves ("god damn")
_ROUGH = 25  # parts of a worth of one: the most that a word is worth is still one byte
_HOW_ALIKE = itemgetter(1)
_COMPOUND = 0.97  # how alike a word is to the two of a quote that it joins ("shitload")


class _Memo(dict[str, Value], Generic[Value]):
    """Remembers what tokens mean; holds only so many, and none of absurd length."""

    def __init__(self, work_out: Callable[[str], Value]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, token: str) -> Value:
        value = self._work_out(token)
        if len(token) <= _CACHED_LENGTH:
            if len(self) >= _CACHED:
                for old in [*zip(self, range(_FADING), strict=False)]:
                    del self[old[0]]
            self[token] = value
        return value


class _Postings(dict[Key, "array[int]"], Generic[Key]):
    """Wordings by what they are posted under, so often that `HITS` of them make a wording a candidate."""

    def post(self, slot: int, under: Iterable[Key], needed: int) -> bool:
        """Post a wording under its keys, of which `needed` must be met; return whether any of them is new."""
        fresh = False
        for key in under:
            fresh |= key not in self
            self.setdefault(key, array("I")).extend([slot] * (HITS // needed))
        return fresh

    def withdraw(self, slot: int, under: Iterable[Key], needed: int) -> None:
        for key in under:
            for _ in range(HITS // needed):
                self[key].remove(slot)


def _hit(lists: Iterable[array[int]]) -> list[int]:
    """Return the wordings that are listed often enough. Most posts have none, which shows by nothing being twice."""
    slots = array("I", b"".join(lists)).tolist()
    slots.sort()  # what is left of each list is in order, which makes this fast
    return [*dict.fromkeys(compress(slots, map(eq, slots, slots[HITS - 1 :])))]


class Index:
    """Wordings by number (`slot`), findable by their words. `bits` is the rarity of a word."""

    def __init__(self, vocabulary: Vocabulary, words: Words, bits: Callable[[str], float]) -> None:
        self._vocabulary = vocabulary
        self._words = words
        self._bits = bits
        self._ids: list[tuple[int, ...]] = []
        self._weights: list[array[float]] = []
        self._worths: list[array[float]] = []
        self._least: list[float] = []
        self._roughly: list[bytes] = []  # the worths, rounded up, in parts
        self._by_word: _Postings[int] = _Postings()
        self._by_pair: _Postings[WordPair] = _Postings()
        self._paired: dict[str, int] = {}
        self._joinable: set[str] = set()
        self._compounds: dict[str, tuple[int, int]] = {}
        self._fading: list[dict[str, object]] = []
        self._start_remembering()

    def _start_remembering(self) -> None:
        self._remembered = len(self._vocabulary)  # words; what is remembered holds for these
        self._met = _Memo(self._met_of)
        self._alike = _Memo(self._vocabulary.alike)
        self._pieces = _Memo(self._words_of)
        self._stands = _Memo(self._stands_of)
        self._numbers = _Memo(self._numbers_of)
        self._pair_ids = _Memo(self._pair_ids_of)

    def forget(self) -> None:
        """Forget what tokens mean: a new word of a quote may be what they stand for."""
        memos = (
            self._met, self._alike, self._pieces, self._stands, self._numbers, self._pair_ids, self._words.forget(),
        )  # fmt: skip
        self._fading += [memo for memo in memos if memo]  # type: ignore[misc]  # whatever they hold
        self._start_remembering()

    def _fade(self) -> None:
        """Give back a little of the memory of what was forgotten."""
        last = self._fading[-1]
        for _ in range(min(_FADING, len(last))):
            last.popitem()
        if not last:
            self._fading.pop()

    def alike(self, word: str) -> tuple[Alike, ...]:
        """Return the vocabulary's words that a post's word may stand for."""
        return self._alike[word]

    def words(self, tokens: Iterable[str]) -> list[str]:
        """Return the words that raw tokens stand for."""
        return list(chain.from_iterable(map(self._pieces.__getitem__, tokens)))

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
            self._worths.append(array("f"))
            self._least.append(0.0)
            self._roughly.append(b"")
        self._ids[slot], self._weights[slot] = ids, array("d", bits)
        self._worths[slot] = worths = array("f", map(worth, bits))
        self._least[slot] = least_worth(sum(worths)) - 1e-4
        self._roughly[slot] = bytes(ceil(_ROUGH * one) for one in worths)
        posted = self._keys(slot)
        fresh = self._by_word.post(slot, posted.words, posted.needed)
        fresh |= self._by_pair.post(slot, posted.pairs, posted.needed)
        fresh |= self._by_pair.post(slot, posted.telling, 1)
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
        self._by_word.withdraw(slot, posted.words, posted.needed)
        self._by_pair.withdraw(slot, posted.pairs, posted.needed)
        self._by_pair.withdraw(slot, posted.telling, 1)
        self._ids[slot], self._weights[slot], self._worths[slot] = (), array("d"), array("f")
        self._roughly[slot] = b""

    def find(self, tokens: Sequence[str]) -> list[int]:
        """Return the wordings that a post of these raw tokens may hold."""
        if self._fading:
            self._fade()
        found: set[int] = set()
        for window in _windows(tokens):
            found.update(self._find(window, found))
        return list(found)

    def _find(self, tokens: Sequence[str], found: set[int]) -> list[int]:
        different = set(tokens)
        joined = self._joinable.intersection(map(add, tokens, tokens[1:]))
        different |= joined
        slots = _hit(map(self._by_word.__getitem__, set[int]().union(*map(self._met.__getitem__, different))))
        if self._paired:
            slots += self._hit_by_pairs(tokens)
            if joined:
                slots += self._hit_by_pairs(_together(tokens, joined))
        if found:
            slots = [slot for slot in slots if slot not in found]
        return self._reachable(slots, different) if slots else slots

    def _hit_by_pairs(self, tokens: Sequence[str]) -> list[int]:
        numbers = list(chain.from_iterable(map(self._pair_ids.__getitem__, tokens)))
        nexts, pairs = numbers[1:], self._by_pair
        met = pairs.keys() & chain(zip(numbers, nexts, strict=False), zip(numbers, nexts[1:], strict=False))
        return _hit(map(pairs.__getitem__, met)) if met else []

    def _reachable(self, slots: list[int], tokens: Iterable[str]) -> list[int]:
        """Keep the wordings of which the post has enough, wherever the words stand.

        First with every word that is there in any spelling counted in full: so most are told, and in half the time.
        """
        ids, worths, roughly, least = self._ids, self._worths, self._roughly, self._least
        has = set[int]().union(*map(self._numbers.__getitem__, tokens)).__contains__
        slots = [slot for slot in slots if sum(compress(roughly[slot], map(has, ids[slot]))) >= _ROUGH * least[slot]]
        if not slots:
            return slots
        rising = sorted(chain.from_iterable(map(self._stands.__getitem__, tokens)), key=_HOW_ALIKE)
        alike, nothing = dict(rising).get, repeat(0.0)  # of all that stand for a word, the most alike is last
        return [slot for slot in slots if sum(map(mul, map(alike, ids[slot], nothing), worths[slot])) >= least[slot]]

    def _keys(self, slot: int) -> Keys:
        return keys(
            self._ids[slot], self._worths[slot], self._least[slot], lambda n: self._bits(self._vocabulary.word(n))
        )

    def _met_of(self, token: str) -> tuple[int, ...]:
        """Return the keys that a token stands for."""
        return tuple({number for number, sim in self._stands[token] if sim >= STRONG and number in self._by_word})

    def _words_of(self, token: str) -> tuple[str, ...]:
        return tuple(piece.word for piece in self._words.pieces(token))

    def _stands_of(self, token: str) -> tuple[Alike, ...]:
        return tuple(alike for word in self._pieces[token] for alike in self._with_parts(word))

    def _numbers_of(self, token: str) -> tuple[int, ...]:
        return tuple(number for number, _ in self._stands[token])

    def _with_parts(self, word: str) -> tuple[Alike, ...]:
        parts = self._compounds.get(word)
        return self._alike[word] + tuple((part, _COMPOUND) for part in parts) if parts else self._alike[word]

    def _pair_ids_of(self, token: str) -> tuple[int, ...]:
        return tuple(number for word in self._pieces[token] for number in self._paired_parts(word))

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


def _windows(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    if len(tokens) <= WINDOW:
        yield tokens
        return
    for first in range(0, len(tokens) - _OVERLAP, WINDOW - _OVERLAP):
        yield tokens[first : first + WINDOW]
