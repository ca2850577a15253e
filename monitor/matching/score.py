"""How sure a match is: a logistic model over the features of an alignment.

The weights were learnt (training/fit.py) and ship as readable JSON; nothing is learnt at run time. What a weighted sum
means is read off a table of the same file: which share of passages with such a sum was the quote, among film lines and
posts that the model had not seen. So of a hundred passages scored 90 about ninety are the quote; how nearly, is in
docs/matching-quality.md.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_TAIL = 0.5  # by how much the log odds rise with each point of the sum beyond the table
_SUREST = 12.0  # log odds: nothing is surer


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature, a bias, and the scores from which a match alerts or is suggested.

    `table` has rows of a weighted sum and the log odds that it means, both rising.
    """

    version: str
    bias: float
    weights: Mapping[str, float]
    table: Sequence[tuple[float, float]]
    alert: float
    suggest: float

    def score(self, features: Mapping[str, float]) -> float:
        """Return how probable it is that the passage is the quote, 0 to 100."""
        return self.meaning(self.bias + sum([weight * features[name] for name, weight in self.weights.items()]))

    def meaning(self, total: float) -> float:
        """Return the score that a weighted sum means; a higher sum never means less."""
        return 100.0 / (1.0 + math.exp(-max(-_SUREST, min(_SUREST, self._odds(total)))))

    def _odds(self, total: float) -> float:
        after = bisect_right(self.table, (total, math.inf))
        if after in (0, len(self.table)):
            known, odds = self.table[min(after, len(self.table) - 1)]
            return odds + _TAIL * (total - known)
        (low, low_odds), (high, high_odds) = self.table[after - 1], self.table[after]
        return low_odds + (high_odds - low_odds) * (total - low) / (high - low)


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
        table=tuple((total, odds) for total, odds in given["calibration"]),
        alert=given["alert"],
        suggest=given["suggest"],
    )
