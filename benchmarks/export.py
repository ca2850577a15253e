"""How fast, and in how much memory, a long history is exported, beside the sqlite3 shell on the same view.

    python -m benchmarks.export FILE      (a database made by `python -m benchmarks.history FILE`)

Each form is written by a process of its own, to /dev/null or a file beside the database; its peak memory is the
kernel's figure (ru_maxrss).
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROWS = "SELECT count(*) FROM match_history"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--forms", default="csv,jsonl,parquet")
    given = parser.parse_args()
    rows = int(subprocess.run(["sqlite3", given.file, ROWS], capture_output=True, text=True, check=True).stdout)
    print(f"{rows:,} rows")
    for form in given.forms.split(","):
        target = given.file.with_suffix(f".{form}")
        command = [sys.executable, "-m", "monitor", "-d", str(given.file), "export", "--form", form, "-o", str(target)]
        told(f"quote-monitor export, {form}", command, rows)
        print(f"    {target.stat().st_size / 1e6:,.0f} MB")
        target.unlink()
    for name, command in (
        ("sqlite3 -csv", ["sqlite3", "-csv", "-header", str(given.file), "SELECT * FROM match_history"]),
        ("sqlite-utils rows --csv", ["sqlite-utils", "rows", str(given.file), "match_history", "--csv"]),
    ):
        if shutil.which(command[0], path=f"{Path(sys.executable).parent}:{os.environ['PATH']}"):
            told(name, command, rows)


def told(name: str, command: list[str], rows: int) -> None:
    """Run a command and print its rows a second and its peak memory."""
    begun = time.monotonic()
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    took = time.monotonic() - begun
    failed = "" if status == 0 else f" (FAILED: {status})"
    print(f"{name}: {rows / took:,.0f} rows/s, {took:.1f} s, peak {used.ru_maxrss / 1024:,.0f} MiB{failed}", flush=True)


if __name__ == "__main__":
    main()
