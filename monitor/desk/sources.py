"""Serves what is polled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from monitor.core.coverage import SourceReport
from monitor.core.errors import InputError, SourceError
from monitor.core.model import Post, Source, SourceId, SourceKind, Status, WantedSource
from monitor.desk.base import DeskBase
from monitor.sources.trying import Remembered, Tried, tried, tried_source


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

    async def source(self, source: str) -> Source:
        """Return one source."""
        known = await self._call(self._store.find_source, source)
        if known is None:
            raise InputError("No source is “{text}”: /sources shows them with their numbers.", text=source[:80])
        return known

    async def add_looked_at(self, found: Tried, *, by: str) -> Source:
        """Poll a source that was looked at, and return it."""
        self._quotas.check_sources(by, await self._call(self._store.polled_by, by))
        wanted = replace(found.wanted, name=found.name)
        source = await self._call(self._store.add_source, wanted, by=by, at=self._now())
        await self.on_sources()
        return source

    async def test_source(self, source: str) -> Tried:
        """Look at a source that is there already without recording anything."""
        known = await self.source(source)
        wanted = WantedSource(kind=known.kind, address=known.url, name=known.name, follow=known.follow)
        quotes = self._watchlist.quotes
        try:
            return await tried_source(wanted, fetch=Remembered(self._fetch), parse=self._parse, quotes=quotes)
        except SourceError as error:
            raise InputError("{name} could not be read: {error}.", name=known.name, error=error) from error

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
        known = await self.source(words)
        changed = await self._call(change, known.id, by=by, at=self._now())
        await self.on_sources()
        return changed

    async def heard(self, addresses: Sequence[str], post: Post) -> None:
        """Take a post of a channel that the bot is in; it is recorded when the channel is a source."""
        for source in await self._call(self._store.active_sources):
            if source.kind is SourceKind.BOT_CHANNEL and source.address.lower() in addresses:
                await self.on_post(source, post)
