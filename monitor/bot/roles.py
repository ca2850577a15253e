"""Who may do what. A role is known by the numeric user id alone; names and titles can be taken.

Whoever cannot be told (an anonymous admin, a channel speaking in a group) may do nothing, and nobody but an owner may
do what nobody has classed: the answer is no until it is said here.
"""

from dataclasses import dataclass
from enum import StrEnum

from monitor.core.people import Role


class Access(StrEnum):
    """To whom the monitor is open."""

    PRIVATE = "private"  # to its owners and members
    OPEN = "open"  # to anybody, for reading and subscribing


class Needs(StrEnum):
    """Whom a command or a button asks for; each includes those after it."""

    ANYBODY = "anybody"
    READER = "reader"  # a member, or anybody if the monitor is open
    SUBSCRIBER = "subscriber"  # a member
    REVIEWER = "reviewer"
    EDITOR = "editor"
    OWNER = "owner"


NEEDS = {
    "start": Needs.ANYBODY,
    "help": Needs.ANYBODY,
    "language": Needs.READER,
    "quotes": Needs.READER,
    "quote": Needs.READER,
    "history": Needs.READER,
    "sources": Needs.READER,
    "status": Needs.READER,
    "subscribe": Needs.READER,
    "unsubscribe": Needs.READER,
    "mute": Needs.READER,
    "unmute": Needs.READER,
    "quiet": Needs.READER,
    "zone": Needs.READER,
    "digest": Needs.READER,
    "silent": Needs.READER,
    "preferences": Needs.READER,
    "undo": Needs.READER,
    "try": Needs.SUBSCRIBER,
    "preview": Needs.SUBSCRIBER,
    "check": Needs.SUBSCRIBER,
    "stats": Needs.SUBSCRIBER,
    "review": Needs.SUBSCRIBER,
    "export": Needs.REVIEWER,
    "track": Needs.EDITOR,
    "edit": Needs.EDITOR,
    "variant": Needs.EDITOR,
    "pause": Needs.EDITOR,
    "resume": Needs.EDITOR,
    "untrack": Needs.EDITOR,
    "source": Needs.EDITOR,
    "audit": Needs.EDITOR,
    "members": Needs.OWNER,
    "invite": Needs.OWNER,
    "ban": Needs.OWNER,
}

PRIVATELY = frozenset({"members", "invite", "ban", "review", "audit"})
"""What is done in a private chat only, since the answer is not for everybody in a group."""

OF_THE_CHAT = frozenset(
    {"subscribe", "unsubscribe", "mute", "unmute", "quiet", "zone", "digest", "silent", "language", "preferences"}
)
"""Commands and buttons that change how a chat is told: in a group or channel for its administrators, and editors."""

_RANK = {Role.BANNED: -1, Role.STRANGER: 0, Role.SUBSCRIBER: 1, Role.REVIEWER: 2, Role.EDITOR: 3, Role.OWNER: 4}
_LEAST = {
    Needs.ANYBODY: Role.STRANGER,
    Needs.READER: Role.SUBSCRIBER,
    Needs.SUBSCRIBER: Role.SUBSCRIBER,
    Needs.REVIEWER: Role.REVIEWER,
    Needs.EDITOR: Role.EDITOR,
    Needs.OWNER: Role.OWNER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator decided."""

    owners: frozenset[int] = frozenset()
    access: Access = Access.PRIVATE


def role_of(user_id: int | None, given: Role | None, policy: Policy) -> Role:
    """Return what somebody is: an owner by the settings, else what the store says. None is nobody who can be told."""
    if user_id is None:
        return Role.STRANGER
    if user_id in policy.owners:
        return Role.OWNER
    return given if given not in (None, Role.OWNER) else Role.STRANGER


def is_at_least(role: Role, least: Role) -> bool:
    """Tell whether a role includes another."""
    return _RANK[role] >= _RANK[least]


def allowed(needs: Needs, role: Role, access: Access) -> bool:
    """Tell whether somebody of this role may do what asks for `needs`. Who is banned may do nothing."""
    if needs is Needs.READER and access is Access.OPEN and role is Role.STRANGER:
        return True
    return is_at_least(role, _LEAST[needs])


def needed_by(command: str) -> Needs:
    """Return whom a command asks for."""
    return NEEDS.get(command, Needs.OWNER)
