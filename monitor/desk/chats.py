"""Serves who is told, where, and how."""

from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.model import ChatKind, Quote, QuoteId
from monitor.core.people import Following, Mute, Preferences
from monitor.core.quotes import checked_tags
from monitor.desk.base import DeskBase


class ChatDesk(DeskBase):
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
        """Tell a chat of a quote (its number or words), of a tag (#tag), or of all quotes (None)."""
        quote, tag = await self._meant(what)
        changed = await self._call(
            self._store.subscribe,
            address,
            kind,
            title,
            thread_id=thread_id,
            quote_id=quote.id if quote else None,
            tag=tag,
            lang=lang,
            by=by,
            at=self._now(),
        )
        tagged = tag is None or any(tag in one.tags for one in await self._call(self._store.quotes))
        return Following(quote=quote, tag=tag, changed=changed, is_empty=not tagged)

    async def unsubscribe(self, address: str, *, thread_id: int | None, what: str | None, by: str) -> Following:
        """Tell a chat no longer of a quote or tag, or of anything (None)."""
        quote, tag = await self._meant(what)
        changed = await self._call(
            self._store.unsubscribe,
            address,
            thread_id=thread_id,
            quote_id=quote.id if quote else None,
            tag=tag,
            by=by,
            at=self._now(),
        )
        return Following(quote=quote, tag=tag, changed=changed)

    async def followed(self, address: str, *, thread_id: int | None) -> list[Following]:
        """Return what a chat, or a topic of it, is told of."""
        quotes = {quote.id: quote for quote in await self._call(self._store.quotes)}
        return [
            Following(quote=quotes.get(one.quote_id) if one.quote_id else None, tag=one.tag)
            for one in await self._call(self._store.subscriptions, address)
            if one.thread_id == thread_id and (one.quote_id is None or one.quote_id in quotes)
        ]

    async def preferences(self, address: str) -> Preferences:
        """Return how a chat wants to be told."""
        return await self._call(self._store.preferences, address)

    async def prefer(
        self, address: str, preferences: Preferences, *, kind: ChatKind, title: str | None, by: str
    ) -> None:
        """Tell a chat this way from now on; what was held for it is looked at again."""
        await self._call(self._store.prefer, address, kind, title, preferences, by=by, at=self._now())

    async def mute(self, address: str, quote_id: QuoteId | None, until: datetime | None, by: str) -> Quote | None:
        """Tell a chat nothing of a quote, or of any (None), until then, or until it is unmuted; return the quote.

        Only a chat that is told of something can be muted.
        """
        chat = await self._call(self._store.chat, address)
        if chat is None:
            raise InputError("Nothing is told in this chat yet: /subscribe first.")
        quote = await self._found(f"#{quote_id}") if quote_id is not None else None
        await self._call(self._store.mute, address, chat.kind, chat.title, quote_id, until=until, by=by, at=self._now())
        return quote

    async def unmute(self, address: str, quote_id: QuoteId | None, by: str) -> bool:
        """End a mute of a quote, or the one of everything (None); return whether there was one."""
        return await self._call(self._store.unmute, address, quote_id, by=by, at=self._now())

    async def mutes(self, address: str) -> list[Mute]:
        """Return what a chat wants to hear nothing of now."""
        return await self._call(self._store.mutes, address, self._now())

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

    async def _meant(self, what: str | None) -> tuple[Quote | None, str | None]:
        """Return the quote or tag that words mean. "#3" is a quote, "#petro" a tag."""
        if not what:
            return None, None
        if what.startswith("#") and not what[1:].isdecimal():
            (tag,) = checked_tags([what])
            return None, tag
        return await self._found(what), None
