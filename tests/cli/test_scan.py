"""`scan` is grep for quotes: posts in, matches out, one bad line loses no other."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import scan as module
from monitor.cli.scan import scan
from monitor.core.errors import InputError, SettingsError
from monitor.scanfiles import forms

QUOTE = "Come get me, coward! I'm waiting for you here."
EXACT = "He said: COME GET ME, coward!\nI'm waiting for you here."


@pytest.fixture
def quotes(tmp_path: Path) -> Path:
    path = tmp_path / "quotes.toml"
    path.write_text(
        f'[[quotes]]\nid = "petro"\ntext = "{QUOTE}"\n'
        '[[quotes.variants]]\ntext = "Ven por mí, cobarde, te espero aquí"\n'
        '[[quotes]]\ntext = "Nobody hands you a lighthouse."\n',
        encoding="utf-8",
    )
    return path


def _posts(tmp_path: Path, *lines: object, name: str = "posts.jsonl") -> Path:
    path = tmp_path / name
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def _scan(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(scan, [str(argument) for argument in arguments], input=given)


def _rows(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_match_is_one_json_object_with_everything_about_it(tmp_path: Path, quotes: Path) -> None:
    result = _scan(
        "--quotes", quotes, _posts(tmp_path, {"id": "a1", "text": EXACT, "url": "https://x.example", "score": 3})
    )

    assert result.exit_code == 0
    [row] = _rows(result)
    assert row.pop("why")
    assert row.pop("score") > 99  # type: ignore[operator]
    assert [row] == [
        {
            "post_id": "a1",
            "quote_id": "petro",
            "variant": None,
            "start": 9,
            "end": 54,
            "spans": [[9, 54]],
            "passage": "COME GET ME, coward!\nI'm waiting for you here",
            "tier": "alert",
            "kind": "verbatim",
        }
    ]
    assert result.stderr == ""


def test_offsets_count_characters_of_the_text_as_given(tmp_path: Path, quotes: Path) -> None:
    text = "😳😳 &amp; " + QUOTE
    (row,) = _rows(_scan("--quotes", quotes, _posts(tmp_path, {"id": 1, "text": text})))

    assert text[row["start"] : row["end"]] == row["passage"] == QUOTE.removesuffix(".")  # type: ignore[misc]


def test_ids_come_back_as_they_were_given(tmp_path: Path, quotes: Path) -> None:
    lighthouse = "Nobody hands you a lighthouse."
    posts = _posts(tmp_path, {"id": 7, "text": lighthouse}, {"id": "7", "text": lighthouse}, {"id": 7.5, "text": QUOTE})
    rows = _rows(_scan("--quotes", quotes, posts))

    assert [(row["post_id"], row["quote_id"]) for row in rows] == [(7, 2), ("7", 2), (7.5, "petro")]


def test_the_variant_that_matched_is_named(tmp_path: Path, quotes: Path) -> None:
    (row,) = _rows(
        _scan("--quotes", quotes, _posts(tmp_path, {"id": 1, "text": "¡Ven por mí, cobarde! Te espero aquí"}))
    )

    assert row["variant"] == "Ven por mí, cobarde, te espero aquí"


def test_files_packed_files_and_standard_input_are_read_in_their_order(tmp_path: Path, quotes: Path) -> None:
    plain = _posts(tmp_path, {"id": 1, "text": QUOTE})
    packed = _posts(tmp_path, {"id": 2, "text": QUOTE}, name="posts.jsonl.gz")
    result = _scan("--quotes", quotes, packed, "-", plain, given=json.dumps({"id": 3, "text": QUOTE}))

    assert [row["post_id"] for row in _rows(result)] == [2, 3, 1]


@pytest.mark.parametrize(
    "line",
    ["nonsense", "[]", '{"id": 1}', '{"text": "x"}', '{"id": null, "text": "x"}', '{"id": true, "text": "x"}',
     '{"id": NaN, "text": "x"}', '{"id": 1, "text": 5}', '{"id": 1, "text": "x"', "[" * 100_000],
    ids=lambda line: line[:20],
)  # fmt: skip
def test_a_bad_line_is_named_and_the_others_go_on(tmp_path: Path, quotes: Path, line: str) -> None:
    posts = _posts(tmp_path, {"id": 1, "text": QUOTE}, line, "", {"id": 2, "text": QUOTE})
    result = _scan("--quotes", quotes, posts)

    assert [row["post_id"] for row in _rows(result)] == [1, 2]
    assert result.stderr.startswith(f"{posts}:2: ")
    assert result.stderr.count("\n") == 1
    assert result.exit_code == 1
    assert isinstance(result.exception, InputError)
    assert str(result.exception) == "1 line or file could not be read; the other posts (2) were scanned."


def test_bytes_that_are_no_text_and_endless_lines_are_bad_lines_too(
    tmp_path: Path, quotes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LONGEST_LINE", 200)
    posts = tmp_path / "posts.jsonl"
    good = json.dumps({"id": 1, "text": QUOTE}).encode() + b"\n"
    posts.write_bytes(b'{"id": 1, "text": "\xff"}\n' + b'{"id": "' + b"x" * 900 + b'"}\n' + good)
    result = _scan("--quotes", quotes, posts)

    assert len(_rows(result)) == 1
    assert f"{posts}:1: not UTF-8" in result.stderr
    assert f"{posts}:2: the line is longer than" in result.stderr


def test_a_damaged_packed_file_does_not_stop_the_next(tmp_path: Path, quotes: Path) -> None:
    damaged = tmp_path / "damaged.jsonl.gz"
    damaged.write_bytes(gzip.compress(b"x" * 10_000)[:40])
    result = _scan("--quotes", quotes, damaged, _posts(tmp_path, {"id": 1, "text": QUOTE}))

    assert len(_rows(result)) == 1
    assert "cannot be read to its end" in result.stderr
    assert result.exit_code == 1


def test_half_a_character_is_printed_as_an_escape(tmp_path: Path, quotes: Path) -> None:
    result = _scan(
        "--quotes", quotes, _posts(tmp_path, '{"id": "\\ud800", "text": "' + QUOTE.replace(" I", "\\ud800 I") + '"}')
    )

    assert [row["post_id"] for row in _rows(result)] == ["\ud800"]


def test_only_the_wanted_tier_is_printed(tmp_path: Path, quotes: Path) -> None:
    posts = _posts(
        tmp_path, {"id": 1, "text": QUOTE}, {"id": 2, "text": "Come get me! I am the one waiting for you all"}
    )
    rows = {tier: _rows(_scan("--quotes", quotes, "--tier", tier, posts)) for tier in ("alert", "suggest")}

    assert 1 in [row["post_id"] for row in rows["alert"]]
    assert all(row["tier"] == "alert" for row in rows["alert"])
    assert all(row["tier"] == "suggest" for row in rows["suggest"])
    assert len(rows["alert"] + rows["suggest"]) == len(_rows(_scan("--quotes", quotes, posts)))


def test_the_threshold_decides_what_alerts(tmp_path: Path, quotes: Path) -> None:
    posts = _posts(tmp_path, {"id": 1, "text": "Come and get me, coward! I'm waiting for you"})

    assert [row["tier"] for row in _rows(_scan("--quotes", quotes, posts))] == ["alert"]
    assert [row["tier"] for row in _rows(_scan("--quotes", quotes, "--threshold", 100, posts))] == ["suggest"]


def test_several_processes_print_the_same_in_the_same_order(
    tmp_path: Path, quotes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_POSTS", 3)
    texts = [QUOTE, "nothing", EXACT, "Nobody hands you a lighthouse."]
    posts = _posts(tmp_path, *({"id": number, "text": texts[number % 4]} for number in range(40)))
    one, several = _scan("--quotes", quotes, posts), _scan("--quotes", quotes, "--jobs", 2, posts)

    assert several.exit_code == 0
    assert several.stdout == one.stdout
    assert len(_rows(one)) == 30


@pytest.mark.parametrize(
    "arguments", [(), ("--jobs", "0"), ("--threshold", "101"), ("--tier", "sure"), ("none.jsonl",)]
)
def test_a_wrong_use_is_told_apart_from_bad_input(quotes: Path, arguments: tuple[str, ...]) -> None:
    assert _scan("--quotes", quotes, *arguments).exit_code == 2


def test_a_bad_file_of_quotes_is_one_clear_line(tmp_path: Path) -> None:
    bad = tmp_path / "quotes.toml"
    bad.write_text("[[quotes]]\n")
    result = _scan("--quotes", bad, _posts(tmp_path))

    assert result.exit_code == 1
    assert isinstance(result.exception, SettingsError)
    assert "quote 1" in str(result.exception)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path, quotes: Path, jobs: int) -> None:
    posts = _posts(tmp_path, *({"id": number, "text": QUOTE} for number in range(3_000)))
    command = [sys.executable, "-m", "monitor", "scan", "--quotes", quotes, "--jobs", str(jobs), posts]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline())["post_id"] == 0
        process.stdout.close()
        told = process.stderr.read()

    assert told == b""
    assert process.returncode == 1
