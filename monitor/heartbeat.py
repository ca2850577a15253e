"""A sign of life in a file beside the database: written by the running process, read by `healthcheck`.

It is written from the event loop, so a loop that hangs stops writing; a full disk stops it too.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

FRESH = timedelta(seconds=60)


def heartbeat_path(database: Path) -> Path:
    """Return where the sign of life of the process using `database` is."""
    return database.with_name(database.name + ".heartbeat")


def beat(database: Path, *, now: datetime) -> None:
    """Write a sign of life, at once or not at all. Raises OSError."""
    path = heartbeat_path(database)
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps({"at": now.isoformat(), "pid": os.getpid()}), "utf-8")
    draft.replace(path)


def stop(database: Path) -> None:
    """Take the sign of life away: the process ended on purpose."""
    heartbeat_path(database).unlink(missing_ok=True)


def ailment(database: Path, *, now: datetime) -> str | None:
    """Return what is wrong with the process that uses `database`, or None when it is well."""
    path = heartbeat_path(database)
    try:
        at = datetime.fromisoformat(json.loads(path.read_text("utf-8"))["at"]).astimezone(UTC)
    except FileNotFoundError:
        return f"no monitor is running on {database}"
    except (OSError, ValueError, LookupError, TypeError) as error:
        return f"{path} cannot be read: {error}"
    age = abs(now - at)
    return f"the last sign of life is {round(age.total_seconds())} s old" if age > FRESH else None
