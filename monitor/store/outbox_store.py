"""The store's methods about the outbox: what waits, what is on its way, what became of it. Each is one transaction."""

from datetime import datetime, timedelta

from monitor.core.grouping import GATHER
from monitor.core.ledger import Reconciliation
from monitor.core.model import Alert, AlertId, AlertState, ChatId
from monitor.core.telling import Agenda, Doubt, Stale, Telling
from monitor.store import alerts, calls, doubts, ledger, tellings, waiting
from monitor.store.database import Database


class OutboxStore:
    """The part of `SqliteStore` that is `monitor.core.ports.Outbox`, and what is asked about the outbox."""

    _db: Database

    def alerts_list(self, limit: int = 20, state: AlertState | None = None) -> list[Alert]:
        """Return alerts, newest first."""
        with self._db.reading():
            return alerts.newest(self._db, limit=limit, state=state)

    def audit_alerts(self, now: datetime) -> Reconciliation:
        """Return how matches, alerts and messages add up."""
        with self._db.reading():
            return ledger.audit_alerts(self._db, now)

    def recover(self, until: datetime) -> int:
        """Doubt what was on its way when the monitor ended; return how many messages. Call before delivering.

        They are looked for at `until`, when what was sent last must have arrived if it ever does.
        """
        with self._db.writing():
            return doubts.recover(self._db, until)

    def rehold(self, chat_id: ChatId, now: datetime) -> None:
        """Hold, or hold no longer, what waits for a chat whose preferences or mutes were changed."""
        with self._db.writing():
            alerts.rehold(self._db, chat_id, now)

    def agenda(self, now: datetime, *, gather: timedelta = GATHER, chat_id: ChatId | None = None) -> Agenda:
        with self._db.reading():
            return waiting.agenda(self._db, now, gather=gather, chat_id=chat_id)

    def begin(self, chat_id: ChatId, now: datetime, *, gather: timedelta = GATHER) -> Telling | None:
        with self._db.writing():
            return tellings.begin(self._db, chat_id, now, gather=gather)

    def sent(self, lead_id: AlertId, *, message_id: int, at: datetime) -> None:
        with self._db.writing():
            tellings.sent(self._db, lead_id, message_id=message_id, at=at)

    def put_back(self, lead_id: AlertId, *, until: datetime, reason: str) -> None:
        with self._db.writing():
            tellings.put_back(self._db, lead_id, until=until, reason=reason)

    def tell_alone(self, telling: Telling, *, reason: str, at: datetime) -> None:
        with self._db.writing():
            tellings.tell_alone(self._db, telling, reason=reason, at=at)

    def bury(self, lead_id: AlertId, *, reason: str, at: datetime) -> None:
        with self._db.writing():
            tellings.give_up(self._db, lead_id, reason=reason, at=at)

    def doubt(self, lead_id: AlertId, *, until: datetime, reason: str) -> None:
        with self._db.writing():
            doubts.doubt(self._db, lead_id, until=until, reason=reason)

    def next_doubt(self, chat_id: ChatId, now: datetime) -> Doubt | None:
        with self._db.writing():
            return doubts.next_doubt(self._db, chat_id, now)

    def looking(self, lead_id: AlertId, *, number: int, empty: int, at: datetime, until: datetime) -> None:
        with self._db.writing():
            doubts.looking(self._db, lead_id, number=number, empty=empty, at=at, until=until)

    def send_again(self, lead_id: AlertId, *, at: datetime) -> None:
        with self._db.writing():
            doubts.send_again(self._db, lead_id, at=at)

    def no_copy(self, lead_id: AlertId) -> None:
        with self._db.writing():
            doubts.no_copy(self._db, lead_id)

    def telling(self, lead_id: AlertId, now: datetime) -> tuple[Telling, int | None] | None:
        with self._db.reading():
            return tellings.told(self._db, lead_id, now)

    def next_stale(self, chat_id: ChatId, now: datetime) -> Stale | None:
        with self._db.writing():
            return doubts.next_stale(self._db, chat_id, now)

    def mark_stale(self, lead_id: AlertId, *, at: datetime) -> None:
        with self._db.writing():
            doubts.mark_stale(self._db, lead_id, at)

    def edited(self, lead_id: AlertId, *, since: datetime | None, at: datetime) -> None:
        with self._db.writing():
            doubts.edited(self._db, lead_id, since=since, at=at)

    def recent_messages(self, since: datetime) -> list[tuple[ChatId, datetime]]:
        with self._db.reading():
            return calls.recent(self._db, since)
