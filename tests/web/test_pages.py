import json
import re
from html import unescape
from pathlib import Path

import pytest

from monitor.bot.audit_texts import DONE
from monitor.core.model import ChatKind, QuoteId
from monitor.store import open_store
from monitor.web.pages import ROUTES
from monitor.web.pages.audit import DID
from tests.builders import NOON
from tests.web.conftest import ANN, POSTS, QUOTE, Browser, Clock, browser

PAGES = (
    "/",
    "/matches",
    "/matches?q=radio",
    "/quotes",
    "/quote/1",
    "/quote/1?days=all",
    "/match/1",
    "/coverage",
    "/explore",
    "/explore/match_history",
    "/explore/match_history.json",
    "/explore/matches/1",
    "/explore/posts?_facet=lang&_search=radio",
)


@pytest.mark.parametrize("address", PAGES)
async def test_every_page_opens(here: Browser, address: str) -> None:
    answer = await here.get(address)

    assert answer.status_code == 200
    assert "Something went wrong" not in answer.text


@pytest.mark.parametrize("address", [page for page in PAGES if ".json" not in page])
async def test_every_page_opens_before_anything_was_found(tmp_path, clock: Clock, address: str) -> None:
    path = tmp_path / "empty.db"
    with open_store(path, now=lambda: NOON):
        pass
    async with browser(path, clock) as here:
        answer = await here.get(address)

    assert answer.status_code == (404 if address.startswith(("/quote/", "/match/", "/explore/matches/1")) else 200)


@pytest.mark.parametrize(
    "address", ["/quote/99", "/match/99", "/nothing", "/explore/nothing", "/match/x", "/quote/1/2"]
)
async def test_what_is_not_there_is_said_to_be_not_there(here: Browser, address: str) -> None:
    assert (await here.get(address)).status_code == 404


async def test_every_route_is_open_to_somebody() -> None:
    from monitor.web.access import needed

    for pattern, _ in ROUTES:
        address = pattern.replace(r"(?P<number>\d{1,18})", "1").replace("\\", "")
        address = re.sub(r"\(\?P<\w+>(\w+)\|[\w|]+\)", r"\1", address)
        assert address == "/refused" or needed(address) is not None, address


async def test_the_overview_shows_what_is_new_and_what_rises(here: Browser) -> None:
    text = (await here.get("/")).text

    assert "<dt>Last 24 hours</dt><dd>4<small>" in text
    assert 'href="/match/4"' in text
    assert f"“<bdi>{QUOTE.replace(chr(39), '&#39;')}</bdi>”" in text
    assert "4 in 24 hours, never before" in text


async def test_the_overview_names_the_sources_nobody_looks_at(here: Browser, clock: Clock) -> None:
    text = (await here.get("/")).text

    assert "<bdi>News</bdi><small>since" in text


async def test_a_match_is_marked_in_the_whole_post(here: Browser) -> None:
    text = (await here.get("/match/2")).text

    assert 'radio: “<mark>Come </mark><mark class="changed">and</mark><mark> get me' in text
    assert "It has been quoted since." in text


async def test_a_match_shows_what_became_of_each_word(here: Browser) -> None:
    text = (await here.get("/match/2")).text

    assert "<span>Come</span> <ins>and</ins> <span>get</span>" in text
    assert "added word" in text


async def test_a_match_tells_where_it_comes_from_and_who_was_told(here: Browser) -> None:
    text = (await here.get("/match/1")).text

    assert "<dd>6 Jan 2026, 12:00</dd>" not in text
    assert '<time datetime="2026-01-06T12:00:00+00:00">6 Jan 2026, 12:00</time>' in text
    assert "0 of 1 alert told" in text


async def test_a_quote_shows_its_family_and_its_forms(here: Browser) -> None:
    await here.site.digests.of(1, QUOTE, None)
    text = (await here.get("/quote/1")).text

    assert "Ven por mí, cobarde, aquí te espero" in text
    assert "Gustavo Petro" in text
    assert "<ins>and</ins>" in text
    assert "2 of 2" not in text
    assert text.count('<ol class="plain lags">') == 1


async def test_the_first_of_each_sort_of_place_is_told_with_its_lag(here: Browser) -> None:
    await here.site.digests.of(1, QUOTE, None)
    text = (await here.get("/quote/1")).text

    assert "<strong>feed</strong>" in text
    assert "<strong>bluesky</strong>" in text


