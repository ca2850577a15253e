"""The demonstration, run as a newcomer runs it."""

import io
import os
import re
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from monitor.core.model import Page, Source, SourceId, SourceKind
from monitor.demo import pages, show
from monitor.demo.server import STAGES, edition, outlets, printed
from monitor.demo.show import NAMES
from monitor.sources import KINDS

NOW = datetime(2026, 1, 6, 12, tzinfo=UTC)


@pytest.mark.slow
def test_the_demonstration_tells_its_story_and_ends_by_itself(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUOTE_MONITOR_")}
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "demo"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    messages = re.findall(r"── @quote_alerts · message (\d+) ", done.stdout)
    assert "The history as pages" in done.stdout
    assert f"17 posts read, 12 matches recorded, 8 of them told in {len(messages)} messages" in done.stdout
    for words in (
        "Venga por mí, cobarde! Aquí lo espero",
        "“**Come get me, coward**!” the president said.",
        "C*WARD",
        "he really said",
        "on every screen",
        "dares Trump",
        "white text on red",
        "and get",
    ):
        assert words in done.stdout
    for silent in ("Mom come get me", "food court", "come clean", "Come get some", "station, it's raining"):
        assert silent not in done.stdout
    with sqlite3.connect(tmp_path / "data" / "demo.db") as database:
        assert database.execute("SELECT count(*) FROM match_history WHERE alerted = 1").fetchone() == (8,)


def asked(address: str) -> str:
    """Return a page once it is served."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
        return client.get(address, timeout=30).text


@pytest.mark.slow
def test_with_keep_it_shows_its_pages_until_it_is_told_to_end(tmp_path: Path) -> None:
    pytest.importorskip("datasette", reason="the extra `web` is not installed")
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "demo", "--keep"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("Staying up"):
                break
            if found := re.search(r"http://127\.0\.0\.1:\d+/$", line.strip()):
                address = found[0]
        assert process.poll() is None
        assert "Come get me, coward" in asked(address)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("outlet", outlets())
def test_every_sample_is_a_feed_in_its_real_format(outlet: str) -> None:
    source = Source(id=SourceId(1), kind=SourceKind.FEED, address="https://a.example/feed", name=NAMES[outlet])
    for polls in range(1, STAGES + 1):
        sample = edition(outlet, polls)
        assert sample
        reading = KINDS[SourceKind.FEED].parse(source, Page(url=source.address, body=printed(sample, now=NOW)))

        assert reading.posts
        assert reading.skipped == 0
        assert all(post.published_at and post.published_at < NOW for post in reading.posts)


def test_some_posts_come_only_with_the_second_and_third_poll() -> None:
    stages = {polls: {edition(outlet, polls) for outlet in outlets()} for polls in (1, 2, 3)}

    assert len(outlets()) >= 6
    assert stages[2] - stages[1]
    assert stages[3] - stages[2]


async def test_without_the_extra_the_demonstration_says_how_to_get_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "find_spec", lambda _: None)
    out = io.StringIO()

    async with pages.serving(tmp_path / "demo.db", ZoneInfo("UTC")) as address:
        show._tell_of_pages(address, tmp_path / "demo.db", out)

    assert "pip install 'quote-monitor[web]'" in out.getvalue()
    assert out.getvalue().count("\n") == 1
