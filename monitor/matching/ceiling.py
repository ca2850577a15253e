"""How high a score can be at most, by what the words alone tell.

Most passages that hold enough of a quote's words are hopeless for how the words stand to each other. That shows before
the text around them is read, which takes as long as all that was done until then.
"""

from collections.abc import Mapping

from monitor.matching.features import AROUND, AROUND_FEW_BITS, EXCHANGED
from monitor.matching.score import Model

_EXCHANGED = 1.0  # by how much the sum rises at most for what is exchanged; one of these features outweighs another
_ROUNDING = 1e-6


class Ceiling:
    """The most that a model makes of a passage: as if what stands around it spoke for it."""

    def __init__(self, model: Model) -> None:
        gains = {name: max(0.0, weight) for name, weight in model.weights.items()}
        late = AROUND | AROUND_FEW_BITS | EXCHANGED
        self._model = model
        self._known = [pair for pair in model.weights.items() if pair[0] not in late]
        self._most = model.bias + sum(gains.get(name, 0.0) for name in AROUND) + _EXCHANGED + _ROUNDING
        self._most_few_bits = sum(gains.get(name, 0.0) for name in AROUND_FEW_BITS)

    def score(self, told: Mapping[str, float]) -> float:
        """Return a score, 0 to 100, that no passage exceeds whose features of words are `told`."""
        total = self._most + self._most_few_bits * told["few bits"]
        return self._model.meaning(total + sum([weight * told[name] for name, weight in self._known]))
