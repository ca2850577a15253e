"""The store's methods about keeping: forgetting, blanking, and what must agree with what. Each is one transaction."""

import sqlite3
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from monitor.core.errors import StoreError
from monitor.core.evidence import EvidenceId
from monitor.core.identity import canonical_link
from monitor.core.model import Post, PostId, SourceId
from monitor.store import (
    agreement,
    alerts,
    audit,
    evidence,
    forgotten,
    noted_settings,
    redaction,
    retention,
    seals,
    search_index,
    stale,
)
from monitor.store.agreement import Difference
from monitor.store.database import Database, Row
from monitor.store.evidence import Kept as KeptEntry
from monitor.store.problems import ADVICE
from monitor.store.retention import Kept

SHOWN = 16  # digits of a digest that people are shown


class CareStore:
    """The part of `SqliteStore` that takes care of the file."""

    _db: Database

    def keeping(self) -> list[Row]:
        """Return what each source's row says of keeping: id, name, keep, keep_days, keep_mb, cursor."""
        with self._db.reading():
            return retention.sources(self._db)

    def count_overdue(self, kept: Kept) -> int:
        """Return how many posts of a source would be forgotten now."""
        with self._db.reading():
            return len(retention.overdue(self._db, kept, limit=1 << 40))

    def forget_some(self, kept: Kept, at: datetime) -> tuple[int, int]:
        """Forget a few posts of a source that are overdue; return how many, and how many characters that frees."""
        with self._db.writing():
            chosen = retention.overdue(self._db, kept)
            return len(chosen), retention.forget(self._db, kept, chosen, at) if chosen else 0

    def posts_of(self, *, author: str | None = None, url: str | None = None) -> list[PostId]:
        """Return the posts of an author (letter case does not matter) or at an address."""
        with self._db.reading():
            if author is not None:
                return redaction.of_author(self._db, author)
            return redaction.at_link(self._db, canonical_link(url)) if url else []

    def urls_of(self, post_ids: list[PostId]) -> list[str]:
        """Return the addresses of these posts, of those that have one."""
        with self._db.reading():
            return redaction.urls_of(self._db, post_ids)

    def forget_person(
        self,
        post_ids: list[PostId],
        *,
        author: str | None = None,
        url: str | None = None,
        pages: Collection[EvidenceId] = (),
        by: str,
        at: datetime,
    ) -> tuple[int, str]:
        """Blank posts as a person asked, and store neither these again nor anything by this author, or at this address.

        What waits to tell of them is given up, messages that told of them are brought up to date, and the bodies of
        `pages` are blanked. Returns how many were not blank, and the digest under which the audit notes it, never a
        name. Their words may stay in the search index until `merge_index`.
        """
        with self._db.writing():
            blanked = redaction.redact(self._db, post_ids, at)
            pages_blanked = redaction.blank_bodies(self._db, pages)
            named = redaction.guids_of(self._db, post_ids)
            redaction.take_names(self._db, post_ids)
            alerts.bury_of_posts(self._db, post_ids, reason="its author asked to be forgotten", at=at)
            stale.mark_posts(self._db, post_ids, at)
            who = forgotten.add(self._db, author=author, url=url, posts=named, at=at)[:SHOWN]
            after = {"posts": len(post_ids)} | ({"pages": pages_blanked} if pages_blanked else {})
            audit.note(self._db, at=at, by=by, action="forget", subject=f"person {who}", after=after)
            return blanked, who

    def kept_bodies(self, *, after: EvidenceId, limit: int) -> list[KeptEntry]:
        """Return entries of the chain of evidence that have their bodies, after this one. StoreError: damaged."""
        with self._db.reading():
            try:
                return evidence.bodies(self._db, after=after, limit=limit)
            except ValueError as error:
                raise StoreError(f"{error}. To see what else is damaged: quote-monitor verify --database") from error

    def merge_index(self) -> None:
        """Drop the words of what was blanked from the search indexes, in small steps: others write in between."""
        for index in search_index.INDEXES:
            is_first = is_more = True
            while is_more:
                with self._db.writing():
                    is_more = search_index.merge_some(self._db, index, is_first=is_first)
                is_first = False

    def is_forgotten(self, source_id: SourceId, post: Post) -> bool:
        """Return whether a post is not to be stored because a person asked for that."""
        with self._db.reading():
            return bool(forgotten.guids(self._db, source_id, [post]))

    def stop_forgetting(
        self, *, author: str | None = None, url: str | None = None, by: str, at: datetime
    ) -> str | None:
        """Store what is new by this author, or at this address, again. What was blanked stays blank, for good.

        Returns the digest under which the audit notes it; None when nobody asked to forget them.
        """
        with self._db.writing():
            found = forgotten.remove(self._db, author=author, url=url)
            if found is None:
                return None
            audit.note(self._db, at=at, by=by, action="stop forgetting", subject=f"person {found[:SHOWN]}")
            return found[:SHOWN]

    def changes_in_full(self, *, limit: int, actor: str | None = None) -> list[Row]:
        """Return rows of the audit, newest first: all of them, or an actor's."""
        with self._db.reading():
            return self._db.rows(
                "SELECT * FROM audit WHERE ?1 IS NULL OR actor = ?1 ORDER BY id DESC LIMIT ?2", actor, limit
            )

    def note_settings(self, settings: Mapping[str, str], at: datetime) -> int:
        """Write into the audit which settings differ from the last time; return how many. No secrets among them."""
        with self._db.writing():
            return noted_settings.note(self._db, settings, at)

    def differences(self, now: datetime, *, on_step: Callable[[str], None] = lambda _: None) -> list[Difference]:
        """Return what does not agree with what it must agree with; `on_step` is told what is looked at next."""
        with self._db.reading():
            found = agreement.differences(self._db, now, on_step=on_step)
        on_step(agreement.SEARCH)
        with self._db.writing():
            return found + agreement.search_differences(self._db)

    def rebuild(self) -> None:
        """Make anew what is derived from other rows: the counts by day and the search indexes."""
        with self._db.writing():
            agreement.rebuild(self._db)

    def accept(self, *, by: str, at: datetime) -> str:
        """Take what another program wrote as it is; return in a few words where that was, empty when it wrote nothing.

        Raises StoreError when the file is damaged, which no seal can mend.
        """
        with self._db.writing():
            damage = agreement.damage(self._db)
            if damage:
                raise StoreError(ADVICE[sqlite3.SQLITE_CORRUPT].format(name=self._db.name, error=damage))
            found = seals.told(seals.broken(self._db.utils.conn))
            if found:
                seals.make(self._db.utils.conn)
                audit.note(self._db, at=at, by=by, action="accept", subject="database", after={"changed": found})
            return found