async def test_robots_are_asked_to_stay_away(away: Browser) -> None:
    assert (await away.get("/robots.txt")).text == "User-agent: *\nDisallow: /\n"


async def test_the_style_sheet_is_there_for_everybody(away: Browser) -> None:
    answer = await away.get("/static/style.css")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")


async def test_the_list_of_matches_is_newest_first(here: Browser) -> None:
    text = (await here.get("/matches")).text
    places = [text.index(f'class="stamp" href="/match/{number}"') for number in (4, 3, 2, 1)]

    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=radio", {2}),
        ("q=radio&in=passage", set()),
        ("q=%22waiting+for+you%22", {1, 2, 3, 4}),
        ("q=radio+-coward", {2}),
        ("q=ann", {1, 2, 3, 4}),
        ("quote=1", {1, 2, 3, 4}),
        ("quote=2", set()),
        ("source=2", {2, 4}),
        ("lang=en", {1, 2, 3, 4}),
        ("lang=es", set()),
        ("verdict=none", {1, 2, 3, 4}),
        ("verdict=wrong", set()),
        ("since=2026-01-06&until=2026-01-06", {1, 2, 3, 4}),
        ("since=2026-01-07", set()),
        ("until=2026-01-05", set()),
        ("since=0001-01-01&until=9999-12-31", {1, 2, 3, 4}),
        ("kind=verbatim&source=1", {1}),
    ],
)
async def test_matches_are_narrowed_by_what_is_asked(here: Browser, query: str, found: set[int]) -> None:
    text = (await here.get(f"/matches?{query}")).text

    assert {number for number in range(1, 5) if f'class="stamp" href="/match/{number}"' in text} == found


@pytest.mark.parametrize(
    "query",
    [
        "kind=x",
        "tier=x",
        "quote=x",
        "since=yesterday",
        "before=x",
        "lang=!!",
        "verdict=x",
        "q=!!!",
        "since=2026-02-01&until=2026-01-01",
    ],
)
async def test_a_question_that_means_nothing_is_answered_in_one_line(here: Browser, query: str) -> None:
    answer = await here.get(f"/matches?{query}")

    assert answer.status_code == 400
    assert '<p class="notice" role="alert">' in answer.text


async def test_the_history_is_also_data(here: Browser) -> None:
    rows = json.loads((await here.get("/explore/match_history.json?_shape=array")).text)

    assert len(rows) == len(POSTS)


async def test_a_new_database_says_how_to_begin(tmp_path, clock) -> None:
    path = tmp_path / "new.db"
    open_store(path).close()

    async with browser(path, clock) as opened:
        overview, coverage = (await opened.get("/")).text, (await opened.get("/coverage")).text

    assert "No source is watched yet" in overview
    assert "No quote is tracked yet" in overview
    assert "No source is watched yet" in coverage
    assert "All 0" not in coverage


async def test_the_audit_says_who_changed_what_of_what(path: Path, clock: Clock) -> None:
    with open_store(path) as store:
        store.mute("-100", ChatKind.GROUP, "Desk", QuoteId(1), until=NOON, by="telegram:7001", at=NOON)
        store.edit_quote(QuoteId(1), {"threshold": 91.0}, by="cli", at=NOON)
        store.make_feed_address("n", QuoteId(1), user_id=ANN, by="telegram:7001", at=NOON)
    async with browser(path, clock) as opened:
        await opened.sign_in()
        page = unescape(re.sub(r"<[^>]+>", "", (await opened.get("/audit")).text))

    assert f"Ann (7001) muted quote 1 “{QUOTE}” in chat Desk (-100)" in page
    assert f"The command line edited quote 1 “{QUOTE}”" in page
    assert f"Ann (7001) made an address for the feed of quote 1 “{QUOTE}”" in page
    assert re.search(r"threshold\s*91", page)


async def test_what_is_new_is_sure_and_suggestions_wait_elsewhere(path: Path, clock: Clock) -> None:
    with open_store(path) as store, store._db.writing():
        store._db.change("UPDATE matches SET tier = 'suggest' WHERE id = 2")
    async with browser(path, clock) as opened:
        overview, all_of_them = (await opened.get("/")).text, (await opened.get("/matches")).text

    assert 'href="/match/1"' in overview
    assert 'href="/match/2"' not in overview
    assert 'href="/match/2"' in all_of_them


def test_every_change_that_chats_have_a_sentence_for_has_one_here() -> None:
    assert DONE.keys() - {"join"} <= DID.keys()  # to join is to give oneself a role
