"""The `sources` table: what is polled, and what the last poll of each left behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.core.model import (
    Keep,
    Poll,
    PollOutcome,
    Source,
    SourceId,
    SourceKind,
    SourceState,
    Validators,
    WantedSource,
    WhenDeleted,
)
from monitor.store import audit
from monitor.store.database import Database, Row
from monitor.store.values import seconds_of, time_or_none

LONGEST_TITLE = 200  # characters of the name a source gives itself
CONFIG = "config"
SETTINGS = "settings"  # the actor of the audit
PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeededSources:
    """What the settings' list changed."""

    added: int = 0
    changed: int = 0  # other name, interval, following or keeping
    paused: int = 0  # no longer listed
    resumed: int = 0  # listed again


def all_sources(db: Database) -> list[Source]:
    """Return all but the removed ones."""
    return [of_row(row) for row in db.rows("SELECT * FROM sources WHERE state <> 'removed' ORDER BY id")]


def in_state(db: Database, state: SourceState) -> list[Source]:
    return [of_row(row) for row in db.rows("SELECT * FROM sources WHERE state = ? ORDER BY id", state)]


def by_id(db: Database, source_id: SourceId) -> Source | None:
    row = db.row("SELECT * FROM sources WHERE id = ? AND state <> 'removed'", source_id)
    return None if row is None else of_row(row)


def after_poll(db: Database, poll: Poll) -> None:
    """Leave in the source's row what a poll brought."""
    db.change(
        "UPDATE sources SET last_polled_at = ?, next_poll_at = ?, interval_s = coalesce(?, interval_s),"
        " cursor = coalesce(?, cursor) WHERE id = ?",
        poll.finished_at, poll.next_poll_at, poll.interval, poll.cursor, poll.source.id,
    )  # fmt: skip
    match poll.outcome:
        case PollOutcome.OK | PollOutcome.UNCHANGED:
            _after_success(db, poll)
        case PollOutcome.FAILED | PollOutcome.GONE:
            db.change(
                "UPDATE sources SET failures = failures + 1, last_error = ? WHERE id = ?", poll.error, poll.source.id
            )
    if poll.outcome is PollOutcome.GONE:  # one that a person paused or removed meanwhile stays so
        db.change("UPDATE sources SET state = 'gone' WHERE id = ? AND state = 'active'", poll.source.id)


def _after_success(db: Database, poll: Poll) -> None:
    if poll.seen or not poll.more:  # else it was only a step on the way, and whether the source can be read is not told
        db.change(
            "UPDATE sources SET failures = 0, last_error = NULL, last_success_at = ? WHERE id = ?",
            poll.finished_at, poll.source.id,
        )  # fmt: skip
    if poll.source.follow:  # the page is one wording's: its validators, address and title are not the source's
        return
    if poll.page is not None:
        db.change(
            "UPDATE sources SET etag = ?, last_modified = ?, moved_to = coalesce(?, moved_to) WHERE id = ?",
            poll.page.validators.etag, poll.page.validators.last_modified, poll.page.moved_to, poll.source.id,
        )  # fmt: skip
    title = " ".join((poll.title or "").split())[:LONGEST_TITLE]
    if title:  # a name that a person gave stays
        db.change(
            "UPDATE sources SET name = ? WHERE id = ? AND name = address AND renamed_by IS NULL", title, poll.source.id
        )


def seed(db: Database, wanted: Iterable[WantedSource], now: datetime) -> SeededSources:
    """Bring the sources in step with the settings' list; what persons decided stays as it is.

    `listed` and `paused_by` tell our pauses from theirs. A source that a person removed stays removed while the
    settings go on listing it; listed anew, it is there again.
    """
    added = changed = resumed = 0
    before = {(row["kind"], row["address"]): row for row in db.rows("SELECT * FROM sources")}
    listed = {(source.kind, source.address): source for source in wanted}
    for key, source in listed.items():
        row = before.get(key)
        if row is None:
            source_id = insert(db, source, origin=CONFIG, now=now)
            _note(db, "add", source_id, None, now)
            added += 1
        elif not row["listed"] and row["state"] == SourceState.REMOVED:
            revive(db, SourceId(row["id"]), source, origin=CONFIG, now=now)
            _note(db, "add", row["id"], row, now)
            resumed += 1
        else:
            is_changed, is_resumed = _changed(db, row, source), _resumed(db, row)
            if is_changed or is_resumed:
                _note(db, "change" if is_changed else "resume", row["id"], row, now)
            changed += is_changed
            resumed += is_resumed
    gone = [row for key, row in before.items() if key not in listed and row["listed"]]
    paused = [row for row in gone if _paused(db, row)]
    for row in paused:
        _note(db, "pause", row["id"], row, now)
    return SeededSources(added=added, changed=changed, resumed=resumed, paused=len(paused))


