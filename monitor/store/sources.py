"""The `sources` table: what is polled, and what the last poll of each left behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.core.model import Poll, PollOutcome, Source, SourceId, SourceKind, SourceState, Validators, WantedSource
from monitor.store.database import Database, Row
from monitor.store.values import seconds_of, time_or_none

LONGEST_TITLE = 200  # characters of the name a source gives itself


@dataclass(frozen=True, slots=True, kw_only=True)
class SeededSources:
    """What the settings' list changed."""

    added: int = 0
    changed: int = 0  # other name or interval
    paused: int = 0  # no longer listed
    resumed: int = 0  # listed again


def all_sources(db: Database) -> list[Source]:
    return [_source(row) for row in db.rows("SELECT * FROM sources ORDER BY id")]


def in_state(db: Database, state: SourceState) -> list[Source]:
    return [_source(row) for row in db.rows("SELECT * FROM sources WHERE state = ? ORDER BY id", state)]


def by_id(db: Database, source_id: SourceId) -> Source | None:
    row = db.row("SELECT * FROM sources WHERE id = ?", source_id)
    return None if row is None else _source(row)


def after_poll(db: Database, poll: Poll) -> None:
    """Leave in the source's row what a poll brought."""
    db.change(
        "UPDATE sources SET last_polled_at = ?, next_poll_at = ?, interval_s = coalesce(?, interval_s) WHERE id = ?",
        poll.finished_at, poll.next_poll_at, poll.interval, poll.source.id,
    )  # fmt: skip
    match poll.outcome:
        case PollOutcome.OK | PollOutcome.UNCHANGED:
            _after_success(db, poll)
        case PollOutcome.FAILED | PollOutcome.GONE:
            db.change(
                "UPDATE sources SET failures = failures + 1, last_error = ? WHERE id = ?", poll.error, poll.source.id
            )
    if poll.outcome is PollOutcome.GONE:
        db.change("UPDATE sources SET state = 'gone' WHERE id = ?", poll.source.id)


def _after_success(db: Database, poll: Poll) -> None:
    db.change(
        "UPDATE sources SET failures = 0, last_error = NULL, last_success_at = ? WHERE id = ?",
        poll.finished_at, poll.source.id,
    )  # fmt: skip
    if poll.page is not None:
        db.change(
            "UPDATE sources SET etag = ?, last_modified = ?, moved_to = coalesce(?, moved_to) WHERE id = ?",
            poll.page.validators.etag, poll.page.validators.last_modified, poll.page.moved_to, poll.source.id,
        )  # fmt: skip
    title = " ".join((poll.title or "").split())[:LONGEST_TITLE]
    if title:  # a name that a person gave stays
        db.change("UPDATE sources SET name = ? WHERE id = ? AND name = address", title, poll.source.id)


def seed(db: Database, wanted: Iterable[WantedSource], now: datetime) -> SeededSources:
    """Bring the sources in step with the settings' list; those that persons added stay as they are.

    `listed` remembers which pauses are ours: a source that a person paused stays paused.
    """
    added = changed = resumed = 0
    before = {(row["kind"], row["address"]): row for row in db.rows("SELECT * FROM sources")}
    listed = {(source.kind, source.address): source for source in wanted}
    for key, source in listed.items():
        row = before.get(key)
        if row is None:
            _add(db, source, now)
            added += 1
        else:
            changed += _changed(db, row, source)
            resumed += _resumed(db, row)
    gone = [row for key, row in before.items() if key not in listed and row["listed"]]
    return SeededSources(added=added, changed=changed, resumed=resumed, paused=sum(_paused(db, row) for row in gone))


def _add(db: Database, source: WantedSource, now: datetime) -> None:
    db.change(
        "INSERT INTO sources (kind, address, name, state, every_s, origin, listed, added_at)"
        " VALUES (?, ?, ?, 'active', ?, 'config', 1, ?)",
        source.kind, source.address, source.name, source.every, now,
    )  # fmt: skip


def _changed(db: Database, row: Row, source: WantedSource) -> bool:
    name = row["name"] if source.name == source.address else source.name  # unnamed: the source's own title stays
    if (name, source.every) == (row["name"], seconds_of(row["every_s"])):
        return False
    db.change("UPDATE sources SET name = ?, every_s = ? WHERE id = ?", name, source.every, row["id"])
    return True


def _resumed(db: Database, row: Row) -> bool:
    if row["listed"]:
        return False
    db.change("UPDATE sources SET listed = 1 WHERE id = ?", row["id"])
    return bool(
        db.change(
            "UPDATE sources SET state = 'active' WHERE id = ? AND state = 'paused' AND origin = 'config'", row["id"]
        )
    )


def _paused(db: Database, row: Row) -> bool:
    db.change("UPDATE sources SET listed = 0 WHERE id = ?", row["id"])
    return bool(
        db.change(
            "UPDATE sources SET state = 'paused' WHERE id = ? AND state = 'active' AND origin = 'config'", row["id"]
        )
    )


def _source(row: Row) -> Source:
    return Source(
        id=SourceId(row["id"]),
        kind=SourceKind(row["kind"]),
        address=row["address"],
        name=row["name"],
        state=SourceState(row["state"]),
        every=seconds_of(row["every_s"]),
        moved_to=row["moved_to"],
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        interval=seconds_of(row["interval_s"]),
        failures=row["failures"],
        last_polled_at=time_or_none(row["last_polled_at"]),
        last_success_at=time_or_none(row["last_success_at"]),
        next_poll_at=time_or_none(row["next_poll_at"]),
        last_error=row["last_error"],
    )
