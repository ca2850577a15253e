"""Time for things that sleep: short naps pass at once, long ones only when the test lets time pass."""

import asyncio
from datetime import datetime, timedelta

from tests.builders import NOON


class NapClock:
    """`clock.sleep(seconds)` up to `nap` seconds lasts no time at all; longer ones wait for `advance`."""

    def __init__(self, start: datetime = NOON, *, nap: float = 5.0) -> None:
        self.passed = 0.0
        self.naps: list[float] = []
        self._start = start
        self._nap = nap
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        if seconds <= self._nap:
            self.naps.append(seconds)
            await asyncio.sleep(0)
            return
        waking = asyncio.Event()
        self._sleepers.append((self.passed + seconds, waking))
        await waking.wait()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.passed += seconds
        for until, waking in self._sleepers:
            if until <= self.passed:
                waking.set()
        self._sleepers = [(until, waking) for until, waking in self._sleepers if until > self.passed]
