"""Prometheus metrics, off by default. Labels are few and bounded: kinds and outcomes, never addresses.

Without the extra `metrics`, or when they are off, nothing is counted and nothing is imported.
"""

from datetime import timedelta
from typing import Protocol

from monitor.core.errors import SettingsError
from monitor.core.model import Poll, Recorded


class Metrics(Protocol):
    """What is counted."""

    def polled(self, poll: Poll, recorded: Recorded) -> None:
        """Count a look at a source and what it brought."""

    def delivered(self, outcome: str) -> None:
        """Count an attempt to send an alert, by how it ended."""


class NoMetrics:
    """Counts nothing."""

    def polled(self, poll: Poll, recorded: Recorded) -> None:
        """Do nothing."""

    def delivered(self, outcome: str) -> None:
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
            "quote_monitor_deliveries", "Attempts to send an alert.", ["outcome"], registry=self._registry
        )
        try:
            self._server, self._thread = prometheus.start_http_server(port, host, registry=self._registry)
        except OSError as error:
            raise SettingsError(f"metrics cannot be served at {host}:{port}: {error}. Choose another port.") from error

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
        """Count an attempt to send an alert, by how it ended."""
        self._alerts.labels(outcome).inc()
