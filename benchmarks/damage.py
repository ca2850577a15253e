"""What becomes of a database with a wrong byte: `python -m benchmarks.damage [--bytes 1000] [--seed 1] [--log]`.

One byte of a filled database is flipped at random offsets, one at a time (seeded). Told apart: refused at the start,
found by `quote-monitor doctor`, of no consequence (nothing that can be read changed), and unseen: some content reads
otherwise and nothing says so. Content is all tables with the types of their values; of the search indexes, which are
made from it, the doctor knows.

With `--log` it is a byte of the log (-wal) that an unclean end left beside the database. Its frames have checksums, and
SQLite goes on from the last transaction before the damage, as after a power cut (sqlite.org/wal.html): the database
then reads as it did at that time, which is told apart. Nobody can tell damage of the last transaction from a power cut.
"""

import argparse
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from monitor.care.doctor import examine
from monitor.core.errors import StoreError
from monitor.core.model import WantedQuote
from monitor.store import open_store
from tests.builders import NOON, QUOTE
from tests.care.filling import fill

POSTS = 400
CHANGES = 30  # transactions in the log

Content = tuple[str, ...]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--bytes", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--log", action="store_true")
    given = arguments.parse_args()
    chance = random.Random(given.seed)
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        whole, hurt = Path(folder, "whole.db"), Path(folder, "hurt.db")
        fill(whole, *(f"{QUOTE} {number} {chance.random()}" if number % 4 else f"{number} {chance.random()}" * 9
                      for number in range(POSTS)))  # fmt: skip
        earlier = left_open(whole, Path(folder)) if given.log else []
        suffix = "-wal" if given.log else ""
        content = Path(f"{whole}{suffix}").read_bytes()
        expected = dump(copied(whole, hurt))
        for _ in range(given.bytes):
            offset = chance.randrange(len(content))
            with Path(f"{copied(whole, hurt)}{suffix}").open("r+b") as file:
                file.seek(offset)
                file.write(bytes([content[offset] ^ chance.randrange(1, 256)]))
            outcomes[outcome(hurt, expected, earlier)] += 1
    where = f"a log of {CHANGES} transactions" if given.log else f"a database of {POSTS} posts"
    print(f"{given.bytes} flipped bytes in {where}, {len(content)} bytes, seed {given.seed}")
    for name, count in outcomes.most_common():
        print(f"{count:6}  {name}")


def left_open(whole: Path, folder: Path) -> list[Content]:
    """Write what stays in the log, as an unclean end leaves it, and return how the database read before each change."""
    used, moments = folder / "used.db", []
    shutil.copyfile(whole, used)
    with open_store(used, now=lambda: NOON) as store:
        for number in range(CHANGES):
            moments.append(dump(used))
            store.track(WantedQuote(text=f"A quote that came late {number}"), by="ann", at=NOON)
        copied(used, whole)
    return moments


def copied(source: Path, target: Path) -> Path:
    """Copy a database with its log, in the place of another."""
    for beside in target.parent.glob(f"{target.name}*"):
        beside.unlink()
    for suffix in ("", "-wal"):
        if Path(f"{source}{suffix}").exists():
            shutil.copyfile(f"{source}{suffix}", f"{target}{suffix}")
    return target


def outcome(path: Path, expected: Content, earlier: Sequence[Content]) -> str:
    try:
        with open_store(path, now=lambda: NOON) as store:
            signs = examine(store, path, now=NOON)
    except StoreError:
        return "refused at the start"
    if not all(sign.is_well for sign in signs):
        return f"found by the doctor: {', '.join(sign.subject for sign in signs if not sign.is_well)}"
    found = dump(path)
    if found in earlier:
        return f"an earlier state, as after a power cut: {CHANGES - earlier.index(found)} transactions less"
    return "of no consequence" if found == expected else "unseen: content reads otherwise"


def dump(path: Path) -> Content:
    try:
        return tuple(_dumped(path))
    except UnicodeDecodeError:  # the name of a column
        return ()


def _dumped(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        names = [name.decode() for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        told = []
        for name in names:
            if "_fts" not in name:
                columns = [row[1].decode() for row in connection.execute(f'PRAGMA table_info("{name}")')]
                types = ", ".join(f'typeof("{column}")' for column in columns)
                told += [f"{name} {row!r}" for row in connection.execute(f'SELECT *, {types} FROM "{name}"')]
        return told


if __name__ == "__main__":
    main()
