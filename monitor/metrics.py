"""Prometheus metrics, off by default. Labels are few and bounded: kinds and outcomes, never addresses.

Without the extra `metrics`, or when they are off, nothing is counted and nothing is imported.
"""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Protocol, TypeVar

from monitor.core.errors import AlertError, SettingsError
from monitor.core.model import Poll, Recorded
from monitor.core.ports import Notify
from monitor.core.telling import Look, Telling

T = TypeVar("T")


class Metrics(Protocol):
    """What is counted."""

    def polled(self, poll: Poll, recorded: Recorded) -> None:
        """Count a look at a source and what it brought."""

    def delivered(self, outcome: str) -> None:
        """Count an attempt to send, edit or look for a message, by how it ended."""

    def close(self) -> None:
        """End what serves the counts."""


class NoMetrics:
    """Counts nothing."""

    def polled(self, poll: Poll, recorded: Recorded) -> None:
        """Do nothing."""

    def delivered(self, outcome: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class PrometheusMetrics:
    """Counts, and serves the counts over HTTP at `host`:`port`. Raises SettingsError when it cannot."""

    def __init__(self, host: str, port: int) -> None:
        try:
            import prometheus_client as prometheus
        except ImportError as error:
            raise SettingsError(
                "metrics.enabled needs the extra `metrics`: pip install 'quote-monitor[metrics]', or turn it off."
            ) from error
        self._registry = prometheus.CollectorRegistry()
        prometheus.ProcessCollector(registry=self._registry)
        self._polls = prometheus.Counter(
            "quote_monitor_polls", "Looks at sources.", ["kind", "outcome"], registry=self._registry
        )
        self._seconds = prometheus.Histogram(
            "quote_monitor_poll_seconds", "Duration of a look at a source.", ["kind"], registry=self._registry
        )
        self._found = prometheus.Counter(
            "quote_monitor_recorded", "What polls added to the database.", ["what"], registry=self._registry
        )
        self._alerts = prometheus.Counter(
            "quote_monitor_deliveries",
            "Attempts to send, edit or look for a message.",
            ["outcome"],
            registry=self._registry,
        )
        try:
            self._server, self._thread = prometheus.start_http_server(port, host, registry=self._registry)
        except OSError as error:
            raise SettingsError(f"Metrics cannot be served at {host}:{port}: {error}. Choose another port.") from error

    def polled(self, poll: Poll, recorded: Recorded) -> None:
        """Count a look at a source and what it brought."""
        took: timedelta = poll.finished_at - poll.started_at
        self._polls.labels(poll.source.kind.value, poll.outcome.value).inc()
        self._seconds.labels(poll.source.kind.value).observe(took.total_seconds())
        self._found.labels("post").inc(recorded.posts)
        self._found.labels("edit").inc(recorded.edits)
        self._found.labels("match").inc(recorded.matches)
        self._found.labels("alert").inc(recorded.alerts)

    def delivered(self, outcome: str) -> None:
        """Count an attempt to send, edit or look for a message, by how it ended."""
        self._alerts.labels(outcome).inc()

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class CountedNotify:
    """A way to people whose attempts are counted, by how they ended."""

    def __init__(self, notify: Notify, metrics: Metrics) -> None:
        self._notify = notify
        self._metrics = metrics

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        """Show a telling, and count it."""
        return await self._counted("sent", self._notify(telling, plain=plain))

    async def update(self, telling: Telling, message_id: int, *, plain: bool = False) -> None:
        """Bring a message up to date, and count it."""
        await self._counted("updated", self._notify.update(telling, message_id, plain=plain))

    async def look(self, telling: Telling, message_id: int, *, again: bool) -> Look:
        """Look what a message is, and count it."""
        return await self._counted("looked for", self._notify.look(telling, message_id, again=again))

    async def remove(self, telling: Telling, message_id: int) -> None:
        """Take a surplus copy away, and count it."""
        await self._counted("removed", self._notify.remove(telling, message_id))

    async def bare(self, telling: Telling, message_id: int) -> None:
        """Take the buttons off a message."""
        await self._notify.bare(telling, message_id)

    async def _counted(self, outcome: str, attempt: Awaitable[T]) -> T:
        try:
            result = await attempt
        except AlertError as error:
            self._metrics.delivered(type(error).__name__)
            raise
        self._metrics.delivered(outcome)
        return result
