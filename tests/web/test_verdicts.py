"""A verdict given on a page: written through the store, shown at once, and only by those who may."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.care.backup import back_up, restore
from monitor.store import open_store
from tests.builders import NOON
from tests.web.conftest import Browser, token_in


def kept(path) -> list[tuple]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT match_id, verdict, note, given_by FROM verdicts ORDER BY id").fetchall()


async def test_a_reviewer_judges_a_match(reviewer: Browser, path) -> None:
    answer = await reviewer.post("/match/2/verdict", {"verdict": "wrong", "note": " not  him "}, page="/match/2")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/match/2?judged=1#verdict"
    assert kept(path) == [(2, "wrong", "not him", "telegram:7001")]
    text = (await reviewer.get("/match/2?judged=1")).text
    assert "Written down: wrong." in text
    assert "✗ wrong</span> <bdi>not him</bdi>" in text


async def test_a_verdict_is_audited(reviewer: Browser) -> None:
    await reviewer.post("/match/2/verdict", {"verdict": "right"}, page="/match/2")

    assert "Ann (7001)" in (await reviewer.get("/audit")).text


async def test_the_newest_verdict_counts_and_the_older_stay(reviewer: Browser, path) -> None:
    for verdict in ("wrong", "right"):
        await reviewer.post("/match/1/verdict", {"verdict": verdict}, page="/match/1")

    assert [row[1] for row in kept(path)] == ["wrong", "right"]
    assert 'href="/match/1">' in (await reviewer.get("/matches?verdict=right")).text
    assert 'href="/match/1">' not in (await reviewer.get("/matches?verdict=wrong")).text
    assert "1 of 1 judged are right" in (await reviewer.get("/quote/1")).text


@pytest.mark.parametrize("form", [{"verdict": "great"}, {}, {"verdict": "right", "note": "x" * 501}])
async def test_a_verdict_that_means_nothing_changes_nothing(reviewer: Browser, path, form: dict[str, str]) -> None:
    answer = await reviewer.post("/match/1/verdict", form, page="/match/1")

    assert answer.status_code == 400
    assert kept(path) == []


async def test_a_match_that_is_not_there_is_not_judged(reviewer: Browser, path) -> None:
    answer = await reviewer.post("/match/99/verdict", {"verdict": "right"}, page="/match/1")

    assert answer.status_code == 404
    assert kept(path) == []


async def test_who_is_not_signed_in_judges_nothing(here: Browser, path) -> None:
    answer = await here.client.post("/match/1/verdict", data={"verdict": "right"})

    assert answer.status_code == 401
    assert kept(path) == []
    assert "<textarea" not in (await here.get("/match/1")).text


async def test_a_form_without_its_token_changes_nothing(reviewer: Browser, path) -> None:
    await reviewer.get("/match/1")
    answer = await reviewer.client.post("/match/1/verdict", data={"verdict": "right"})

    assert answer.status_code == 403
    assert kept(path) == []


async def test_a_form_of_another_site_changes_nothing(reviewer: Browser, path) -> None:
    token = token_in((await reviewer.get("/match/1")).text)
    answer = await reviewer.client.post(
        "/match/1/verdict",
        data={"verdict": "right", "csrftoken": token},
        headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    )

    assert answer.status_code == 403
    assert kept(path) == []


async def test_a_verdict_from_chat_is_shown_on_the_page(here: Browser, path) -> None:
    from monitor.core.model import MatchId
    from monitor.core.verdicts import Verdict
    from tests.builders import NOON

    with open_store(path) as store:
        store.give_verdict(MatchId(1), Verdict.RIGHT, None, by="telegram:7001", at=NOON)

    assert "✓ right" in (await here.get("/match/1")).text


async def test_the_pages_open_the_file_for_reading_only(here: Browser) -> None:
    def write(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM verdicts")

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await here.site.datasette.get_database("explore").execute_fn(write)


async def test_no_verdict_is_written_into_a_database_that_another_took_the_place_of(
    reviewer: Browser, path: Path, tmp_path: Path
) -> None:
    await reviewer.get("/match/1")
    back_up(path, tmp_path / "safe.db", at=NOON)
    restore(tmp_path / "safe.db", path, at=NOON)

    answer = await reviewer.client.post("/match/1/verdict", data={"verdict": "right"})

    assert answer.status_code == 503
    assert "Try again in a moment" in answer.text
    assert reviewer.site.over.is_set()
