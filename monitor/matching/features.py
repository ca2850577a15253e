"""What is told of an alignment in numbers: the features that the score is a weighted sum of."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from monitor.matching import context
from monitor.matching.align import LONG_PASSAGE, Alignment
from monitor.matching.frequencies import Frequencies
from monitor.matching.lexicon import ARTICLES, DISFLUENCIES, PRONOUNS
from monitor.matching.opposite import negations
from monitor.matching.similarity import STRONG
from monitor.matching.swaps import CONTENT_BITS, swaps

_LIGHT = DISFLUENCIES | ARTICLES
_LONGEST = 512  # words of a post that make a passage in it less sure; an article that quotes is as sure as a long post


AROUND = frozenset(["window", "prefix of a cut post", "cut", "quoted", "apart", "measured"])
"""Features that are worked out late, because what stands around the words is read for them; each is 0 to 1."""
AROUND_FEW_BITS = frozenset(["few bits × apart", "few bits × quoted"])
"""Such features between 0 and "few bits"."""
EXCHANGED = frozenset(["swapped content", "swapped inside", "swaps", "swaps inside", "negation"])
"""Such features of what stands in the place of the quote's words, each 0 to 1: where one is high another is."""


def features(alignment: Alignment, frequencies: Frequencies) -> dict[str, float]:
    """Return the features of an alignment, by name; all are of the order of one."""
    told = of_words(alignment, frequencies)
    return told | around(alignment, frequencies, told)


def of_words(alignment: Alignment, frequencies: Frequencies) -> dict[str, float]:
    """Return the features that the words alone tell, wherever they stand in the text."""
    wording = alignment.wording
    weights, bits, count = wording.weights, wording.bits, len(wording.words)
    pairs, places = alignment.pairs, alignment.places
    best = {pair.i: pair.sim for pair in pairs}
    matched = alignment.matched
    coverage = matched / bits
    inner = wording.before[max(best) + 1] - wording.before[min(best)]
    gaps = [(a, b) for a, b in pairwise(places) if b > a + 1]
    density = len(places) / (len(places) + sum([min(b - a - 1, 4) for a, b in gaps]))
    inserted_bits = sum([min(12.0, _bits_between(alignment.heard.words, a, b, frequencies)) for a, b in gaps])
    run = _longest_run(alignment)
    main = sum([weights[pair.i] * pair.sim for pair in alignment.main])
    information = math.log2(1 + bits)
    pieces = (1 + sum([b.i != a.i + 1 or b.j > a.j + 1 for a, b in pairwise(pairs)])) / len(pairs)
    spread = min(3.0, math.log2((places[-1] - places[0] + 1) / max(1, len(places))))
    whole = count == len(best) and not gaps and all(sim >= STRONG for sim in best.values())
    few = max(0.0, (24.0 - bits) / 12.0)  # how far from evidence enough
    missing_content = sum([weights[i] for i in range(count) if i not in best and weights[i] >= CONTENT_BITS])
    return {
        "coverage": coverage,
        "coverage²": coverage * coverage,
        "main": main / bits,
        "evidence": math.log2(1 + matched),
        "information": information,
        "evidence over 16 bits": min(2.0, max(-1.0, (matched - 16.0) / 16.0)),
        "density": density,
        "inserted": inserted_bits / bits,
        "run": run / bits,
        "run evidence": math.log2(1 + run),
        "letters": alignment.letters if places[-1] - places[0] < LONG_PASSAGE else 0.0,
        "whole": float(whole),
        "coverage × information": coverage * information,
        "density × coverage": density * coverage,
        "same words": sum([sim == 1.0 for sim in best.values()]) / len(best),
        "missing": math.log2(1 + bits - matched) / 5.0,
        "missing content": min(1.5, missing_content / bits),
        "inner coverage": matched / inner,
        "inner × information": matched / inner * information,
        "words": min(count, 12) / 12.0,
        "few words": float(count <= 4) * coverage,
        "pieces": pieces,
        "spread": spread,
        "spread × pieces": spread * pieces,
        "long post": math.log2(1 + min(len(alignment.heard.words), _LONGEST)) / 5.0,
        "few bits": few,
        "few bits × whole": few * whole,
        "few bits × coverage": few * coverage,
        "moved": 1.0 - main / max(matched, 0.01),
        "ends": (float(0 not in best) + float(count - 1 not in best)) / 2.0,
    }


def around(alignment: Alignment, frequencies: Frequencies, told: Mapping[str, float]) -> dict[str, float]:
    """Return the other features, of an alignment whose words have `told` theirs."""
    wording, heard, places = alignment.wording, alignment.heard, alignment.places
    bits, few = wording.bits, told["few bits"]
    said = "".join(heard.words[places[0] : places[-1] + 1]) if places[-1] - places[0] < LONG_PASSAGE else ""
    start, end = alignment.start, alignment.end
    prefix = wording.before[max(pair.i for pair in alignment.pairs) + 1]
    cut = context.is_cut_short(heard.text) and places[-1] >= len(heard.words) - 3
    quoted = context.is_quoted(heard.text, start, end)
    apart = quoted or context.is_apart(heard.text, start, end)
    swapped = swaps(alignment, frequencies)
    return {
        "window": fuzz.partial_ratio(wording.letters, said) / 100.0 if len(said) >= 0.8 * len(wording.letters) else 0.0,
        "prefix of a cut post": alignment.matched / prefix if cut else 0.0,
        "cut": float(cut),
        "quoted": float(quoted),
        "apart": float(apart),
        "swapped content": min(1.0, sum(swap.bits for swap in swapped) / bits),
        "swapped inside": min(1.0, sum(swap.bits for swap in swapped if swap.inside) / bits),
        "swaps": min(4, len(swapped)) / 4.0,
        "swaps inside": min(4, sum(swap.inside for swap in swapped)) / 4.0,
        "negation": float(negations(alignment) != 0),
        "few bits × apart": few * apart,
        "few bits × quoted": few * quoted,
        "measured": float(frequencies.measures(wording.words)),
    }


def _bits_between(words: Sequence[str], first: int, last: int, frequencies: Frequencies) -> float:
    return sum([frequencies.bits(word) for word in words[first + 1 : min(last, first + 9)] if word not in _LIGHT])


def _longest_run(alignment: Alignment) -> float:
    """Return the bits of the longest stretch without anything between, in quote and post."""
    weights = alignment.wording.weights
    best = run = 0.0
    previous = None
    for pair in alignment.main:
        together = previous is not None and pair.i == previous.i + 1 and pair.j <= previous.j + 1 and pair.sim >= STRONG
        run = run * together + weights[pair.i] * pair.sim
        best = max(best, run)
        previous = pair
    return best


def pronouns_changed(alignment: Alignment) -> bool:
    words, heard = alignment.wording.words, alignment.heard.words
    return any(
        words[i] != heard[int(j)] and words[i] in PRONOUNS and heard[int(j)] in PRONOUNS for j, i, _ in alignment.pairs
    )
