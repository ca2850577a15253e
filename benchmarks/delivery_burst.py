"""A viral quote and a dozen quiet ones: 10,000 matches in a minute, told to one channel under Telegram's limits."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import delivery_bot, delivery_chaos
from benchmarks.delivery_bot import Plan
from benchmarks.delivery_server import NO_TROUBLE
from benchmarks.delivery_time import FastTime
from monitor.core.ledger import Reconciliation
from monitor.offload import StoreThread
from monitor.store import open_store

MATCHES, SECONDS, QUIET = 10_000, 60, 12
CHANNEL = {-1_000_000: "channel"}
WAITS = """
SELECT alerts.created_at, alerts.sent_at FROM alerts JOIN matches ON matches.id = alerts.match_id
WHERE matches.quote_id > 1 AND alerts.state = 'sent'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What a burst came to. Times are seconds from the recording of a match to Telegram's answer."""

    audit: Reconciliation
    messages: int  # in the channel
    avoidable_429: int
    quiet: list[float]  # of each match of a quiet quote
    recording: float  # the longest time a batch took to be recorded
    seconds: float


def play(folder: Path) -> Burst:
    """Record the burst and deliver it, in real time."""
    database, transcript = folder / "burst.db", folder / "transcript.json"
    delivery_bot.prepare(database, CHANNEL, 1 + QUIET)
    fast = FastTime(started=time.time(), times=1.0)
    chaos = replace(delivery_chaos.Chaos(kills=0, seconds=SECONDS, matches=MATCHES, bursts=0), trouble=NO_TROUBLE)
    with delivery_chaos.telegram(CHANNEL, chaos, fast, transcript) as port:
        plan = Plan(
            database=database,
            port=port,
            time=fast,
            batches=(),
            every=0.0,
            grace=timedelta(seconds=60),
        )
        recording = asyncio.run(_burst(plan))
    told = json.loads(transcript.read_text(encoding="utf-8"))
    return _outcome(database, told, recording, time.time() - fast.started)


async def _burst(plan: Plan) -> float:
    """Return the longest time a batch took to be recorded."""
    store = open_store(plan.database, now=plan.time.now)
    call = StoreThread()
    delivery = delivery_bot.delivery_of(plan, store, call)
    stop = asyncio.Event()
    running = asyncio.create_task(delivery.run(stop))
    longest, number = 0.0, 0
    begun = plan.time.seconds()
    for second in range(SECONDS):
        await plan.time.sleep(max(begun + second - plan.time.seconds(), 0.0))
        batch = [(number + place, 1) for place in range(MATCHES * (second + 1) // SECONDS - number)]
        number += len(batch)
        if second % 5 == 2:
            batch.append((MATCHES + second, 2 + second // 5))
        before = plan.time.seconds()
        await call(delivery_bot.record, store, batch, plan.time.now())
        longest = max(longest, plan.time.seconds() - before)
        delivery.wake()
    await delivery_bot.settled(store, call, plan.time)
    stop.set()
    await running
    call.close()
    store.close()
    return longest


def _outcome(database: Path, told: Mapping[str, Any], recording: float, seconds: float) -> Burst:
    with open_store(database) as store:
        audit = store.audit_alerts(delivery_bot.BEGINNING + timedelta(days=1))
    with closing(sqlite3.connect(database)) as connection:
        times = connection.execute(WAITS).fetchall()
    waits = [(datetime.fromisoformat(sent) - datetime.fromisoformat(made)).total_seconds() for made, sent in times]
    assert len(waits) == QUIET, waits
    copies = [len(numbers) for here in told["copies"].values() for numbers in here.values()]
    return Burst(
        audit=audit,
        messages=sum(copies),
        avoidable_429=told["avoidable_429"],
        quiet=sorted(waits),
        recording=recording,
        seconds=seconds,
    )


def report(burst: Burst) -> str:
    """Return what a burst came to, as text."""
    audit, half, most = burst.audit, burst.quiet[len(burst.quiet) // 2], burst.quiet[-1]
    return "\n".join(
        [
            f"{audit.matches:,} matches in {SECONDS} s, {QUIET} of them of quiet quotes",
            f"alerts told           {audit.told:,} of {sum(audit.alerts.values()):,}",
            f"messages              {burst.messages:,} ({audit.messages:,} in the books)",
            f"429 by the limits     {burst.avoidable_429:,}",
            f"quiet quotes          half within {half:.1f} s, all within {most:.1f} s",
            f"differences           {sum(found.count for found in audit.differences):,}",
            f"recording a second    {burst.recording:.2f} s at most",
            f"everything told after {burst.seconds:.0f} s",
        ]
    )
