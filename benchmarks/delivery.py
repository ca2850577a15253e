"""How alerts arrive when much goes wrong, and when much happens at once: the real bot against the fake Bot API.

    python -m benchmarks.delivery --chaos --quick
    python -m benchmarks.delivery --chaos
    python -m benchmarks.delivery --usual
    python -m benchmarks.delivery --burst

`--chaos` kills the bot (`kill -9`) at random moments while matches are recorded and told, and while Telegram, in a
process of its own, loses answers, applies calls late, answers 502 before or after it did what was asked, resets
connections and has storms of 429; others post in the same channels. Most quotes are quiet, one comes in bursts. Time
runs 20 times as fast for both, so that the default run of 520 kills takes ten minutes. In the end everything that
stands in the chats is counted. `--usual` plays a fifth of it with an outbox that sends again whatever is in doubt, as
most bots do.

`--burst` records 10,000 matches of one quote in 60 seconds, beside 12 of quotes that are quiet, for one channel, in
real time and under Telegram's flood limits.
"""

import argparse
import logging
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import structlog

from benchmarks import delivery_burst
from benchmarks.delivery_chaos import Chaos, Outcome, at_least_once, play

FULL = Chaos(kills=520, seconds=560, matches=520, bursts=8)
QUICK = Chaos(kills=20, seconds=25, matches=50, bursts=1, chats=8, quotes=30)
GROUPED = 10  # alerts of a burst that are told in one message, at least: the mean


def main() -> None:
    """Measure, and print."""
    chosen = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        if chosen.burst:
            print(delivery_burst.report(delivery_burst.play(Path(folder))))
        chaos = replace(QUICK if chosen.quick else FULL, seed=chosen.seed)
        if chosen.chaos:
            _judge(_played(chaos, Path(folder) / "ours"))
        if chosen.usual:
            kills, matches, bursts = chaos.kills // 5, chaos.matches // 5, max(chaos.bursts // 5, 1)
            shorter = replace(chaos, kills=kills, seconds=chaos.seconds / 5, matches=matches, bursts=bursts)
            print(_table(_played(at_least_once(shorter), Path(folder) / "usual")))


def _judge(told: Outcome) -> None:
    print(_table(told))
    if told.lost or told.extra > told.alerts / 1000 or told.audit.differences:
        sys.exit("The promise was not kept.")
    if told.viral < GROUPED * told.viral_messages:
        sys.exit("Bursts were not told together.")


def _played(chaos: Chaos, folder: Path) -> Outcome:
    folder.mkdir()
    return play(chaos, folder)


def _table(told: Outcome) -> str:
    failed = sum(told.faults.values())
    rows = {
        "alerts": f"{told.alerts:,}",
        "messages": f"{told.messages:,}",
        "alerts of bursts": f"{told.viral:,} in {told.viral_messages:,} messages",
        "kill -9": f"{told.kills:,}",
        "calls of the Bot API": f"{told.calls:,}",
        "  of them failed": f"{failed:,} ({failed / told.calls:.1%})",
        "  of them looks for a message": f"{told.looks:,}",
        "alerts lost": f"{told.lost:,}",
        "surplus copies": f"{told.extra:,}",
        "messages with another's buttons": f"{told.spoiled:,}",
        "calls before retry_after": f"{told.early:,}",
        "429 by the flood limits": f"{told.avoidable_429:,}",
        "differences in the books": f"{sum(found.count for found in told.audit.differences):,}",
        "seconds": f"{told.seconds:,.0f}",
        "what failed": ", ".join(f"{name} {count}" for name, count in sorted(told.faults.items())),
    }
    return "\n".join(f"{name:34}{value}" for name, value in rows.items())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chaos", action="store_true", help="kill the bot while Telegram has a bad day")
    parser.add_argument("--burst", action="store_true", help="10,000 matches in a minute")
    parser.add_argument("--quick", action="store_true", help="the chaos in half a minute")
    parser.add_argument("--usual", action="store_true", help="a fifth of the chaos, with an outbox of the usual sort")
    parser.add_argument("--seed", type=int, default=1, help="of what goes wrong when (default: 1)")
    parser.add_argument("--folder", help="where the databases are made, for as long as it runs")
    chosen = parser.parse_args()
    if not (chosen.chaos or chosen.burst or chosen.usual):
        parser.error("choose --chaos, --usual or --burst")
    return chosen


if __name__ == "__main__":
    main()
