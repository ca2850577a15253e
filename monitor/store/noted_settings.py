"""What the settings were, start by start, as the audit tells it: each row holds what changed."""

import json
from collections.abc import Mapping
from datetime import datetime

from monitor.store import audit
from monitor.store.database import Database

ACTOR, ACTION, SUBJECT = "settings", "configure", "settings"


def note(db: Database, settings: Mapping[str, str], at: datetime) -> int:
    """Note what differs from the settings last noted; return how many keys that is."""
    before = _last(db)
    changed = {key for key in before.keys() | settings.keys() if before.get(key) != settings.get(key)}
    if changed:
        audit.note(
            db, at=at, by=ACTOR, action=ACTION, subject=SUBJECT,
            before={key: before.get(key) for key in sorted(changed)} if before else None,
            after={key: settings.get(key) for key in sorted(changed)},
        )  # fmt: skip
    return len(changed)


def _last(db: Database) -> dict[str, str]:
    """Return the settings last noted: every change, one after the other."""
    known: dict[str, str | None] = {}
    for row in db.rows("SELECT after FROM audit WHERE subject = ? AND action = ? ORDER BY id", SUBJECT, ACTION):
        known |= json.loads(row["after"])
    return {key: value for key, value in known.items() if value is not None}
