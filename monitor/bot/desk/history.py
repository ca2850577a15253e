"""What the commands about the match history ask for."""

from typing import Protocol

from monitor.core.history import HistoryFilter, HistoryPage, Statistics
from monitor.core.model import MatchId, Post, Source
from monitor.matching.nearest import Tryout


class HistoryDesk(Protocol):
    """Serves what was found, and what would be."""

    async def history(
        self, wanted: HistoryFilter, *, limit: int, before: MatchId | None = None, after: MatchId | None = None
    ) -> HistoryPage:
        """Return recorded matches: the newest, those before one, or those just after one."""

    async def statistics(self, quote: str | None) -> Statistics:
        """Return counts of one quote's matches, or of all (None), with the last 30 days."""

    async def chart(self, statistics: Statistics, *, title: str, label: str) -> bytes | None:
        """Return the days of some statistics as a PNG picture; None where pictures cannot be drawn."""

    async def export(self, quote: str | None, *, form: str) -> tuple[bytes, int, bool]:
        """Return matches as a file (form: csv, jsonl), how many they are, and whether older ones were left out."""

    async def check(self, text: str) -> Tryout:
        """Return what a text would match, and why; nothing is recorded."""

    async def record_pasted(self, post: Post, *, by: str) -> Source:
        """Record a post that somebody pasted or forwarded, and return its source; what matches in it is told."""

    def put_by(self, thing: object) -> str:
        """Keep something for a button to come back to, under a short name; it may be gone after a while."""

    def taken_up(self, name: str) -> object | None:
        """Return what was put by under this name, or None when it is gone."""
