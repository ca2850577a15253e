"""The store's methods about addresses of feeds. Each is one transaction."""

from datetime import datetime

from monitor.core.feeds import FeedAddress
from monitor.core.model import QuoteId
from monitor.core.people import UserId
from monitor.store import feed_addresses
from monitor.store.database import Database


class FeedStore:
    """The part of `SqliteStore` that is about who reads feeds without signing in."""

    _db: Database

    def make_feed_address(
        self, number: str, quote_id: QuoteId, *, user_id: UserId, by: str, at: datetime
    ) -> FeedAddress:
        """Let a person's reader read a quote's feed, or return the address that does already. InputError."""
        with self._db.writing():
            return feed_addresses.make(self._db, number, quote_id, user_id=user_id, by=by, at=at)

    def revoke_feed_address(self, address_id: int, *, by: str, at: datetime) -> None:
        """Let an address be good no more. InputError: there is none such that is good."""
        with self._db.writing():
            feed_addresses.revoke(self._db, address_id, by=by, at=at)
