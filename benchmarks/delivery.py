"""How alerts arrive when much goes wrong, and when much happens at once: the real bot against the fake Bot API.

    python -m benchmarks.delivery --chaos --quick
    python -m benchmarks.delivery --chaos
    python -m benchmarks.delivery --burst

`--chaos` kills the bot (`kill -9`) at random moments while matches are recorded and told, and while Telegram, in a
process of its own, loses answers, applies calls late, answers 502 before or after it did what was asked, resets
connections and has storms of 429; others post in the same channels. Time runs 20 times as fast for both, so that the
default run of 520 kills takes ten minutes. In the end everything that stands in the chats is counted. `--usual` plays a
fifth of it once more with an outbox that sends again whatever is in doubt, as most bots do.

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

FULL = Chaos(kills=520, seconds=560, matches=520, chats=20)
QUICK = Chaos(kills=20, seconds=25, matches=50, chats=8, quotes=30)


def main() -> None:
    """Measure, and print."""
    chosen = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        if chosen.burst:
            print(delivery_burst.report(delivery_burst.play(Path(folder))))
        if chosen.chaos:
            _chaos(replace(QUICK if chosen.quick else FULL, seed=chosen.seed), Path(folder), usual=chosen.usual)


def _chaos(chaos: Chaos, folder: Path, *, usual: bool) -> None:
    outcomes = {"this outbox": _played(chaos, folder / "ours")}
    if usual:
        shorter = replace(chaos, kills=chaos.kills // 5, seconds=chaos.seconds / 5, matches=chaos.matches // 5)
        outcomes["sends again"] = _played(at_least_once(shorter), folder / "usual")
    print(_table(outcomes))
    ours = outcomes["this outbox"]
    if ours.lost or ours.extra > ours.alerts / 1000 or ours.audit.differences:
        sys.exit("The promise was not kept.")


def _played(chaos: Chaos, folder: Path) -> Outcome:
    folder.mkdir()
    return play(chaos, folder)


def _table(outcomes: dict[str, Outcome]) -> str:
    rows = {
        "alerts": lambda one: f"{one.alerts:,}",
        "messages": lambda one: f"{one.messages:,}",
        "kill -9": lambda one: f"{one.kills:,}",
        "calls of the Bot API": lambda one: f"{one.calls:,}",
        "  of them failed": lambda one: f"{sum(one.faults.values()):,} ({sum(one.faults.values()) / one.calls:.1%})",
        "  of them looks for a message": lambda one: f"{one.looks:,}",
        "alerts lost": lambda one: f"{one.lost:,}",
        "surplus copies": lambda one: f"{one.extra:,}",
        "messages with another's buttons": lambda one: f"{one.spoiled:,}",
        "calls before retry_after": lambda one: f"{one.early:,}",
        "429 by the flood limits": lambda one: f"{one.avoidable_429:,}",
        "differences in the books": lambda one: f"{sum(found.count for found in one.audit.differences):,}",
        "seconds": lambda one: f"{one.seconds:,.0f}",
    }
    lines = [f"{'':34}" + "".join(f"{name:>16}" for name in outcomes)]
    lines += [f"{name:34}" + "".join(f"{show(one):>16}" for one in outcomes.values()) for name, show in rows.items()]
    failed = {name: count for one in outcomes.values() for name, count in one.faults.items()}
    return "\n".join([*lines, f"what failed: {', '.join(f'{name} {count}' for name, count in sorted(failed.items()))}"])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chaos", action="store_true", help="kill the bot while Telegram has a bad day")
    parser.add_argument("--burst", action="store_true", help="10,000 matches in a minute")
    parser.add_argument("--quick", action="store_true", help="the chaos in half a minute")
    parser.add_argument("--usual", action="store_true", help="the chaos with an outbox of the usual sort, too")
    parser.add_argument("--seed", type=int, default=1, help="of what goes wrong when (default: 1)")
    parser.add_argument("--folder", help="where the databases are made, for as long as it runs")
    chosen = parser.parse_args()
    if not (chosen.chaos or chosen.burst):
        parser.error("choose --chaos or --burst")
    return chosen


if __name__ == "__main__":
    main()
