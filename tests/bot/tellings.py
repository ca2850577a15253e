"""What messages tell, for tests of their texts."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from monitor.core.model import Appearance, MatchId, Span
from monitor.core.telling import Telling
from monitor.core.verdicts import Judgement, Verdict
from tests.bot.helpers import an_alert, an_appearance
from tests.builders import NOON, QUOTE


def a_telling(found: Sequence[Appearance], *, more: int = 0, **given: Any) -> Telling:
    """What a message tells of these matches, the first one's alert leading, and of `more` of its quote, not shown."""
    lead, *others = [an_alert(number, appearance=one) for number, one in enumerate(found, start=1)]
    counts = Counter(one.quote_id for one in found)
    counts[lead.appearance.quote_id] += more
    return Telling(lead=lead, others=tuple(others), count=counts.total(), counts=counts, **given)


def some(count: int, **given: Any) -> list[Appearance]:
    """Matches of one quote in as many posts, each saying which it is."""
    return [
        an_appearance(
            f"{number}. {QUOTE}",
            match_id=MatchId(number),
            spans=(Span(start=len(f"{number}. "), end=len(f"{number}. {QUOTE}")),),
            url=f"https://news.example/{number}",
            **given,
        )
        for number in range(1, count + 1)
    ]


def a_judgement(verdict: Verdict = Verdict.RIGHT, **given: Any) -> Judgement:
    known = {"note": None, "at": NOON, "by": "telegram:1", "name": "Ann"}
    return Judgement(verdict=verdict, **(known | given))
