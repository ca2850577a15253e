"""What the tests of delivery share: a way to people that fails as told, and a delivery that waits for nothing."""

import asyncio
from collections.abc import Callable
from typing import Any

from monitor.bot.delivery import Delivery
from monitor.bot.pace import Pace
from monitor.core.model import Alert, AlertState
from tests.bot.helpers import HeldTime, MemoryOutbox, SharedTime, call

SENT, PENDING, DEAD, IN_FLIGHT = AlertState.SENT, AlertState.PENDING, AlertState.DEAD, AlertState.IN_FLIGHT


class Notified:
    """A way to people that notes every message and fails as told: a function of the alert and whether it is plain."""

    def __init__(self, fails: Callable[[Alert, bool], BaseException | None] = lambda alert, plain: None) -> None:
        self.fails = fails
        self.tried: list[tuple[int, bool]] = []
        self.arrived: list[Alert] = []

    async def __call__(self, alert: Alert, *, plain: bool = False) -> int:
        self.tried.append((alert.id, plain))
        await asyncio.sleep(0)
        if error := self.fails(alert, plain):
            raise error
        self.arrived.append(alert)
        return len(self.arrived)


def a_delivery(outbox: MemoryOutbox, notify: Any, time: HeldTime | SharedTime | None = None, **given: Any) -> Delivery:
    time = time or HeldTime()
    return Delivery(outbox, call, notify, pace=Pace(clock=time, sleep=time.sleep), clock=time, **given)


def only(number: int, error: BaseException) -> Callable[[Alert, bool], BaseException | None]:
    return lambda alert, plain: error if alert.id == number else None


def once(error: BaseException) -> Callable[[Alert, bool], BaseException | None]:
    errors = [error]
    return lambda alert, plain: errors.pop() if errors else None
