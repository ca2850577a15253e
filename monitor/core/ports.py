"""What the flow needs from the outside, as the smallest protocols that serve it.

The docstring of each method is a promise that the real thing and the fakes of the tests both keep.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from monitor.core.model import (
    Alert,
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
        """Return the tracked quotes with their variants."""

    def unseen(self, source: Source, posts: Iterable[Post]) -> list[Arrival]:
        """Return the posts that are not yet recorded for `source`, and new versions of recorded ones."""

    def record(self, poll: Poll, arrivals: Sequence[Arrival] = (), findings: Sequence[Finding] = ()) -> Recorded:
        """Record a poll with all it brought, at once: posts, versions, matches, due alerts, validators, next poll.

        Either all of it is on disk when this returns, or nothing is. A match of a quote in a post that is
        already recorded adds nothing, so recording the same poll twice alerts once.
        """

    def due_alerts(self, now: datetime) -> list[Alert]:
        """Return alerts that may be sent now: pending and due, of chats that are reachable and not held.

        The oldest of each chat come first, so that a chat with a long backlog leaves room for the others.
        """

    def in_flight(self, alert_id: AlertId, *, at: datetime) -> None:
        """Say that an alert is about to be handed over; counts an attempt."""

    def sent(self, alert_id: AlertId, *, message_id: int, at: datetime) -> None:
        """Say that an alert arrived, as which message."""

    def put_back(self, alert_id: AlertId, *, until: datetime, reason: str) -> None:
        """Return an alert to the outbox, not to be sent before `until`."""

    def bury(self, alert_id: AlertId, *, reason: str, at: datetime) -> None:
        """Give an alert up, keeping it and the reason."""

    def hold_chat(self, chat_id: ChatId, *, until: datetime) -> None:
        """Leave a chat alone until then."""

    def close_chat(self, chat_id: ChatId, *, reason: str, at: datetime) -> int:
        """Mark a chat unreachable and bury its waiting alerts; return how many. Its matches stay recorded."""


class Notify(Protocol):
    """The way to people."""

    async def __call__(self, alert: Alert, *, plain: bool = False) -> int:
        """Show an alert in its chat and return the number of the message. `plain`: without any markup.

        Raises AlertError, or the kind of it that says what happens next.
        """
