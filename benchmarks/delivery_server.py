"""Telegram in a process of its own: the fake Bot API with limits and faults, and at the end what everybody has read."""

import asyncio
import json
import random
import signal
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.delivery_time import FastTime
from monitor.bot.notify import lead_of
from tests.fakes.botapi import (
    DropBefore,
    FakeBotApi,
    LateApply,
    ResetAfter,
    ServerError,
    ServerErrorAfter,
    TooManyRequests,
)

TOKEN = "123456:" + "A" * 35
METHODS = ("sendMessage", "editMessageReplyMarkup", "editMessageText", "deleteMessage")
STORM_EVERY, STORM_LASTS = 300.0, 8.0  # seconds: everything is 429 for a while
FOREIGN_EVERY = 20.0  # seconds between posts by others, each in a chat of many


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """How often something goes wrong, as shares of the calls."""

    lost: float = 0.0  # done, and the connection reset before the answer
    gateway: float = 0.0  # 502, nothing done
    gateway_after: float = 0.0  # 502, done
    dropped: float = 0.0  # reset, nothing done
    late: float = 0.0  # reset, and done later
    lateness: float = 20.0  # seconds: how much later
    refused: float = 0.0  # 429
    storms: bool = False
    foreign: bool = False

    def total(self) -> float:
        return self.lost + self.gateway + self.gateway_after + self.dropped + self.late + self.refused


NO_TROUBLE = Trouble()
BAD_DAY = Trouble(
    lost=0.03, gateway=0.02, gateway_after=0.01, dropped=0.005, late=0.005, refused=0.01, storms=True, foreign=True
)


def serve(
    ready: Connection, chats: dict[int, str], trouble: Trouble, time: FastTime, seed: int, transcript: Path
) -> None:
    """Be Telegram until terminated; then write down what is in the chats. Sends the port through `ready`."""
    asyncio.run(_serve(ready, chats, trouble, time, seed, transcript))


async def _serve(
    ready: Connection, chats: dict[int, str], trouble: Trouble, time: FastTime, seed: int, transcript: Path
) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with FakeBotApi(TOKEN, seed=seed, clock=time.now, limits=True) as api:
        for chat_id, kind in chats.items():
            if kind == "private":
                api.add_user(id=chat_id)
            else:
                api.add_chat(id=chat_id, type=kind, bot_is_admin=True, members={777: "creator"})
        _make_trouble(api, trouble)
        ready.send(int(api.url.rpartition(":")[2]))
        tasks = [asyncio.create_task(_foreign_posts(api, chats, time, seed))] if trouble.foreign else []
        tasks += [asyncio.create_task(_storms(api, time))] if trouble.storms else []
        await stop.wait()
        for task in tasks:
            task.cancel()
        told = json.dumps(_transcript(api, chats))
    transcript.write_text(told, encoding="utf-8")  # noqa: ASYNC240 - nothing else runs any more


def _make_trouble(api: FakeBotApi, trouble: Trouble) -> None:
    for method in METHODS:
        for fault, share in (
            (ResetAfter(), trouble.lost),
            (ServerError(502), trouble.gateway),
            (ServerErrorAfter(502), trouble.gateway_after),
            (DropBefore(), trouble.dropped),
            (LateApply(trouble.lateness), trouble.late),
            (TooManyRequests(3), trouble.refused),
        ):
            if share:
                api.faults.chance(method, fault, share)


async def _storms(api: FakeBotApi, time: FastTime) -> None:
    while True:
        await time.sleep(STORM_EVERY)
        end = time.seconds() + STORM_LASTS
        while time.seconds() < end:
            for chat in list(api.world.chats):
                api.faults.next("sendMessage", TooManyRequests(4), chat_id=str(chat))
            await time.sleep(STORM_LASTS / 2)


async def _foreign_posts(api: FakeBotApi, chats: dict[int, str], time: FastTime, seed: int) -> None:
    chance = random.Random(seed)
    shared = [chat_id for chat_id, kind in chats.items() if kind != "private"]
    while True:
        await time.sleep(FOREIGN_EVERY)
        for chat_id in shared:
            if chance.random() < 0.5:
                api.post_by_other(chat_id=chat_id, text="Good morning")


def _transcript(api: FakeBotApi, chats: dict[int, str]) -> dict[str, Any]:
    copies: dict[str, dict[str, list[int]]] = {}
    spoiled = []
    for chat_id in chats:
        here: dict[str, list[int]] = copies.setdefault(str(chat_id), {})
        for message in api.sent(chat_id):
            lead = str(lead_of(message.text))
            here.setdefault(lead, []).append(message.message_id)
            if not _has_its_own_buttons(message.reply_markup, lead):
                spoiled.append([chat_id, message.message_id, lead, str(message.reply_markup)])
    codes = Counter(str(call.answer and call.answer.get("error_code", 200)) for call in api.calls)
    faults = Counter(type(call.fault).__name__ for call in api.calls if call.fault)
    by_limits = sum(call.fault is None and (call.answer or {}).get("error_code") == 429 for call in api.calls)
    return {
        "copies": copies,
        "spoiled": spoiled,
        "calls": len(api.calls),
        "methods": Counter(call.method for call in api.calls),
        "codes": codes,
        "faults": faults,
        "avoidable_429": by_limits,
        "early": sum(call.early and call.method in METHODS for call in api.calls),
    }


def _has_its_own_buttons(markup: dict[str, Any] | None, lead: str) -> bool:
    """Tell whether the buttons under a message are about the alert it tells of."""
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    pressed = [button.get("callback_data", "").split() for button in buttons]
    return any(lead in words for words in pressed) and not any(words[:1] == ["again"] for words in pressed)
