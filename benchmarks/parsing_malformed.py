"""Thousands of broken feeds through the whole program: each is read, or is one clear error, and none is a crash.

    python -m benchmarks.parsing_malformed
    python -m benchmarks.parsing_malformed --pages 10000 --seed 7

Pages are made and damaged by chance, from `tests/samples/feed` and from nothing, by a seed
(`benchmarks.parsing_pages`), served over loopback HTTP, and fetched, parsed, compared and recorded as in production.
Where the feedparser library alone finds nothing wrong with a page (`bozo` is false), its entries are compared with
ours, by the first letters of each.
"""

import argparse
import asyncio
import html
import io
import logging
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import feedparser
import structlog

from benchmarks.parsing_pages import Served, pages
from monitor.core.model import Page, PollOutcome, Reading, Source
from monitor.core.ports import Kind
from tests.fetch.servers import running
from tests.stories.hostile import LOOPBACK, a_monitor

SAMPLES = Path(__file__).parents[1] / "tests" / "samples" / "feed"
AT_ONCE = 500  # sources of one monitor
TELLING = 24  # letters that tell entries apart; behind them may stand a publisher, which we take off
MOST_SHOWN = 12  # sorts of errors

_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


@dataclass(slots=True)
class Figures:
    """What became of the pages."""

    pages: int = 0
    read: int = 0
    posts: int = 0
    errors: Counter[str] = field(default_factory=Counter)  # their first words
    unclear: list[str] = field(default_factory=list)  # errors that are not one line of words
    compared: int = 0  # pages with entries that the library finds nothing wrong with
    theirs: int = 0  # entries the library finds on them
    agreed: int = 0  # of these, those we found too
    differing: list[int] = field(default_factory=list)  # numbers of pages with others

    @property
    def agreement(self) -> float:
        """The share of the library's entries that we find too."""
        return self.agreed / self.theirs if self.theirs else 1.0


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.parsing_malformed",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print(report(asyncio.run(measured(chosen.pages, seed=chosen.seed))))


def report(figures: Figures) -> str:
    """Return the figures in words."""
    errors, unclear = figures.errors.total(), len(figures.unclear)
    lines = [
        f"pages        {figures.pages:,}: {figures.read:,} read, {errors:,} clear errors, {unclear} unclear, no crash",
        f"posts        {figures.posts:,}",
        f"agreement    {figures.agreement:.2%} of {figures.theirs:,} entries of {figures.compared:,} pages",
    ]
    lines += [f"differs      page {number}" for number in figures.differing[:20]]
    lines += [f"{count:>7,}      {words}" for words, count in figures.errors.most_common(MOST_SHOWN)]
    lines += [f"unclear      {words!r}" for words in figures.unclear[:20]]
    return "\n".join(lines)


async def measured(count: int, *, seed: int) -> Figures:
    """Send so many pages through the program. Raises whatever it does not handle."""
    samples = [path.read_bytes() for path in sorted(SAMPLES.iterdir())]
    figures = Figures()
    served = list(islice(pages(samples, seed=seed), count))
    for start in range(0, count, AT_ONCE):
        await _round(served[start : start + AT_ONCE], start, figures)
    return figures


async def _round(served: Sequence[Served], first: int, figures: Figures) -> None:
    readings: dict[str, Reading] = {}
    answers: dict[str, bytes] = {f"/{number}": page.answer for number, page in enumerate(served)}
    with tempfile.TemporaryDirectory() as folder:
        async with running(LOOPBACK, pages=answers) as server:
            urls = [f"http://site{number}.example:{server.port}/{number}" for number in range(len(served))]
            async with a_monitor(Path(folder), _resolve, urls) as monitor:
                flow = monitor._flow  # noqa: SLF001 - the program as it is, and one look at what it read

                async def parse(kind: Kind, source: Source, page: Page) -> Reading:
                    readings[source.address] = await flow.parse(kind, source, page)
                    return readings[source.address]

                monitor._flow = replace(flow, parse=parse)  # noqa: SLF001
                done = await monitor.once()
    for number, (url, page, poll) in enumerate(zip(urls, served, done.polls, strict=True), first):
        figures.pages += 1
        if poll.outcome is PollOutcome.OK:
            figures.read += 1
            figures.posts += len(readings[url].posts)
        else:
            _count_error(poll.error or "", figures)
        _compare(number, page, readings.get(url), figures)


async def _resolve(_: str, __: int) -> list[str]:
    return [LOOPBACK]


def _count_error(words: str, figures: Figures) -> None:
    if words and len(words) < 300 and words.isprintable():
        figures.errors[words.partition(": ")[0]] += 1
    else:
        figures.unclear.append(words)


def _compare(number: int, page: Served, reading: Reading | None, figures: Figures) -> None:
    """Compare our posts with the entries of the library, where that finds nothing wrong with the page."""
    if page.encoding:
        return
    try:
        answer = feedparser.parse(io.BytesIO(page.body), response_headers={"content-type": page.content_type})
    except Exception:  # noqa: BLE001 - what the library itself cannot take is no measure
        return
    if answer["bozo"] or not answer["entries"]:
        return
    theirs = [_letters(str(entry.get("title") or entry.get("summary") or "")) for entry in answer["entries"]]
    ours = [_letters(post.text) for post in reading.posts] if reading else []
    agreed = 0
    for letters in sorted(theirs, key=len, reverse=True):  # else a short one takes the place of a longer one
        same = next((place for place, text in enumerate(ours) if text.startswith(letters[:TELLING])), None)
        if same is not None:
            del ours[same]
            agreed += 1
    figures.compared += 1
    figures.theirs += len(theirs)
    figures.agreed += agreed
    if agreed < len(theirs):
        figures.differing.append(number)


def _letters(text: str) -> str:
    """Return the letters and digits alone: how markup, spaces and signs are read differs, and is tested elsewhere."""
    return "".join(filter(str.isalnum, html.unescape(_TAG.sub("", html.unescape(text))))).casefold()


if __name__ == "__main__":
    main()
