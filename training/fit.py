"""Learn the weights of the score and write monitor/matching/weights.json.

    python -m training.fit MISQUOTES HARD_NEGATIVES POSTS      (needs numpy and scikit-learn; run time does not)
    python -m training.fit MISQUOTES HARD_NEGATIVES POSTS --every-fold FOLDER

A logistic regression over the features of monitor/matching/features.py, on four of five films. What its sums mean is
then read off passages that the model at hand had not learnt from: each of the four folds is scored by a model of the
other three, and the share of true ones becomes the table `calibration` of weights.json. The weights are stored for raw
features, so they can be read. `--every-fold` writes FOLDER/0.json to 4.json instead, each learnt without that fold,
for `python -m benchmarks.quality --every-fold FOLDER`.
"""

import argparse
import json
import pickle
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from benchmarks import datasets
from training.examples import SEED, Examples, Source, collect

OUT = Path(__file__).parent.parent / "monitor" / "matching" / "weights.json"
VERSION = "4"
STRENGTH = 0.1  # inverse of the L2 penalty on standardized features
ALERT, SUGGEST = 60.0, 2.0
REAL = ("said in a post", "other line", "background")
EMPHASIS = {
    "said": 6.0,
    "said in a post": 6.0,
    "other line": 3.0,
    "background": 6.0,
    "scattered": 0.5,
    "shuffled": 0.5,
    "frame": 0.0,
    "parody": 0.0,
    "cut": 0.1,
    "only the end": 0.1,
    "cut with dots": 0.1,
}
"""How much an example of a kind counts: real misquotes and real posts more than invented ones.

A frame or a parody is made of the quote: nothing that is counted tells it from a quote half remembered. The score says
whether the words come from the quote; what is a parody is decided by rule (monitor/matching/decide.py).
"""
OTHERS = 0.3  # for a kind that is not in `EMPHASIS`
ONLY_DECIDE = ("measured",)  # features that only rules look at: nearly all quotes to learn from are English
EACH = 10  # passages of the rarer kind that a row of the calibration table stands for


class Data:
    """Examples as arrays."""

    def __init__(self, examples: Examples) -> None:
        self.names = [name for name in examples.rows[0] if name not in ONLY_DECIDE]
        self.rows = np.array([[row[name] for name in self.names] for row in examples.rows])
        self.labels = np.array(examples.labels, dtype=int)
        self.kinds = np.array(examples.kinds)
        self.folds = np.array([datasets.fold(work) for work in examples.works])
        self.weights = np.array([EMPHASIS.get(kind, OTHERS) for kind in examples.kinds])


def fit(data: Data, folds: Collection[int]) -> dict[str, object]:
    """Return what weights.json holds, learnt from some folds of films."""
    slopes, bias = _model(data, folds)
    return {
        "version": VERSION,
        "seed": SEED,
        "bias": round(bias, 4),
        "weights": {name: round(float(slope), 4) for name, slope in zip(data.names, slopes, strict=True)},
        "calibration": _table(*_unseen(data, folds)),
        "alert": ALERT,
        "suggest": SUGGEST,
    }


def _model(data: Data, folds: Collection[int]) -> tuple[np.ndarray, float]:
    used = np.isin(data.folds, list(folds)) & (data.weights > 0)
    rows = data.rows[used]
    mean, deviation = rows.mean(0), rows.std(0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    model.fit((rows - mean) / deviation, data.labels[used], sample_weight=data.weights[used])
    slopes = model.coef_[0] / deviation
    return slopes, float(model.intercept_[0] - (slopes * mean).sum())


def _unseen(data: Data, folds: Collection[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of real passages under models that had not seen their films, and their labels."""
    sums, labels = [], []
    for fold in folds:
        slopes, bias = _model(data, [other for other in folds if other != fold])
        here = (data.folds == fold) & np.isin(data.kinds, REAL)
        sums.append(data.rows[here] @ slopes + bias)
        labels.append(data.labels[here])
    return np.concatenate(sums), np.concatenate(labels)


def _table(sums: np.ndarray, labels: np.ndarray) -> list[list[float]]:
    """Return rows of (sum, log odds), both rising: what share of passages with about such a sum is true.

    Each row stands for as many passages of the rarer kind: true ones below the sum where those left behind are as many
    as the false ones ahead, false ones above it.
    """
    order = np.argsort(sums)
    sums, labels = sums[order], labels[order]
    behind, ahead = np.cumsum(labels), np.cumsum((1 - labels)[::-1])[::-1]
    middle = int(np.argmax(behind >= ahead))
    true, false = np.flatnonzero(labels[:middle]), middle + np.flatnonzero(1 - labels[middle:])
    edges = sorted({0, *true[EACH::EACH].tolist(), middle, *false[::-EACH].tolist(), len(sums)})
    parts = [slice(one, two) for one, two in pairwise(edges) if two - one >= EACH]
    counts = np.array([part.stop - part.start for part in parts])
    shares = np.array([(labels[part].sum() + 0.5) / (part.stop - part.start + 1.0) for part in parts])
    rising = IsotonicRegression().fit_transform(np.arange(len(parts)), shares, sample_weight=counts)
    table: list[list[float]] = []
    for share in dict.fromkeys(rising):
        same = [k for k, other in enumerate(rising) if other == share]
        here = sums[parts[same[0]].start : parts[same[-1]].stop]
        table.append([round(float(np.median(here)), 2), round(float(np.log(share / (1 - share))), 2)])
    return table


def main() -> None:
    """Collect examples (or read those `--kept` by the last run), learn, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m training.fit")
    for name in ("misquotes", "hard_negatives", "posts"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--kept", type=Path, help="examples of the last run, or where to keep them")
    parser.add_argument("--every-fold", type=Path, metavar="FOLDER")
    chosen = parser.parse_args()
    if chosen.kept and chosen.kept.exists():
        examples = pickle.loads(chosen.kept.read_bytes())
    else:
        source = Source(chosen.misquotes, chosen.hard_negatives, chosen.posts)
        examples = collect(source, negatives=40_000, forms=14, extra=2000)
        if chosen.kept:
            chosen.kept.write_bytes(pickle.dumps(examples))
    data, folds = Data(examples), range(datasets.FOLDS)
    if chosen.every_fold:
        chosen.every_fold.mkdir(exist_ok=True)
        for fold in folds:
            _write(chosen.every_fold / f"{fold}.json", fit(data, [other for other in folds if other != fold]))
    else:
        _write(OUT, fit(data, [fold for fold in folds if fold != datasets.TEST_FOLD]))
    print(f"{len(examples.rows)} examples, {sum(examples.labels)} of them the quote")
    for kind, lost in sorted(examples.lost.items(), key=lambda entry: -entry[1] / examples.tried[entry[0]]):
        print(f"  never aligned: {kind}: {lost} of {examples.tried[kind]}")


def _write(path: Path, weights: dict[str, object]) -> None:
    path.write_text(json.dumps(weights, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
