"""Whole stories of feeds that carry a line of each article: the quote stands in the article."""

from collections.abc import Iterator

import pytest

from monitor.articles import Articles
from monitor.core.errors import FetchError, SourceError
from monitor.core.model import Recorded
from tests.builders import QUOTE
from tests.fakes.ports import FakeFetch
from tests.stories.test_pipeline import SAID, Town, feed


async def as_text(html: bytes, url: str) -> str | None:
    return html.decode()


def with_articles(town: Town, *answers: bytes | SourceError, budget: int = 100) -> FakeFetch:
    """Let the town fetch articles; these are the answers, in turn."""
    web = FakeFetch(*answers)
    town.enrich = Articles(web, as_text, budget_per_hour=budget)
    return web


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.store.close()


async def test_a_quote_in_the_article_behind_a_summary_is_alerted_as_standing_there(town: Town) -> None:
    await town.known()
    with_articles(town, SAID.encode())
    _, recorded = await town.poll(feed("A speech on Monday"))

    assert recorded == Recorded(posts=1, matches=1, alerts=1)
    assert [passage.rstrip("!") for passage in await town.deliver()] == [QUOTE.rstrip("!")]
    [found] = town.store.appearances(limit=10)
    assert found.part == "article"
    assert found.text == f"News\n\nA speech on Monday\n\n{SAID}"


async def test_the_same_summary_at_the_next_poll_is_no_edit_and_its_article_is_not_fetched_again(town: Town) -> None:
    await town.known()
    web = with_articles(town, SAID.encode())
    page = feed("A speech on Monday")
    await town.poll(page)
    for same in (page, page, feed("A speech on Monday", prefix="flip")):
        _, recorded = await town.poll(same)
        assert recorded == Recorded()

    assert len(web.asked) == 1


async def test_an_edited_summary_is_an_edit_and_what_was_found_in_the_article_stays_readable(town: Town) -> None:
    await town.known()
    with_articles(town, SAID.encode())
    page = feed("A speech on Monday")
    await town.poll(page)
    _, recorded = await town.poll(page.replace(b"<description>A speech", b"<description>The speech"))

    assert recorded == Recorded(edits=1)
    [found] = town.store.appearances(limit=10)
    assert found.text[found.spans[0].start : found.spans[-1].end].rstrip("!") == QUOTE.rstrip("!")


async def test_a_post_whose_article_does_not_come_is_recorded_and_matched_with_what_it_has(town: Town) -> None:
    await town.known()
    with_articles(town, FetchError("it answered 500 Internal Server Error"))
    _, recorded = await town.poll(feed(SAID, "weather today"))

    assert recorded == Recorded(posts=2, matches=1, alerts=1)


async def test_what_a_source_had_before_it_was_watched_is_not_fetched(town: Town) -> None:
    web = with_articles(town, SAID.encode())
    _, recorded = await town.poll(feed("A speech on Monday"))

    assert (recorded, web.asked) == (Recorded(posts=1), [])


async def test_when_the_budget_is_spent_posts_go_on_without_articles(town: Town) -> None:
    await town.known()
    web = with_articles(town, b"nothing of interest", budget=2)
    _, recorded = await town.poll(feed("one", "two", "three", SAID))

    assert recorded == Recorded(posts=4, matches=1, alerts=1)
    assert len(web.asked) == 2
