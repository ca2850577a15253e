"""Serves who is told, where."""

from monitor.core.model import ChatKind, Quote
from monitor.desk.base import DeskBase


class ChatDesk(DeskBase):
    """Serves who is told, where."""

    async def subscribe(
        self, address: str, *, kind: ChatKind, title: str | None, thread_id: int | None, quote: str | None, by: str
    ) -> tuple[bool, Quote | None]:
        """Tell a chat of a quote, or of all (None). Return whether that is new, and the quote."""
        found = await self._found(quote) if quote else None
        new = await self._call(
            self._store.subscribe,
            address,
            kind,
            title,
            thread_id=thread_id,
            quote_id=found.id if found else None,
            by=by,
            at=self._now(),
        )
        return new, found

    async def unsubscribe(
        self, address: str, *, thread_id: int | None, quote: str | None, by: str
    ) -> tuple[bool, Quote | None]:
        """Tell a chat no longer of a quote, or of any (None). Return whether it was told, and the quote."""
        found = await self._found(quote) if quote else None
        was = await self._call(
            self._store.unsubscribe,
            address,
            thread_id=thread_id,
            quote_id=found.id if found else None,
            by=by,
            at=self._now(),
        )
        return was, found

    async def chat_closed(self, address: str, *, reason: str) -> None:
        """Take note that a chat, if it is known, no longer accepts messages."""
        chat = await self._call(self._store.chat, address)
        if chat is not None:
            await self._call(self._store.close_chat, chat.id, reason=reason, at=self._now())

    async def chat_opened(self, address: str) -> None:
        """Take note that a chat, if it is known, accepts messages again."""
        chat = await self._call(self._store.chat, address)
        if chat is not None:
            await self._call(self._store.ensure_chat, address, chat.kind, chat.title, at=self._now())

    async def chat_moved(self, address: str, *, to: str) -> None:
        """Take note that a chat, if it is known, has a new address: a group became a supergroup."""
        await self._call(self._store.rename_chat, address, to)
