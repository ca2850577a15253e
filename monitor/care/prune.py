"""Forgetting the words of posts in which no quote was found, as the settings and each source say.

What matched is never touched, and nothing that is kept as evidence. Time passes between batches, so that the
monitor beside it writes whenever it wants to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from monitor.core.model import Keep, SourceId
from monitor.store.database import Row
from monitor.store.retention import MEGABYTE, Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds where a source says nothing itself. None: no limit."""

    days: float | None = None
    megabytes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was forgotten of one source, or would be."""

    source: str
    posts: int
    characters: int | None = None  # None: not counted, nothing was done


class Keeper(Protocol):
    """What pruning needs of the store (`monitor/store/care_store.py`)."""

    def keeping(self) -> list[Row]: ...
    def count_overdue(self, kept: Kept) -> int: ...
    def forget_some(self, kept: Kept, at: datetime) -> tuple[int, int]: ...


def plans(store: Keeper, policy: Policy, now: datetime) -> list[Kept]:
    """Return what is kept of each source: by its own row, else by the policy."""
    return [_plan(row, policy, now) for row in store.keeping()]


def overdue(store: Keeper, policy: Policy, now: datetime) -> list[Forgotten]:
    """Return what would be forgotten now, source by source."""
    counted = [(kept.name, store.count_overdue(kept)) for kept in plans(store, policy, now)]
    return [Forgotten(source=name, posts=posts) for name, posts in counted if posts]


def prune(
    store: Keeper, policy: Policy, now: datetime, *, between: Callable[[], None] = lambda: None
) -> Iterator[Forgotten]:
    """Forget what is overdue, and tell of each source that something was forgotten of. `between` is called often."""
    for kept in plans(store, policy, now):
        posts = characters = 0
        while True:
            some, freed = store.forget_some(kept, now)
            posts, characters = posts + some, characters + freed
            if not some:
                break
            between()
        if posts:
            yield Forgotten(source=kept.name, posts=posts, characters=characters)


def _plan(row: Row, policy: Policy, now: datetime) -> Kept:
    days = row["keep_days"] or policy.days
    megabytes = row["keep_mb"] or policy.megabytes
    return Kept(
        source_id=SourceId(row["id"]),
        name=row["name"],
        before=now - timedelta(days=days) if days else None,
        characters=int(megabytes * MEGABYTE) if megabytes else None,
        nothing=row["keep"] == Keep.MATCHED,
        is_read_by_cursor=row["cursor"] is not None,
    )
