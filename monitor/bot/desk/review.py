"""What the buttons under alerts ask for: what a message told, and what people say of it."""

from datetime import datetime
from typing import Protocol

from monitor.core.model import AlertId, Appearance, MatchId
from monitor.core.verdicts import Judgement, Verdict
from monitor.core.wordings import ProposedWording


class ReviewDesk(Protocol):
    """Serves the judging of matches. `name` is what the person is called, shown with the verdict."""

    def now(self) -> datetime:
        """Return the time by the monitor's clock."""

    def match_page(self, match_id: MatchId) -> str | None:
        """Return where a match is shown on the review pages; None: they cannot be reached from elsewhere."""

    async def told_by(self, alert_id: AlertId) -> list[Appearance]:
        """Return what the message of an alert tells, the alert's own match first. InputError: no such alert."""

    async def judge(self, match_id: MatchId, verdict: Verdict, *, by: str, name: str | None) -> Judgement:
        """Record what a person says of a match."""

    async def propose_wording(self, match_id: MatchId, *, by: str, name: str | None) -> ProposedWording:
        """Record that a match is a wording of its own, and propose to track it."""
