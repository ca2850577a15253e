"""The store's methods about the match history: looking things up, and playing stored posts again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from monitor.core.history import HistoryFilter, QuoteFacts, Statistics, StoredMatch, Taped
from monitor.core.model import Appearance, Finding, MatchId, PostId, QuoteId
from monitor.store import history, matches, tape
from monitor.store.database import Database


class HistoryStore:
    """The part of `SqliteStore` that is about where quotes appeared. Each method is one transaction."""

    _db: Database

    def history(
        self, wanted: HistoryFilter, *, limit: int, before: MatchId | None = None, after: MatchId | None = None
    ) -> list[Appearance]:
        """Return recorded matches, newest first: the newest of all, those before one, or those just after one."""
        with self._db.reading():
            return history.found(self._db, wanted, limit=limit, before=before, after=after)

    def history_rows(
        self, wanted: HistoryFilter, *, limit: int, before: MatchId | None = None
    ) -> list[dict[str, object]]:
        """Return rows of the view `match_history`, newest first: those before one, or the newest of all."""
        with self._db.reading():
            return history.rows(self._db, wanted, limit=limit, before=before)

    def history_count(self, wanted: HistoryFilter) -> int:
        """Return how many recorded matches there are of what is asked for."""
        with self._db.reading():
            return history.count(self._db, wanted)

    def appearances_of(self, match_ids: Collection[MatchId]) -> list[Appearance]:
        """Return these matches, newest first."""
        with self._db.reading():
            shown = matches.appearances(self._db, match_ids)
            return [shown[match_id] for match_id in sorted(shown, reverse=True)]

    def quote_facts(self, quote_id: QuoteId) -> QuoteFacts:
        """Return what tracking a quote has come to. InputError: it is not tracked."""
        with self._db.reading():
            return history.facts(self._db, quote_id)

    def statistics(self, quote_id: QuoteId | None = None, *, now: datetime, days: int = 30) -> Statistics:
        """Return counts of one quote's matches, or of all, with the last `days` days. InputError: not tracked."""
        with self._db.reading():
            return history.statistics(self._db, quote_id, now=now, days=days)

    def tape_start(self, *, newest: int | None = None, since: datetime | None = None) -> PostId:
        """Return the post after which to begin so as to play the `newest` so many, seen `since` then."""
        with self._db.reading():
            return tape.start(self._db, newest=newest, since=since)

    def tape(self, *, after: PostId, limit: int) -> list[Taped]:
        """Return the posts recorded after this one, at most `limit`, in the order they were recorded."""
        with self._db.reading():
            return tape.played(self._db, after=after, limit=limit)

    def stored_matches(
        self, post_ids: Collection[PostId], quote_ids: Collection[QuoteId]
    ) -> dict[tuple[PostId, QuoteId], StoredMatch]:
        """Return what is recorded of these quotes in these posts."""
        with self._db.reading():
            return tape.stored(self._db, post_ids, quote_ids)

    def record_replayed(self, findings: Sequence[tuple[PostId, Finding]], *, at: datetime) -> list[MatchId]:
        """Record matches found in stored posts, and alert those that are not quiet; return the new ones."""
        with self._db.writing():
            return tape.record(self._db, findings, at)
