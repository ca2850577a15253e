"""The books of the outbox: what was found, what was told of it, and where the two do not add up."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.core.model import AlertState


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Rows that ought not to be. Each kind of them is a promise that was not kept."""

    what: str  # one sentence: what is wrong with them
    count: int
    examples: tuple[int, ...] = ()  # the first ids: of matches when `what` says so, else of alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """How matches, alerts and messages add up."""

    matches: int  # sure enough to alert, and not quiet
    alerts: Mapping[AlertState, int]
    messages: int  # sent
    told: int  # alerts that those messages tell: sent, and digested into sent ones
    stale: int  # messages that are to be brought up to date
    in_doubt: int  # messages of which it is not known whether they arrived
    given_up: Mapping[str, int]  # dead alerts by reason
    differences: tuple[Difference, ...] = ()  # empty when everything adds up

    @property
    def is_right(self) -> bool:
        return not self.differences
