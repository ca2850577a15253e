"""Who changed what: one row a change made by a person, written in the transaction that makes it."""

import json
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from monitor.store.database import Database


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


def _json(value: object) -> str | None:
    if value is None:
        return None
    plain: Any = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return json.dumps(plain, ensure_ascii=False)
