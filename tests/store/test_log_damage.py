"""The log that an unclean end leaves: told of when confirmed changes cannot be read; not after a mere power cut."""

import os
import random
import shutil
from pathlib import Path

import pytest

from monitor.core.errors import StoreError
from monitor.core.model import WantedQuote
from monitor.store import SqliteStore, open_store
from monitor.store.log_damage import FRAME_HEADER, HEADER, has_lost, is_damaged
from tests.builders import NOON

FRAME = FRAME_HEADER + 4096


@pytest.fixture
def killed(path: Path, store: SqliteStore, tmp_path: Path) -> Path:
    """A database and its log as a killed process leaves them, with ten changes in the log."""
    store._db.value("PRAGMA wal_checkpoint(RESTART)")
    for number in range(10):
        store.track(WantedQuote(text=f"A quote that came late {number}"), by="ann", at=NOON)
    left = tmp_path / "left.db"
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{path}{suffix}", f"{left}{suffix}")
    return left


def log_of(database: Path) -> bytes:
    return Path(f"{database}-wal").read_bytes()


def frames_of(log: bytes) -> list[int]:
    """Where the frames of a log that was begun anew begin, without those from before."""
    salts = log[16:24]
    return [at for at in range(HEADER, len(log), FRAME) if log[at + 8 : at + 16] == salts]


def test_a_log_that_was_left_whole_is_whole_and_everything_in_it_is_read(killed: Path) -> None:
    assert not is_damaged(killed)

    with open_store(killed) as store:
        assert len(store.quotes()) == 11


def test_a_wrong_byte_before_the_last_change_is_damage(killed: Path) -> None:
    log, chance = log_of(killed), random.Random(1)
    commits = [at for at in frames_of(log) if any(log[at + 4 : at + 8])]
    assert len(commits) == 10

    for _ in range(100):
        hurt = bytearray(log)
        hurt[chance.randrange(commits[-2] + FRAME)] ^= chance.randrange(1, 256)
        assert has_lost(bytes(hurt))


def test_a_log_cut_off_or_unfinished_at_any_frame_is_what_a_power_cut_leaves(killed: Path) -> None:
    log = log_of(killed)
    last = frames_of(log)[-1]

    assert not any(has_lost(log[:size]) for size in range(0, last, 1500))
    assert not has_lost(log[: last + 500] + bytes(FRAME - 500))
    assert not has_lost(log[:last] + os.urandom(3 * FRAME))


def test_a_start_on_a_damaged_log_is_refused_and_changes_nothing_and_the_doctor_takes_in_what_can_be_read(
    killed: Path,
) -> None:
    hurt = bytearray(log_of(killed))
    hurt[frames_of(bytes(hurt))[-1] // 2] ^= 1
    Path(f"{killed}-wal").write_bytes(hurt)

    with pytest.raises(StoreError, match="-wal is damaged: changes that had been written cannot be read") as caught:
        open_store(killed)

    assert "\n" not in str(caught.value)
    assert log_of(killed) == hurt
    with open_store(killed, check=False) as unchecked:
        assert 1 <= len(unchecked.quotes()) < 11
    open_store(killed).close()
