import socket
import sys
import urllib.request
from collections.abc import Iterator

import pytest

from monitor.core.errors import ChatBusy, SettingsError
from monitor.core.model import Recorded
from monitor.metrics import CountedNotify, NoMetrics, PrometheusMetrics
from tests.builders import a_poll
from tests.fakes.ports import FakeNotify


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def metrics(port: int) -> Iterator[PrometheusMetrics]:
    metrics = PrometheusMetrics("127.0.0.1", port)
    yield metrics
    metrics.close()


def served(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return answer.read().decode()


def test_polls_and_what_they_brought_are_counted_without_addresses(metrics: PrometheusMetrics, port: int) -> None:
    metrics.polled(a_poll(), Recorded(posts=3, matches=1, alerts=2))
    metrics.polled(a_poll(), Recorded())

    text = served(port)
    assert 'quote_monitor_polls_total{kind="feed",outcome="ok"} 2.0' in text
    assert 'quote_monitor_recorded_total{what="post"} 3.0' in text
    assert 'quote_monitor_recorded_total{what="alert"} 2.0' in text
    assert 'quote_monitor_poll_seconds_sum{kind="feed"} 2.0' in text
    assert "news.example" not in text


async def test_attempts_to_send_are_counted_by_how_they_ended(metrics: PrometheusMetrics, port: int) -> None:
    from datetime import timedelta

    notify = CountedNotify(FakeNotify(ChatBusy("slow down", wait=timedelta(seconds=5))), metrics)
    with pytest.raises(ChatBusy):
        await notify(None)  # type: ignore[arg-type]
    assert await notify(None) == 1  # type: ignore[arg-type]

    text = served(port)
    assert 'quote_monitor_deliveries_total{outcome="ChatBusy"} 1.0' in text
    assert 'quote_monitor_deliveries_total{outcome="sent"} 1.0' in text


def test_a_port_that_is_taken_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="Choose another port"):
            PrometheusMetrics("127.0.0.1", taken.getsockname()[1])


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    with pytest.raises(SettingsError, match=r"quote-monitor\[metrics\]"):
        PrometheusMetrics("127.0.0.1", 1)


def test_nothing_is_counted_when_they_are_off() -> None:
    NoMetrics().polled(a_poll(), Recorded(posts=1))
    NoMetrics().delivered("sent")
    NoMetrics().close()
