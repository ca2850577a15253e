"""A quote goes viral while the bot is killed again and again: it stays one story, told in growing windows."""

import random
from collections import Counter
from datetime import datetime, timedelta

from telegram import Bot

from monitor.bot.delivery import Delivery
from monitor.bot.notify import TelegramNotify, lead_of
from monitor.bot.pace import Pace
from monitor.core.model import ChatKind
from monitor.core.telling import Telling
from monitor.store import SqliteStore
from tests.bot.delivering import Way, a_store
from tests.bot.helpers import TOKEN, HeldTime, call
from tests.fakes import botapi
from tests.fakes.botapi import FakeBotApi
from tests.store.telling import found

CHANNEL = -1001
GRACE = timedelta(minutes=1)
WINDOWS = 6  # of 10, 20, 40, 80, 160 and 300 seconds: what ten minutes have room for


class Killed(BaseException):
    """The process ends at once, whatever it was at."""


class Mortal(TelegramNotify):
    """A way to people on which the bot is mostly killed, before or after the message is there."""

    chance = random.Random(1)

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        fate = self.chance.random()
        if fate < 0.35:
            raise Killed
        number = await super().__call__(telling, plain=plain)
        if fate < 0.7:
            raise Killed
        return number


async def lives(store: SqliteStore, bot: Bot, time: HeldTime, *, until: datetime) -> int:
    """Deliver until then, starting anew whenever the bot is killed; return how often it was."""
    kills = 0
    while time.datetime() < until:
        store.recover(time.datetime() + GRACE)
        pace = Pace(clock=time, sleep=time.sleep)
        way = Way(Delivery(store, call, Mortal(bot), pace=pace, clock=time, grace=GRACE), time)
        try:
            await way.go(until - time.datetime())
        except Killed:
            kills += 1
            time.now += 2
        else:
            break
    return kills


async def test_a_burst_with_kills_in_between_is_told_in_growing_windows_and_each_match_once() -> None:
    time = HeldTime()
    store = a_store((str(CHANNEL), ChatKind.CHANNEL), quotes=2)
    kills = 0
    async with FakeBotApi(token=TOKEN, clock=time.datetime, limits=True) as api, botapi.a_bot(api) as bot:
        api.add_chat(id=CHANNEL, type="channel", bot_is_admin=True)
        for _ in range(60):
            found(store, 5, at=time.datetime())
            kills += await lives(store, bot, time, until=time.datetime() + timedelta(seconds=10))
            time.now += 0.001
        kills += await lives(store, bot, time, until=time.datetime() + timedelta(hours=1))

        copies = Counter(lead_of(message.text) for message in api.sent(CHANNEL))
        assert kills >= 5
        assert set(copies.values()) == {1}
        assert len(copies) <= WINDOWS + 2
        audit = store.audit_alerts(time.datetime())
        assert (audit.told, audit.messages, audit.differences) == (300, len(copies), ())
        assert all(one.answer is None or one.answer["ok"] or one.answer["error_code"] == 400 for one in api.calls)
