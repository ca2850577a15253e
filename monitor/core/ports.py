"""What the flow needs from the outside, as the smallest protocols that serve it.

The docstring of each method is a promise that the real thing and the fakes of the tests both keep.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.core.model import (
    AlertId,
    Arrival,
    ChatId,
    Event,
    Finding,
    Match,
    Page,
    Poll,
    Post,
    Quote,
    Reading,
    Recorded,
    Request,
    Source,
    SourceId,
)
from monitor.core.telling import Agenda, Doubt, Look, Stale, Telling


class Kind(Protocol):
    """A sort of source: what to ask, and what the answer means. A module is a fine instance."""

    def request(self, source: Source) -> Request:
        """Return what to ask of `source`; its validators are added by the flow."""

    def parse(self, source: Source, page: Page) -> Reading:
        """Read a page into posts, oldest first.

        Pure, and safe to run in another process. One bad entry is counted as skipped and loses no other.
        Raises ParseError when the page as a whole is not what this kind of source sends.
        """


class StreamKind(Protocol):
    """A sort of stream. A module is a fine instance. Its sources keep, as cursor, the digits of a `time_us`."""

    REPEATS: bool  # it says again what was said after a cursor; else what is said while nobody listens is lost
    FALLS_SILENT: bool  # for longer than a minute, and is well all the same

    def request(self, source: Source) -> Request:
        """Return where to connect so that everything after the cursor of `source` comes; without one, from now on.

        Raises SourceError when it cannot be asked. Secrets are in the headers, never in the address.
        """

    def reader(self, source: Source) -> Callable[[str | bytes], Event | None]:
        """Return what reads the messages of a source: what each says, or None when it is about no post.

        It raises ParseError for what is no message of this wire, FetchError for one that ends the stream.
        """


class Fetch(Protocol):
    """The way out to public sources."""

    async def __call__(self, request: Request) -> Page | None:
        """Return the page, or None when it has not changed.

        Raises FetchError (RateLimited, AddressRefused) or SourceGone; nothing else, whatever the server does.
        """


class Finder(Protocol):
    """The matcher as the flow sees it."""

    def find(self, posts: Sequence[Post]) -> list[Match]:
        """Return the matches of all tracked quotes in `posts`, at most one for each (quote, post)."""


class Store(Protocol):
    """The one file of truth, as the flow sees it. Every method is one transaction. Raises StoreError."""

    def active_sources(self) -> list[Source]:
        """Return the sources to poll."""

    def source(self, source_id: SourceId) -> Source | None:
        """Return a source as it is now, or None when it was removed."""

    def quotes(self) -> list[Quote]:
        """Return the tracked quotes with their variants, paused ones too."""

    def unseen(self, source: Source, posts: Iterable[Post]) -> list[Arrival]:
        """Return the posts that are not yet recorded for `source`, and new versions of recorded ones."""

    def record(self, poll: Poll, arrivals: Sequence[Arrival] = (), findings: Sequence[Finding] = ()) -> Recorded:
        """Record a poll with all it brought, at once: posts, versions, matches, due alerts, validators, next poll.

        Either all of it is on disk when this returns, or nothing is. A match of a quote in a post that is
        already recorded adds nothing, so recording the same poll twice alerts once.
        """


class Outbox(Protocol):
    """What is still to be told, as delivery sees it. Every method is one transaction. Raises StoreError.

    A telling is named by the id of its lead, and all it tells is marked as a whole. What arrived stays arrived,
    whatever is said of it later.
    """

    def agenda(self, now: datetime, *, gather: timedelta, chat_id: ChatId | None = None) -> Agenda:
        """Return what is to be done now, in one chat or in all that are reachable and not on hold."""

    def begin(self, chat_id: ChatId, now: datetime, *, gather: timedelta) -> Telling | None:
        """Return what a chat is to be told next, marked as in flight; None when nothing is due. Counts an attempt.

        `gather` is how long the first alert of a group waits for others.
        """

    def sent(self, lead_id: AlertId, *, message_id: int, at: datetime) -> None:
        """Say that a telling arrived, as which message."""

    def put_back(self, lead_id: AlertId, *, until: datetime, reason: str) -> None:
        """Return a telling that surely did not arrive to the outbox, not to be sent before `until`."""

    def tell_alone(self, telling: Telling, *, reason: str, at: datetime) -> None:
        """Return a refused telling to the outbox; the alerts that it showed are told one by one."""

    def bury(self, lead_id: AlertId, *, reason: str, at: datetime) -> None:
        """Give an alert up, keeping it and the reason. What it was to lead is told without it."""

    def doubt(self, lead_id: AlertId, *, until: datetime, reason: str) -> None:
        """Say that nobody knows whether a telling arrived. It is looked for, not before `until`."""

    def next_doubt(self, chat_id: ChatId, now: datetime) -> Doubt | None:
        """Return the telling that is to be looked for now, or None."""

    def looking(self, lead_id: AlertId, *, number: int, empty: int, at: datetime, until: datetime) -> None:
        """Say which message is about to be asked about in search of a telling, after `empty` numbers without one.

        Without an answer it is asked about again, not before `until`.
        """

    def send_again(self, lead_id: AlertId, *, at: datetime) -> None:
        """Return a telling to the outbox of which nothing can be known; once it is sent, a first copy is looked for."""

    def no_copy(self, lead_id: AlertId) -> None:
        """Say that there is no other copy of a telling."""

    def telling(self, lead_id: AlertId, now: datetime) -> tuple[Telling, int | None] | None:
        """Return what an alert's message tells, and its number if it arrived; None when there is no such alert."""

    def next_stale(self, chat_id: ChatId, now: datetime) -> Stale | None:
        """Return the message that is to be brought up to date first, or None. One is at most once a minute."""

    def mark_stale(self, lead_id: AlertId, *, at: datetime) -> None:
        """Say that the message of an alert does not tell what it should."""

    def edited(self, lead_id: AlertId, *, since: datetime | None, at: datetime) -> None:
        """Say that a message was edited; with `since`, that it tells what made it stale until then."""

    def hold_chat(self, chat_id: ChatId, *, until: datetime) -> None:
        """Leave a chat alone until then."""

    def close_chat(self, chat_id: ChatId, *, reason: str, at: datetime) -> int:
        """Mark a chat unreachable and bury its waiting alerts; return how many. Its matches stay recorded."""

    def move_chat(self, chat_id: ChatId, *, address: str) -> None:
        """Give a chat its new address: a group became a supergroup."""

    def recent_messages(self, since: datetime) -> list[tuple[ChatId, datetime]]:
        """Return when messages were sent, edited or looked for since then, as Telegram's limits count, oldest first."""


class Notify(Protocol):
    """The way to people."""

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        """Show a telling in the chat of its lead and return the number of the message. `plain`: without any markup.

        Raises AlertError, or the kind of it that says what happens next.
        """

    async def update(self, telling: Telling, message_id: int, *, plain: bool = False) -> None:
        """Bring a message that was sent up to date. One that no longer exists, or cannot be edited, is left alone.

        Raises as sending does.
        """

    async def look(self, telling: Telling, message_id: int, *, again: bool) -> Look:
        """Return what a message is when it may be the one that tells this. It may change another message's buttons.

        `again`: it may have been asked about before, so an answer that changes nothing would prove nothing.
        Raises as sending does.
        """

    async def remove(self, telling: Telling, message_id: int) -> None:
        """Take a surplus copy of a message away, if that is possible. Raises as sending does."""

    async def bare(self, telling: Telling, message_id: int) -> None:
        """Take the buttons off a message that is none of the outbox's. Raises as sending does."""
