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

    async def add_source(self, text: str, *, by: str) -> tuple[Source, Tried]:
        """Poll what a person means by `text`, after a look at it; return it and what it says."""

    async def try_source(self, text: str) -> Tried:
        """Look at what a person means by `text` without recording anything."""

    async def pause_source(self, source: str, *, by: str) -> Source:
        """Poll a source (its number, address or name) no more until it is resumed."""

    async def resume_source(self, source: str, *, by: str) -> Source:
        """Poll a source again."""

    async def remove_source(self, source: str, *, by: str) -> Source:
        """Poll a source no more and list it no more."""

    async def heard(self, addresses: Sequence[str], post: Post) -> None:
        """Take a post of a channel that the bot is in; it is recorded when the channel is a source."""
