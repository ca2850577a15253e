"""Serves what was found, and what would be."""

import io
from dataclasses import replace

from monitor import charts
from monitor.core.errors import InputError
from monitor.core.history import HistoryFilter, HistoryPage, Statistics
from monitor.core.model import PASTED_NAME, MatchId, Post, QuoteId, Source, SourceKind, SourceState, WantedSource
from monitor.desk.base import DeskBase
from monitor.export.rows import write_csv, write_jsonl
from monitor.matching.nearest import Tryout, tried

EXPORTED = 20_000  # matches, at most; the command line writes them all
EXPORTED_AT_ONCE = 1000
DAYS = 30
PASTED = WantedSource(kind=SourceKind.PASTED, address="chat", name=PASTED_NAME)


class HistoryDesk(DeskBase):
    """Serves what was found, and what would be."""

    async def history(
        self, wanted: HistoryFilter, *, limit: int, before: MatchId | None = None, after: MatchId | None = None
    ) -> HistoryPage:
        """Return recorded matches: the newest, those before one, or those just after one."""
        rows = await self._call(self._store.history, wanted, limit=limit + 1, before=before, after=after)
        has_more = len(rows) > limit
        if after is not None:  # one too many is the newest, else the oldest
            return HistoryPage(rows=tuple(rows[-limit:]), has_newer=has_more, has_older=True)
        return HistoryPage(rows=tuple(rows[:limit]), has_newer=before is not None, has_older=has_more)

    async def statistics(self, quote: str | None) -> Statistics:
        """Return counts of one quote's matches, or of all (None), with the last 30 days."""
        return await self._call(self._store.statistics, await self._id_of(quote), now=self._now(), days=DAYS)

    async def chart(self, statistics: Statistics, *, title: str, label: str) -> bytes | None:
        """Return the days of some statistics as a PNG picture; None where pictures cannot be drawn."""
        if not charts.can_draw():
            return None
        return await self._elsewhere(charts.png, statistics.days, title, label)

    async def export(self, quote: str | None, *, form: str) -> tuple[bytes, int, bool]:
        """Return matches as a file (form: csv, jsonl), how many they are, and whether older ones were left out."""
        wanted = HistoryFilter(quote_id=await self._id_of(quote))
        rows: list[dict[str, object]] = []
        before: MatchId | None = None
        while len(rows) < EXPORTED:
            more = await self._call(self._store.history_rows, wanted, limit=EXPORTED_AT_ONCE, before=before)
            rows += more
            if len(more) < EXPORTED_AT_ONCE:
                break
            before = MatchId(int(str(more[-1]["id"])))
        is_partial = await self._call(self._store.history_count, wanted) > len(rows)
        return await self._elsewhere(_as_file, rows, form), len(rows), is_partial

    async def check(self, text: str) -> Tryout:
        """Return what a text would match, and why; nothing is recorded."""
        return await self._elsewhere(tried, self._watchlist.quotes, text, self._threshold)

    async def record_pasted(self, post: Post, *, by: str) -> Source:
        """Record a post that somebody pasted or forwarded, and return its source; what matches in it is told.

        Raises InputError when whoever wrote it asked to be forgotten, or the source is paused.
        """
        source = await self._pasted(by)
        if source.state is not SourceState.ACTIVE:
            raise InputError("{name} is paused: /source resume {number}", name=source.name, number=source.id)
        if await self._call(self._store.is_forgotten, source.id, post):
            raise InputError(
                "It is not recorded: somebody asked that nothing by this author, or at this address, be kept."
            )
        # What is pasted first is as new as what is pasted later, so there is no baseline.
        await self.on_post(replace(source, last_success_at=source.last_success_at or self._now()), post)
        return source

    def put_by(self, thing: object) -> str:
        """Keep something for a button to come back to, under a short name; it may be gone after a while."""
        return self._drafts.put_by(thing)

    def taken_up(self, name: str) -> object | None:
        """Return what was put by under this name, or None when it is gone."""
        return self._drafts.taken_up(name)

    async def _pasted(self, by: str) -> Source:
        for source in await self._call(self._store.all_sources):
            if source.kind is SourceKind.PASTED:
                return source
        return await self._call(self._store.add_source, PASTED, by=by, at=self._now())

    async def _id_of(self, quote: str | None) -> QuoteId | None:
        return (await self._found(quote)).id if quote else None


def _as_file(rows: list[dict[str, object]], form: str) -> bytes:
    out = io.StringIO(newline="")
    if form == "jsonl":
        write_jsonl(rows, out)
    else:
        write_csv(rows, out, columns=tuple(rows[0]) if rows else ())
    return out.getvalue().encode("utf-8-sig" if form == "csv" else "utf-8", "replace")
