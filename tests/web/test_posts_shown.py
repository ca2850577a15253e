"""What a page shows of posts that are long, edited, blanked, or speak in between."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.people import Role
from monitor.store import open_store
from tests.builders import NOON
from tests.web.conftest import ANN, QUOTE, Browser, Clock, browser, filled, made_member

BETWEEN = "he said to the reporters who had waited since early morning in the heavy rain outside"
POSTS = (
    f"Split: “Come get me,” {BETWEEN}, “coward! I'm waiting for you here.”",
    "Far. " + "Something else first. " * 300 + QUOTE + " And on it goes." * 300,
    f"Before: {QUOTE}",
    f"Private: {QUOTE}",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of such posts: the third was edited, the fourth blanked."""
    path = tmp_path / "posts.db"
    with open_store(path, now=lambda: NOON) as store:
        filled(store, POSTS)
        made_member(store, ANN, Role.REVIEWER)
        store.forget_person([4], by="test", at=NOON + timedelta(hours=1))  # type: ignore[list-item]
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO post_versions (post_id, text, parts, text_digest, fingerprint, seen_at)"
            " SELECT id, text, '[]', text_digest, '', first_seen_at FROM posts WHERE id = 3"
        )
        db.execute("UPDATE posts SET text = 'He never said so.', text_digest = 'other', edited_at = ? WHERE id = 3",
                   ("2026-01-06T13:00:00.000Z",))  # fmt: skip
    return path


async def test_what_somebody_says_in_between_is_shortened_visibly(here: Browser) -> None:
    page = (await here.get("/match/1")).text

    assert "<ins>in</ins> <ins>…</ins> <span>coward</span>" in page


async def test_of_a_long_post_the_passage_is_shown_first_and_the_whole_on_demand(here: Browser) -> None:
    page = (await here.get("/match/2")).text
    first, _, rest = page.partition("<details><summary>The whole post")

    assert "<mark>Come get me, coward!" in first
    assert first.count("Something else first.") < 20
    assert rest.count("Something else first.") == 300


async def test_an_edited_post_is_shown_as_it_was_and_as_it_is(here: Browser) -> None:
    page = (await here.get("/match/3")).text

    assert "The post as it was" in page
    assert (
        page.index("Before: <mark>Come get me, coward!") < page.index("It says now") < page.index("He never said so.")
    )


async def test_a_blanked_post_says_so_wherever_it_is_shown(here: Browser) -> None:
    page = (await here.get("/match/4")).text
    matches = (await here.get("/matches")).text
    quote = (await here.get("/quote/1")).text

    assert "Its words were blanked" in page
    assert '<span class="chip gone">blanked</span>' in page
    assert matches.count("Its words were blanked.") == 1
    assert "<blockquote><bdi></bdi></blockquote>" not in matches
    assert '<th scope="row"><bdi></bdi></th>' not in quote
    assert "Private" not in page + matches + quote


async def test_a_form_that_asks_the_impossible_keeps_what_was_asked(here: Browser) -> None:
    answer = await here.get("/matches?since=2026-12-01&until=2026-01-01&kind=variant&quote=1&q=radio&in=passage")

    assert answer.status_code == 400
    assert "<details open>" in answer.text
    for kept in (
        'value="2026-12-01"', 'value="2026-01-01"', "<option selected>variant</option>",
        '<option value="1" selected>', 'value="radio"', '<option value="passage" selected>',
    ):  # fmt: skip
        assert kept in answer.text


async def test_the_audit_names_members(path: Path, clock: Clock) -> None:
    async with browser(path, clock) as ann:
        await ann.sign_in()
        await ann.post("/match/1/verdict", {"verdict": "right"}, page="/match/1")
        page = (await ann.get("/audit")).text

    assert f'<a href="/audit?actor=telegram%3A{ANN}"><bdi>Ann ({ANN})</bdi></a>' in page


async def test_pages_that_end_leave_no_reading_behind(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with browser(path, clock) as opened:
        await opened.get("/quote/1")
        clock.at += timedelta(minutes=2)
        await opened.get("/quote/1")
        reading = opened.site.digests.reading

    assert reading
    assert all(task.cancelled() for task in reading)
    assert not caplog.records
