"""What the commands about chats ask for, and what Telegram says of them."""

from typing import Protocol

from monitor.core.model import ChatKind, Quote


class ChatDesk(Protocol):
    """Serves who is told, where."""

    async def subscribe(
        self, address: str, *, kind: ChatKind, title: str | None, thread_id: int | None, quote: str | None, by: str
    ) -> tuple[bool, Quote | None]:
        """Tell a chat of a quote, or of all (None). Return whether that is new, and the quote."""

    async def unsubscribe(
        self, address: str, *, thread_id: int | None, quote: str | None, by: str
    ) -> tuple[bool, Quote | None]:
        """Tell a chat no longer of a quote, or of any (None). Return whether it was told, and the quote."""

    async def chat_closed(self, address: str, *, reason: str) -> None:
        """Take note that a chat, if it is known, no longer accepts messages."""

    async def chat_opened(self, address: str) -> None:
        """Take note that a chat, if it is known, accepts messages again."""

    async def chat_moved(self, address: str, *, to: str) -> None:
        """Take note that a chat, if it is known, has a new address: a group became a supergroup."""
