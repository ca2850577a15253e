"""What is told of an alignment in numbers: the features that the score is a weighted sum of."""

import math
from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from monitor.matching import context
from monitor.matching.align import Alignment
from monitor.matching.frequencies import Frequencies
from monitor.matching.lexicon import ARTICLES, ATTRIBUTIONS, DISFLUENCIES, NEGATIONS, PRONOUNS
from monitor.matching.similarity import STRONG

_CONTENT_BITS = 6.0
_LIKE = 75.0  # of 100: another form of the word, not another word
_NEARLY_ALL = 0.85
_STOPS = frozenset('.!?;:…\n"“”„«»|()[]。！？')
_ASIDE = '[]()"“”„«»…'
_LIGHT = DISFLUENCIES | ARTICLES


def features(alignment: Alignment, frequencies: Frequencies) -> dict[str, float]:
    """Return the features of an alignment, by name; all are of the order of one."""
    wording, heard = alignment.wording, alignment.heard
    weights, bits = wording.weights, wording.bits
    best = {pair.i: pair.sim for pair in alignment.pairs}
    matched = alignment.matched
    coverage = matched / bits
    places = alignment.places
    matched_i = sorted(best)
    inner = wording.before[matched_i[-1] + 1] - wording.before[matched_i[0]]
    gaps = [b - a - 1 for a, b in pairwise(places)]
    density = len(places) / (len(places) + sum(min(gap, 4) for gap in gaps))
    inserted = [place for a, b in pairwise(places) for place in range(a + 1, b)]
    inserted_bits = sum(
        min(12.0, _bits_between(heard.words, a, b, frequencies)) for a, b in pairwise(places) if b > a + 1
    )
    run = _longest_run(alignment)
    main = sum(weights[pair.i] * pair.sim for pair in alignment.main)
    said = "".join(heard.words[places[0] : places[-1] + 1]) if places[-1] - places[0] < 150 else ""
    count = len(wording.words)
    information = math.log2(1 + bits)
    evidence = math.log2(1 + matched)
    start, end = alignment.start, alignment.end
    prefix = wording.before[matched_i[-1] + 1]
    cut = context.is_cut_short(heard.text) and places[-1] >= len(heard.words) - 3
    quoted = context.is_quoted(heard.text, start, end)
    apart = quoted or context.is_apart(heard.text, start, end)
    swapped = swaps(alignment, frequencies)
    runs = 1 + sum(b.i != a.i + 1 or b.j > a.j + 1 for a, b in pairwise(alignment.pairs))
    spread = places[-1] - places[0] + 1
    whole = count == len(best) and not inserted and all(sim >= STRONG for sim in best.values())
    few = max(0.0, (24.0 - bits) / 12.0)  # how far from evidence enough
    missing_content = sum(weights[i] for i in range(count) if i not in best and weights[i] >= _CONTENT_BITS)
    return {
        "coverage": coverage,
        "coverage²": coverage * coverage,
        "main": main / bits,
        "evidence": evidence,
        "information": information,
        "evidence over 16 bits": min(2.0, max(-1.0, (matched - 16.0) / 16.0)),
        "density": density,
        "inserted": inserted_bits / bits,
        "run": run / bits,
        "run evidence": math.log2(1 + run),
        "letters": alignment.letters if said else 0.0,
        "window": fuzz.partial_ratio(wording.letters, said) / 100.0 if len(said) >= 0.8 * len(wording.letters) else 0.0,
        "whole": float(whole),
        "coverage × information": coverage * information,
        "density × coverage": density * coverage,
        "prefix of a cut post": matched / prefix if cut else 0.0,
        "cut": float(cut),
        "quoted": float(quoted),
        "apart": float(apart),
        "same words": sum(sim == 1.0 for sim in best.values()) / len(best),
        "missing": math.log2(1 + bits - matched) / 5.0,
        "missing content": min(1.5, missing_content / bits),
        "inner coverage": matched / inner,
        "inner × information": matched / inner * information,
        "words": min(count, 12) / 12.0,
        "few words": float(count <= 4) * coverage,
        "swapped content": min(1.0, sum(swapped) / bits),
        "pieces": runs / len(alignment.pairs),
        "spread": min(3.0, math.log2(spread / max(1, len(places)))),
        "spread × pieces": min(3.0, math.log2(spread / max(1, len(places)))) * runs / len(alignment.pairs),
        "swaps": min(4, len(swapped)) / 4.0,
        "negation": float(negations(alignment) != 0),
        "long post": math.log2(1 + len(heard.words)) / 5.0,
        "few bits": few,
        "few bits × whole": few * whole,
        "few bits × apart": few * apart,
        "few bits × quoted": few * quoted,
        "few bits × coverage": few * coverage,
        "moved": 1.0 - main / max(matched, 0.01),
        "ends": (float(0 not in best) + float(count - 1 not in best)) / 2.0,
    }


def _bits_between(words: Sequence[str], first: int, last: int, frequencies: Frequencies) -> float:
    return sum(
        frequencies.bits(words[place]) for place in range(first + 1, min(last, first + 9)) if words[place] not in _LIGHT
    )


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


