"""What is wrong for a while, and is told the owners: once when it begins to matter, once when it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from monitor.bot import source_texts, trouble_texts
from monitor.core.errors import NetworkDown, StoreError
from monitor.core.model import Poll, PollOutcome, Source
from monitor.schedule import AFTER_TROUBLE

log = structlog.get_logger()

NOTICE_AFTER = 5  # failures in a row, until owners are told of a source
OUTAGE_NOTICE = timedelta(minutes=10)  # nobody answers for so long, until owners are told of that


class Troubles:
    """What is wrong now: a database that takes nothing, a network without an answer, sources that fail.

    `notify` is given what makes a text for the owners; `began` is when the process did.
    """

    def __init__(self, notify: Callable[[Callable[[], str]], None], *, zone: ZoneInfo, began: datetime) -> None:
        self._notify = notify
        self._zone = zone
        self._answered_at = began  # when a source was last read
        self._outage: datetime | None = None  # since when no host answers
        self._is_outage_told = False
        self._is_unrecordable = False

    def unrecordable(self, error: StoreError) -> None:
        """Log what the trouble with the database is, and tell the owners once, until it is over."""
        log.error("nothing can be recorded", error=str(error), again_in_seconds=AFTER_TROUBLE.seconds)
        if not self._is_unrecordable:
            self._is_unrecordable = True
            self._notify(partial(trouble_texts.unrecordable, error))

    def recordable(self) -> None:
        """Take note that the database takes what is written."""
        if self._is_unrecordable:
            self._is_unrecordable = False
            log.info("recording works again")
            self._notify(trouble_texts.recordable)

    def outage(self, error: NetworkDown, *, at: datetime) -> None:
        """Log once that nobody answers, and tell the owners once when that lasts."""
        if self._outage is None:
            self._outage = at
            log.warning("no source can be reached", error=str(error))
        elif not self._is_outage_told and at - self._outage >= OUTAGE_NOTICE:
            self._is_outage_told = True
            self._notify(partial(source_texts.unreachable, self._answered_at, zone=self._zone))

    def answered(self, at: datetime) -> datetime | None:
        """Take note that a source was read; when that ends an outage, return when one was last read before it."""
        before, self._answered_at = self._answered_at, at
        if self._outage is None:
            return None
        log.info("sources can be reached again", since=self._outage.isoformat())
        self._outage = None
        if self._is_outage_told:
            self._is_outage_told = False
            self._notify(partial(source_texts.reachable, before, zone=self._zone))
        return before

    def looked(self, source: Source, found: Poll) -> None:
        """Tell the owners once of a source that does not recover or is gone, and once when it works again."""
        gone = found.outcome is PollOutcome.GONE
        failed = gone or found.outcome is PollOutcome.FAILED
        if gone or (failed and source.failures + 1 == NOTICE_AFTER):
            self._notify(partial(source_texts.failing, source, found.error))
        elif not failed and source.failures >= NOTICE_AFTER:
            self._notify(partial(source_texts.working, source))
