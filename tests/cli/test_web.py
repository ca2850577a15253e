from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import cli
from monitor.core.errors import SettingsError, StoreError
from monitor.signing import signing_beside
from monitor.store import open_store
from tests.builders import NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "q.db"
    with open_store(path, now=lambda: NOON):
        pass
    return path


def run(*words: str) -> str:
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ((), "http://127.0.0.1:8010"),
        (("--host", "0.0.0.0", "--port", "9000"), "http://127.0.0.1:9000"),
        (("--host", "::1"), "http://[::1]:8010"),
    ],
)
def test_a_link_signs_the_operator_in(path: Path, given: tuple[str, ...], base: str) -> None:
    from datetime import UTC, datetime

    link = run("--database", str(path), "web", "--link", *given).strip()

    assert link.startswith(f"{base}/sign-in?token=")
    one = signing_beside(path).signed_in(link.partition("token=")[2], datetime.now(UTC))
    assert one
    assert one.by == "command line"


def test_the_link_leads_to_where_people_open_the_pages(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTE_MONITOR_WEB__PUBLIC_URL", "https://quotes.example.org/")

    assert run("--database", str(path), "web", "--link").startswith("https://quotes.example.org/sign-in?")


def test_without_the_extra_one_line_says_what_to_install(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.cli.web.find_spec", lambda name: None)

    with pytest.raises(SettingsError, match=r"pip install 'quote-monitor\[web\]'"):
        run("--database", str(path), "web")


def test_without_a_database_one_line_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="start the monitor first"):
        run("--database", str(tmp_path / "none.db"), "web")
