"""The address of a feed: what lets a feed reader, which cannot sign in, read the matches of one quote."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.model import QuoteId
from monitor.core.people import UserId

FEED_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddress:
    """Whose reader may read what, and how long. It ends sooner when it is revoked, or its person loses the role."""

    id: int
    number: str  # part of the address; none can be made up, since addresses are signed
    quote_id: QuoteId
    user_id: UserId
    made_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Return whether it may still be read."""
        return self.revoked_at is None and now < self.expires_at
