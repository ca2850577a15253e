"""Which sources fell silent, and which speak again: each is noticed once, also across a restart of the monitor.

Whether a silence is unusual is decided in `monitor/core/coverage.py`. What was silent already when the monitor last
ran was told then, so the first look compares with how it was at that time.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from monitor.core.coverage import SourceReport
from monitor.core.model import Source, SourceId, SourceState

Reports = Callable[[datetime], Awaitable[list[SourceReport]]]
"""Returns a report on every source as of a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is new since the last look."""

    fell_silent: tuple[SourceReport, ...] = ()
    speak_again: tuple[Source, ...] = ()


class Silences:
    """Remembers which sources are silent. `ran_until`: when the monitor ran last, before this start."""

    def __init__(self, reports: Reports, *, ran_until: datetime | None) -> None:
        self._reports = reports
        self._ran_until = ran_until
        self._silent: frozenset[SourceId] | None = None  # None: nobody looked yet

    async def look(self, now: datetime) -> Turn:
        """Return which sources fell silent since the last look, and which speak again. Raises StoreError."""
        before = await self._before()
        reports = [report for report in await self._reports(now) if report.source.state is SourceState.ACTIVE]
        silent = [report for report in reports if report.silent_for is not None]
        heard = {report.source.id for report in reports if report.silent_for is None and report.blind_since is None}
        self._silent = (before - heard) & {report.source.id for report in reports} | {one.source.id for one in silent}
        return Turn(
            fell_silent=tuple(report for report in silent if report.source.id not in before),
            speak_again=tuple(report.source for report in reports if report.source.id in before & heard),
        )

    async def _before(self) -> frozenset[SourceId]:
        if self._silent is not None:
            return self._silent
        if self._ran_until is None:
            return frozenset()
        reports = await self._reports(self._ran_until)
        return frozenset(report.source.id for report in reports if report.silent_for is not None)
