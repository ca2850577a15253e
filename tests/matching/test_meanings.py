"""What tokens mean is worked out once, and only so many are remembered."""

import numpy as np
import pytest

from monitor.matching import meanings
from monitor.matching.meanings import Meaning, Meanings


@pytest.fixture
def worked_out() -> list[str]:
    return []


@pytest.fixture
def known(worked_out: list[str]) -> Meanings:
    def work_out(token: str) -> Meaning:
        worked_out.append(token)
        return Meaning(words=(token,), keys=[len(token)], stands=[(len(token), 1.0)], in_pairs=[-1])

    return Meanings(work_out)


def _keys(known: Meanings, token: str) -> list[int]:
    where, _ = known.keys_of.where(np.array(known.numbers([token])))
    return known.keys_of.columns[0][where].tolist()


def test_a_token_is_worked_out_once(known: Meanings, worked_out: list[str]) -> None:
    numbers = known.numbers(["coward", "me", "coward"])

    assert numbers[0] == numbers[2] != numbers[1]
    assert worked_out == ["coward", "me"]
    assert [*known.words(["me", "coward"])] == [("me",), ("coward",)]


def test_a_very_long_token_is_forgotten_after_its_post(known: Meanings, worked_out: list[str]) -> None:
    long = "a" * 50_000
    known.numbers([long, "me"])
    known.tidy()

    assert long not in known
    assert "me" in known


def test_the_oldest_of_too_many_are_forgotten_and_the_others_keep_their_meaning(
    known: Meanings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meanings, "REMEMBERED", 500)
    for length in range(1, 40):
        known.numbers(f"{'a' * length}{number}"[:40] for number in range(100))
        known.tidy()

    assert len(known) <= 500
    assert all(_keys(known, token) == [len(token)] for token in [*known])


def test_the_room_of_what_was_forgotten_is_used_again(known: Meanings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meanings, "REMEMBERED", 500)
    for number in range(20_000):
        known.numbers([str(number)])
        known.tidy()

    assert len(known.keys_of.columns[0]) < 5_000
