"""The figures of matching quality as Markdown tables, one column of words and one row for each system."""

from collections.abc import Iterable, Sequence

from benchmarks.quality_metrics import (
    average_precision,
    false_alarms_at_recall,
    recall_at_precision,
    reliability,
)
from benchmarks.quality_protocol import Measured, MeasuredItems
from benchmarks.quality_systems import System
from tests.corpus.adversarial import ENOUGH_OVERLAP, Label

PRECISE = 0.99
COMPLETE = 0.97
KEPT_BY_PRECISION = f"recall at precision {PRECISE}"


def systems(known: Sequence[System]) -> str:
    """Say what each system is."""
    return "\n".join(f"- **{system.name}**: {system.about}" for system in known)


def misquotes(measured: Sequence[Measured]) -> str:
    """Compare systems on misquotes, hard negatives and background."""
    first = measured[0].pairs
    title = (
        f"{first.positives:,} true pairs among {first.positives + first.negatives:,}; "
        f"{first.background:,} of them with a background post."
    )
    head = (
        *("system", "precision", "recall", "F1", "average precision", KEPT_BY_PRECISION),
        *("false alarms per million", f"false alarms per million at recall {COMPLETE}"),
    )
    return f"{title}\n\n{_table(head, (_misquotes_row(one) for one in measured))}"


def adversarial(measured: Sequence[MeasuredItems]) -> str:
    """Compare systems on the adversarial set."""
    counts = {label: sum(told.item.label is label for told in measured[0].told) for label in Label}
    head = (
        "system",
        *(f"{label} ({count})" for label, count in counts.items()),
        *("alerts elsewhere", "precision", "recall", "F1", "average precision", KEPT_BY_PRECISION),
        *("mean overlap", f"overlap ≥ {ENOUGH_OVERLAP}"),
    )
    return _table(head, (_adversarial_row(one) for one in measured))


def forms(measured: Sequence[MeasuredItems]) -> str:
    """Compare systems form by form: how many posts end as their label says."""
    names = list(dict.fromkeys(told.item.form for told in measured[0].told))
    head = ("form", "posts", *(one.system for one in measured))
    return _table(head, (_form_row(name, measured) for name in names))


def reliabilities(measured: Sequence[Measured]) -> str:
    """Show for each range of scores how many pairs got one, and which share of those is true."""
    buckets = [reliability(one.pairs) for one in measured]
    head = ("scored", *(one.system for one in measured))
    rows = [
        [row[0][0], *(f"{share:.0%} of {count:,}" if count else "-" for _, count, share in row)]
        for row in zip(*buckets, strict=True)
    ]
    return _table(head, rows)


def _misquotes_row(one: Measured) -> list[str]:
    complete = false_alarms_at_recall(one.pairs, COMPLETE)
    return [
        one.system,
        *(f"{figure:.3f}" for figure in (one.pairs.precision, one.pairs.recall, one.pairs.f1)),
        f"{average_precision(one.pairs):.3f}",
        f"{recall_at_precision(one.pairs, PRECISE):.3f}",
        f"{one.pairs.false_alarms:.2f}",
        "not reached" if complete is None else f"{complete:.2f}",
    ]


def _adversarial_row(one: MeasuredItems) -> list[str]:
    overlaps = [told.overlap for told in one.told if told.score > 0 and told.item.label in {Label.MATCH, Label.PARTIAL}]
    placed = sum(overlap >= ENOUGH_OVERLAP for overlap in overlaps)
    return [
        one.system,
        *(str(sum(told.passed for told in one.told if told.item.label is label)) for label in Label),
        str(one.elsewhere),
        *(f"{figure:.3f}" for figure in (one.pairs.precision, one.pairs.recall, one.pairs.f1)),
        f"{average_precision(one.pairs):.3f}",
        f"{recall_at_precision(one.pairs, PRECISE):.3f}",
        f"{sum(overlaps) / len(overlaps):.3f}" if overlaps else "-",
        f"{placed / len(overlaps):.3f}" if overlaps else "-",
    ]


def _form_row(form: str, measured: Sequence[MeasuredItems]) -> list[str]:
    told = [[told for told in one.told if told.item.form == form] for one in measured]
    return [form, str(len(told[0])), *(str(sum(one.passed for one in of_system)) for of_system in told)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
