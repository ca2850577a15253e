"""How sure a match is: a logistic model over the features of an alignment.

The weights were learnt (training/fit.py) and ship as readable JSON; nothing is learnt at run time. The model's output
is a probability, so a score of 90 means that nine in ten such passages are the quote; docs/matching.md shows how
nearly.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature, a bias, and the scores from which a match alerts or is suggested."""

    version: str
    bias: float
    weights: Mapping[str, float]
    slope: float
    shift: float
    alert: float
    suggest: float

    def score(self, features: Mapping[str, float]) -> float:
        """Return how probable it is that the passage is the quote, 0 to 100."""
        total = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        total = max(-40.0, min(40.0, self.slope * total + self.shift))
        return 100.0 / (1.0 + math.exp(-total))


@cache
def model() -> Model:
    """Return the model that ships with the program."""
    return parse((files("monitor.matching") / "weights.json").read_text(encoding="utf-8"))


def parse(text: str) -> Model:
    """Read what weights.json holds."""
    given = json.loads(text)
    return Model(
        version=given["version"],
        bias=given["bias"],
        weights=given["weights"],
        slope=given["calibration"]["slope"],
        shift=given["calibration"]["shift"],
        alert=given["alert"],
        suggest=given["suggest"],
    )
