"""`backup`, `restore`, `doctor`, `prune`, `matches forget` and `audit` as a person types them."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import cli
from monitor.core.errors import InputError, StoreError
from monitor.store import InstanceLock, open_store
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_source
from tests.care.filling import fill


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("QUOTE_MONITOR_")]:
        monkeypatch.delenv(name)
    fill(tmp_path / "q.db", QUOTE, "nothing of interest")
    return tmp_path / "q.db"


def call(*words: str) -> Result:
    return CliRunner().invoke(cli, ["--database", "q.db", *words])


def test_a_backup_says_what_it_holds_and_by_what_it_is_known(tmp_path: Path) -> None:
    result = call("backup", "safe.db")

    first, second = result.output.splitlines()
    assert first.startswith("safe.db: ")
    assert "read through and whole (1 sources, 2 posts, 1 quotes, 0 variants, 1 matches, 1 alerts," in first
    assert second.startswith("sha256 ")
    assert len(second.split()[1]) == 64


def test_there_and_back_again(database: Path) -> None:
    call("backup", "safe.db")
    with open_store(database) as store:
        store.untrack(store.quotes()[0].id, by="ann", at=NOON)

    result = call("restore", "safe.db")

    assert result.output.startswith("q.db is now what safe.db was.\nWhat it was before is in q.db.replaced-")
    with open_store(database) as store:
        assert [quote.text for quote in store.quotes()] == [QUOTE]


def test_nothing_is_restored_while_the_monitor_runs(database: Path) -> None:
    call("backup", "safe.db")

    with InstanceLock(database):
        error = call("restore", "safe.db").exception

    assert isinstance(error, StoreError)
    assert "stop it first" in str(error)


def test_the_doctor_says_of_each_thing_that_it_is_well() -> None:
    result = call("doctor")

    assert result.exit_code == 0, result.output
    assert "✓ file: well" in result.output
    assert "✗" not in result.output


def test_the_doctor_says_what_to_do_and_does_it(database: Path) -> None:
    with open_store(database) as store:
        store._db.change("UPDATE match_daily SET matches = 7")

    sick = call("doctor")
    mended = call("doctor", "--repair")

    assert sick.exit_code == 1
    assert "✗ counts by day: 2 counts by day differ from the matches. To do: run `quote-monitor doctor --repair`." in (
        sick.output
    )
    assert mended.exit_code == 0, mended.output
    assert "Made anew: the counts by day and the search indexes." in mended.output


def test_the_doctor_speaks_json_too() -> None:
    rows = [json.loads(line) for line in call("doctor", "--json").output.splitlines()]

    assert all(row["well"] for row in rows)
    assert {"subject", "well", "found", "advice"} == set(rows[0])


def test_what_another_program_wrote_is_named_stops_a_backup_and_is_accepted_when_somebody_says_so(
    database: Path,
) -> None:
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("UPDATE posts SET author = 'Eve'")

    sick, checked, copied = call("doctor"), call("check"), call("backup", "safe.db")
    accepted, again, copied_then = call("doctor", "--accept"), call("doctor", "--accept"), call("backup", "safe.db")

    assert sick.exit_code == 1
    assert (
        "✗ seals: posts 0 to 1023 read otherwise than the monitor wrote them: damage, or another program" in sick.output
    )
    assert "run `quote-monitor doctor --accept`." in sick.output
    assert "q.db reads otherwise than the monitor wrote it" in " ".join(checked.output.split())
    assert "q.db reads otherwise than the monitor wrote it (posts 0 to 1023)" in str(copied.exception)
    assert accepted.exit_code == 0, accepted.output
    assert "Accepted as it is: posts 0 to 1023." in accepted.output
    assert "✓ seals: well" in accepted.output
    assert "Nothing is there to accept." in again.output
    assert copied_then.exit_code == 0, copied_then.output


def test_damage_is_not_accepted(database: Path) -> None:
    content = bytearray(database.read_bytes())
    content[4096 * 20 : 4096 * 40] = b"\x5a" * 4096 * 20
    database.write_bytes(content)

    error = call("doctor", "--accept").exception

    assert isinstance(error, StoreError)
    assert "is damaged" in str(error)


def test_a_file_that_cannot_be_read_is_told_as_one_sign(database: Path) -> None:
    database.write_bytes(b"not a database at all, by no means" * 200)

    result = call("doctor")

    assert result.exit_code == 1
    assert result.output.startswith("✗ file: It cannot be read: ")


def test_pruning_says_what_it_forgets_and_first_what_it_would() -> None:
    would, did, again = call("prune", "--dry-run"), call("prune"), call("prune")

    assert would.output == "Example News: 1 post\n1 post would be forgotten.\n"
    assert did.output == "Example News: 1 post, 19 characters\n1 post forgotten.\n"
    assert again.output == "0 posts forgotten.\n"


def test_a_person_is_forgotten_in_two_steps(database: Path) -> None:
    with open_store(database) as store:
        store._db.change("UPDATE posts SET author = 'Ann Example'")

    would, did = (
        call("matches", "forget", "--author", "Ann Example", "--dry-run"),
        call("matches", "forget", "--author", "ann example"),
    )
    (row,) = [json.loads(line) for line in call("audit", "--json", "--by", "cli").output.splitlines()]

    assert would.output == "2 posts would be blanked.\n"
    assert did.output.startswith("2 posts blanked; the audit notes it for person ")
    assert row["action"] == "forget"
    assert "Ann" not in json.dumps(row)


def test_who_asks_before_anything_of_theirs_is_stored_is_heard_too(database: Path) -> None:
    would = call("matches", "forget", "--author", "Bob Example", "--dry-run")
    did = call("matches", "forget", "--author", "Bob Example")

    assert would.output == "No recorded post is by or at that, as it is written here.\n"
    assert would.output in did.output
    assert "Nothing more of theirs is stored or told" in did.output
    with open_store(database) as store:
        assert store.unseen(a_source(), [a_post(QUOTE, author="bob example")]) == []


def test_pages_kept_of_others_that_show_a_person_are_blanked_when_asked(database: Path) -> None:
    with open_store(database) as store:
        post = a_post(f"{QUOTE} said Bob", author="Bob")
        page = a_page(b"<rss><author>Ann Example</author><description>her words</description></rss>")
        store.record(a_poll(page=page), store.unseen(a_source(), [post]), [a_finding(a_match(post))])

    without = call("matches", "forget", "--author", "Ann Example")
    would = call("matches", "forget", "--author", "Ann Example", "--pages", "--dry-run")
    did = call("matches", "forget", "--author", "Ann Example", "--pages")

    assert "--pages blanks those" in without.output
    assert would.output == "0 posts and 1 page would be blanked.\n"
    assert "1 page kept as evidence of others' posts blanked.\n" in did.output
    assert call("verify", "--database").exit_code == 0


def test_whom_to_forget_must_be_said() -> None:
    assert call("matches", "forget").exit_code == 2
    assert call("matches", "forget", "--author", "a", "--post", "b").exit_code == 2


def test_the_audit_is_listed_for_people() -> None:
    call("quotes", "edit", "1", "--threshold", "91")

    result = call("audit")

    assert "track" in result.output
    assert "subscribe" in result.output
    assert "threshold: – → 91" in result.output


def test_a_backup_onto_something_is_refused_in_one_line() -> None:
    Path("safe.db").touch()

    error = call("backup", "safe.db").exception

    assert isinstance(error, InputError)
    assert "\n" not in str(error)
