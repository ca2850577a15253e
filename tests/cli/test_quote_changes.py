"""Quotes changed, and stored posts matched again, from the command line."""

import json
from pathlib import Path

import pytest

from monitor.core.errors import InputError
from monitor.core.model import QuoteId, WantedQuote, WantedSource, WantedVariant
from monitor.store import open_store
from tests.builders import NOON, QUOTE, a_poll, a_post, a_source
from tests.cli.test_cli import call, refused


@pytest.fixture(autouse=True)
def _database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Posts that were stored before the quote was tracked."""
    monkeypatch.chdir(tmp_path)
    with open_store(tmp_path / "q.db", now=lambda: NOON) as store:
        source = a_source()
        store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
        posts = [a_post("He said: come and get me, coward!"), a_post("nothing"), a_post("come get me later")]
        store.record(a_poll(), store.unseen(source, posts))
        store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)


def shown() -> dict:
    return json.loads(call("quotes", "show", "1", "--json").output)


def matches() -> list[dict]:
    return [json.loads(line) for line in call("matches", "list", "--json").output.splitlines()]


def test_what_is_asked_of_a_quote_is_changed_and_taken_back() -> None:
    given = (
        "--threshold",
        "80",
        "--exact",
        "--near",
        "Petro",
        "--near",
        "Colombia",
        "--tag",
        "#petro",
        "--speaker",
        "Ann",
    )
    assert call("quotes", "edit", "1", *given).output == f"Changed #1: {QUOTE}\n"
    changed = shown()
    call("quotes", "edit", "1", "--threshold", "default", "--no-exact", "--near", "", "--tag", "", "--speaker", "")

    assert (changed["threshold"], changed["exact"], changed["near"]) == (80.0, True, ["Petro", "Colombia"])
    assert (changed["tags"], changed["speaker"]) == (["petro"], "Ann")
    assert all(not shown()[key] for key in ("threshold", "exact", "near", "tags", "speaker"))


def test_a_card_for_people_leaves_out_what_is_empty() -> None:
    assert call("quotes", "show", "come get me coward").output == f"id: 1\ntext: {QUOTE}\nmatches: 0\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("edit", "1"), "Nothing is to be changed"),
        (("edit", "1", "--lang", "Klingon!"), "such as en, es or pt-BR"),
        (("edit", "9", "--exact"), "No tracked quote is '9'"),
        (("pause", "9"), "No tracked quote is '9'"),
        (("variant", "confirm", "9"), "no other wording #9"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(words: tuple[str, ...], says: str) -> None:
    error = refused("quotes", *words)

    assert isinstance(error, InputError)
    assert says in str(error)


@pytest.mark.parametrize("threshold", ["49", "101", "high"])
def test_a_threshold_that_cannot_be_is_a_usage_error(threshold: str) -> None:
    assert call("quotes", "edit", "1", "--threshold", threshold).exit_code == 2


def test_a_quote_is_paused_and_resumed() -> None:
    call("quotes", "pause", "1")
    assert shown()["paused"]
    assert isinstance(refused("replay"), InputError)

    call("quotes", "resume", "1")
    assert not shown()["paused"]


def test_a_wording_is_listed_confirmed_and_removed() -> None:
    with open_store(Path("q.db")) as store:
        store.add_variant(QuoteId(1), WantedVariant(text="Ven por mí"), confirmed=False, by="ann", at=NOON)
    row = json.loads(call("quotes", "variant", "list", "1", "--json").output)
    assert (row["id"], row["confirmed"]) == (1, False)

    call("quotes", "variant", "confirm", "1")
    assert json.loads(call("quotes", "variant", "list", "1", "--json").output)["confirmed"]
    call("quotes", "variant", "remove", "1")
    assert shown()["variants"] == []


def test_a_replay_records_what_is_new_and_says_it_once() -> None:
    dry = call("replay", "--dry-run").output
    assert matches() == []
    first, second = call("replay", "--quote", "1").output, call("replay").output

    assert dry.startswith("3 posts: 2 new (1 sure enough to alert)")
    assert "nothing was recorded" in dry
    assert "2 new" in first
    assert "0 new" in second
    assert len(matches()) == 2


def test_a_replay_prints_the_same_bytes_each_time() -> None:
    one, two = (call("replay", "--dry-run", "--json").stdout_bytes for _ in range(2))

    assert one == two
    assert [json.loads(line)["what"] for line in one.splitlines()] == ["new", "new"]


def test_a_replay_tells_what_a_change_would_no_longer_find() -> None:
    call("replay")
    call("quotes", "edit", "1", "--exact")

    lines = [json.loads(line) for line in call("replay", "--json").stdout.splitlines()]

    assert {line["what"] for line in lines} == {"gone"}
    assert all(line["now"] is None and line["recorded"]["score"] for line in lines)
    assert len(matches()) == 2


def test_a_replay_begins_where_it_is_told_to() -> None:
    assert call("replay", "--since", "2026-01-07").output.startswith("0 posts")
    assert call("replay", "--since", "yesterday").exit_code == 2
    assert "--dry-run records nothing" in str(refused("replay", "--alert", "--dry-run"))


def test_a_new_quote_looks_back_at_once() -> None:
    output = call("quotes", "add", "come get me later").output

    assert "Looked back over 3 stored posts: recorded 2 times" in output
    assert {match["quote"] for match in matches()} == {"come get me later"}
    assert "it was not there" in call("quotes", "add", "Winter is coming").output