def _note(db: Database, action: str, source_id: int, before: Row | None, at: datetime) -> None:
    after = db.row("SELECT * FROM sources WHERE id = ?", source_id)
    audit.note(
        db, at=at, by=SETTINGS, action=action, subject=f"source {source_id}",
        before=before and of_row(before), after=after and of_row(after),
    )  # fmt: skip


def insert(db: Database, source: WantedSource, *, origin: str, now: datetime) -> SourceId:
    """Add a source."""
    inserted = db.value(
        "INSERT INTO sources (kind, address, name, state, every_s, follow, keep, keep_days, keep_mb, when_deleted,"
        " origin, listed, added_at) VALUES (?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        source.kind, source.address, source.name, source.every, source.follow, source.keep, source.keep_days,
        source.keep_mb, source.when_deleted, origin, origin == CONFIG, now,
    )  # fmt: skip
    return SourceId(inserted)


def revive(db: Database, source_id: SourceId, source: WantedSource, *, origin: str, now: datetime) -> None:
    """Add a removed source again, as if it had never been read: its next look is a baseline, no walk through the gap.

    One that the settings still list stays theirs.
    """
    db.change(
        "UPDATE sources SET name = ?1, every_s = ?2, follow = ?3, keep = ?4, added_at = ?6, state = 'active',"
        " keep_days = ?8, keep_mb = ?9, when_deleted = ?10,"
        " origin = CASE WHEN listed THEN origin ELSE ?5 END, listed = max(listed, ?5 = 'config'),"
        " renamed_by = NULL, paused_by = NULL, moved_to = NULL, etag = NULL, last_modified = NULL, cursor = NULL,"
        " interval_s = NULL, failures = 0, last_success_at = NULL, next_poll_at = NULL, last_error = NULL"
        " WHERE id = ?7",
        source.name, source.every, source.follow, source.keep, origin, now, source_id,
        source.keep_days, source.keep_mb, source.when_deleted,
    )  # fmt: skip


def _changed(db: Database, row: Row, source: WantedSource) -> bool:
    given = source.name != source.address and row["renamed_by"] is None  # unnamed: the source's own title stays
    name = source.name if given else row["name"]
    before = (row["name"], seconds_of(row["every_s"]), bool(row["follow"]), Keep(row["keep"]), *_keeping(row))
    kept = (source.keep_days, source.keep_mb, source.when_deleted)
    if (name, source.every, source.follow, source.keep, *kept) == before:
        return False
    db.change(
        "UPDATE sources SET name = ?, every_s = ?, keep = ?, keep_days = ?, keep_mb = ?, when_deleted = ? WHERE id = ?",
        name, source.every, source.keep, *kept, row["id"],
    )  # fmt: skip
    if source.follow != bool(row["follow"]):  # how far it was read is written in another way
        db.change("UPDATE sources SET follow = ?, cursor = NULL WHERE id = ?", source.follow, row["id"])
    return True


def _keeping(row: Row) -> tuple[float | None, float | None, str | None]:
    return row["keep_days"], row["keep_mb"], row["when_deleted"]


def _resumed(db: Database, row: Row) -> bool:
    if row["listed"]:
        return False
    db.change("UPDATE sources SET listed = 1 WHERE id = ?", row["id"])
    return bool(
        db.change(
            "UPDATE sources SET state = 'active', paused_by = NULL"
            " WHERE id = ? AND state = 'paused' AND paused_by = ?",
            row["id"], CONFIG,
        )
    )  # fmt: skip


def _paused(db: Database, row: Row) -> bool:
    db.change("UPDATE sources SET listed = 0 WHERE id = ?", row["id"])
    return bool(
        db.change(
            "UPDATE sources SET state = 'paused', paused_by = ?1 WHERE id = ?2 AND state = 'active' AND origin = ?1",
            CONFIG, row["id"],
        )
    )  # fmt: skip


def of_row(row: Row) -> Source:
    return Source(
        id=SourceId(row["id"]),
        kind=SourceKind(row["kind"]),
        address=row["address"],
        name=row["name"],
        state=SourceState(row["state"]),
        every=seconds_of(row["every_s"]),
        moved_to=row["moved_to"],
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        cursor=row["cursor"],
        follow=bool(row["follow"]),
        keep=Keep(row["keep"]),
        when_deleted=row["when_deleted"] and WhenDeleted(row["when_deleted"]),
        interval=seconds_of(row["interval_s"]),
        failures=row["failures"],
        last_polled_at=time_or_none(row["last_polled_at"]),
        last_success_at=time_or_none(row["last_success_at"]),
        next_poll_at=time_or_none(row["next_poll_at"]),
        last_error=row["last_error"],
    )
