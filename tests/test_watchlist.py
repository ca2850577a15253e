from monitor.core.model import Quote, QuoteId
from monitor.matching import Matcher
from monitor.watchlist import Watchlist
from tests.builders import a_post, a_quote
from tests.fakes.ports import direct


class Quotes:
    """A store of quotes; `elsewhere` says that another process changed it."""

    def __init__(self, *quotes: Quote) -> None:
        self.known = list(quotes)
        self.elsewhere = False

    def quotes(self) -> list[Quote]:
        return self.known

    def changed_elsewhere(self) -> bool:
        changed, self.elsewhere = self.elsewhere, False
        return changed


async def found(watchlist: Watchlist) -> set[int]:
    return {match.quote.id for match in await watchlist.find([a_post("Come get me, coward! Winter is coming!")])}


async def test_a_paused_quote_is_left_out_until_it_is_resumed() -> None:
    store = Quotes(a_quote(), a_quote("Winter is coming", id=QuoteId(2), paused=True))
    watchlist = Watchlist(Matcher(), store, direct)
    await watchlist.reload()
    assert await found(watchlist) == {1}

    store.known = [a_quote(paused=True), a_quote("Winter is coming", id=QuoteId(2))]
    await watchlist.reload()

    assert await found(watchlist) == {2}
    assert [quote.id for quote in watchlist.quotes] == [2]


async def test_what_another_process_changes_is_taken_over_and_told_once() -> None:
    store, told = Quotes(a_quote()), []
    watchlist = Watchlist(Matcher(), store, direct)

    async def note() -> None:
        told.append(1)

    watchlist.on_change = note
    await watchlist.reload()
    store.known, store.elsewhere = [a_quote(exact=True)], True

    await watchlist.refresh()
    await watchlist.refresh()

    assert watchlist.quotes == [a_quote(exact=True)]
    assert told == [1]
