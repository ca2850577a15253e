"""Tables as they are, fast: what a table looks like is remembered, and numbers are links."""

import pytest

from monitor.web.exploring import KNOWN_FOR, KnownFile, asked, cell, shown
from tests.web.conftest import Browser


@pytest.mark.parametrize(
    ("path", "query", "wanted"),
    [
        ("/explore/matches", b"", b"_nocount=1&_labels=off"),
        ("/explore/matches", b"_sort=id&_nocount=0&_labels=on", b"_sort=id&_nocount=1&_labels=off"),
        ("/explore/matches", b"kind=variant", b"kind=variant&_labels=off"),
        ("/explore/posts", b"_search=radio&_nocount=1", b"_search=radio&_labels=off"),
        ("/explore/match_history", b"kind=variant", b"kind=variant&_nocount=1&_labels=off"),
        ("/explore/matches.json", b"_labels=on", b"_labels=on"),
        ("/explore/matches/1", b"", b""),
        ("/explore/matches", b"_filter_column=kind&_filter_value=a", b"_filter_column=kind&_filter_value=a"),
    ],
)
def test_a_whole_table_is_not_counted_and_numbers_get_no_names(path: str, query: bytes, wanted: bytes) -> None:
    assert asked(path, query) == wanted


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("/explore/matches?_nocount=1&_labels=off", "/explore/matches"),
        ("/explore/matches?_sort=id&_nocount=1&_labels=off", "/explore/matches?_sort=id"),
        ("/explore/matches?_nocount=1&_labels=off&_next=50", "/explore/matches?_next=50"),
        ("/explore/matches?x_nocount=1&wording=_labels%3Doff", "/explore/matches?x_nocount=1&wording=_labels%3Doff"),
    ],
)
def test_what_is_ours_to_add_stands_in_no_link(address: str, wanted: str) -> None:
    assert shown(address) == wanted


def test_only_numbers_become_links() -> None:
    assert cell("matches", "quote_id", 3) == '<a href="/quote/3">3</a>'
    assert cell("match_history", "id", 3) == '<a href="/match/3">3</a>'
    assert cell("posts", "id", 3) is None
    assert cell("matches", "quote_id", "<b>") is None
    assert cell("matches", "variant_id", None) is None


async def test_a_table_says_how_many_rows_it_has_whole_or_narrowed(here: Browser) -> None:
    whole = (await here.get("/explore/matches?_sort_desc=score")).text
    narrowed = (await here.get("/explore/matches?kind=partial")).text

    assert "4 rows sorted by score descending" in whole
    assert "0 rows where kind = " in narrowed
    assert '<a href="/quote/1">1</a>' in whole
    assert "_nocount" not in whole + narrowed
    assert "_labels=off" not in whole + narrowed


async def test_a_row_leads_to_its_page_and_to_what_belongs_to_it(reviewer: Browser) -> None:
    row = (await reviewer.get("/explore/matches/2")).text

    assert '<a href="/match/2">Its page →</a>' in row
    assert "in rechecks" not in row
    assert ">0</a> in" not in row


async def test_what_a_table_looks_like_is_asked_once_a_minute(here: Browser) -> None:
    file = here.site.datasette.get_database("explore")
    assert isinstance(file, KnownFile)
    times, calls = [0.0], []
    file._clock = lambda: times[0]
    ask = file.execute_fn

    async def counted(look: object) -> object:
        calls.append(look)
        return await ask(look)

    file.execute_fn = counted  # type: ignore[method-assign]
    file._known.clear()
    first = await file.table_columns("matches")
    first.append("changed by whoever asked")
    second = await file.table_columns("matches")
    times[0] = KNOWN_FOR + 1
    await file.table_columns("matches")

    assert len(calls) == 2
    assert "changed by whoever asked" not in second


async def test_names_of_tables_that_are_not_there_are_forgotten_again(here: Browser) -> None:
    file = here.site.datasette.get_database("explore")
    assert isinstance(file, KnownFile)
    for number in range(1200):
        await file.get_table_definition(f"nothing_{number}")

    assert len(file._known) <= 1000
