"""What the seals cost: `python -m benchmarks.seals [--posts 2000] [--rounds 5] [--file FILE]`.

Recording polls of ten posts with a match and an alert each, with the seals and without them in turn: processor time,
the ratio of the best rounds. Opening a database, without the look through it. With `--file`, a database of any version:
how long SQLite's `quick_check`, its `integrity_check` and a look at every row for the seals take. It is only read.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from monitor.core.model import ChatKind, WantedQuote, WantedSource
from monitor.store import SqliteStore, open_store, seals
from monitor.store.database import Database
from tests.builders import NOON, QUOTE, a_finding, a_match, a_page, a_poll, a_post, a_source

A_POLL = 10  # posts


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--posts", type=int, default=2000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--file", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = (Path(folder, f"{number}.db") for number in range(2 * given.rounds + 1))
        pairs = [(recorded(next(paths), given.posts, True), recorded(next(paths), given.posts, False))
                 for _ in range(given.rounds)]  # fmt: skip
        sealed, plain = (min(times) / given.posts * 1e6 for times in zip(*pairs, strict=True))
        print(f"recording a post: {sealed:.0f} µs with seals, {plain:.0f} µs without, ratio {sealed / plain:.2f}")
        path = next(paths)
        prepared(path).close()
        opened = min(timed(lambda: open_store(path, check=False).close()) for _ in range(20))
        first = min(timed(lambda: first_write(path)) for _ in range(20))
        print(f"opening: {opened * 1e3:.1f} ms, and writing for the first time: {first * 1e3:.1f} ms")
    if given.file:
        look_through(given.file)


def prepared(path: Path) -> SqliteStore:
    source = a_source()
    store = open_store(path)
    store.seed_sources([WantedSource(kind=source.kind, address=source.address, name=source.name)], NOON)
    store.track(WantedQuote(text=QUOTE), by="ann", at=NOON)
    store.subscribe("@news", ChatKind.CHANNEL, None, by="ann", at=NOON)
    return store


def recorded(path: Path, posts: int, is_sealed: bool) -> float:
    """Return how long recording keeps a processor busy, in seconds."""
    unsealed = patch.object(Database, "_seal", lambda _: None)
    if not is_sealed:
        unsealed.start()
    try:
        with prepared(path) as store:
            words = "and then somebody else said something about it again "
            texts = [f"{QUOTE} {number} {words * 5}" for number in range(A_POLL)]
            polls = [[a_post(text) for text in texts] for _ in range(posts // A_POLL)]
            return timed(lambda: [record(store, those) for those in polls], clock=time.process_time)
    finally:
        patch.stopall()


def record(store: SqliteStore, posts: list) -> None:
    arrivals = store.unseen(a_source(), posts)
    findings = [a_finding(a_match(arrival.post)) for arrival in arrivals]
    store.record(a_poll(page=a_page(b"x" * 3000)), arrivals, findings)


def first_write(path: Path) -> None:
    with open_store(path, check=False) as store:
        store.prune_polls(NOON)


def look_through(path: Path) -> None:
    sums: seals.Sums = {}
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        looks = {
            "quick_check": lambda: connection.execute("PRAGMA quick_check(1)").fetchall(),
            "seals": lambda: sums.update(seals._sums(connection)),  # noqa: SLF001  # what `broken` reads
            "integrity_check": lambda: connection.execute("PRAGMA integrity_check(1)").fetchall(),
        }
        busy = {name: timed(look, clock=time.process_time) for name, look in looks.items()}
    rows = sum(count for count, _ in sums.values())
    print(f"{path.name}, {path.stat().st_size / 1e6:,.0f} MB, {rows:,} rows, seconds of a processor: ", end="")
    print(", ".join(f"{name} {seconds:.1f}" for name, seconds in busy.items()))


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    begun = clock()
    work()
    return clock() - begun


if __name__ == "__main__":
    main()
