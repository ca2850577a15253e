"""Who people are to the monitor, and how a chat wants to be told."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import NewType

from monitor.core.changes import Difference
from monitor.core.model import Quote, QuoteId

UserId = NewType("UserId", int)
"""Telegram's number of a person."""

ChangeId = NewType("ChangeId", int)


class Role(StrEnum):
    """What somebody is to the monitor. Owners are in the settings; who is not known is a stranger."""

    OWNER = "owner"  # everything, and gives roles
    EDITOR = "editor"  # changes what is tracked and polled
    REVIEWER = "reviewer"  # judges matches, exports
    SUBSCRIBER = "subscriber"  # is told, looks things up
    STRANGER = "stranger"
    BANNED = "banned"  # gets no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person with a role that is kept in the store."""

    user_id: UserId
    name: str | None
    role: Role  # never owner or stranger
    added_at: datetime
    added_by: str
    reason: str | None = None  # why banned


class Digest(StrEnum):
    """How often a chat is told what came together."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How a chat wants to be told."""

    lang: str | None = None  # None: as Telegram says of the person, or English
    zone: str | None = None  # an IANA name; None: the settings'
    quiet_from: time | None = None  # in the chat's zone; with `quiet_to`, or neither
    quiet_to: time | None = None
    digest: Digest | None = None  # None: at once
    digest_at: time | None = None  # of a daily or weekly digest, in the chat's zone; None: 09:00
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What a chat is told of: a quote, a tag's quotes, or (neither) every quote."""

    quote: Quote | None = None
    tag: str | None = None
    changed: bool = True  # by what was just asked for
    is_empty: bool = False  # a tag that no quote has yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """What a chat wants to hear nothing of for a while."""

    quote_id: QuoteId | None  # None: of anything
    quote: str | None  # its words
    until: datetime | None  # None: until somebody ends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What somebody changed: a row of the audit."""

    id: ChangeId
    at: datetime
    by: str  # such as telegram:123456
    by_name: str | None  # what that member is called
    action: str  # such as "track"
    subject: str  # such as "quote 3"
    what: str  # the words of the quote, the name of the source; empty when there is nothing to say
    differences: tuple[Difference, ...] = ()
    quote_id: QuoteId | None = None  # the quote it is about, where the subject is another: a mute, a verdict, a feed
    quote: str = ""  # its words
    chat: str = ""  # what the chat is called that was changed, where that is known
    is_undone: bool = False
    undoes: ChangeId | None = None
