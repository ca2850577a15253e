"""`/audit`: who changed what, newest first. For reviewers."""

import json
from dataclasses import dataclass

from datasette.utils.asgi import Request, Response

from monitor.core.errors import InputError
from monitor.store.database import Database, Row
from monitor.web.site import Site

PAGE = 60
LONGEST_ACTOR = 100
NOTHING = "–"
CHANGES = """
SELECT id, at, actor, action, subject, before, after,
    (SELECT name FROM members WHERE 'telegram:' || user_id = actor) AS name
FROM audit
WHERE (?1 IS NULL OR id < ?1) AND (?2 = '' OR actor = ?2) ORDER BY id DESC LIMIT ?3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of the audit, with what differs."""

    row: Row
    differences: tuple[tuple[str, str, str], ...]  # name, before, after


async def page(site: Site, request: Request) -> Response:
    """Show a page of changes."""
    before = request.args.get("before") or ""
    if before and not (before.isdecimal() and len(before) < 19):
        raise InputError("This page does not exist: go back to the first one.")
    actor = (request.args.get("actor") or "")[:LONGEST_ACTOR]
    rows = await site.read(_changes, int(before) if before else None, actor)
    shown = [Change(row=row, differences=tuple(differences(row["before"], row["after"]))) for row in rows[:PAGE]]
    return await site.page(
        "audit.html", request, changes=shown, actor=actor, more=rows[PAGE - 1]["id"] if len(rows) > PAGE else None
    )


def _changes(db: Database, before: int | None, actor: str) -> list[Row]:
    return db.rows(CHANGES, before, actor, PAGE + 1)


def differences(before: str | None, after: str | None) -> list[tuple[str, str, str]]:
    """Return what a change changed: each name whose value differs, with both."""
    old, new = (json.loads(text) if text else None for text in (before, after))
    if not isinstance(old, dict) and not isinstance(new, dict):
        return [] if _shown(old) == _shown(new) else [("", _shown(old), _shown(new))]
    old, new = (one if isinstance(one, dict) else {} for one in (old, new))
    names = [*old, *(name for name in new if name not in old)]
    pairs = [(name, _shown(old.get(name)), _shown(new.get(name))) for name in names]
    return [(name, before, after) for name, before, after in pairs if before != after]


def _shown(value: object) -> str:
    """Return a value as people read it; what is empty, or has only what is empty in it, is a dash."""
    match value:
        case None | "":
            return NOTHING
        case str():
            return value
        case dict():
            parts = ((name, _shown(one)) for name, one in value.items())
            return ", ".join(f"{name}: {one}" for name, one in parts if one != NOTHING) or NOTHING
        case list():
            return "; ".join(one for one in map(_shown, value) if one != NOTHING) or NOTHING
        case _:
            return json.dumps(value, ensure_ascii=False)
