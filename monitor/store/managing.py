"""What persons do to sources: add, pause, resume, rename, remove. Nothing is deleted, since posts refer to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.core.errors import InputError
from monitor.core.identity import canonical_link
from monitor.core.model import Source, SourceId, SourceState, WantedSource
from monitor.store import audit, sources
from monitor.store.database import Database

NO_SUCH_SOURCE = "There is no source #{number}: see the list of sources for the numbers."
LONGEST_NAME = 200  # characters


def add(db: Database, wanted: WantedSource, *, by: str, at: datetime) -> Source:
    """Poll a source from now on; a removed one comes back under its number. Raises InputError."""
    address = wanted.address.strip()
    if not address:
        raise InputError("The address is empty: write where the source is, such as https://example.org/feed.xml")
    wanted = replace(wanted, address=address, name=" ".join(wanted.name.split())[:LONGEST_NAME] or address)
    _refuse_known(db, wanted)
    former = db.value("SELECT id FROM sources WHERE kind = ? AND address = ?", wanted.kind, wanted.address)
    if former is None:
        source_id = sources.insert(db, wanted, origin=sources.PERSON, now=at)
    else:
        source_id = SourceId(former)
        sources.revive(db, source_id, wanted, origin=sources.PERSON, now=at)
    source = must(db, source_id)
    _note(db, "add", None, source, by=by, at=at)
    return source


def find(db: Database, wanted: str | int) -> Source | None:
    """Return the source of this number ("3", "#3"), at this address or of this name.

    Raises InputError when several have this name.
    """
    words = str(wanted).strip()
    number = words.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 20:  # longer ones are no number of ours
        source = sources.by_id(db, SourceId(int(number)))
        if source is not None:
            return source
    known = sources.all_sources(db)
    there = [source for source in known if words in (source.address, source.moved_to)] or [
        source for source in known if _place(source.address) == _place(words)
    ]
    if there:
        return there[0]
    called = [source for source in known if source.name.casefold() == words.casefold()]
    if len(called) > 1:
        numbers = ", ".join(f"#{source.id}" for source in called)
        raise InputError(
            "“{words}” is the name of several sources: say which by its number ({numbers}).",
            words=words,
            numbers=numbers,
        )
    return called[0] if called else None


def pause(db: Database, source_id: SourceId, *, by: str, at: datetime) -> Source:
    """Poll a source no more until it is resumed; return it. Raises InputError.

    A pause of the settings becomes a person's, so that listing the source again does not end it.
    """
    before = must(db, source_id)
    changed = db.change(
        "UPDATE sources SET state = 'paused', paused_by = ?1"
        " WHERE id = ?2 AND (state = 'active' OR paused_by = ?3 OR state = 'gone')",
        by, source_id, sources.CONFIG,
    )  # fmt: skip
    after = must(db, source_id)
    if changed:
        _note(db, "pause", before, after, by=by, at=at)
    return after


def resume(db: Database, source_id: SourceId, *, by: str, at: datetime) -> Source:
    """Poll a paused source, or one that was gone, from now on as if it had never failed; return it. InputError."""
    before = must(db, source_id)
    if before.state is SourceState.ACTIVE:
        return before
    db.change(
        "UPDATE sources SET state = 'active', paused_by = NULL, failures = 0, last_error = NULL, next_poll_at = ?"
        " WHERE id = ?",
        at, source_id,
    )  # fmt: skip
    after = must(db, source_id)
    _note(db, "resume", before, after, by=by, at=at)
    return after


def remove(db: Database, source_id: SourceId, *, by: str, at: datetime) -> Source:
    """Poll a source no more and show it no more; its posts and matches stay. Returns it as it was. InputError."""
    source = must(db, source_id)
    db.change("UPDATE sources SET state = 'removed', paused_by = NULL WHERE id = ?", source_id)
    _note(db, "remove", source, None, by=by, at=at)
    return source


def rename(db: Database, source_id: SourceId, name: str, *, by: str, at: datetime) -> Source:
    """Give a source a name that stays, whatever the settings or its own title say. Raises InputError."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME:
        raise InputError(
            "A source's name has 1 to {most} characters, this one has {n}.", most=LONGEST_NAME, n=len(plain)
        )
    before = must(db, source_id)
    db.change("UPDATE sources SET name = ?, renamed_by = ? WHERE id = ?", plain, by, source_id)
    after = must(db, source_id)
    _note(db, "rename", before, after, by=by, at=at)
    return after


def put_back(db: Database, source_id: SourceId, before: Mapping[str, Any] | None, *, by: str, at: datetime) -> None:
    """Make a source as it was, as `audited` wrote it down; None: there was none."""
    if before is None:
        remove(db, source_id, by=by, at=at)
        return
    is_paused = before["state"] == SourceState.PAUSED
    db.change(
        "UPDATE sources SET state = ?1, paused_by = ?2, renamed_by = CASE WHEN name = ?3 THEN renamed_by ELSE ?4 END,"
        " name = ?3, next_poll_at = CASE WHEN state = ?1 THEN next_poll_at ELSE ?5 END WHERE id = ?6",
        before["state"], by if is_paused else None, before["name"], by, at, source_id,
    )  # fmt: skip


def must(db: Database, source_id: SourceId) -> Source:
    """Return the source of this number. Raises InputError when there is none, or it was removed."""
    source = sources.by_id(db, source_id)
    if source is None:
        raise InputError(NO_SUCH_SOURCE, number=source_id)
    return source


def _refuse_known(db: Database, wanted: WantedSource) -> None:
    place = _place(wanted.address)
    for source in sources.all_sources(db):
        if source.kind is wanted.kind and place in {_place(source.address), _place(source.url)}:
            if source.state is SourceState.ACTIVE:
                raise InputError(
                    "{address} is already source #{number} ({name}).",
                    address=wanted.address,
                    number=source.id,
                    name=source.name,
                )
            raise InputError(
                "{address} is already source #{number} ({name}), {state}: resume it instead.",
                address=wanted.address,
                number=source.id,
                name=source.name,
                state=source.state.value,
            )


def _place(address: str) -> str:
    """Return what is equal for addresses that lead to one place: a URL's canonical form, else the words in one case."""
    plain = address.strip()
    return canonical_link(plain) if plain.lower().startswith(("http://", "https://")) else plain.casefold()


def _note(db: Database, action: str, before: Source | None, after: Source | None, *, by: str, at: datetime) -> None:
    subject = before or after
    assert subject is not None
    audit.note(
        db,
        at=at,
        by=by,
        action=action,
        subject=f"source {subject.id}",
        before=audited(before),
        after=audited(after),
    )


def audited(source: Source | None) -> dict[str, object] | None:
    """Return what persons decide of a source, as it is written into the audit."""
    if source is None:
        return None
    return {
        "kind": source.kind.value,
        "address": source.address,
        "name": source.name,
        "state": source.state.value,
        "every_s": None if source.every is None else source.every.total_seconds(),
        "follow": source.follow,
        "keep": source.keep.value,
    }
