"""Learn the weights of the score and write monitor/matching/weights.json.

    python -m training.fit MISQUOTES HARD_NEGATIVES POSTS      (needs numpy and scikit-learn; run time does not)

A logistic regression over the features of monitor/matching/features.py, on four of five films; its probabilities are
then set right (Platt scaling) on real passages of films it has not seen, and on what 40,000 posts say by accident.
The weights are stored for raw features, so they can be read.
"""

import json
import pickle
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks import datasets
from training.examples import SEED, Examples, Source, collect

OUT = Path(__file__).parent.parent / "monitor" / "matching" / "weights.json"
VERSION = "1"
CALIBRATION_FOLD = 1  # of the films: seen by the calibration, not by the weights
STRENGTH = 1.0  # inverse of the L2 penalty on standardized features
ALERT, SUGGEST = 75.0, 3.0
REAL = ("said", "said in a post", "other line", "background")
EMPHASIS = {
    "said": 6.0,
    "said in a post": 6.0,
    "rough": 0.5,
    "two changes": 0.5,
    "cut": 0.3,
    "only the end": 0.3,
    "cut with dots": 0.5,
    "background": 3.0,
    "scattered": 3.0,
    "shuffled": 3.0,
    "frame": 2.0,
    "parody": 1.0,
}
"""How much an example of a kind counts: real misquotes and real posts more than invented ones."""


def arrays(examples: Examples, names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, labels and weights of the examples."""
    rows = np.array([[row[name] for name in names] for row in examples.rows])
    weights = np.array([EMPHASIS.get(kind, 1.0) for kind in examples.kinds])
    return rows, np.array(examples.labels, dtype=int), weights


def fit(train: Examples, calibration: Examples) -> dict[str, object]:
    """Return what weights.json holds."""
    names = list(train.rows[0])
    rows, labels, weights = arrays(train, names)
    mean, deviation = rows.mean(0), rows.std(0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit((rows - mean) / deviation, labels, sample_weight=weights)
    slopes = model.coef_[0] / deviation
    bias = float(model.intercept_[0] - (slopes * mean).sum())
    rows, labels, _ = arrays(calibration, names)
    real = np.isin(calibration.kinds, REAL)
    scaling = LogisticRegression(C=1e6).fit((rows[real] @ slopes + bias)[:, None], labels[real])
    return {
        "version": VERSION,
        "seed": SEED,
        "bias": round(bias, 4),
        "weights": {name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)},
        "calibration": {"slope": round(float(scaling.coef_[0][0]), 4), "shift": round(float(scaling.intercept_[0]), 4)},
        "alert": ALERT,
        "suggest": SUGGEST,
    }


def _is_learnt(work: str) -> bool:
    return not datasets.is_for_testing(work) and datasets.fold(work) != CALIBRATION_FOLD


def main(misquotes: str, hard_negatives: str, posts: str, kept: str = "") -> None:
    """Collect examples (or read those `kept` by the last run), learn, and write the weights."""
    store = Path(kept) if kept else None
    if store and store.exists():
        train, calibration = pickle.loads(store.read_bytes())
    else:
        files = (Path(misquotes), Path(hard_negatives), Path(posts))
        train = collect(Source(*files, _is_learnt), negatives=80_000, forms=14, extra=2000)
        films = Source(*files, lambda work: datasets.fold(work) == CALIBRATION_FOLD)
        calibration = collect(films, negatives=40_000, forms=14, extra=200, seed=SEED + 1)
        if store:
            store.write_bytes(pickle.dumps((train, calibration)))
    OUT.write_text(json.dumps(fit(train, calibration), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(train.rows)} examples, {sum(train.labels)} of them the quote")
    for kind, lost in sorted(train.lost.items(), key=lambda entry: -entry[1] / train.tried[entry[0]]):
        print(f"  never aligned: {kind}: {lost} of {train.tried[kind]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
