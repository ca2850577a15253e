"""How long a feed takes to read: by the short cut for usual feeds, by feedparser alone, and all the way to posts.

    python -m benchmarks.parsing
    python -m benchmarks.parsing --kilobytes 160 FILE.xml ...

The page is one of `benchmarks.polling_server`; files named are measured too. Times are processor time, the least of
several turns, taken alternately, so that the ratios hold on a busy machine as well.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from benchmarks.polling_server import Feeds
from monitor.sources import fastfeed, feed, xmlfeed
from monitor.sources.encoding import decoded
from monitor.sources.xmltext import prepared
from tests.builders import a_page, a_source

TURNS = 15


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.parsing", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kilobytes", type=int, default=160)
    parser.add_argument("files", type=Path, nargs="*")
    chosen = parser.parse_args()
    pages = {f"{chosen.kilobytes} KB of RSS": _page(chosen.kilobytes * 1000)}
    pages |= {path.name: path.read_bytes() for path in chosen.files}
    print(
        f"{'milliseconds':<28}{'short cut':>12}{'feedparser':>12}{'ratio':>8}{'posts':>14}{'without':>10}{'ratio':>8}"
    )
    for name, body in pages.items():
        print(_line(name, body))


def _page(size: int) -> bytes:
    """Return a page of about as many bytes."""
    one = len(Feeds(interval=1, share=1, entries=10).page(1, 0)) / 10
    return Feeds(interval=1, share=1, entries=round(size / one)).page(1, 0)


def _line(name: str, body: bytes) -> str:
    xml = prepared(decoded(body)).xml
    page, source = a_page(body), a_source()
    if fastfeed.answer(xml) is None:
        return f"{name:<28} is unusual: feedparser reads it"

    def by_feedparser() -> object:
        with patch.object(fastfeed, "answer", return_value=None):
            return feed.parse(source, page)

    assert feed.parse(source, page) == by_feedparser()
    times = _least(
        lambda: fastfeed.answer(xml),
        lambda: xmlfeed._parsed(xml),  # noqa: SLF001 - the very call that the short cut spares
        lambda: feed.parse(source, page),
        by_feedparser,
    )
    quick, library, whole, before = times
    return (
        f"{name:<28}{quick:>12.2f}{library:>12.2f}{library / quick:>8.1f}"
        f"{whole:>14.2f}{before:>10.2f}{before / whole:>8.1f}"
    )


def _least(*functions: Callable[[], object]) -> list[float]:
    """Return the least milliseconds of each."""
    least = [float("inf")] * len(functions)
    for _ in range(TURNS):
        for number, function in enumerate(functions):
            start = time.process_time()
            function()
            least[number] = min(least[number], 1000 * (time.process_time() - start))
    return least


if __name__ == "__main__":
    main()
