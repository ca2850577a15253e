"""Looking back over stored posts for a quote, beside everything else."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from monitor.core.errors import InputError, StoreError
from monitor.core.history import LookedBack
from monitor.core.model import Quote, QuoteId
from monitor.replay import Replay

log = structlog.get_logger()

NEWEST_POSTS = 200_000  # are looked at; the command line goes through all
PATIENCE = 3.0  # seconds that an answer waits for it; it goes on after that
SETTLING = 30.0  # seconds: what was compared before the quote was known is recorded by then, and is looked at too


@dataclass(slots=True)
class _Look:
    replay: Replay
    reached: asyncio.Event = field(default_factory=asyncio.Event)  # the newest post, or it failed
    task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()


class LookingBack:
    """One look back for each quote at a time; a newer one takes the place of an older."""

    def __init__(
        self,
        replay: Callable[[Quote], Replay],
        *,
        patience: float = PATIENCE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._replay = replay
        self._patience = patience
        self._sleep = sleep
        self._looks: dict[QuoteId, _Look] = {}

    def begin(self, quote: Quote) -> None:
        """Look back for a quote as it is now."""
        self.end(quote.id)
        look = self._looks[quote.id] = _Look(self._replay(_as_looked_for(quote)))
        look.task = asyncio.create_task(self._go_through(look), name=f"look back for quote {quote.id}")

    def end(self, quote_id: QuoteId) -> None:
        """Look back for a quote no more; what was found stays recorded."""
        look = self._looks.pop(quote_id, None)
        if look is not None:
            look.stop()

    async def glance(self, quote: Quote) -> LookedBack:
        """Return how far looking back for a quote has come, after a short wait; begin when it was not begun."""
        known = self._looks.get(quote.id)
        if known is None or known.replay.quotes != (_as_looked_for(quote),):
            self.begin(quote)
        look = self._looks[quote.id]
        with suppress(TimeoutError):
            await asyncio.wait_for(look.reached.wait(), self._patience)
        return look.replay.state

    async def stop(self) -> None:
        """End every look back."""
        tasks = [look.task for look in self._looks.values() if look.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _go_through(self, look: _Look) -> None:
        try:
            await look.replay.run(newest=NEWEST_POSTS)
            look.reached.set()
            await self._sleep(SETTLING)
            await look.replay.go_on()
        except (StoreError, InputError) as error:
            quote_id = look.replay.quotes[0].id
            log.error("looking back ended early", quote=quote_id, error=str(error))
            if self._looks.get(quote_id) is look:  # so that the next glance begins again
                del self._looks[quote_id]
        finally:
            look.reached.set()


def _as_looked_for(quote: Quote) -> Quote:
    """Return a quote as looking back sees it: whether it is paused changes nothing."""
    return replace(quote, paused=False)
