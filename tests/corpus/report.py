"""What to tell of the verdicts on the adversarial set: counts, and each failure with what the engine saw."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.corpus.adversarial import FORMS, LEVEL, Label, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How well an engine does, in four figures; kept in level.json so that no change makes it worse unseen."""

    engine: str
    passed: int
    of: int
    wrong_alerts: int


def level(engine: str, verdicts: Sequence[Verdict]) -> Level:
    """Count verdicts."""
    return Level(
        engine=engine,
        passed=sum(verdict.passed for verdict in verdicts),
        of=len(verdicts),
        wrong_alerts=sum(verdict.is_wrong_alert for verdict in verdicts),
    )


def kept_level(file: Path = LEVEL) -> Level:
    """Return the level the engine must not fall below. Raises OSError, ValueError or TypeError on a bad file."""
    return Level(**json.loads(file.read_text(encoding="utf-8")))


def keep_level(now: Level, file: Path = LEVEL) -> None:
    """Make `now` the level to be kept."""
    file.write_text(json.dumps(asdict(now), indent=2) + "\n", encoding="utf-8")


def table(verdicts: Sequence[Verdict]) -> str:
    """Return passed and total of each form and each label, one a line."""
    lines = []
    for label in Label:
        lines.append(f"{label:<20}{_share([verdict for verdict in verdicts if verdict.item.label is label])}")
        forms = [form for form, meant in FORMS.items() if meant is label]
        lines += [f"  {form:<18}{_share(_of_form(verdicts, form))}" for form in forms]
    return "\n".join(lines)


def failures(verdicts: Sequence[Verdict]) -> str:
    """Return one paragraph for each failure: what was wanted, and what the engine made of it."""
    return "\n".join(_failure(verdict) for verdict in verdicts if not verdict.passed)


def _of_form(verdicts: Sequence[Verdict], form: str) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.item.form == form]


def _share(verdicts: Sequence[Verdict]) -> str:
    return f"{sum(verdict.passed for verdict in verdicts):>4} of {len(verdicts)}"


def _failure(verdict: Verdict) -> str:
    item, match = verdict.item, verdict.match
    wanted = f"{item.id} ({item.label}): {item.quote}\n    wanted {item.passage or 'silence in: ' + item.text[:120]!r}"
    if match is None:
        return f"{wanted}\n    found nothing"
    kind = f"{match.tier} {match.kind} {match.score:.1f} (threshold {match.threshold:.1f})"
    return f"{wanted}\n    found {kind}, overlap {verdict.overlap:.2f}: {match.passage!r}\n    {match.explanation.why}"
