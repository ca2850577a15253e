"""Serves what is polled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from monitor.core.coverage import SourceReport
from monitor.core.errors import InputError
from monitor.core.model import Post, Source, SourceId, SourceKind, Status
from monitor.desk.base import DeskBase
from monitor.sources.trying import Remembered, Tried, tried


class Change(Protocol):
    """A method of the store that changes one source."""

    def __call__(self, source_id: SourceId, *, by: str, at: datetime) -> Source: ...


class SourceDesk(DeskBase):
    """Serves what is polled."""

    async def status(self) -> Status:
        """Return the monitor at a glance."""
        return await self._call(self._store.status, self._now())

    async def sources(self) -> list[SourceReport]:
        """Return the sources, with how each is."""
        return await self._call(self._store.source_reports, self._now())

    async def add_source(self, text: str, *, by: str) -> tuple[Source, Tried]:
        """Poll what a person means by `text`, after a look at it; return it and what it says."""
        found = await self.try_source(text)
        title = found.reading.title if found.reading else None
        unnamed = found.wanted.name == found.wanted.address
        wanted = replace(found.wanted, name=title) if title and unnamed else found.wanted
        source = await self._call(self._store.add_source, wanted, by=by, at=self._now())
        await self.on_sources()
        return source, found

    async def try_source(self, text: str) -> Tried:
        """Look at what a person means by `text` without recording anything."""
        quotes = self._watchlist.quotes
        return await tried(text, fetch=Remembered(self._fetch), parse=self._parse, quotes=quotes)

    async def pause_source(self, source: str, *, by: str) -> Source:
        """Poll a source (its number, address or name) no more until it is resumed."""
        return await self._changed(self._store.pause_source, source, by)

    async def resume_source(self, source: str, *, by: str) -> Source:
        """Poll a source again."""
        return await self._changed(self._store.resume_source, source, by)

    async def remove_source(self, source: str, *, by: str) -> Source:
        """Poll a source no more and list it no more."""
        return await self._changed(self._store.remove_source, source, by)

    async def _changed(self, change: Change, words: str, by: str) -> Source:
        known = await self._call(self._store.find_source, words)
        if known is None:
            raise InputError(f"No source is “{words[:80]}”: /sources shows them with their numbers.")
        changed = await self._call(change, known.id, by=by, at=self._now())
        await self.on_sources()
        return changed

    async def heard(self, addresses: Sequence[str], post: Post) -> None:
        """Take a post of a channel that the bot is in; it is recorded when the channel is a source."""
        for source in await self._call(self._store.active_sources):
            if source.kind is SourceKind.BOT_CHANNEL and source.address.lower() in addresses:
                await self.on_post(source, post)
