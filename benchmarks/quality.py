"""How well quotes are found: precision, recall, false alarms and places, side by side with what anybody would write.

    python -m benchmarks.quality
    python -m benchmarks.quality --misquotes FILE.jsonl --hard-negatives FILE.jsonl --background FILE.jsonl.gz
        [--every-fold FOLDER] [--write]

The adversarial set of this project is always measured; the other data sets are described in `benchmarks.datasets`.
Only the test fold and the held-out half of them are looked at. `--every-fold` looks at all films as well, each fold of
them with the weights of the engine that were learnt from the others (`python -m training.fit ... --every-fold FOLDER`).
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from benchmarks import quality_report as report
from benchmarks.datasets import (
    FOLDS,
    TEST_FOLD,
    BackgroundPost,
    Line,
    Pair,
    background,
    fold,
    hard_negatives,
    misquotes,
)
from benchmarks.quality_protocol import Measured, MeasuredItems, measure_items, measure_misquotes, together
from benchmarks.quality_systems import Engine, System, systems
from tests.corpus.adversarial import load

NAMES = ("obvious", "fair", "engine")
PAGE = Path("docs/matching-quality.md")

MISQUOTES = """\
An alert is what each system would send by itself; average precision and the figures at a given recall or precision are
of its scores at any threshold. Some labels are wrong: of the pairs said to be one quote, about 3 % are two."""

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
    on_misquotes = _measure_misquotes(known, chosen) if chosen.misquotes else {}
    text = document(known, on_items, on_misquotes)
    print(text)
    for one in chain.from_iterable(on_misquotes.values()):
        print(f"{one.system}: {one.seconds:.1f} s", file=sys.stderr)
    if chosen.write:
        chosen.write.write_text(text, encoding="utf-8")


def document(
    known: Sequence[System], on_items: Sequence[MeasuredItems], on_misquotes: Mapping[str, Sequence[Measured]]
) -> str:
    """Return the whole report as Markdown. `on_misquotes` is by what the figures are of."""
    parts = [
        "# How well quotes are found",
        "Written by `python -m benchmarks.quality`; run it again rather than edit this page. The systems:",
        report.systems(known),
    ]
    for title, measured in on_misquotes.items():
        parts += [
            f"## Misremembered film quotes: {title}",
            MISQUOTES,
            report.misquotes(measured),
            "### Are scores what they say?",
            RELIABILITY,
            report.reliabilities(measured),
        ]
    parts += [
        "## Adversarial posts",
        ADVERSARIAL,
        report.adversarial(on_items),
        report.forms(on_items),
    ]
    return "\n\n".join(parts) + "\n"


def _measure_misquotes(known: Sequence[System], chosen: argparse.Namespace) -> dict[str, list[Measured]]:
    pairs: list[Pair] = misquotes(chosen.misquotes)
    lines: list[Line] = hard_negatives(chosen.hard_negatives) if chosen.hard_negatives else []
    posts: list[BackgroundPost] = background(chosen.background, limit=chosen.posts) if chosen.background else []

    def measure(system: System, of: int) -> Measured:
        own = [pair for pair in pairs if fold(pair.work) == of]
        return measure_misquotes(system, own, [line for line in lines if fold(line.work) == of], posts)

    measured = {"films that nothing was learnt from": [measure(system, TEST_FOLD) for system in known]}
    if chosen.every_fold:
        measured["every film, by what was learnt from the others"] = [
            together([measure(_learnt_without(system, of, chosen.every_fold), of) for of in range(FOLDS)])
            for system in known
        ]
    return measured


def _learnt_without(system: System, of: int, weights: Path) -> System:
    return Engine(weights / f"{of}.json") if isinstance(system, Engine) else system


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
    parser.add_argument("--every-fold", type=Path, metavar="FOLDER", help="weights learnt without each fold")
    parser.add_argument("--systems", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--write", type=Path, nargs="?", const=PAGE, metavar="FILE", help=f"also to FILE ({PAGE})")
    return parser.parse_args()


if __name__ == "__main__":
    main()
