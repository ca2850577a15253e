"""The one file of truth: each method is one transaction, and says in `monitor.core.ports.Store` what it promises.

What is done inside is in the modules beside this one, a module a table; the methods about sources are in
`source_store`. Every change by a person is written into `audit` with it.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from monitor.core.model import (
    Alert,
    AlertId,
    AlertState,
    Appearance,
    Chat,
    ChatId,
    ChatKind,
    MatchId,
    Quote,
    QuoteId,
    Status,
    Subscription,
    WantedQuote,
    WantedVariant,
)
from monitor.store import alerts, chats, matches, quotes, status, subscriptions
from monitor.store.database import PATIENCE, Database, open_database
from monitor.store.quotes import SeededQuotes
from monitor.store.source_store import SourceStore


def _utc_now() -> datetime:
    return datetime.now(UTC)


def open_store(
    path: Path | Literal[":memory:"],
    *,
    create: bool = True,
    now: Callable[[], datetime] = _utc_now,
    patience: timedelta = PATIENCE,
) -> "SqliteStore":
    """Open the store at `path`, with its tables brought up to date; made new when missing, if `create`.

    `now` dates what comes without a date of its own. A write waits up to `patience` for another program that
    is writing. Raises StoreError saying what is wrong: no such folder, not writable, not a database, another
    program's, made by a newer version, damaged, locked.
    """
    return SqliteStore(open_database(path, create=create, patience=patience), now=now)


class SqliteStore(SourceStore):
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

    # quotes, and where they appeared

    def quotes(self) -> list[Quote]:
        with self._db.reading():
            return quotes.tracked(self._db)

    def find_quote(self, text_or_number: str | int) -> Quote | None:
        """Return the tracked quote of this number ("3", "#3") or of these words, its variants' words included."""
        with self._db.reading():
            return quotes.find(self._db, text_or_number)

    def seed_quotes(self, wanted: Iterable[WantedQuote], now: datetime) -> SeededQuotes:
        """Track what the settings list, but for what a person removed. Raises InputError for an unusable text."""
        with self._db.writing():
            return quotes.seed(self._db, wanted, now)

    def track(self, wanted: WantedQuote, *, by: str, at: datetime) -> Quote:
        """Track a quote. InputError: its text cannot be tracked, or is already. A removed one gets its number back."""
        with self._db.writing():
            return quotes.track(self._db, wanted, by=by, at=at)

    def untrack(self, quote_id: QuoteId, *, by: str, at: datetime) -> Quote:
        """Stop tracking a quote and return it; its waiting alerts are given up. InputError: there is none."""
        with self._db.writing():
            return quotes.untrack(self._db, quote_id, by=by, at=at)

    def add_variant(self, quote_id: QuoteId, wanted: WantedVariant, *, by: str, at: datetime) -> Quote:
        """Track another wording of a quote, and return the quote. InputError: no such quote, or tracked already."""
        with self._db.writing():
            return quotes.add_variant(self._db, quote_id, wanted, by=by, at=at)

    def appearances(
        self, *, limit: int = 20, quote_id: QuoteId | None = None, before_id: MatchId | None = None
    ) -> list[Appearance]:
        """Return recorded matches, newest first: those before `before_id`, those of one quote."""
        with self._db.reading():
            return matches.newest(self._db, limit=limit, quote_id=quote_id, before_id=before_id)

    # the outbox

    def due_alerts(self, now: datetime) -> list[Alert]:
        with self._db.reading():
            return alerts.due(self._db, now)

    def alerts_list(self, limit: int = 20, state: AlertState | None = None) -> list[Alert]:
        """Return alerts, newest first."""
        with self._db.reading():
            return alerts.newest(self._db, limit=limit, state=state)

    def recover(self, now: datetime) -> int:
        """Return to the outbox what was in flight when the monitor ended; return how many. Call before delivering."""
        with self._db.writing():
            return alerts.recover(self._db, now)

    def in_flight(self, alert_id: AlertId, *, at: datetime) -> None:
        with self._db.writing():
            alerts.in_flight(self._db, alert_id, at=at)

    def sent(self, alert_id: AlertId, *, message_id: int, at: datetime) -> None:
        with self._db.writing():
            alerts.sent(self._db, alert_id, message_id=message_id, at=at)

    def put_back(self, alert_id: AlertId, *, until: datetime, reason: str) -> None:
        with self._db.writing():
            alerts.put_back(self._db, alert_id, until=until, reason=reason)

    def bury(self, alert_id: AlertId, *, reason: str, at: datetime) -> None:
        with self._db.writing():
            alerts.bury(self._db, alert_id, reason=reason, at=at)

    # chats, and who is told

    def chat(self, address: str) -> Chat | None:
        """Return the chat of this address, or None."""
        with self._db.reading():
            return chats.by_address(self._db, address)

    def ensure_chat(self, address: str, kind: ChatKind, title: str | None, at: datetime) -> Chat:
        """Return the chat of this address, added when new and opened when closed."""
        with self._db.writing():
            return chats.ensure(self._db, address, kind, title, at)

    def hold_chat(self, chat_id: ChatId, *, until: datetime) -> None:
        with self._db.writing():
            chats.hold(self._db, chat_id, until=until)

    def close_chat(self, chat_id: ChatId, *, reason: str, at: datetime) -> int:
        with self._db.writing():
            chats.close(self._db, chat_id, reason=reason, at=at)
            return alerts.bury_of_chat(self._db, chat_id, reason=reason, at=at)

    def move_chat(self, chat_id: ChatId, *, address: str) -> None:
        """Give a chat its new address (a group became a supergroup); what waits for it goes there."""
        with self._db.writing():
            chat = chats.by_ids(self._db, [chat_id]).get(chat_id)
            if chat is not None:
                subscriptions.move(self._db, chat, address, self._now())

    def rename_chat(self, old_address: str, new_address: str) -> None:
        """Do as `move_chat` for the chat of this address, if there is one."""
        with self._db.writing():
            chat = chats.by_address(self._db, old_address)
            if chat is not None:
                subscriptions.move(self._db, chat, new_address, self._now())

    def subscribe(
        self,
        address: str,
        kind: ChatKind,
        title: str | None,
        *,
        thread_id: int | None = None,
        quote_id: QuoteId | None = None,
        by: str,
        at: datetime,
    ) -> bool:
        """Tell a chat, or a topic of it, of one quote or of all; False when it was told. InputError: no such quote."""
        with self._db.writing():
            chat = chats.ensure(self._db, address, kind, title, at)
            return subscriptions.add(self._db, chat, thread_id=thread_id, quote_id=quote_id, by=by, at=at)

    def seed_channel(self, address: str | None, at: datetime) -> None:
        """Tell the channel of the settings (None: there is none) of all quotes, and no longer an earlier one."""
        with self._db.writing():
            subscriptions.seed_channel(self._db, address, at)

    def unsubscribe(
        self, address: str, *, thread_id: int | None = None, quote_id: QuoteId | None = None, by: str, at: datetime
    ) -> bool:
        """Undo one subscription, or without a quote all of the chat (of the topic, when named); False: there was none.

        Alerts that then wait for nobody are given up.
        """
        with self._db.writing():
            chat = chats.by_address(self._db, address)
            return chat is not None and subscriptions.remove(
                self._db, chat, thread_id=thread_id, quote_id=quote_id, by=by, at=at
            )

    def subscriptions(self, address: str | None = None) -> list[Subscription]:
        """Return the subscriptions of one chat, or of all."""
        with self._db.reading():
            return subscriptions.listed(self._db, address)
