"""Serves the judging of matches."""

from datetime import datetime

from monitor.core.errors import InputError
from monitor.core.model import AlertId, Appearance, MatchId
from monitor.core.verdicts import Judgement, Verdict
from monitor.core.wordings import ProposedWording
from monitor.desk.base import DeskBase
from monitor.signing import match_link


class ReviewDesk(DeskBase):
    """Serves the judging of matches."""

    pages_url: str | None = None  # where people open the review pages, if they can

    def now(self) -> datetime:
        """Return the time by the monitor's clock."""
        return self._now()

    def match_page(self, match_id: MatchId) -> str | None:
        """Return where a match is shown on the review pages; None: they cannot be reached from elsewhere."""
        return match_link(self.pages_url, match_id) if self.pages_url else None

    async def told_by(self, alert_id: AlertId) -> list[Appearance]:
        """Return what the message of an alert tells, the alert's own match first. InputError: no such alert."""
        told = await self._call(self._store.told_by, alert_id)
        if not told:
            raise InputError("This alert is not known here: it is another database's.")
        return told

    async def judge(self, match_id: MatchId, verdict: Verdict, *, by: str, name: str | None) -> Judgement:
        """Record what a person says of a match."""
        return await self._call(self._store.give_verdict, match_id, verdict, by=by, name=name, at=self._now())

    async def propose_wording(self, match_id: MatchId, *, by: str, name: str | None) -> ProposedWording:
        """Record that a match is a wording of its own, and propose to track it."""
        proposed = await self._call(self._store.propose_wording, match_id, by=by, name=name, at=self._now())
        await self._watchlist.reload()
        return proposed
