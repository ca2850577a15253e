"""What tracking a quote would mean, told when it is added: how often it would alert by accident, and what to ask for
then.

The quote is looked for in a sample of public posts that ships with the program (public domain, see training/sample.py).
Accidents rarer than the sample can show are estimated from the quote's information: each bit halves them.
"""

import gzip
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from monitor.core.model import Match, Post, Quote, QuoteId, Tier
from monitor.matching.decide import EVERYDAY, ORDINARY
from monitor.matching.frequencies import background
from monitor.matching.matcher import Matcher
from monitor.matching.wording import said_in, weights

POSTS = 100_000  # rates are told for so many
_OFTEN = 5.0  # alerts in so many posts that nobody wants by accident
_EXAMPLES = 5


class Condition(StrEnum):
    """What to ask for beside the words, the mildest that is enough."""

    NONE = "none"  # the words are telling enough
    EXACT = "exact"  # all of its words, in order
    QUOTED = "quoted"  # in quotation marks, or near the speaker's name
    LONGER = "longer"  # track more of the quote: this much is said every day


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What is known of a quote before it has been tracked."""

    bits: float  # of information in its words
    alerts: float  # in 100,000 posts, as it is matched by default
    said: float  # in 100,000 posts: its very words, in whatever sense
    posts: int  # looked at
    condition: Condition
    examples: tuple[str, ...]  # passages of posts that have its words
    why: str  # one sentence


def calibrate(text: str) -> Calibration:
    """Return what tracking `text` would mean. Takes about a second at first, to read the sample; then far less."""
    posts = sample()
    matches = Matcher([Quote(id=QuoteId(0), text=text)]).find(posts)
    words = [one.word for one in said_in(text)]
    bits = sum(weights(words, background()))
    alerts = _rate(sum(match.tier is Tier.ALERT for match in matches), len(posts), bits)
    said = _rate(sum(_has_all(match) for match in matches), len(posts), bits)
    condition = _condition(bits, alerts, said)
    return Calibration(
        bits=round(bits, 1),
        alerts=alerts,
        said=said,
        posts=len(posts),
        condition=condition,
        examples=tuple(match.passage for match in matches[:_EXAMPLES]),
        why=_why(bits, alerts, said, condition),
    )


def alerts_in_sample(quote: Quote, threshold: float | None = None) -> float:
    """Return how often a quote would alert in 100,000 public posts, with what is asked of it beside its words."""
    posts = sample()
    matches = Matcher([quote], threshold=threshold).find(posts)
    bits = sum(weights([one.word for one in said_in(quote.text)], background()))
    return _rate(sum(match.tier is Tier.ALERT for match in matches), len(posts), bits)


@cache
def sample() -> Sequence[Post]:
    """Return the sample of posts that ships with the program."""
    with gzip.open(str(files("monitor.matching") / "sample.txt.gz"), "rt", encoding="utf-8") as lines:
        return [Post(guid=str(number), text=line.rstrip("\n")) for number, line in enumerate(lines)]


def _rate(seen: int, looked: int, bits: float) -> float:
    """Return the number in 100,000 posts: counted, or what the information says when nothing was seen."""
    if seen:
        return round(seen * POSTS / looked, 1)
    return round(min(0.5 * POSTS / looked, POSTS * math.exp2(-bits)), 4)


def _has_all(match: Match) -> bool:
    return not any(word.op == "missing" for word in match.explanation.words)


def _condition(bits: float, alerts: float, said: float) -> Condition:
    if bits < EVERYDAY / 2:
        return Condition.LONGER
    if said >= _OFTEN or bits < EVERYDAY:
        return Condition.QUOTED
    if alerts >= _OFTEN or bits < ORDINARY:
        return Condition.EXACT
    return Condition.NONE


def _times(rate: float) -> str:
    if rate < 0.1:
        return "less than 0.1 times"
    return f"about {rate:.1f} times" if rate < 10 else f"about {rate:.0f} times"


def _why(bits: float, alerts: float, said: float, condition: Condition) -> str:
    told = (
        f"{bits:.0f} bits: would have alerted {_times(alerts)} in 100,000 posts, "
        f"its very words were there {_times(said)}"
    )
    return (
        told
        + {
            Condition.NONE: "",
            Condition.EXACT: "; ask for the exact words",
            Condition.QUOTED: "; ask for quotation marks around it, or for the speaker's name near it",
            Condition.LONGER: "; track more of the quote, so much of it is said every day",
        }[condition]
    )
