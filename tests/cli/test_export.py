"""`export`, `evidence` and `verify` as a person types them."""

import csv
import io
import json
import os
import shutil
import zipfile
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner, Result

from monitor.cli import cli
from monitor.core.errors import InputError
from monitor.export import report
from monitor.store import open_store
from tests.builders import NOON, QUOTE
from tests.evidence.filling import fill


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("QUOTE_MONITOR_")]:
        monkeypatch.delenv(name)
    with open_store(tmp_path / "q.db", now=lambda: NOON) as store:
        fill(store)
    return tmp_path / "q.db"


def call(*words: str) -> Result:
    return CliRunner().invoke(cli, ["--database", "q.db", *words])


def test_matches_are_printed_as_csv_unless_said_otherwise() -> None:
    rows = list(csv.DictReader(io.StringIO(call("export").stdout, newline="")))

    assert [(row["id"], row["passage"], row["source"]) for row in rows] == [
        ("1", QUOTE, "Example News"), ("2", QUOTE, "Ann")
    ]  # fmt: skip


def test_a_dash_stands_for_standard_output(tmp_path: Path) -> None:
    assert call("export", "-o", "-").stdout == call("export").stdout
    assert not (tmp_path / "-").exists()


def test_the_name_of_the_file_says_what_is_written(tmp_path: Path) -> None:
    result = call("export", "--quote", "1", "-o", "m.jsonl")

    assert result.exit_code == 0
    assert result.stderr == "m.jsonl: 2 matches.\n"
    assert [json.loads(line)["id"] for line in (tmp_path / "m.jsonl").read_text("utf-8").splitlines()] == [1, 2]


def test_a_csv_file_tells_spreadsheets_its_encoding(tmp_path: Path) -> None:
    call("export", "-o", "m.csv")

    assert (tmp_path / "m.csv").read_bytes().startswith(b"\xef\xbb\xbfid,found_at,")


def test_a_feed_of_one_quote_can_be_read() -> None:
    read = feedparser.parse(call("export", "--quote", "1", "--form", "atom", "--address", "https://q.example/1").stdout)

    assert read.feed.title == f"“{QUOTE}”"
    assert len(read.entries) == 2


@pytest.mark.parametrize("form", ["svg", "html", "png", "parquet"])
def test_every_form_makes_a_file(form: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib" if form == "png" else "pyarrow" if form == "parquet" else "csv")
    result = call("export", "--quote", "1", "-o", f"m.{form}")

    assert result.exit_code == 0, result.exception
    assert (tmp_path / f"m.{form}").stat().st_size > 500


def test_a_report_is_printed_by_the_browser_that_is_there(tmp_path: Path) -> None:
    if not any(shutil.which(name) for name in report.BROWSERS):
        pytest.skip("no Chromium here")
    result = call("export", "--quote", "1", "-o", "m.pdf")

    assert result.exit_code == 0, result.exception
    assert (tmp_path / "m.pdf").read_bytes().startswith(b"%PDF")


def test_without_a_browser_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(report, "BROWSERS", ())
    (tmp_path / "m.pdf").write_text("of yesterday")
    result = call("export", "--quote", "1", "-o", "m.pdf")

    assert isinstance(result.exception, InputError)
    assert "write .html" in str(result.exception)
    assert [path.name for path in tmp_path.glob("*m.pdf*")] == ["m.pdf"]
    assert (tmp_path / "m.pdf").read_text() == "of yesterday"


@pytest.mark.parametrize(
    "words",
    [("--quote", "9"), ("--form", "png"), ("--form", "html"), ("-o", "none/m.csv"), ("--quote", "9", "-o", "m.pdf")],
)
def test_what_cannot_be_exported_is_one_line(words: tuple[str, ...]) -> None:
    result = call("export", *words)

    assert isinstance(result.exception, InputError)
    assert "\n" not in str(result.exception)


@pytest.mark.parametrize("words", [("--since", "yesterday"), ("--tier", "sure"), ("--verdict", "maybe")])
def test_a_wrong_use_is_told_apart(words: tuple[str, ...]) -> None:
    assert call("export", *words).exit_code == 2


@pytest.mark.parametrize("what", ["1", "match:1", "quote:1", f"quote:{QUOTE}"])
def test_a_pack_is_made_and_verified(what: str, tmp_path: Path) -> None:
    made = call("evidence", what, "-o", "e.zip")
    verified = call("verify", "e.zip")

    assert made.exit_code == verified.exit_code == 0
    assert "Chain value: " in made.output
    assert "The seal fits" in verified.output
    with zipfile.ZipFile(tmp_path / "e.zip") as archive:
        assert len(json.loads(archive.read("manifest.json"))["matches"]) == (2 if "quote" in what else 1)


def test_a_pack_is_verified_without_any_database(tmp_path: Path) -> None:
    call("evidence", "1", "-o", "e.zip")
    (tmp_path / "q.db").unlink()

    assert call("verify", "e.zip").exit_code == 0


def test_a_pack_that_was_changed_fails(tmp_path: Path) -> None:
    call("evidence", "1", "-o", "e.zip")
    path = tmp_path / "e.zip"
    path.write_bytes(path.read_bytes().replace(b"manifest", b"manifesT"))
    result = call("verify", "e.zip")

    assert result.exit_code == 1
    assert "FAIL the seal does not fit" in result.output


@pytest.mark.parametrize("what", ["9", "0", "x", "quote:9", "-1", "9" * 30, "٣", "quote:"])
def test_what_is_not_there_cannot_be_packed(what: str, tmp_path: Path) -> None:
    result = call("evidence", "-o", "e.zip", "--", what)

    assert isinstance(result.exception, InputError)
    assert not (tmp_path / "e.zip").exists()


def test_the_chain_in_the_database_is_verified(database: Path) -> None:
    whole = call("verify", "--database")
    with open_store(database) as store, store._db.writing():
        store._db.change("UPDATE evidence SET url = 'https://other.example' WHERE id = 1")
    broken = call("verify", "--database")

    assert whole.output.startswith("ok   2 entries, each as it was received; the chain is unbroken.\n")
    assert broken.exit_code == 1
    assert "FAIL entry 1 was changed" in broken.output


@pytest.mark.parametrize("words", [(), ("q.db", "--database"), ("none.zip",)])
def test_verify_wants_one_thing_to_check(words: tuple[str, ...]) -> None:
    assert call("verify", *words).exit_code == 2
