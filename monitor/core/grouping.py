"""When a chat is told of a quote: the first appearance at once, a viral one in growing windows, a crowd as a digest.

Alerts of one quote that wait for the same chat (or topic of it) are a group and become one message. After a message
the group waits for a window that doubles while alerts keep coming and halves for every window of quiet. What was
told least recently comes first, so a viral quote starves no quiet one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.model import ChatId, QuoteId

GATHER = timedelta(seconds=1)  # how long the first alert of a group waits for others of the same moment
FIRST_WINDOW, LONGEST_WINDOW = timedelta(seconds=10), timedelta(minutes=5)
CROWD = 8  # quotes that wait for one chat at the same time; more of them come as one digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How a chat was told of a quote last: when, and how long the next message waits after that."""

    told_at: datetime
    length: timedelta

    @property
    def end(self) -> datetime:
        return self.told_at + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Alerts that wait to be told together."""

    chat_id: ChatId
    thread_id: int | None
    first: int  # the id of the alert that is to lead them
    since: datetime  # when the first of them was made
    quote_id: QuoteId | None = None  # None: what was held comes together, whatever the quote
    is_alone: bool = False  # a message with others was refused, so this one is told by itself
    retry_at: datetime | None = None  # it was tried before, and is to be tried again then; or when its hold ends
    window: Window | None = None
    is_blocked: bool = False  # something of the same quote is under way: what is newer is not told before it

    def due_at(self, *, gather: timedelta = GATHER) -> datetime:
        """Return when the group may be told."""
        if self.retry_at is not None:
            return self.retry_at
        ready = self.since + gather
        return ready if self.is_alone or self.window is None else max(ready, self.window.end)

    @property
    def served_at(self) -> datetime | None:
        return self.window.told_at if self.window else None


def next_groups(groups: Sequence[Group], now: datetime, *, gather: timedelta = GATHER) -> Sequence[Group]:
    """Return what the next message to a chat tells: one group, or a crowd that comes as a digest; or nothing.

    `groups` are those of one chat.
    """
    due = [group for group in groups if not group.is_blocked and group.due_at(gather=gather) <= now]
    if not due:
        return ()
    chosen = min(due, key=_turn)
    crowd = [group for group in due if group.thread_id == chosen.thread_id and not group.is_alone]
    if chosen.is_alone or len(crowd) <= CROWD:
        return (chosen,)
    return sorted(crowd, key=lambda group: group.first)


def next_due(groups: Sequence[Group], *, gather: timedelta = GATHER) -> datetime | None:
    """Return when the first of the groups is due; those that are blocked wait for no time but for an outcome."""
    return min((group.due_at(gather=gather) for group in groups if not group.is_blocked), default=None)


def window_after(former: Window | None, now: datetime, *, since: datetime) -> Window:
    """Return the window that follows a message sent `now`: longer while a quote is busy, shorter after quiet.

    `since` is when the first of its alerts was made: that it was long on its way, or looked for, is no quiet.
    """
    if former is None or now < former.told_at:  # a clock that was set back says nothing of the quote
        return Window(told_at=now, length=FIRST_WINDOW)
    if now < former.end:  # tried again, not told again
        return Window(told_at=now, length=max(former.length, FIRST_WINDOW))
    quiet = since - former.end
    if quiet <= former.length:
        return Window(told_at=now, length=min(max(former.length * 2, FIRST_WINDOW), LONGEST_WINDOW))
    halvings = min(int(quiet / former.length), 16)
    return Window(told_at=now, length=max(former.length / 2**halvings, FIRST_WINDOW))


def _turn(group: Group) -> tuple[bool, float, int]:
    """Return the place of a group in the line of its chat: never told, then least recently told, then oldest."""
    served = group.served_at
    return (served is not None, served.timestamp() if served else 0.0, group.first)
