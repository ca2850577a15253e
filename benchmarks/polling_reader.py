"""The package `reader` (lemon24/reader) for `benchmarks.polling`, run by a Python that has it; prints what it cost.

It fetches, parses and stores the same feeds from the same server, with as many workers as the monitor has requests
under way; it matches nothing. It has no schedule of its own: each interval one update of everything is begun, so a
feed is as late as its place in that update.
"""

import argparse
import importlib.metadata
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.polling_figures import resident_bytes, share
from benchmarks.polling_server import address

WORKERS = 16


def main() -> None:
    """Measure as asked, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--feeds", type=int, required=True)
    parser.add_argument("--interval", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--database", required=True)
    chosen = parser.parse_args()

    from reader import make_reader

    reader = make_reader(chosen.database)
    for feed in range(chosen.feeds):
        reader.add_feed(address(feed, chosen.port))
    first = _costs(reader, rounds=1, interval=0)
    steady = _costs(reader, rounds=max(1, round(chosen.seconds / chosen.interval)), interval=chosen.interval)
    print(json.dumps({"version": importlib.metadata.version("reader"), "first": first, "steady": steady}))


def _costs(reader: object, *, rounds: int, interval: float) -> dict[str, object]:
    began, before = time.monotonic(), time.process_time()
    lateness: list[float] = []
    resident = failed = 0
    for number in range(rounds):
        due = began + number * interval
        time.sleep(max(0.0, due - time.monotonic()))
        for result in reader.update_feeds_iter(scheduled=False, workers=WORKERS):  # type: ignore[attr-defined]
            lateness.append(time.monotonic() - due)
            failed += isinstance(result.value, Exception)
            if len(lateness) % 100 == 0:
                resident = max(resident, resident_bytes(os.getpid()))
    used = time.process_time() - before
    seconds = max(rounds * interval, time.monotonic() - began)
    return {
        "seconds": seconds,
        "polls": {"all": len(lateness), "failed": failed},
        "polls_a_second": len(lateness) / seconds,
        "processor_share": used / seconds,
        "milliseconds_a_poll": 1000 * used / max(1, len(lateness)),
        "resident_mb": resident / 1e6,
        "late_p50": share(lateness, 0.5),
        "late_p99": share(lateness, 0.99),
        "late_most": max(lateness, default=0.0),
    }


if __name__ == "__main__":
    main()
