"""What the bot's commands ask of the rest of the program. Every command is one call of one of these."""

from collections.abc import Sequence
from typing import Protocol

from monitor.core.coverage import SourceReport
from monitor.core.model import ChatKind, Post, Quote, Source, Status
from monitor.sources.trying import Tried


class Desk(Protocol):
    """Serves the commands. All of it raises InputError, whose text is the answer, and StoreError.

    `by` says who asks, as `telegram:123456` with the numeric user id. A quote is named by its number
    (`Quote.id`, as /quotes shows it) or by its words.
    """

    async def track(self, text: str, *, by: str) -> Quote:
        """Track a quote and return it."""

    async def advice(self, quote: Quote) -> str:
        """Return in one sentence how often a quote would have fired, and what to ask for if that is too often."""

    async def untrack(self, quote: str, *, by: str) -> Quote:
        """Stop tracking a quote and return what it was."""

    async def quotes(self) -> list[Quote]:
        """Return the tracked quotes."""

    async def subscribe(
        self, address: str, *, kind: ChatKind, title: str | None, thread_id: int | None, quote: str | None, by: str
    ) -> tuple[bool, Quote | None]:
        """Tell a chat of a quote, or of all (None). Return whether that is new, and the quote."""

    async def unsubscribe(
        self, address: str, *, thread_id: int | None, quote: str | None, by: str
    ) -> tuple[bool, Quote | None]:
        """Tell a chat no longer of a quote, or of any (None). Return whether it was told, and the quote."""

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

    async def chat_closed(self, address: str, *, reason: str) -> None:
        """Take note that a chat, if it is known, no longer accepts messages."""

    async def chat_opened(self, address: str) -> None:
        """Take note that a chat, if it is known, accepts messages again."""

    async def chat_moved(self, address: str, *, to: str) -> None:
        """Take note that a chat, if it is known, has a new address: a group became a supergroup."""
