"""What becomes of a database in which one byte is wrong: `python -m benchmarks.damage [--bytes 1000]`.

One byte of a filled database is flipped at random offsets, one at a time (seeded). Told apart: refused at the start,
found by `quote-monitor doctor`, of no consequence (nothing that can be read changed), and unseen: some content reads
otherwise and nothing says so. SQLite keeps no checksums of its pages, so the last is not none; what was received for a
match is under the chain of evidence, and a backup has its SHA-256.
"""

import argparse
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

from monitor.care.doctor import examine
from monitor.core.errors import StoreError
from monitor.store import open_store
from tests.builders import NOON, QUOTE
from tests.care.filling import fill

POSTS = 400


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--bytes", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    chance = random.Random(given.seed)
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        whole, hurt = Path(folder, "whole.db"), Path(folder, "hurt.db")
        fill(whole, *(f"{QUOTE} {number} {chance.random()}" if number % 4 else f"{number} {chance.random()}" * 9
                      for number in range(POSTS)))  # fmt: skip
        content = whole.read_bytes()
        expected = dump(whole)
        for _ in range(given.bytes):
            offset = chance.randrange(len(content))
            for beside in hurt.parent.glob("hurt.db*"):
                beside.unlink()
            shutil.copyfile(whole, hurt)
            with hurt.open("r+b") as file:
                file.seek(offset)
                file.write(bytes([content[offset] ^ chance.randrange(1, 256)]))
            outcomes[outcome(hurt, expected)] += 1
    print(f"{given.bytes} flipped bytes in a database of {len(content)} bytes ({POSTS} posts), seed {given.seed}")
    for name, count in outcomes.most_common():
        print(f"{count:6}  {name}")


def outcome(path: Path, expected: list[str]) -> str:
    try:
        with open_store(path, now=lambda: NOON) as store:
            signs = examine(store, path, now=NOON)
    except StoreError:
        return "refused at the start"
    if not all(sign.is_well for sign in signs):
        return "found by the doctor"
    return "of no consequence" if dump(path) == expected else "unseen: content reads otherwise"


def dump(path: Path) -> list[str]:
    try:
        return _dumped(path)
    except UnicodeDecodeError:  # the name of a column
        return []


def _dumped(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        names = [name.decode() for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [f"{name} {row!r}" for name in names if "_fts" not in name
                for row in connection.execute(f'SELECT * FROM "{name}" NOT INDEXED')]  # fmt: skip


if __name__ == "__main__":
    main()
