"""The tracked quotes: kept in step, and compared so that the event loop goes on."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from monitor.core.model import Match, Post, Quote, QuoteId
from monitor.watchlist import Watchlist
from tests.builders import a_match, a_post, a_quote


class Slow:
    """A matcher that finds what it is let to find, and notes who else touches it meanwhile."""

    def __init__(self) -> None:
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        self.threads: list[threading.Thread] = []
        self.quotes: list[QuoteId] = []
        self.users = 0

    def find(self, posts: Sequence[Post]) -> list[Match]:
        self.threads.append(threading.current_thread())
        self.users += 1
        assert self.users == 1, "two are comparing at once"
        if len(posts[0].text) > 1_000:
            self.begun.set()
            assert self.may_go_on.wait(5)
        self.users -= 1
        return [a_match(post) for post in posts]

    def add(self, quote: Quote) -> None:
        assert not self.users, "a quote was added in the middle of comparing"
        self.quotes.append(quote.id)

    replace = add

    def remove(self, quote_id: QuoteId) -> None:
        self.quotes.remove(quote_id)


class Store:
    def __init__(self, quotes: Sequence[Quote] = ()) -> None:
        self.wanted = list(quotes)

    def quotes(self) -> list[Quote]:
        return self.wanted

    def changed_elsewhere(self) -> bool:
        return True


async def direct(method, *args, **kwargs):
    return method(*args, **kwargs)


LONG = a_post("word " * 100_000)
SHORT = a_post("word")


@pytest.fixture
def matcher():
    matcher = Slow()
    yield matcher
    matcher.may_go_on.set()


@pytest.fixture
def watchlist(matcher: Slow):
    watchlist = Watchlist(matcher, Store([a_quote()]), direct)
    yield watchlist
    matcher.may_go_on.set()
    watchlist.close()


async def begun(matcher: Slow) -> None:
    assert await asyncio.to_thread(matcher.begun.wait, 5)


async def test_while_a_long_post_is_compared_the_event_loop_goes_on(watchlist: Watchlist, matcher: Slow) -> None:
    finding = asyncio.create_task(watchlist.find([LONG]))
    await begun(matcher)
    matcher.may_go_on.set()  # only an event loop that goes on comes here

    assert [match.post for match in await finding] == [LONG]
    assert matcher.threads != [threading.current_thread()]


async def test_a_short_post_is_compared_on_the_spot(watchlist: Watchlist, matcher: Slow) -> None:
    assert [match.post for match in await watchlist.find([SHORT])] == [SHORT]
    assert matcher.threads == [threading.current_thread()]


async def test_of_many_polls_that_go_on_at_once_one_compares_between_two_breaths_of_the_event_loop(
    watchlist: Watchlist, matcher: Slow
) -> None:
    polls = [asyncio.create_task(watchlist.find([SHORT])) for _ in range(20)]
    most = before = 0
    while not all(poll.done() for poll in polls):
        await asyncio.sleep(0)
        most, before = max(most, len(matcher.threads) - before), len(matcher.threads)

    assert len(matcher.threads) == 20
    assert most == 1


async def test_the_matcher_has_one_user_at_a_time(watchlist: Watchlist, matcher: Slow) -> None:
    finding = asyncio.create_task(watchlist.find([LONG]))
    await begun(matcher)
    others = [asyncio.create_task(watchlist.find([SHORT])) for _ in range(3)]
    change = asyncio.create_task(watchlist.reload())
    await asyncio.sleep(0)
    matcher.may_go_on.set()
    await asyncio.gather(finding, *others, change)

    assert len(matcher.threads) == 4
    assert matcher.quotes == [QuoteId(1)]
    assert [quote.id for quote in watchlist.quotes] == [QuoteId(1)]


async def test_comparing_that_was_given_up_still_has_the_matcher_for_itself(
    watchlist: Watchlist, matcher: Slow
) -> None:
    finding = asyncio.create_task(watchlist.find([LONG]))
    await begun(matcher)
    finding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await finding
    next_one = asyncio.create_task(watchlist.find([SHORT]))
    await asyncio.sleep(0)
    matcher.may_go_on.set()

    assert await next_one
    assert threading.current_thread() not in matcher.threads


async def test_a_pace_that_turns_out_slow_sends_the_next_posts_aside(watchlist: Watchlist, matcher: Slow) -> None:
    watchlist._pace = 1.0  # second a character
    await watchlist.find([SHORT])

    assert threading.current_thread() not in matcher.threads
