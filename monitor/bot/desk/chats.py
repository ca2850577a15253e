"""What the commands about chats ask for, and what Telegram says of them."""

from datetime import datetime
from typing import Protocol

from monitor.core.model import ChatKind, Quote, QuoteId
from monitor.core.people import Following, Mute, Preferences


class ChatDesk(Protocol):
    """Serves who is told, where, and how. A chat is named by its address."""

    async def subscribe(
        self,
        address: str,
        *,
        kind: ChatKind,
        title: str | None,
        thread_id: int | None,
        what: str | None,
        lang: str | None,
        by: str,
    ) -> Following:
        """Tell a chat of a quote (its number or words), of a tag (#tag), or of all quotes (None).

        A chat that is new is spoken to in `lang` from then on.
        """

    async def unsubscribe(self, address: str, *, thread_id: int | None, what: str | None, by: str) -> Following:
        """Tell a chat no longer of a quote or tag, or of anything (None)."""

    async def followed(self, address: str, *, thread_id: int | None) -> list[Following]:
        """Return what a chat, or a topic of it, is told of."""

    async def preferences(self, address: str) -> Preferences:
        """Return how a chat wants to be told."""

    async def prefer(
        self, address: str, preferences: Preferences, *, kind: ChatKind, title: str | None, by: str
    ) -> None:
        """Tell a chat this way from now on; what was held for it is looked at again."""

    async def mute(self, address: str, quote_id: QuoteId | None, until: datetime | None, by: str) -> Quote | None:
        """Tell a chat nothing of a quote, or of any (None), until then, or until it is unmuted; return the quote."""

    async def unmute(self, address: str, quote_id: QuoteId | None, by: str) -> bool:
        """End a mute of a quote, or the one of everything (None); return whether there was one."""

    async def mutes(self, address: str) -> list[Mute]:
        """Return what a chat wants to hear nothing of now."""

    async def chat_closed(self, address: str, *, reason: str) -> None:
        """Take note that a chat, if it is known, no longer accepts messages."""

    async def chat_opened(self, address: str) -> None:
        """Take note that a chat, if it is known, accepts messages again."""

    async def chat_moved(self, address: str, *, to: str) -> None:
        """Take note that a chat, if it is known, has a new address: a group became a supergroup."""
