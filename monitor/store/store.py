"""The one file of truth: each method is one transaction, and says in `monitor.core.ports.Store` what it promises.

What is done inside is in the modules beside this one, a module a table; the methods about sources are in
`source_store`, those about quotes in `quote_store`, and so on. Every change by a person is written into `audit`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from monitor.core.model import Appearance, MatchId, QuoteId, Status
from monitor.store import matches, status
from monitor.store.care_store import CareStore
from monitor.store.chat_store import ChatStore
from monitor.store.database import PATIENCE, Database, open_database
from monitor.store.evidence_store import EvidenceStore
from monitor.store.feed_store import FeedStore
from monitor.store.history_store import HistoryStore
from monitor.store.outbox_store import OutboxStore
from monitor.store.people_store import PeopleStore
from monitor.store.quote_store import QuoteStore
from monitor.store.review_store import ReviewStore
from monitor.store.source_store import SourceStore


def _utc_now() -> datetime:
    return datetime.now(UTC)


def open_store(
    path: Path | Literal[":memory:"],
    *,
    create: bool = True,
    check: bool = True,
    now: Callable[[], datetime] = _utc_now,
    patience: timedelta = PATIENCE,
    zone: tzinfo = UTC,
) -> "SqliteStore":
    """Open the store at `path`, with its tables brought up to date; made new when missing, if `create`.

    `now` dates what comes without a date of its own. Without `check` the file is not read through. A write waits up
    to `patience` for another program that is writing; `zone` is that of chats that name none. Raises StoreError
    saying what is wrong: no such folder, not writable, not a database, another program's, made by a newer version,
    damaged, locked.
    """
    database = open_database(path, create=create, check=check, patience=patience)
    database.zone = zone
    return SqliteStore(database, now=now)


class SqliteStore(
    SourceStore,
    QuoteStore,
    OutboxStore,
    ChatStore,
    PeopleStore,
    HistoryStore,
    ReviewStore,
    CareStore,
    EvidenceStore,
    FeedStore,
):
    """`monitor.core.ports.Store` in SQLite, and what the commands ask of it. Use it from one thread at a time."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = _utc_now) -> None:
        super().__init__(database)
        self._now = now
        self._version = database.data_version()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def changed_elsewhere(self) -> bool:
        """Return True once after another connection changed the database."""
        before, self._version = self._version, self._db.data_version()
        return self._version != before

    def status(self, now: datetime) -> Status:
        """Return the monitor at a glance; what is dated after `now`, by a clock since set back, is not the last."""
        with self._db.reading():
            return status.glance(self._db, now)

    # where quotes appeared

    def appearances(
        self, *, limit: int = 20, quote_id: QuoteId | None = None, before_id: MatchId | None = None
    ) -> list[Appearance]:
        """Return recorded matches, newest first: those before `before_id`, those of one quote."""
        with self._db.reading():
            return matches.newest(self._db, limit=limit, quote_id=quote_id, before_id=before_id)
