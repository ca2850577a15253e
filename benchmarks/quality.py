"""How well quotes are found: precision, recall, false alarms and places, side by side with what anybody would write.

    python -m benchmarks.quality
    python -m benchmarks.quality --misquotes FILE.jsonl --hard-negatives FILE.jsonl --background FILE.jsonl.gz

The adversarial set of this project is always measured; the other data sets are described in `benchmarks.datasets`.
Only the test fold and the held-out half of them are looked at, unless `--every-fold` says that nothing was learnt.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import quality_report as report
from benchmarks.datasets import BackgroundPost, Line, Pair, background, hard_negatives, is_for_testing, misquotes
from benchmarks.quality_protocol import Measured, MeasuredItems, measure_items, measure_misquotes
from benchmarks.quality_systems import System, systems
from tests.corpus.adversarial import load

NAMES = ("obvious", "fair", "engine")

MISQUOTES = """\
Films and posts that nothing was learnt from. An alert is what each system would send by itself; average precision and
the figures at a given recall or precision are of its scores at any threshold."""

RELIABILITY = """\
Which share of the pairs with such a score is true. It depends on how many of the pairs looked at are."""

ADVERSARIAL = """\
Posts of `tests/corpus` that end as they should, by label; alerts in posts that are about quite another quote; then
alerts and scores on the posts' own quotes, and how far found passages overlap the marked ones (intersection over union
of their characters)."""


def main() -> None:
    """Measure, print, and write when asked to."""
    chosen = _arguments()
    known = systems(chosen.systems)
    on_items = [measure_items(system, load()) for system in known]
    on_misquotes = _measure_misquotes(known, chosen) if chosen.misquotes else []
    text = document(known, on_items, on_misquotes)
    print(text)
    for one in on_misquotes:
        print(f"{one.system}: {one.seconds:.1f} s", file=sys.stderr)
    if chosen.write:
        chosen.write.write_text(text, encoding="utf-8")


def document(known: Sequence[System], on_items: Sequence[MeasuredItems], on_misquotes: Sequence[Measured]) -> str:
    """Return the whole report as Markdown."""
    parts = [
        "# How well quotes are found",
        "Written by `python -m benchmarks.quality`; run it again rather than edit this page. The systems:",
        report.systems(known),
    ]
    if on_misquotes:
        parts += [
            "## Misremembered film quotes",
            MISQUOTES,
            report.misquotes(on_misquotes),
            "### Are scores what they say?",
            RELIABILITY,
            report.reliabilities(on_misquotes),
        ]
    parts += [
        "## Adversarial posts",
        ADVERSARIAL,
        report.adversarial(on_items),
        report.forms(on_items),
    ]
    return "\n\n".join(parts) + "\n"


def _measure_misquotes(known: Sequence[System], chosen: argparse.Namespace) -> list[Measured]:
    pairs: list[Pair] = misquotes(chosen.misquotes)
    lines: list[Line] = hard_negatives(chosen.hard_negatives) if chosen.hard_negatives else []
    posts: list[BackgroundPost] = background(chosen.background, limit=chosen.posts) if chosen.background else []
    if not chosen.every_fold:
        pairs = [pair for pair in pairs if is_for_testing(pair.work)]
        lines = [line for line in lines if is_for_testing(line.work)]
    return [measure_misquotes(system, pairs, lines, posts) for system in known]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--misquotes", type=Path, metavar="FILE")
    parser.add_argument("--hard-negatives", type=Path, metavar="FILE")
    parser.add_argument("--background", type=Path, metavar="FILE")
    parser.add_argument(
        "--posts", type=int, default=20_000, metavar="N", help="background posts (default: %(default)s)"
    )
    parser.add_argument("--every-fold", action="store_true", help="all films, for systems that learnt from none")
    parser.add_argument("--systems", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the report there as well")
    return parser.parse_args()


if __name__ == "__main__":
    main()
