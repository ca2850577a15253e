"""What one message tells a chat: the alerts that came together, and what is remarkable about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.core.model import Alert, AlertId, Chat, QuoteId
from monitor.core.people import Preferences

MOST_SHOWN = 30
"""Alerts beside the lead of which a message shows anything; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The content of one message. All its alerts are of one chat and topic, and but for a digest of one quote.

    `lead.id` names the message: it is in the data of its buttons, and in the short number that a person reads.
    """

    lead: Alert
    others: tuple[Alert, ...] = ()  # told by the same message, oldest first; at most `MOST_SHOWN` of them
    count: int = 1  # all alerts the message tells: the lead, `others`, and those not shown; without `reposts`
    counts: Mapping[QuoteId, int] = field(default_factory=dict)  # of a digest: the same of each of its quotes
    reposts: int = 0  # near-duplicates of these, folded into the message
    is_digest: bool = False  # of several quotes: what was held back, or waited in a crowd
    times_usual: float | None = None  # a spike: so many times its usual rate
    silent_since: datetime | None = None  # a quote resurfaces: when it appeared before, if that is long ago
    preferences: Preferences = field(default_factory=Preferences)  # of the chat: its language and zone, whether silent
    suggestions: int = 0  # less sure matches that were recorded meanwhile and wait for a look; told in digests

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts that are shown, the lead first."""
        return (self.lead, *self.others)


class Task(StrEnum):
    """What is to be done in a chat. Each costs a place within Telegram's limits."""

    LOOK = "look"  # whether a message arrived whose answer was lost
    TELL = "tell"
    UPDATE = "update"  # bring a message up to date


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A chat in which something is to be done now."""

    chat: Chat
    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What the outbox has to do: now, and when next."""

    due: tuple[Due, ...] = ()  # at most one for each chat
    next_at: datetime | None = None  # when something else is due; None: nothing is foreseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A telling of which nobody knows whether it arrived, and where in its chat to look for it."""

    telling: Telling
    look_at: int | None  # the number of the message to ask about; None: there is nothing to go by
    is_repeated: bool = False  # it may have been asked about already, without an answer
    known: frozenset[int] = frozenset()  # numbers from there on that are other messages, as the outbox knows
    newest: int = 0  # the highest number known
    empty: int = 0  # numbers in a row, just before `look_at`, that are known to be without a message
    gap: int = 3  # numbers in a row without a message, beyond all known ones, that say that it did not arrive
    is_there: bool = False  # it is in the chat, and was sent more than once: what is looked for is another copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A message that was sent, and what it should tell now."""

    telling: Telling
    message_id: int
    since: datetime


class Found(StrEnum):
    """What is at a number of a chat."""

    IT = "it"  # the message that was looked for
    OURS = "ours"  # another message of the bot's
    FOREIGN = "foreign"  # somebody else's, or one that cannot be edited
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The answer to a look at a number of a chat."""

    found: Found
    lead_id: AlertId | None = None  # whose message it is, when it is ours and says so
