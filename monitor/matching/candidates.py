"""Which quotes a post may hold: an index from rare words to quotes, asked at the speed of the stream.

A match must bring at least `least_bits` of a quote's information. If a quote's common words together cannot reach that,
at least one of its rare words (its keys) must be in the post; often at least two. So each wording is posted under the
fewest and rarest keys for which this holds (the prefix filter of set-similarity joins: Chaudhuri, Ganti, Kaushik 2006),
with the number of hits it needs. A wording of common words only ("I'll be back") is posted under pairs of its words.

For each post the hits are counted in C; wordings with enough of them are then held against the real bound: the bits of
all their words that the post has, in whatever spelling. Only what passes is aligned.
"""

from __future__ import annotations  # array[int] is known to type checkers only

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, compress, pairwise, repeat
from operator import add, mul
from typing import Generic, TypeVar

from monitor.matching.similarity import STRONG, Alike, Vocabulary
from monitor.matching.words import Words

Value = TypeVar("Value")

WINDOW = 64  # tokens; a longer post is looked at in overlapping windows of this length
_KEY_BITS = 6.0  # a word in more than one post in 64 is no key
_MOST_WORTH = 10.0
_LONE_KEY_BITS = 8.5  # a key that decides alone is rarer
_HITS = 2  # asked for where that is possible: more would mean longer lists; where one is enough, it is listed twice
_MANY_PAIRS = 5  # of which a post must have two
_CACHED = 60_000  # tokens remembered; forgetting all of them costs a few milliseconds, once
_CACHED_LENGTH = 40
_JOINED = 6  # letters of a key that is also looked for in two halves ("god damn")


def worth(bits: float) -> float:
    """Return what a word counts here, where order is not looked at: common words are in every post, in some order.

    A rare one counts no more than a less rare one: a name alone is no quote.
    """
    return min(_MOST_WORTH, bits * min(1.0, bits / _KEY_BITS))


def least_worth(total: float) -> float:
    """Return how much of a wording's worth a post must have to be aligned.

    The more a wording says, the smaller the part of it that chance no longer explains.
    """
    return max(0.33 * total, min(0.6 * total, 13.0))


class _Memo(dict[str, Value], Generic[Value]):
    """Remembers what tokens mean; holds only so many, and none of absurd length."""

    def __init__(self, work_out: Callable[[str], Value]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, token: str) -> Value:
        value = self._work_out(token)
        if len(token) <= _CACHED_LENGTH:
            if len(self) >= _CACHED:
                self.clear()
            self[token] = value
        return value


