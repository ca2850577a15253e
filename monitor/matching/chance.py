"""How often a passage like this is there by accident."""

import math

from monitor.matching.align import Alignment

POSTS = 100_000


def chance(alignment: Alignment) -> float:
    """Return how many of 100,000 posts would have as many bits of the wording by accident."""
    tries = 1.0 + max(0, len(alignment.heard.words) - len(alignment.wording.words)) / 10.0
    return POSTS * min(1.0, tries * math.exp2(-alignment.matched))
