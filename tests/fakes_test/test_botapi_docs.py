"""The page about the fake tells all of it."""

import re
from pathlib import Path

import pytest

from tests.fakes.botapi import FakeBotApi, faults
from tests.fakes.botapi.people import People

PAGE = (Path(__file__).parents[2] / "docs" / "fake-bot-api.md").read_text(encoding="utf-8")
FAULTS = [one for one in vars(faults).values() if isinstance(one, type) and issubclass(one, faults.Fault)]


def test_every_method_and_no_other_is_listed() -> None:
    told = re.search(r"\*\*Methods:\*\*(.*?)Any other", PAGE, re.DOTALL)
    listed = {name.lower() for name in re.findall(r"\b(?:get|set|send|edit|delete|forward|answer)[A-Z]\w+", told[1])}

    assert listed == {"getupdates", *FakeBotApi()._methods}


@pytest.mark.parametrize("fault", [one for one in FAULTS if one not in (faults.Fault, faults.Refusal)])
def test_every_fault_is_explained(fault) -> None:
    assert f"`{fault.__name__}(" in PAGE


@pytest.mark.parametrize("name", [name for name in (*vars(People), *vars(FakeBotApi)) if not name.startswith("_")])
def test_everything_a_test_can_call_is_named(name) -> None:
    assert re.search(rf"\b{name}\b", PAGE)
