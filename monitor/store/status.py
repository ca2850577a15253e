"""The monitor at a glance, counted from all tables."""

from datetime import datetime

from monitor.core.model import SourceState, Status
from monitor.store import alerts, sources
from monitor.store.database import Database
from monitor.store.values import time_or_none


def glance(db: Database, now: datetime) -> Status:
    """Return counts and what needs a look. What is dated after `now`, by a clock since set back, is not the last."""
    active = sources.in_state(db, SourceState.ACTIVE)
    return Status(
        quotes=db.value("SELECT count(*) FROM quotes WHERE removed_at IS NULL"),
        sources=len(active),
        failing=tuple(source for source in active if source.failures),
        gone=tuple(sources.in_state(db, SourceState.GONE)),
        posts=db.value("SELECT count(*) FROM posts"),
        matches=db.value("SELECT count(*) FROM matches"),
        alerts=alerts.counts(db),
        last_poll_at=time_or_none(db.value("SELECT max(finished_at) FROM polls WHERE finished_at <= ?", now)),
        last_match_at=time_or_none(db.value("SELECT max(found_at) FROM matches WHERE found_at <= ?", now)),
    )
