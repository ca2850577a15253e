"""How fast quotes are found, and how that grows with their number; beside an exhaustive search in the same run.

    python -m benchmarks.matching --posts FILE.jsonl.gz [--quotes 100 600 1000 10000 100000]
        [--write docs/matching-speed]

Quotes are titles and sentences of five words or more out of one half of the posts; the other half is searched. The
peer is RapidFuzz's `partial_ratio` (C++), over all quotes, on a few posts. Posts are searched twice: first cold, with
no word met before; the second time is what a running monitor sees. Times are of the processor, so a busy machine
disturbs less. `--write` makes FILE.md and FILE.svg.
"""

import argparse
import gc
import math
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import process_time

from rapidfuzz import fuzz, process

from benchmarks.datasets import background
from monitor.core.model import Post, Quote, QuoteId
from monitor.matching import ENGINE, Matcher

BATCH = 500
SIZES = (100, 600, 1_000, 10_000, 100_000)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


@dataclass(frozen=True, slots=True)
class Row:
    """One number of quotes."""

    quotes: int
    build: float  # seconds
    memory: float  # MB that the quotes take
    add: float  # milliseconds to add one more, the median of twenty
    add_most: float  # the longest of them: the first, while all that was met is remembered
    cold: float  # posts a second
    warm: float
    peer: float

    @property
    def ratio(self) -> float:
        return self.warm / self.peer


def sentences(texts: Sequence[str]) -> Iterator[str]:
    """Yield different sentences of five words or more, as quotes are."""
    seen: set[str] = set()
    for text in texts:
        for sentence in _SENTENCE.findall(text):
            plain = " ".join(sentence.split())
            if 5 <= len(plain.split()) <= 40 and len(plain) <= 300 and plain not in seen:
                seen.add(plain)
                yield plain


def measure(size: int, quotes: Sequence[str], posts: Sequence[Post], peers: int) -> Row:
    """Return the figures for the first `size` quotes."""
    gc.collect()
    before = _resident()
    started = process_time()
    matcher = Matcher(Quote(id=QuoteId(number), text=text) for number, text in enumerate(quotes[:size]))
    build = process_time() - started
    memory = _resident() - before
    cold, warm = _rate(matcher, posts), _rate(matcher, posts)
    added = []
    for number, text in enumerate(quotes[-20:]):
        started = process_time()
        matcher.add(Quote(id=QuoteId(size + number), text=text))
        added.append(1000 * (process_time() - started))
    lowered = [text.lower() for text in quotes[:size]]
    started = process_time()
    for post in posts[:peers]:
        process.extract(post.text.lower(), lowered, scorer=fuzz.partial_ratio, score_cutoff=85, limit=None)
    peer = peers / (process_time() - started)
    return Row(size, build, memory, sorted(added)[len(added) // 2], max(added), cold, warm, peer)


def _rate(matcher: Matcher, posts: Sequence[Post]) -> float:
    started = process_time()
    for first in range(0, len(posts), BATCH):
        matcher.find(posts[first : first + BATCH])
    return len(posts) / (process_time() - started)


def _resident() -> float:
    """Return the memory of this process in MB (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def table(rows: Sequence[Row]) -> str:
    """Return the figures as a Markdown table."""
    lines = [
        "| quotes | posts a second | cold | `partial_ratio` over all | ratio | add (ms) | at most | build (s) | MB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {r.quotes:,} | {r.warm:,.0f} | {r.cold:,.0f} | {r.peer:,.1f} | {r.ratio:,.0f} × "
        f"| {r.add:.2f} | {r.add_most:.2f} | {r.build:.1f} | {r.memory:.0f} |"
        for r in rows
    ]
    return "\n".join(lines)


def growth(rows: Sequence[Row]) -> str:
    """Return how the cost of a post grows, in a sentence for each number of quotes after the first."""
    return "\n".join(
        f"From {one.quotes:,} to {two.quotes:,} quotes a post costs {one.warm / two.warm:.1f} times as much."
        for one, two in pairwise(rows)
    )


def plot(rows: Sequence[Row]) -> str:
    """Return a log-log plot of microseconds a post over the number of quotes, as SVG."""
    series = {
        "engine": ("#1f6feb", [(r.quotes, 1e6 / r.warm) for r in rows]),
        "partial_ratio over all quotes": ("#8b949e", [(r.quotes, 1e6 / r.peer) for r in rows]),
    }
    points = [point for _, line in series.values() for point in line]
    low_x, high_x = math.log10(min(x for x, _ in points)), math.log10(max(x for x, _ in points))
    low_y, high_y = math.floor(math.log10(min(y for _, y in points))), math.ceil(math.log10(max(y for _, y in points)))

    def at(x: float, y: float) -> str:
        across = 80 + 520 * (math.log10(x) - low_x) / max(1e-9, high_x - low_x)
        return f"{across:.1f},{330 - 290 * (math.log10(y) - low_y) / (high_y - low_y):.1f}"

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 390" font-family="sans-serif" font-size="13">',
        '<rect width="640" height="390" fill="#fff"/>',
        '<text x="80" y="22">Microseconds a post, by number of quotes (both scales logarithmic)</text>',
    ]
    for power in range(low_y, high_y + 1):
        y = at(10**low_x, 10**power).split(",")[1]
        parts += [
            f'<path d="M80,{y}H600" stroke="#d0d7de"/>',
            f'<text x="72" y="{y}" dy="4" text-anchor="end">{10**power:,}</text>',
        ]
    for quotes, _ in series["engine"][1]:
        x = at(quotes, 10**low_y).split(",")[0]
        parts += [
            f'<path d="M{x},40V330" stroke="#eaeef2"/>',
            f'<text x="{x}" y="350" text-anchor="middle">{quotes:,}</text>',
        ]
    for number, (name, (colour, line)) in enumerate(series.items()):
        parts.append(
            f'<polyline points="{" ".join(at(*p) for p in line)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        for point in line:
            x, y = at(*point).split(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>')
        parts.append(f'<text x="{90 + 120 * number}" y="378" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    """Measure, print, and write when asked to."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--posts", type=Path, required=True)
    arguments.add_argument("--quotes", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--count", type=int, default=10_000, help="posts searched (default: 10000)")
    arguments.add_argument("--peers", type=int, default=20, help="posts searched exhaustively (default: 20)")
    arguments.add_argument("--write", type=Path)
    chosen = arguments.parse_args()
    searched = [Post(guid=post.id, text=post.text) for post in background(chosen.posts, limit=chosen.count)]
    quotes = list(sentences([post.text for post in background(chosen.posts, used_for_training=True)]))
    random.Random(1).shuffle(quotes)
    rows = []
    for size in chosen.quotes:
        if size + 20 > len(quotes):
            print(f"only {len(quotes):,} sentences for {size:,} quotes")
            break
        rows.append(measure(size, quotes, searched, max(3, min(chosen.peers, 200_000 // size))))
        print(table(rows[-1:]).splitlines()[-1], flush=True)
    text = f"`monitor.matching` {ENGINE}, {len(searched):,} posts, one core.\n\n{table(rows)}\n\n{growth(rows)}\n"
    print(text)
    if chosen.write:
        chosen.write.with_suffix(".md").write_text(text, encoding="utf-8")
        chosen.write.with_suffix(".svg").write_text(plot(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
