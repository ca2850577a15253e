"""How fast the review pages are, beside a plain Datasette on the same file, while somebody writes.

    python -m benchmarks.history FILE
    python -m benchmarks.web FILE [--rounds 40] [--writes 50]

Both are served over loopback by processes of their own, started with the same Python. A writer commits `--writes`
transactions a second, each a post with a match; it takes its rows out again at the end. A page is asked for by one
client at a time, all pages in turn; the first answer of each page is told apart, since caches are empty then. Plain
Datasette shows the rows that come nearest to a page.
"""

import argparse
import contextlib
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

OURS = (
    ("overview", "/", "/history/matches?_sort_desc=id&_size=10"),
    ("matches", "/matches", "/history/matches?_sort_desc=id"),
    ("matches, one page on", "NEXT", None),
    ("matches of one quote", "/matches?quote=1", "/history/match_history?quote_id=1"),
    ("matches by kind and language", "/matches?kind=derived&lang=pt", "/history/match_history?kind=derived&lang=pt"),
    ("matches by source and tier", "/matches?source=400&tier=suggest", None),
    ("matches judged wrong", "/matches?verdict=wrong", None),
    ("matches of a month", "/matches?since=2026-03-01&until=2026-03-31&quote=7", None),
    ("search: a frequent word", "/matches?q=coward", "/history/posts?_search=coward"),
    ("search: a phrase", "/matches?q=%22never+sleep+again%22", "/history/posts?_search=%22never+sleep+again%22"),
    ("search: two words, one kind", "/matches?q=harbour+correspondent&kind=verbatim", None),
    ("search: in passages", "/matches?q=mountain&in=passage", "/history/matches?_search=mountain"),
    ("search: nothing", "/matches?q=xylophone", "/history/posts?_search=xylophone"),
    ("quotes", "/quotes", "/history/quotes?_size=60"),
    ("the most frequent quote", "/quote/1", "/history/match_history?quote_id=1&_facet=source"),
    ("the same, all of its time", "/quote/1?days=all", None),
    ("a rare quote", "/quote/900", "/history/match_history?quote_id=900&_facet=source"),
    ("a match", "/match/500000", "/history/match_history?id=500000"),
    ("coverage", "/coverage", "/history/polls?_sort_desc=id"),
    ("explore: the history", "/explore/match_history", "/history/match_history"),
    ("explore: a table", "/explore/matches", "/history/matches"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--writes", type=int, default=50, help="transactions a second")
    given = parser.parse_args()
    with served(given.file) as (ours, plain), writing(given.file, given.writes) as writer:
        rows = list(measured(ours, plain, given.rounds))
        committed = writer()
    print(f"{'page':34}{'first':>8}{'p50':>8}{'p95':>8}{'  plain p50':>12}{'p95':>8}   (ms)")
    for name, first, our, their in rows:
        print(
            f"{name:34}{first:8.0f}{our[0]:8.0f}{our[1]:8.0f}" + (f"{their[0]:12.0f}{their[1]:8.0f}" if their else "")
        )
    print(
        f"writer: {committed[0]:.0f} transactions a second, commit p50 {committed[1]:.1f} ms, p99 {committed[2]:.1f} ms"
    )
    slow = [name for name, _, our, _ in rows if our[1] > (200 if name.startswith("search") else 100)]
    print("every page within 100 ms, every search within 200 ms (p95)" if not slow else f"too slow: {', '.join(slow)}")


@contextlib.contextmanager
def served(file: Path) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Serve the pages and a plain Datasette; yield a client of each."""
    ports = [free_port(), free_port()]
    link = file.with_name("history.db")
    commands = (
        [sys.executable, "-m", "monitor", "--database", str(file), "web", "--port", str(ports[0])],
        [sys.executable, "-m", "datasette", "serve", str(link), "--port", str(ports[1])],
    )
    made = not link.exists()
    if made:
        link.symlink_to(file)
    processes = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands
    ]
    try:
        clients = [httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) for port in ports]
        for client, process, path in zip(clients, processes, ("/robots.txt", "/-/versions.json"), strict=True):
            wait_for(client, path, process)
        yield clients[0], clients[1]
    finally:
        for process in processes:
            process.terminate()
            process.wait(20)
        if made:
            link.unlink()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(client: httpx.Client, path: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            client.get(path)
            return
        time.sleep(0.1)
    raise SystemExit("a server ended: start it by hand to see why")


def measured(
    ours: httpx.Client, plain: httpx.Client, rounds: int
) -> Iterator[tuple[str, float, tuple[float, float], tuple[float, float] | None]]:
    """Ask for every page in turn, `rounds` times; yield milliseconds: the first, and p50 and p95 of the others."""
    after = ours.get("/matches").text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    pages = [(name, after if path == "NEXT" else path, other) for name, path, other in OURS]
    times: dict[str, list[float]] = {}
    others: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        for name, path, other in pages:
            times.setdefault(name, []).append(asked(ours, path))
            if other and turn % 4 == 0:
                others.setdefault(name, []).append(asked(plain, other))
    for name, _, _ in pages:
        first, *rest = times[name]
        yield name, first, spread(rest), spread(others[name][1:]) if name in others else None


def asked(client: httpx.Client, path: str) -> float:
    begun = time.perf_counter()
    answer = client.get(path, follow_redirects=True)
    took = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200 and "/history/" not in path:  # plain Datasette gives up on what takes too long
        raise SystemExit(f"{path} answered {answer.status_code}")
    return took


def spread(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return statistics.median(ordered), ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]


@contextlib.contextmanager
def writing(file: Path, per_second: int) -> Iterator[object]:
    """Write beside the readers; yield what tells how it went: transactions a second, and milliseconds of a commit."""
    stop = threading.Event()
    times: list[float] = []
    begun = time.perf_counter()
    thread = threading.Thread(target=_write, args=(file, per_second, stop, times))
    thread.start()

    def told() -> tuple[float, float, float]:
        ordered = sorted(times)
        return len(times) / (time.perf_counter() - begun), ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]

    try:
        yield told
    finally:
        stop.set()
        thread.join()


def _write(file: Path, per_second: int, stop: threading.Event, times: list[float]) -> None:
    db = sqlite3.connect(file, isolation_level=None, timeout=10)
    first = db.execute("SELECT max(id) FROM matches").fetchone()[0]
    posts = db.execute("SELECT max(id) FROM posts").fetchone()[0]
    chance = random.Random(1)
    columns = {
        table: [row[1] for row in db.execute(f"SELECT * FROM pragma_table_info('{table}')")]
        for table in ("posts", "matches")
    }
    number = 0
    next_at = time.perf_counter()
    while not stop.is_set():
        number += 1
        copied = chance.randrange(1, first)
        begun = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        for table, changed in (
            ("posts", {"id": posts + number, "guid": f"'written {posts + number}'"}),
            ("matches", {"id": first + number, "post_id": posts + number}),
        ):
            values = ", ".join(str(changed.get(name, f'"{name}"')) for name in columns[table])
            db.execute(f"INSERT INTO {table} SELECT {values} FROM {table} WHERE id = ?", (copied,))
        db.execute("COMMIT")
        times.append((time.perf_counter() - begun) * 1000)
        next_at += 1 / per_second
        stop.wait(max(next_at - time.perf_counter(), 0))
    with db:
        db.execute("DELETE FROM matches WHERE id > ?", (first,))
        db.execute("DELETE FROM posts WHERE id > ?", (posts,))
    db.close()


if __name__ == "__main__":
    main()
