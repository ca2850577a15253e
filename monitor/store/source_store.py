"""The store's methods about sources and what they bring. Each is one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.core.coverage import Coverage, SourceReport
from monitor.core.model import (
    Arrival,
    Finding,
    Poll,
    Post,
    Recorded,
    Source,
    SourceId,
    SourceState,
    WantedSource,
)
from monitor.store import coverage, managing, polls, sources
from monitor.store import posts as post_table
from monitor.store.database import Database
from monitor.store.sources import SeededSources


class SourceStore:
    """The part of `SqliteStore` that is about sources: reading, recording, managing, looking back."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def active_sources(self) -> list[Source]:
        with self._db.reading():
            return sources.in_state(self._db, SourceState.ACTIVE)

    def all_sources(self) -> list[Source]:
        """Return every source, paused and gone ones too; only removed ones are not."""
        with self._db.reading():
            return sources.all_sources(self._db)

    def source(self, source_id: SourceId) -> Source | None:
        with self._db.reading():
            return sources.by_id(self._db, source_id)

    def seed_sources(self, wanted: Iterable[WantedSource], now: datetime) -> SeededSources:
        """Bring the sources in step with the settings' list.

        New ones are added, listed ones take over what is listed of them, and those no longer listed are paused
        until they are listed again. What persons added, paused, renamed or removed stays as it is.
        """
        with self._db.writing():
            return sources.seed(self._db, wanted, now)

    def find_source(self, wanted: str | int) -> Source | None:
        """Return the source of this number ("3", "#3"), address or name. InputError: several have this name."""
        with self._db.reading():
            return managing.find(self._db, wanted)

    def add_source(self, wanted: WantedSource, *, by: str, at: datetime) -> Source:
        """Poll a source from now on. InputError: it is known already. A removed one comes back under its number."""
        with self._db.writing():
            return managing.add(self._db, wanted, by=by, at=at)

    def pause_source(self, source_id: SourceId, *, by: str, at: datetime) -> Source:
        """Poll a source no more until a person resumes it; return it. InputError: there is none."""
        with self._db.writing():
            return managing.pause(self._db, source_id, by=by, at=at)

    def resume_source(self, source_id: SourceId, *, by: str, at: datetime) -> Source:
        """Poll a paused or gone source again, due at once, its failures forgotten; return it. InputError: none."""
        with self._db.writing():
            return managing.resume(self._db, source_id, by=by, at=at)

    def remove_source(self, source_id: SourceId, *, by: str, at: datetime) -> Source:
        """Poll and show a source no more; return it as it was. Its posts stay. InputError: there is none."""
        with self._db.writing():
            return managing.remove(self._db, source_id, by=by, at=at)

    def rename_source(self, source_id: SourceId, name: str, *, by: str, at: datetime) -> Source:
        """Give a source a name that stays; return it. InputError: there is none, or no such name."""
        with self._db.writing():
            return managing.rename(self._db, source_id, name, by=by, at=at)

    def coverage(self, source_id: SourceId, *, since: datetime, now: datetime) -> Coverage:
        """Return when a source was not watched. InputError: there is none.

        It begins later than `since` when the source was added later, or older polls are forgotten.
        """
        with self._db.reading():
            return coverage.of_source(self._db, source_id, since=since, now=now)

    def source_reports(self, now: datetime) -> list[SourceReport]:
        """Return what each source brings and how well it is watched, in the order they were added."""
        with self._db.reading():
            return coverage.reports(self._db, now)

    def prune_polls(self, before: datetime) -> int:
        """Forget the polls that ended before then; return how many. Coverage is known from the oldest that is left."""
        with self._db.writing():
            return polls.prune(self._db, before)

    def unseen(self, source: Source, posts: Iterable[Post]) -> list[Arrival]:
        with self._db.reading():
            return post_table.unseen(self._db, source, posts)

    def record(self, poll: Poll, arrivals: Sequence[Arrival] = (), findings: Sequence[Finding] = ()) -> Recorded:
        with self._db.writing():
            return polls.record(self._db, poll, arrivals, findings)
