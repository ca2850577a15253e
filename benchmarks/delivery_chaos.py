"""Kills the bot again and again while Telegram has a bad day, and counts what everybody has read in the end."""

import json
import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import delivery_bot, delivery_server
from benchmarks.delivery_bot import Batch, Plan
from benchmarks.delivery_server import Trouble
from benchmarks.delivery_time import FastTime
from monitor.core.ledger import Reconciliation
from monitor.core.model import AlertState
from monitor.store import open_store

ROWS = """
SELECT alerts.state, coalesce(alerts.told_in, alerts.id) AS lead, chats.address, matches.quote_id
FROM alerts JOIN chats ON chats.id = alerts.chat_id JOIN matches ON matches.id = alerts.match_id
"""
VIRAL = 1  # the quote of which bursts are made
BURST = 10  # batches that a burst goes on
_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chaos:
    """A run: `kills` of the bot, at random moments, while matches are recorded and told to `chats`.

    `matches` of quiet quotes come evenly; in each of the `bursts`, `burst_of` of a viral quote come beside them.
    """

    kills: int
    seconds: float  # real, that recording and killing last
    matches: int
    bursts: int
    burst_of: int = 100
    chats: int = 20
    quotes: int = 60
    times: float = 20.0  # as fast as real time
    grace: timedelta = timedelta(seconds=60)
    trouble: Trouble = delivery_server.BAD_DAY
    is_sure: bool = True
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to."""

    alerts: int
    messages: int
    viral: int  # of the alerts, those of the viral quote
    viral_messages: int  # the messages they are told in
    kills: int
    lost: int  # alerts that ought to be in a chat, and are in none of its messages
    extra: int  # messages that are there once more than they should
    spoiled: int  # messages with the buttons of another
    early: int  # calls before a `retry_after` had passed
    avoidable_429: int
    looks: int
    calls: int
    seconds: float
    audit: Reconciliation
    faults: Mapping[str, int] = field(default_factory=dict)


def chats_of(count: int) -> dict[int, str]:
    """Return chats of every kind: half of them private, the others channels, supergroups and groups."""
    kinds = ("channel", "supergroup", "group")
    numbers = [-1_000_000 - number if number % 3 < 2 else -500 - number for number in range(count // 2)]
    others = {chat_id: kinds[number % 3] for number, chat_id in enumerate(numbers)}
    return {5001 + number: "private" for number in range(count - len(others))} | others


def play(chaos: Chaos, folder: Path) -> Outcome:
    """Run, in a folder of its own. Call it while the process has one thread only: it forks."""
    chats = chats_of(chaos.chats)
    database, transcript = folder / "bot.db", folder / "transcript.json"
    delivery_bot.prepare(database, chats, 1 + chaos.quotes)
    started = time.time()
    fast = FastTime(started=started, times=chaos.times)
    with telegram(chats, chaos, fast, transcript) as port:
        plan = Plan(
            database=database,
            port=port,
            time=fast,
            batches=batches(chaos),
            every=chaos.seconds * chaos.times / chaos.matches,
            grace=chaos.grace,
            is_sure=chaos.is_sure,
        )
        _kill_again_and_again(plan, chaos)
        last = _bot(plan, until_done=True)
        last.join(600)
        if last.is_alive() or last.exitcode:
            last.kill()
            raise RuntimeError(f"the last bot did not come to an end: {last.exitcode}")
    told = json.loads(transcript.read_text(encoding="utf-8"))
    return _outcome(chaos, chats, database, told, time.time() - started)


def batches(chaos: Chaos) -> list[Batch]:
    """Return what is recorded: each batch one match of a quiet quote, and in a burst several of the viral one."""
    made: list[Batch] = []
    number = 0
    for place in range(chaos.matches):
        is_burst = chaos.bursts and place % (chaos.matches // chaos.bursts) < BURST
        found = [place % chaos.quotes + VIRAL + 1, *[VIRAL] * (chaos.burst_of // BURST if is_burst else 0)]
        made.append(list(enumerate(found, start=number)))
        number += len(found)
    return made


def _kill_again_and_again(plan: Plan, chaos: Chaos) -> None:
    chance = random.Random(chaos.seed)
    mean = chaos.seconds / chaos.kills
    for _ in range(chaos.kills):
        bot = _bot(plan, until_done=False)
        time.sleep(min(chance.expovariate(1 / mean), 5 * mean))
        if bot.pid is None or not bot.is_alive():
            raise RuntimeError(f"the bot ended by itself: {bot.exitcode}")
        os.kill(bot.pid, signal.SIGKILL)
        bot.join()


def _bot(plan: Plan, *, until_done: bool) -> Any:
    process = _fork.Process(target=delivery_bot.run, args=(plan,), kwargs={"until_done": until_done})
    process.start()
    return process


@contextmanager
def telegram(chats: dict[int, str], chaos: Chaos, fast: FastTime, transcript: Path) -> Iterator[int]:
    """Yield the port of a Telegram that writes its transcript when the block ends."""
    ours, theirs = _fork.Pipe()
    server = _fork.Process(
        target=delivery_server.serve, args=(theirs, chats, chaos.trouble, fast, chaos.seed, transcript)
    )
    server.start()
    try:
        yield ours.recv()
    finally:
        server.terminate()
        server.join(60)


def _outcome(chaos: Chaos, chats: dict[int, str], database: Path, told: Mapping[str, Any], seconds: float) -> Outcome:
    with open_store(database) as store:
        audit = store.audit_alerts(delivery_bot.BEGINNING + timedelta(days=365))
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(ROWS).fetchall()
    lost = sum(map(len, batches(chaos))) * len(chats) - len(rows)
    for row in rows:
        is_told = row["state"] in (AlertState.SENT, AlertState.DIGESTED)
        lost += not (is_told and told["copies"][row["address"]].get(str(row["lead"])))
    viral = [(row["address"], row["lead"]) for row in rows if row["quote_id"] == VIRAL]
    copies = [len(numbers) for here in told["copies"].values() for numbers in here.values()]
    return Outcome(
        alerts=len(rows),
        messages=sum(copies),
        viral=len(viral),
        viral_messages=len(set(viral)),
        kills=chaos.kills,
        lost=lost,
        extra=sum(count - 1 for count in copies),
        spoiled=len(told["spoiled"]),
        early=told["early"],
        avoidable_429=told["avoidable_429"],
        looks=told["methods"].get("editMessageReplyMarkup", 0),
        calls=told["calls"],
        seconds=seconds,
        audit=audit,
        faults=told["faults"],
    )


def at_least_once(chaos: Chaos) -> Chaos:
    """Return the same run with an outbox of the usual sort."""
    return replace(chaos, is_sure=False)
