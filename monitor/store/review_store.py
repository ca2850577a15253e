"""The store's methods about looking back at what was found: verdicts, precision, what is remarkable.

Each is one transaction.
"""

from datetime import datetime

from monitor.core.model import AlertId, Appearance, MatchId, QuoteId
from monitor.core.verdicts import Judgement, Precision, ThresholdAdvice, Verdict
from monitor.core.wordings import ProposedWording
from monitor.store import matches, remarkable, verdicts
from monitor.store.database import Database


class ReviewStore:
    """The part of `SqliteStore` that is about judging matches."""

    _db: Database

    def give_verdict(
        self,
        match_id: MatchId,
        verdict: Verdict,
        note: str | None = None,
        *,
        by: str,
        at: datetime,
        name: str | None = None,
    ) -> Judgement:
        """Record what a person (called `name`) says of a match. The messages that told of it become stale.

        InputError: there is no such match, or the note is too long.
        """
        with self._db.writing():
            return verdicts.give(self._db, match_id, verdict, note, by=by, name=name, at=at)

    def propose_wording(self, match_id: MatchId, *, by: str, at: datetime, name: str | None = None) -> ProposedWording:
        """Record the verdict `variant`, and propose the passage as a wording of its quote. InputError: no such match.

        It alerts once a person confirms it (`confirm_variant`).
        """
        with self._db.writing():
            verdicts.give(self._db, match_id, Verdict.VARIANT, None, by=by, name=name, at=at)
            return verdicts.propose_wording(self._db, match_id, by=by, at=at)

    def verdicts(self, match_id: MatchId) -> list[Judgement]:
        """Return what was said of a match, newest first."""
        with self._db.reading():
            return verdicts.of_match(self._db, match_id)

    def precision(self, quote_id: QuoteId) -> Precision:
        """Return how many of the judged matches of a quote are right."""
        with self._db.reading():
            return verdicts.precision(self._db, quote_id)

    def proposed_threshold(self, quote_id: QuoteId) -> ThresholdAdvice:
        """Return which threshold the verdicts propose for a quote, and why."""
        with self._db.reading():
            return verdicts.threshold_advice(self._db, quote_id)

    def told_by(self, alert_id: AlertId) -> list[Appearance]:
        """Return what the message of an alert tells, the alert's own match first; nothing: no such alert."""
        with self._db.reading():
            return matches.told_by(self._db, alert_id)

    def appearance(self, match_id: MatchId) -> Appearance | None:
        """Return a recorded match, or None."""
        with self._db.reading():
            return matches.appearances(self._db, [match_id]).get(match_id)

    def spike(self, quote_id: QuoteId, now: datetime) -> float | None:
        """Return how many times its usual rate a quote appeared in the last hour, or None when that is usual."""
        with self._db.reading():
            return remarkable.spike(self._db, quote_id, now)

    def silent_since(self, match_id: MatchId) -> datetime | None:
        """Return when the quote of a match appeared last before it, if that is long ago."""
        with self._db.reading():
            return remarkable.ended_silence(self._db, match_id)
