"""Who may do what: an owner, or a stranger. Decided from numeric user ids alone; names and titles can be taken.

Whoever cannot be told (an anonymous admin, a channel speaking in a group) is a stranger, and so is everybody
for a command nobody has classed: the answer is no until it is said here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Access(StrEnum):
    """To whom the monitor is open."""

    PRIVATE = "private"  # to its owners
    OPEN = "open"  # to anybody, for subscribing; changing what is tracked stays the owners'


class Needs(StrEnum):
    """Whom a command asks for."""

    ANYBODY = "anybody"
    READER = "reader"  # an owner, or anybody if the monitor is open
    OWNER = "owner"


NEEDS = {
    "start": Needs.ANYBODY,
    "help": Needs.ANYBODY,
    "quotes": Needs.READER,
    "subscribe": Needs.READER,
    "unsubscribe": Needs.READER,
    "status": Needs.READER,
    "sources": Needs.READER,
    "track": Needs.OWNER,
    "untrack": Needs.OWNER,
    "source": Needs.OWNER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator decided."""

    owners: frozenset[int] = frozenset()
    access: Access = Access.PRIVATE


def allowed(command: str, user_id: int | None, policy: Policy) -> bool:
    """Tell whether the user may give this command. None is somebody who cannot be told."""
    if user_id is not None and user_id in policy.owners:
        return True
    match NEEDS.get(command, Needs.OWNER):
        case Needs.ANYBODY:
            return True
        case Needs.READER:
            return policy.access is Access.OPEN and user_id is not None
        case Needs.OWNER:
            return False
