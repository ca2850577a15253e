"""The best way through pairs of alike words: sparse dynamic programming, linear in their number."""

from collections.abc import Sequence

from monitor.matching.wording import Wording

_SKIPPED = 0.45  # of its bits: the cost of leaving out a word of the quote
_INSERTED = 1.6  # bits: the cost of a word between
_INSERTED_MOST = 9.0  # bits: the most that a gap costs
FAR = 1.0 + _INSERTED_MOST / _INSERTED  # words apart: from here on a gap costs the same
_NOTHING = float("-inf")

Found = tuple[float, int, float]
"""A pair as it is while it is one of many: making a `Pair` of each would take longer than all that is done with it."""


def chain(wording: Wording, pairs: Sequence[Found]) -> tuple[float, list[Found]]:
    """Return the best chain of pairs in which both orders agree, after what it is worth.

    That is the bits of its pairs, less what it skips. Gaps of more than a few words all cost the same: of the pairs
    that far before one, only the best of each word of the quote counts.
    """
    weights, before = wording.weights, wording.before
    links: list[int] = []
    scores: list[float] = []
    hopes: list[float] = []  # what each is worth, had a pair after it only to pay for all that it skips from the start
    far, far_links = [_NOTHING] * len(weights), [-1] * len(weights)  # hopes by word of the quote
    top = top_far = _NOTHING
    near = 0  # the first pair that is
    for k, (j, i, sim) in enumerate(pairs):
        while pairs[near][0] < j - FAR:
            hope, at = hopes[near], pairs[near][1]
            if hope >= far[at]:
                far[at], far_links[at] = hope, near
                if hope > top_far:  # noqa: PLR1730  here and below: a call for each pair would take longer
                    top_far = hope
            near += 1
        missing = best = _SKIPPED * before[i]
        link = -1
        if top > best:
            for p in range(k - 1, near - 1, -1):
                if hopes[p] > best:
                    pj, pi, _ = pairs[p]
                    if pi < i and pj < j and (hope := hopes[p] - (j - pj - 1.0) * _INSERTED) > best:
                        best, link = hope, p
            if top_far - _INSERTED_MOST > best and i:
                hope = max(far[:i])
                if hope - _INSERTED_MOST > best:
                    best, link = hope - _INSERTED_MOST, far_links[far.index(hope)]
        links.append(link)
        best += sim * weights[i] - missing
        scores.append(best)
        hopes.append(hope := best + _SKIPPED * before[i + 1])
        if hope > top:  # noqa: PLR1730
            top = hope
    best = max(scores, default=0.0)
    at = scores.index(best) if scores else -1
    linked: list[Found] = []
    while at >= 0:
        linked.append(pairs[at])
        at = links[at]
    linked.reverse()
    return best, linked
