"""Manners towards hosts: few requests at a time, a pause between two, silence for as long as a host asks.

A host is its name; all sources on it share its limits. What is remembered is bounded.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.core.errors import RateLimited
from monitor.fetch.wishes import LONGEST_WAIT

# Hosts known to want a longer pause than the usual; their subdomains share it. Reddit serves about one feed a minute to
# an address (github.com/prof18/feed-flow/issues/1303), GDELT asks for five seconds, Algolia's documents for Hacker News
# name 1,000 requests an hour (hn.algolia.com/api).
KNOWN_SPACING = {
    "reddit.com": timedelta(seconds=61),
    "gdeltproject.org": timedelta(seconds=6),
    "hn.algolia.com": timedelta(seconds=4),
    "news.google.com": timedelta(seconds=10),
    "t.me": timedelta(seconds=3),
}
MOST_HOSTS = 4096  # remembered; beyond, those that are free soonest are forgotten


@dataclass(slots=True)
class _Host:
    """What is known of one host; times are those of the clock, in seconds."""

    places: asyncio.Semaphore
    spacing: float  # seconds between two starts
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time waits for the next start
    next_start: float = 0.0
    held_until: float = 0.0
    users: int = 0

    @property
    def free_from(self) -> float:
        return max(self.next_start, self.held_until)


class Hosts:
    """Gives turns to speak to hosts. `total` bounds the turns under way over all hosts, `per_host` those of one."""

    def __init__(
        self,
        *,
        spacing: timedelta,
        per_host: int,
        total: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._spacing = spacing.total_seconds()
        self._per_host = per_host
        self._total = asyncio.Semaphore(total)
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn to ask a host, in the order of asking, and keep it for the block.

        Raises RateLimited at once, without the block, while the host asks to be left alone.
        """
        host = self._host(name)
        host.users += 1
        try:
            self._respect(name, host)
            async with host.places, AsyncExitStack() as under_way:
                async with host.gate:
                    self._respect(name, host)
                    while (wait := host.next_start - self._clock()) > 0:
                        await self._sleep(wait)
                    await under_way.enter_async_context(self._total)
                    host.next_start = self._clock() + host.spacing
                self._respect(name, host)  # it may have asked for silence while we waited
                yield
        finally:
            host.users -= 1

    def hold(self, name: str, wait: timedelta) -> None:
        """Leave a host alone for `wait`, a day at most; a longer silence it asked for before is kept."""
        host = self._host(name)
        host.held_until = max(host.held_until, self._clock() + min(wait, LONGEST_WAIT).total_seconds())

    def _respect(self, name: str, host: _Host) -> None:
        left = host.held_until - self._clock()
        if left > 0:
            wait = timedelta(seconds=left)
            raise RateLimited(f"{name} asks to be left alone for another {said(wait)}", wait=wait)

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= MOST_HOSTS:
                self._forget()
            spacing = max(self._spacing, known_spacing(name).total_seconds())
            host = self._hosts[name] = _Host(places=asyncio.Semaphore(self._per_host), spacing=spacing)
        return host

    def _forget(self) -> None:
        """Forget hosts that nobody uses: those with nothing left to respect, and else the half that is free soonest."""
        now = self._clock()
        idle = sorted((host.free_from, name) for name, host in self._hosts.items() if not host.users)
        past = sum(free_from <= now for free_from, _ in idle)
        for _, name in idle[: max(past, len(idle) // 2)]:
            del self._hosts[name]


def known_spacing(name: str) -> timedelta:
    """Return the pause a host, or the domain it belongs to, is known to want."""
    labels = name.lower().split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels)))
    return max((KNOWN_SPACING.get(domain, timedelta()) for domain in domains), default=timedelta())


def said(wait: timedelta) -> str:
    """Return a wait in words, such as "12 min"."""
    seconds = wait.total_seconds()
    if seconds < 90:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
