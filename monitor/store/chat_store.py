"""The store's methods about chats: who is told, and how. Each is one transaction."""

from collections.abc import Callable
from datetime import datetime

from monitor.core.model import Chat, ChatId, ChatKind, QuoteId, Subscription
from monitor.core.people import Mute, Preferences
from monitor.store import alerts, audit, chats, mutes, subscriptions
from monitor.store.database import Database


class ChatStore:
    """The part of `SqliteStore` that is about chats."""

    _db: Database
    _now: Callable[[], datetime]

    def chat(self, address: str) -> Chat | None:
        """Return the chat of this address, or None."""
        with self._db.reading():
            return chats.by_address(self._db, address)

    def ensure_chat(self, address: str, kind: ChatKind, title: str | None, at: datetime) -> Chat:
        """Return the chat of this address, added when new and opened when closed."""
        with self._db.writing():
            return chats.ensure(self._db, address, kind, title, at)

    def hold_chat(self, chat_id: ChatId, *, until: datetime) -> None:
        with self._db.writing():
            chats.hold(self._db, chat_id, until=until)

    def close_chat(self, chat_id: ChatId, *, reason: str, at: datetime) -> int:
        with self._db.writing():
            chats.close(self._db, chat_id, reason=reason, at=at)
            return alerts.bury_of_chat(self._db, chat_id, reason=reason, at=at)

    def move_chat(self, chat_id: ChatId, *, address: str) -> None:
        """Give a chat its new address (a group became a supergroup); what waits for it goes there."""
        with self._db.writing():
            chat = chats.by_ids(self._db, [chat_id]).get(chat_id)
            if chat is not None:
                subscriptions.move(self._db, chat, address, self._now())

    def rename_chat(self, old_address: str, new_address: str) -> None:
        """Do as `move_chat` for the chat of this address, if there is one."""
        with self._db.writing():
            chat = chats.by_address(self._db, old_address)
            if chat is not None:
                subscriptions.move(self._db, chat, new_address, self._now())

    def subscribe(
        self,
        address: str,
        kind: ChatKind,
        title: str | None,
        *,
        thread_id: int | None = None,
        quote_id: QuoteId | None = None,
        tag: str | None = None,
        lang: str | None = None,
        by: str,
        at: datetime,
    ) -> bool:
        """Tell a chat, or a topic of it, of one quote, a tag's quotes, or all; False when it was told already.

        A chat whose language nobody chose is spoken to in `lang` from then on. InputError: no such quote.
        """
        with self._db.writing():
            chat = chats.ensure(self._db, address, kind, title, at)
            chats.speak(self._db, chat.id, lang)
            return subscriptions.add(self._db, chat, thread_id=thread_id, quote_id=quote_id, tag=tag, by=by, at=at)

    def seed_channel(self, address: str | None, at: datetime) -> None:
        """Tell the channel of the settings (None: there is none) of all quotes, and no longer an earlier one."""
        with self._db.writing():
            subscriptions.seed_channel(self._db, address, at)

    def unsubscribe(
        self,
        address: str,
        *,
        thread_id: int | None = None,
        quote_id: QuoteId | None = None,
        tag: str | None = None,
        by: str,
        at: datetime,
    ) -> bool:
        """Undo one subscription, or without quote and tag all of the chat (of the topic, when named); False: none was.

        Alerts that then wait for nobody are given up.
        """
        with self._db.writing():
            chat = chats.by_address(self._db, address)
            return chat is not None and subscriptions.remove(
                self._db, chat, thread_id=thread_id, quote_id=quote_id, tag=tag, by=by, at=at
            )

    def subscriptions(self, address: str | None = None) -> list[Subscription]:
        """Return the subscriptions of one chat, or of all."""
        with self._db.reading():
            return subscriptions.listed(self._db, address)

    def preferences(self, address: str) -> Preferences:
        """Return how the chat of this address wants to be told."""
        with self._db.reading():
            return chats.preferences(self._db, address)

    def prefer(
        self, address: str, kind: ChatKind, title: str | None, wanted: Preferences, *, by: str, at: datetime
    ) -> None:
        """Tell a chat this way from now on; what waits for it is held, or let go, as that says."""
        with self._db.writing():
            before = chats.preferences(self._db, address)
            if before == wanted:
                return
            chat = chats.ensure(self._db, address, kind, title, at)
            chats.prefer(self._db, chat.id, wanted)
            audit.note(
                self._db,
                at=at,
                by=by,
                action="preferences",
                subject=f"chat {chat.address}",
                before=chats.preferences_note(before),
                after=chats.preferences_note(wanted),
            )
            alerts.rehold(self._db, chat.id, at)

    def mute(
        self,
        address: str,
        kind: ChatKind,
        title: str | None,
        quote_id: QuoteId | None,
        *,
        until: datetime | None,
        by: str,
        at: datetime,
    ) -> None:
        """Tell a chat nothing of a quote, or of any (None), until then (None: until unmuted)."""
        with self._db.writing():
            chat = chats.ensure(self._db, address, kind, title, at)
            mutes.mute(self._db, chat, quote_id, until=until, by=by, at=at)

    def unmute(self, address: str, quote_id: QuoteId | None, *, by: str, at: datetime) -> bool:
        """End a mute; return whether it still held."""
        with self._db.writing():
            chat = chats.by_address(self._db, address)
            return chat is not None and mutes.unmute(self._db, chat, quote_id, by=by, at=at)

    def mutes(self, address: str, at: datetime) -> list[Mute]:
        """Return what a chat wants to hear nothing of now."""
        with self._db.reading():
            chat = chats.by_address(self._db, address)
            return mutes.in_force(self._db, chat.id, at) if chat else []
