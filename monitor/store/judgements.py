"""A row of the `verdicts` table as our value."""

from monitor.core.verdicts import Judgement, Verdict
from monitor.store.database import Row
from monitor.store.values import time_of


def judgement(row: Row) -> Judgement:
    """Return a row of `verdicts`, or one that has its columns."""
    return Judgement(
        verdict=Verdict(row["verdict"]),
        note=row["note"],
        at=time_of(row["given_at"]),
        by=row["given_by"],
        name=row["given_name"],
    )
