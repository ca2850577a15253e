"""What the commands about sources ask for, and what arrives of those the bot is in."""

from collections.abc import Sequence
from typing import Protocol

from monitor.core.coverage import SourceReport
from monitor.core.model import Post, Source, Status
from monitor.sources.trying import Tried


class SourceDesk(Protocol):
    """Serves what is polled. A source is named by its number, address or name."""

    async def status(self) -> Status:
        """Return the monitor at a glance."""

    async def sources(self) -> list[SourceReport]:
        """Return the sources, with how each is."""

    async def source(self, source: str) -> Source:
        """Return one source."""

    async def add_looked_at(self, found: Tried, *, by: str) -> Source:
        """Poll a source that was looked at, and return it."""

    async def try_source(self, text: str) -> Tried:
        """Look at what a person means by `text` without recording anything."""

    async def test_source(self, source: str) -> Tried:
        """Look at a source that is there already without recording anything."""

    async def pause_source(self, source: str, *, by: str) -> Source:
        """Poll a source (its number, address or name) no more until it is resumed."""

    async def resume_source(self, source: str, *, by: str) -> Source:
        """Poll a source again."""

    async def remove_source(self, source: str, *, by: str) -> Source:
        """Poll a source no more and list it no more."""

    async def heard(self, addresses: Sequence[str], post: Post) -> None:
        """Take a post of a channel that the bot is in; it is recorded when the channel is a source."""
