"""The page of threats names only what there is."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "threats.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]
NUMBERS = [row[0].strip("| ") for row in ROWS]


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=NUMBERS)
def test_what_is_said_to_show_it_is_there(row: list[str]) -> None:
    _, _, _, shown_by, _ = row
    named = re.findall(r"`([^`]+)`", shown_by)
    tests = [name.split("::") for name in named if name.startswith("tests/")]
    benchmarks = [name.split()[2] for name in named if name.startswith("python -m benchmarks.")]

    assert tests
    assert len(tests) + len(benchmarks) == len(named)
    assert [test for path, test in tests if test not in names_in(path)] == []
    assert all((ROOT / (benchmark.replace(".", "/") + ".py")).is_file() for benchmark in benchmarks)


def test_every_threat_is_there() -> None:
    assert [str(number) for number in range(1, 41) if number != 38] == NUMBERS  # alerts have no templates
