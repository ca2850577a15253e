"""What buttons mean: `PRESSES[verb].run(call, desk)`, a module a subject.

A module has its own `PRESSES: dict[str, Press]` and a line in `TABLES`; no verb is taken twice.
"""

from monitor.bot.presses import alerts, care, chats, history, people, quotes, sources
from monitor.bot.presses.base import Press

TABLES: tuple[dict[str, Press], ...] = (
    alerts.PRESSES,
    chats.PRESSES,
    people.PRESSES,
    care.PRESSES,
    quotes.PRESSES,
    history.PRESSES,
    sources.PRESSES,
)


def _union(tables: tuple[dict[str, Press], ...]) -> dict[str, Press]:
    union: dict[str, Press] = {}
    for table in tables:
        taken = union.keys() & table.keys()
        assert not taken, f"a verb has one meaning: {taken}"
        union |= table
    return union


PRESSES = _union(TABLES)

__all__ = ["PRESSES", "Press"]
