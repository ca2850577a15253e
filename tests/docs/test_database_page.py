"""The examples of docs/database.md do what they say."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import QUOTE
from tests.care.filling import fill

PAGE = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"<!-- example (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("tool", "code"), EXAMPLES, ids=[f"{tool}-{n}" for n, (tool, _) in enumerate(EXAMPLES)])
def test_an_example_answers_with_something(tool: str, code: str, tmp_path: Path) -> None:
    fill(tmp_path / "quote-monitor.db", QUOTE, f"He said: {QUOTE}")
    if tool == "python":
        command = [sys.executable, "-c", code]
    elif tool == "sqlite-utils":
        command = ["sh", "-c", f"{Path(sys.executable).with_name('sqlite-utils')}{code.strip().removeprefix(tool)}"]
    elif shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed: its examples were not run")
    else:
        command = ["sh", "-c", code]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() not in ("", "[]")


def test_there_are_examples_for_every_tool() -> None:
    assert {tool for tool, _ in EXAMPLES} == {"sqlite3", "sqlite-utils", "python"}