class Index:
    """Wordings by number (`slot`), findable by their words."""

    def __init__(self, vocabulary: Vocabulary, words: Words, bits: Callable[[str], float]) -> None:
        self._vocabulary = vocabulary
        self._words = words
        self._bits = bits
        self._ids: list[array[int]] = []
        self._worths: list[array[float]] = []
        self._least: list[float] = []
        self._postings: dict[int, array[int]] = {}
        self._pairs: dict[tuple[int, int], array[int]] = {}
        self._paired: dict[str, int] = {}
        self._joinable: set[str] = set()
        self.forget()

    def forget(self) -> None:
        """Forget what tokens mean: a new word of a quote may be what they stand for."""
        self._remembered = len(self._vocabulary)  # words; what is remembered holds for these
        self._words.forget()
        self._lists = _Memo(self._lists_of)
        self._alike = _Memo(self._vocabulary.alike)
        self._pieces = _Memo(self._words_of)
        self._stands = _Memo(self._stands_of)
        self._stand_ids = _Memo(self._stand_ids_of)
        self._pair_ids = _Memo(self._pair_ids_of)

    def alike(self, word: str) -> tuple[Alike, ...]:
        """Return the vocabulary's words that a post's word may stand for."""
        return self._alike[word]

    def words(self, tokens: Iterable[str]) -> list[str]:
        """Return the words that raw tokens stand for."""
        pieces = self._pieces
        return [word for token in tokens for word in pieces[token]]

    def wording(self, slot: int) -> array[int]:
        """Return the word numbers of a wording."""
        return self._ids[slot]

    def add(self, slot: int, ids: array[int], bits: Iterable[float]) -> None:
        """Make a wording findable, given its words and their bits. `slot` is the next number, or a removed one."""
        worths = array("f", map(worth, bits))
        if slot == len(self._ids):
            self._ids.append(ids)
            self._worths.append(worths)
            self._least.append(0.0)
        self._ids[slot], self._worths[slot] = ids, worths
        self._least[slot] = least_worth(sum(worths)) - 1e-4
        keys, needed = self._keys(ids, worths, self._least[slot])
        times = _HITS if needed == 1 else 1
        fresh = False
        for key in keys:
            fresh |= key not in self._postings
            self._postings.setdefault(key, array("I")).extend([slot] * times)
            if len(word := self._vocabulary.word(key)) >= _JOINED:
                self._joinable.add(word)
        if not needed:
            pairs = _pairs(ids, worths)
            times = 1 if len(pairs) >= _MANY_PAIRS else _HITS
            for one, two in pairs:
                for number in (one, two):
                    self._paired.setdefault(self._vocabulary.word(number), number)
                fresh = True
                self._pairs.setdefault((one, two), array("I")).extend([slot] * times)
        if fresh or len(self._vocabulary) != self._remembered:
            self.forget()

    def remove(self, slot: int) -> None:
        """Make a wording unfindable."""
        ids, worths = self._ids[slot], self._worths[slot]
        for postings in [self._postings.get(key) for key in set(ids)] + [
            self._pairs.get(p) for p in _pairs(ids, worths)
        ]:
            while postings is not None and slot in postings:
                postings.remove(slot)
        self._ids[slot], self._worths[slot] = array("I"), array("f")

    def find(self, tokens: Sequence[str]) -> list[int]:
        """Return the wordings that a post of these raw tokens may hold."""
        if len(tokens) <= WINDOW:
            return self._find(tokens)
        step = WINDOW // 2
        return list({slot for k in range(0, len(tokens) - step, step) for slot in self._find(tokens[k : k + WINDOW])})

    def _find(self, tokens: Sequence[str]) -> list[int]:
        lists = self._lists
        different = set(tokens)
        if self._joinable:
            different |= self._joinable.intersection(map(add, tokens, tokens[1:]))
        hit = chain.from_iterable(filter(None, map(lists.__getitem__, different)))
        slots = [slot for slot, count in Counter(chain.from_iterable(hit)).items() if count >= _HITS]
        if self._pairs:
            slots += self._by_pairs(tokens)
        return self._reachable(slots, different) if slots else slots

    def _by_pairs(self, tokens: Sequence[str]) -> list[int]:
        numbers = list(chain.from_iterable(map(self._pair_ids.__getitem__, tokens)))
        pairs = self._pairs
        nexts = numbers[1:]
        hit = pairs.keys() & chain(zip(numbers, nexts, strict=False), zip(numbers, nexts[1:], strict=False))
        if not hit:
            return []
        counts = Counter(chain.from_iterable(pairs[pair] for pair in hit))
        return [slot for slot, count in counts.items() if count >= _HITS]

    def _reachable(self, slots: Iterable[int], tokens: Iterable[str]) -> list[int]:
        """Keep the wordings of which the post has enough, wherever the words stand. Most fail the rough sum."""
        ids, worths, least = self._ids, self._worths, self._least
        there = set(chain.from_iterable(map(self._stand_ids.__getitem__, tokens))).__contains__
        slots = [slot for slot in slots if sum(compress(worths[slot], map(there, ids[slot]))) >= least[slot]]
        if not slots:
            return slots
        best: dict[int, float] = {}
        stands = self._stands
        for token in tokens:
            for number, sim in stands[token]:
                if sim > best.get(number, 0.0):
                    best[number] = sim
        alike, nothing = best.get, repeat(0.0)
        return [slot for slot in slots if sum(map(mul, map(alike, ids[slot], nothing), worths[slot])) >= least[slot]]

    def _lists_of(self, token: str) -> tuple[array[int], ...] | None:
        found = {
            number: self._postings[number]
            for number, sim in self._stands[token]
            if sim >= STRONG and number in self._postings
        }
        return tuple(found.values()) or None

    def _words_of(self, token: str) -> tuple[str, ...]:
        return tuple(piece.word for piece in self._words.pieces(token))

    def _stands_of(self, token: str) -> tuple[Alike, ...]:
        return tuple(alike for word in self._pieces[token] for alike in self._alike[word])

    def _stand_ids_of(self, token: str) -> tuple[int, ...]:
        return tuple({number for number, _ in self._stands[token]})

    def _pair_ids_of(self, token: str) -> tuple[int, ...]:
        return tuple(self._paired.get(word, -1) for word in self._pieces[token])

    def _keys(self, ids: array[int], worths: array[float], least: float) -> tuple[list[int], int]:
        """Return the words to post a wording under, and how many hits it needs; none needed: no words will do."""
        total: dict[int, float] = {}
        for number, value in zip(ids, worths, strict=True):
            total[number] = total.get(number, 0.0) + value
        rarity = {number: self._bits(self._vocabulary.word(number)) for number in total}
        keys = sorted((n for n in total if rarity[n] >= _KEY_BITS), key=lambda n: -rarity[n])
        common = sum(value for number, value in total.items() if rarity[number] < _KEY_BITS)
        needed = _hits_needed(common, [total[key] for key in keys], least)
        if not needed:
            return [], 0
        aim = min(needed, _HITS)
        while keys and _hits_needed(common + total[keys[-1]], [total[key] for key in keys[:-1]], least) >= aim:
            common += total[keys.pop()]
        if aim == 1 and rarity[keys[-1]] < _LONE_KEY_BITS:
            return [], 0
        return keys, aim


def _hits_needed(common: float, keys: Sequence[float], least: float) -> int:
    """Return how many keys a post must have at least, if it has all that is common."""
    total = common
    for count, value in enumerate(sorted(keys, reverse=True)):
        if total >= least:
            return count
        total += value
    return len(keys) if total >= least else len(keys) + 1


def _pairs(ids: Sequence[int], worths: Sequence[float]) -> list[tuple[int, int]]:
    """Return the more telling half of the pairs of words that stand beside each other, or with one between."""
    indexes = range(len(ids))
    places = chain(pairwise(indexes), zip(indexes, indexes[2:], strict=False))
    found = {(ids[a], ids[b]): worths[a] + worths[b] for a, b in places}
    ranked = sorted(found, key=lambda pair: -found[pair])
    return ranked[: max(2, (len(ranked) + 1) // 2)]
