"""What it costs to poll thousands of feeds: the whole monitor against a local server, and `reader` beside it.

    python -m benchmarks.polling --quick
    python -m benchmarks.polling --reader-python /path/to/venv/bin/python
    python -m benchmarks.polling --feeds 10000 --interval 300 --minutes 10

By default 10,000 feeds are polled every 300 s; `--quick` polls 1,000 every 30 s, which is the same 33 polls a second.
Nothing is speeded up: a run takes as long as it says, after every feed was read once. Feeds are on 127.0.0.0/8, two to
a host, over HTTP without TLS and without name servers, both of which real polls pay for. 2 % of them have a new entry
in each interval, of pages of 40; the others answer 304. Processor time is that of the processes, so neighbours on the
machine hardly change it; lateness and stalls are by the clock, and they do. So the longest stall is given twice: by the
clock, and how much of one the monitor's own threads were at work. Linux only.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SHARE, ENTRIES = 0.02, 40

ROWS = {
    "polls": "polls",
    "polls_a_second": "polls a second",
    "milliseconds_a_poll": "processor time a poll, ms",
    "processor_share": "share of one core",
    "processor_share_parser": "  of it the parser's process",
    "resident_mb": "resident memory, MB",
    "resident_mb_parser": "  and the parser's process, MB",
    "late_p50": "late, half of polls less than, s",
    "late_p99": "late, 99 % of polls less than, s",
    "late_most": "late, most, s",
    "done_p50": "answered after due, half within, s",
    "done_p99": "answered after due, 99 % within, s",
    "stall_p99_ms": "event loop stalls, 99 % less than, ms",
    "stall_most_ms": "event loop stalls, most, ms",
    "busy_most_ms": "  of processor time of its own, most, ms",
}


def main() -> None:
    """Measure, and print."""
    chosen = _arguments()
    feeds, interval = (1_000, 30.0) if chosen.quick else (chosen.feeds, chosen.interval)
    seconds = 60 * chosen.minutes if chosen.minutes else 2 * interval
    print(f"{feeds:,} feeds every {interval:g} s for {seconds:g} s; {SHARE:.0%} change in an interval.\n", flush=True)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder, _server(interval) as port:
        given = ["--port", port, "--feeds", str(feeds), "--interval", str(interval), "--seconds", str(seconds)]
        ours = _run(
            [sys.executable, "-m", "benchmarks.polling_monitor", *given, *_profile(chosen)], Path(folder) / "monitor.db"
        )
        print(_table("monitor", ours), flush=True)
        if chosen.reader_python:
            script = str(Path(__file__).with_name("polling_reader.py"))
            peer = _run([str(chosen.reader_python), script, *given], Path(folder) / "reader.db")
            print(_table(f"reader {peer['version']}", peer))
        else:
            print("reader: not measured; --reader-python names a Python that has it.")


@contextmanager
def _server(interval: float) -> Iterator[str]:
    """Serve the feeds while inside; yields the port."""
    given = ["--interval", str(interval), "--share", str(SHARE), "--entries", str(ENTRIES)]
    command = [sys.executable, "-m", "benchmarks.polling_server", *given]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def _run(command: list[str], database: Path) -> dict[str, Any]:
    done = subprocess.run([*command, "--database", str(database)], stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _profile(chosen: argparse.Namespace) -> list[str]:
    return ["--profile", str(chosen.profile)] if chosen.profile else []


def _table(name: str, figures: Mapping[str, Any]) -> str:
    """Return the figures of a system: of the first look at every feed, and of the polls after it."""
    first, steady = figures["first"], figures["steady"]
    lines = [f"{name:<40}{'first look':>16}{'polls after':>16}"]
    lines += [
        f"{title:<40}{_said(first, key):>16}{_said(steady, key):>16}" for key, title in ROWS.items() if key in steady
    ]
    lines.append(f"outcomes after: {', '.join(f'{outcome} {count:,}' for outcome, count in steady['polls'].items())}")
    return "\n".join(lines) + "\n"


def _said(figures: Mapping[str, Any], key: str) -> str:
    value = figures[key]
    if key == "polls":
        return f"{sum(count for outcome, count in value.items() if outcome != 'failed' or 'all' not in value):,}"
    return f"{value:.1%}" if key.startswith("processor_share") else f"{value:,.2f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.polling", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--interval", type=float, default=300.0, metavar="SECONDS")
    parser.add_argument("--minutes", type=float, help="measured after the first look (default: two intervals)")
    parser.add_argument("--quick", action="store_true", help="1,000 feeds every 30 s")
    parser.add_argument("--reader-python", type=Path, metavar="PATH", help="a Python that has `reader`")
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help="for the databases: on the disk to be measured")
    parser.add_argument("--profile", type=Path, metavar="FILE", help="write what the event loop did there, for pstats")
    return parser.parse_args()


if __name__ == "__main__":
    main()