def swaps(alignment: Alignment, frequencies: Frequencies) -> list[float]:
    """Return, for each place where other content stands, the bits of the quote's content words that had to go.

    That is what a parody does: the frame is kept and what it is about is exchanged.
    """
    words, weights = alignment.wording.words, alignment.wording.weights
    heard = alignment.heard.words
    used_i, used_j = {pair.i for pair in alignment.pairs}, set(alignment.places)
    found: list[float] = []
    for gap_i, gap_j in gaps_of(alignment):
        if not gap_i or not gap_j or len(gap_j) > len(gap_i) + 3:
            continue
        if gap_i.stop < len(words) and gap_i.start and _is_aside(alignment, gap_j):
            continue
        said = [heard[k] for k in gap_j if k not in used_j and frequencies.bits(heard[k]) >= _CONTENT_BITS]
        gone = [k for k in gap_i if k not in used_i and frequencies.bits(words[k]) >= _CONTENT_BITS]
        lost = sum(weights[k] for k in gone if all(fuzz.ratio(words[k], word) < _LIKE for word in said))
        instead = sum(frequencies.bits(word) for word in said)
        if lost and instead:
            found.append(min(lost, instead))
    return found


def gaps_of(alignment: Alignment) -> list[tuple[range, range]]:
    """Return the gaps of the main part, in quote and post; the last two are what follows and what comes before."""
    count = len(alignment.wording.words)
    gaps = [(range(one.i + 1, two.i), range(int(one.j) + 1, int(two.j))) for one, two in pairwise(alignment.main)]
    first, last = alignment.main[0], alignment.main[-1]
    gaps.append((range(last.i + 1, count), _goes_on(alignment, int(last.j), 1, count - last.i)))
    gaps.append((range(first.i), _goes_on(alignment, int(first.j), -1, first.i + 1)))
    return gaps


def _goes_on(alignment: Alignment, place: int, step: int, most: int) -> range:
    """Return the places after (or before) a word of the post that belong to the same stretch of speech."""
    said, text = alignment.heard.said, alignment.heard.text
    at = place
    for _ in range(most if most > 1 else 0):
        after = at + step
        if not 0 <= after < len(said):
            break
        low, high = (said[at].end, said[after].start) if step > 0 else (said[after].end, said[at].start)
        if _STOPS.intersection(text[low:high]):
            break
        at = after
    return range(place + 1, at + 1) if step > 0 else range(at, place)


def _is_aside(alignment: Alignment, places: range) -> bool:
    """Say whether these words only say who speaks, or stand in brackets: they take no word's place."""
    said, text = alignment.heard.said, alignment.heard.text
    around = text[max(0, said[places[0]].start - 4) : said[places[-1]].end + 4]
    return any(c in _ASIDE for c in around) or any(alignment.heard.words[k] in ATTRIBUTIONS for k in places)


def negations(alignment: Alignment) -> int:
    """Return how many negations the passage has too many or too few, where it otherwise says the same."""
    words, heard = alignment.wording.words, alignment.heard.words
    matched = {pair.i for pair in alignment.pairs}
    places = set(alignment.places)
    count = 0
    for gap_i, gap_j in gaps_of(alignment)[:-2]:
        quoted = [k for k in gap_i if k not in matched and words[k] in NEGATIONS]
        said = [k for k in gap_j if k not in places and heard[k] in NEGATIONS]
        near = words[max(0, gap_i.start - 3) : gap_i.stop + 3]
        if (said and not quoted and len(gap_j) <= 3 and not NEGATIONS.intersection(near)) or (
            quoted
            and not said
            and len(gap_i) <= 3
            and not NEGATIONS.intersection(heard[max(0, gap_j.start - 3) : gap_j.stop + 3])
        ):
            count += 1
    count += sum(
        (words[pair.i] in NEGATIONS) != (heard[int(pair.j)] in NEGATIONS)
        and not NEGATIONS.intersection(heard[max(0, int(pair.j) - 4) : int(pair.j)])
        for pair in alignment.main
        if pair.sim < STRONG
    )
    return count + _is_negated_before(alignment) + _exchanged(alignment)


def _exchanged(alignment: Alignment) -> int:
    """Return how many single words, telling ones or negations, changed places with others: who does what to whom.

    Clauses that changed places are longer, and say the same.
    """
    in_main = {pair.i for pair in alignment.main}
    moved = sorted(pair for pair in alignment.pairs if pair.i not in in_main)
    if not moved or alignment.matched < _NEARLY_ALL * alignment.wording.bits:
        return 0
    words, weights = alignment.wording.words, alignment.wording.weights
    alone = 0
    for k, pair in enumerate(moved):
        beside = [
            other
            for other in moved[max(0, k - 1) : k + 2]
            if other is not pair and abs(other.i - pair.i) <= 2 >= abs(other.j - pair.j)
        ]
        if not beside and (weights[pair.i] >= _CONTENT_BITS or words[pair.i] in NEGATIONS):
            alone += 1
    return alone if alone > 1 or any(words[pair.i] in NEGATIONS for pair in moved) else 0


def _is_negated_before(alignment: Alignment) -> bool:
    first, said = alignment.first, alignment.heard.said
    if not first or min(pair.i for pair in alignment.pairs) or alignment.heard.words[first - 1] not in ("not", "never"):
        return False
    return not alignment.heard.text[said[first - 1].end : said[first].start].strip(" '’")


def pronouns_changed(alignment: Alignment) -> bool:
    words, heard = alignment.wording.words, alignment.heard.words
    return any(
        words[i] != heard[int(j)] and words[i] in PRONOUNS and heard[int(j)] in PRONOUNS for j, i, _ in alignment.pairs
    )
