"""The commands as a person types them: what they print, and one clear line for what cannot be done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import COMMANDS, cli
from monitor.core.errors import InputError, MonitorError, SettingsError, StoreError
from monitor.core.model import Arrival, SourceKind, Span, WantedSource
from monitor.settings import FILES, load
from monitor.store import open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_poll, a_post


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("QUOTE_MONITOR_")]:
        monkeypatch.delenv(name)


def call(*words: str) -> Result:
    return CliRunner().invoke(cli, ["--database", "q.db", *words], catch_exceptions=True)


def refused(*words: str) -> MonitorError:
    error = call(*words).exception
    assert isinstance(error, MonitorError)
    assert "\n" not in str(error)
    return error


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    result = call(command, "--help")

    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_command_is_installed_under_its_name() -> None:
    command = Path(sys.executable).with_name("quote-monitor")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("quote-monitor, version ")


def test_a_wrong_option_is_a_usage_error_and_something_impossible_exits_1() -> None:
    def code(*words: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-m", "monitor", *words], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    assert code("run", "--fast")[0] == 2
    assert code("--config", "nowhere", "run") == (
        1,
        "quote-monitor: There is no folder nowhere: create it with `quote-monitor init nowhere`.\n",
    )


def test_init_writes_files_that_are_valid_and_keeps_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "quotes.toml").write_text("# my own\n")
    result = call("init", "mine")

    assert result.exit_code == 0
    assert "quotes.toml is there already" in result.output
    assert (tmp_path / "mine" / "quotes.toml").read_text() == "# my own\n"
    assert {path.name for path in (tmp_path / "mine").iterdir()} == set(FILES)
    assert load(tmp_path / "mine").sources


def test_a_quote_is_added_listed_given_another_wording_and_removed() -> None:
    assert "Tracking #1: Come get me, coward!" in call("quotes", "add", "Come  get me,\ncoward!").output
    assert call("quotes", "variant", "add", "1", "Venga por mí, cobarde", "--lang", "es").exit_code == 0
    (row,) = [json.loads(line) for line in call("quotes", "list", "--json").output.splitlines()]
    assert (row["id"], row["text"], row["variants"]) == (1, "Come get me, coward!", ["Venga por mí, cobarde"])

    assert "No longer tracking #1" in call("quotes", "remove", "come get me coward").output
    assert call("quotes", "list", "--json").output == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The quote is empty"),
        (" \n ", "The quote is empty"),
        ("x" * 301, "301 characters, at most 300"),
        ("ok", "fewer than 4 letters"),
        ("!!! ???", "fewer than 4 letters"),
    ],
)
def test_a_text_that_cannot_be_tracked_is_refused_with_what_to_do(text: str, says: str) -> None:
    error = refused("quotes", "add", text)

    assert isinstance(error, InputError)
    assert says in str(error)


def test_a_quote_that_is_tracked_already_is_named_and_nothing_changes() -> None:
    call("quotes", "add", "Come get me, coward!", "--variant", "Venga por mí, cobarde")

    assert "#1" in str(refused("quotes", "add", "come get me — COWARD"))
    assert "#1" in str(refused("quotes", "add", "venga por mí cobarde"))
    assert len(call("quotes", "list", "--json").output.splitlines()) == 1


def test_an_unknown_quote_is_refused() -> None:
    call("quotes", "add", "Come get me, coward!")

    assert "quotes list" in str(refused("quotes", "remove", "7"))
    assert "quotes list" in str(refused("matches", "list", "--quote", "nobody said this"))


@pytest.mark.parametrize("command", [("quotes", "list"), ("matches", "list"), ("alerts", "list"), ("sources", "list")])
def test_without_a_database_a_list_says_so_and_makes_none(command: tuple[str, ...], tmp_path: Path) -> None:
    error = refused(*command)

    assert isinstance(error, StoreError)
    assert "There is no database at q.db yet" in str(error)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_list_says_so() -> None:
    call("quotes", "add", "Come get me, coward!")

    assert call("matches", "list").output == "No match yet.\n"
    assert call("alerts", "list").output == "No alert yet.\n"
    assert call("matches", "list", "--json").output == ""


def test_a_list_that_no_terminal_shows_has_a_line_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    texts = [f"A quote that is long, number {number}, {'and longer ' * 20}".strip() for number in range(2)]
    for text in texts:
        call("quotes", "add", text)

    _, *lines = call("quotes", "list").output.splitlines()

    assert len(lines) == 2
    assert all(text in line for text, line in zip(sorted(texts), sorted(lines), strict=True))


def test_a_list_is_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    call("quotes", "add", "A quote that is long, " + "and longer " * 20)

    lines = call("quotes", "list").output.splitlines()

    assert len(lines) > 4
    assert max(map(len, lines)) <= 60


def test_matches_say_in_json_whose_post_they_repeat() -> None:
    call("quotes", "add", QUOTE)
    posts = [a_post(f"{QUOTE} — Geo View (@theGeoView) January 5, 2026"), a_post(f"{QUOTE} he said")]
    store = open_store(Path("q.db"))
    store.seed_sources([WantedSource(kind=SourceKind.FEED, address="https://news.example/feed", name="News")], NOON)
    findings = [a_finding(a_match(post, store.quotes()[0], spans=(Span(start=0, end=len(QUOTE)),))) for post in posts]
    store.record(a_poll(store.all_sources()[0]), [Arrival(post=post) for post in posts], findings)
    store.close()

    rows = [json.loads(line) for line in call("matches", "list", "--json").output.splitlines()]
    assert [row["second_hand"] for row in rows] == [
        None,
        {"author": "Geo View", "handle": "theGeoView", "day": "2026-01-05"},
    ]


def test_settings_that_cannot_be_used_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitor.toml").write_text("[telegram]\ntoekn = 'x'\n")

    error = refused("run")
    assert isinstance(error, SettingsError)
    assert "did you mean token?" in str(error)


def test_healthcheck_is_ill_where_nothing_runs() -> None:
    result = call("healthcheck")

    assert result.exit_code == 1
    assert "no monitor is running" in result.output


def test_adding_a_quote_keeps_its_conditions_and_says_how_often_it_would_have_fired() -> None:
    given = ("--exact", "--quoted-only", "--near", "Stark", "--near", "Ned", "--not", "sale", "--speaker", "Ned Stark")
    result = call("quotes", "add", "Winter is coming", *given)

    assert "in 100,000 posts" in result.output
    (row,) = [json.loads(line) for line in call("quotes", "list", "--json").output.splitlines()]
    assert (row["exact"], row["quoted_only"], row["near"], row["not"]) == (True, True, ["Stark", "Ned"], ["sale"])


def test_a_quote_can_be_tried_without_tracking_it(tmp_path: Path) -> None:
    result = call("quotes", "try", "thank you so much")

    assert "in 100,000 posts" in result.output
    assert "such as:" in result.output
    assert list(tmp_path.iterdir()) == []
