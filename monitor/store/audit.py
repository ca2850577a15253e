"""Who changed what: one row a change made by a person, written in the transaction that makes it."""

import json
from collections.abc import Collection
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from monitor.core.changes import differences
from monitor.core.people import Change, ChangeId
from monitor.store.database import Database, Row
from monitor.store.values import time_of

SELECT = """
SELECT audit.*, members.name AS by_name, about.id AS quote_id, about.text AS quote,
    (SELECT title FROM chats WHERE audit.subject = 'chat ' || chats.address) AS chat,
    EXISTS (SELECT 1 FROM audit AS later WHERE later.undoes = audit.id) AS is_undone
FROM audit LEFT JOIN members ON audit.actor = 'telegram:' || members.user_id
LEFT JOIN quotes AS about ON about.id = CASE substr(audit.subject, 1, instr(audit.subject, ' ') - 1)
    WHEN 'match' THEN (SELECT quote_id FROM matches WHERE id = CAST(substr(audit.subject, 7) AS INTEGER))
    WHEN 'chat' THEN json_extract(coalesce(audit.after, audit.before), '$.quote_id')
    WHEN 'feed' THEN json_extract(coalesce(audit.after, audit.before), '$.quote') END
"""
SAYING = ("text", "role", "name", "verdict")  # what of a change says most, in this order


def note(
    db: Database,
    *,
    at: datetime,
    by: str,
    action: str,
    subject: str,
    before: object = None,
    after: object = None,
) -> None:
    """Write down that `by` did `action` to `subject`. `before` and `after` are our values, or plain JSON ones."""
    db.change(
        "INSERT INTO audit (at, actor, action, subject, before, after) VALUES (?, ?, ?, ?, ?, ?)",
        at, by, action, subject, _json(before), _json(after),
    )  # fmt: skip


def takes_back(db: Database, *, subject: str, action: str) -> None:
    """Say that the newest change of a subject takes back the one before, if that was this action and no taking back."""
    rows = db.rows(f"{SELECT} WHERE audit.subject = ? ORDER BY audit.id DESC LIMIT 2", subject)
    if len(rows) == 2 and rows[1]["action"] == action and rows[1]["undoes"] is None and not rows[1]["is_undone"]:
        db.change("UPDATE audit SET undoes = ? WHERE id = ?", rows[1]["id"], rows[0]["id"])


def newest(db: Database, *, limit: int, before_id: ChangeId | None = None, by: str | None = None) -> list[Change]:
    """Return the newest changes, those before `before_id` and of one actor where one is named, newest first."""
    rows = db.rows(
        f"{SELECT} WHERE (?1 IS NULL OR audit.id < ?1) AND (?2 IS NULL OR audit.actor = ?2)"
        " ORDER BY audit.id DESC LIMIT ?3",
        before_id, by, limit,
    )  # fmt: skip
    return [change_of(row) for row in rows]


def row_of(db: Database, change_id: ChangeId) -> Row | None:
    """Return a change as it stands in the table, or None."""
    return db.row(f"{SELECT} WHERE audit.id = ?", change_id)


def latest_of(db: Database, by: str, kinds: Collection[str]) -> Row | None:
    """Return a person's newest change of these kinds of subjects that takes none back and was not taken back."""
    return db.row(
        f"{SELECT} WHERE audit.actor = ? AND audit.undoes IS NULL AND NOT is_undone"
        " AND instr(?, ',' || substr(audit.subject, 1, instr(audit.subject, ' ') - 1) || ',')"
        " ORDER BY audit.id DESC LIMIT 1",
        by, f",{','.join(kinds)},",
    )  # fmt: skip


def latest_id(db: Database) -> int:
    """Return the number of the newest change, 0 when there is none."""
    return int(db.value("SELECT coalesce(max(id), 0) FROM audit"))


def sources_added(db: Database, by: str) -> int:
    """Return how many sources that are not removed this person added."""
    return int(
        db.value(
            "SELECT count(DISTINCT sources.id) FROM audit JOIN sources ON audit.subject = 'source ' || sources.id"
            " WHERE actor = ? AND action = 'add' AND sources.state <> 'removed'",
            by,
        )
    )


def change_of(row: Row) -> Change:
    """Return a row of `SELECT` as a value."""
    return Change(
        id=ChangeId(row["id"]),
        at=time_of(row["at"]),
        by=row["actor"],
        by_name=row["by_name"],
        action=row["action"],
        subject=row["subject"],
        what=_saying(row["after"]) or _saying(row["before"]),
        differences=tuple(differences(*(json.loads(row[one]) if row[one] else None for one in ("before", "after")))),
        quote_id=row["quote_id"],
        quote=row["quote"] or "",
        chat=row["chat"] or "",
        is_undone=bool(row["is_undone"]),
        undoes=row["undoes"],
    )


def plain(value: object) -> Any:
    """Return one of our values as it is read back from the audit."""
    text = _json(value)
    return None if text is None else json.loads(text)


def _saying(text: str | None) -> str:
    said = json.loads(text) if text else None
    if not isinstance(said, dict):
        return ""
    return next((str(said[key]) for key in SAYING if said.get(key)), "")


def _json(value: object) -> str | None:
    if value is None:
        return None
    told: Any = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return json.dumps(told, ensure_ascii=False, default=str)
