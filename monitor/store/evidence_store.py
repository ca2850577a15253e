"""The store's methods about evidence: what was received, its chain, and later looks. Each is one transaction."""

from collections.abc import Sequence
from datetime import datetime

from monitor.core.evidence import ChainReport, Received, Recheck, RecheckOutcome
from monitor.core.model import MatchId, PostId, QuoteId
from monitor.store import evidence, proof, rechecks
from monitor.store.database import Database
from monitor.store.proof import Proof


class EvidenceStore:
    """The part of `SqliteStore` that is about what was really received."""

    _db: Database

    def proof(self, match_ids: Sequence[MatchId]) -> Proof:
        """Return all that is known of these matches, with what was received. StoreError: it cannot be read."""
        with self._db.reading():
            return proof.of(self._db, match_ids)

    def matches_of(self, quote_id: QuoteId, *, limit: int) -> list[MatchId]:
        """Return the newest matches of a quote, newest first."""
        with self._db.reading():
            rows = self._db.rows("SELECT id FROM matches WHERE quote_id = ? ORDER BY id DESC LIMIT ?", quote_id, limit)
            return [MatchId(row["id"]) for row in rows]

    def has_match(self, match_id: MatchId) -> bool:
        """Return whether there is such a match."""
        with self._db.reading():
            return self._db.row("SELECT 1 FROM matches WHERE id = ?", match_id) is not None

    def check_chain(self) -> ChainReport:
        """Look through the whole chain of evidence, bodies included."""
        with self._db.reading():
            return evidence.check(self._db)

    def due_rechecks(self, now: datetime, *, limit: int) -> list[Recheck]:
        """Return posts to look at again: first looks, those that wait longest first, then later ones."""
        with self._db.reading():
            return rechecks.due(self._db, now, limit=limit)

    def record_recheck(
        self,
        looked: Recheck,
        outcome: RecheckOutcome,
        *,
        at: datetime,
        received: Received | None = None,
        now_says: str | None = None,
        redact: bool = False,
    ) -> None:
        """Record a later look, with what was received; an edit or a deletion it saw counts like the source's own."""
        with self._db.writing():
            rechecks.done(self._db, looked, outcome, at=at, received=received, now_says=now_says, redact=redact)

    def end_rechecks(self, post_ids: Sequence[PostId], at: datetime) -> None:
        """Look no more at posts that were blanked."""
        with self._db.writing():
            rechecks.give_up(self._db, post_ids, at)
