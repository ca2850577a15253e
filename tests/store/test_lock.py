import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.core.errors import StoreError
from monitor.store import InstanceLock

HOLD = """
import sys
from pathlib import Path
from monitor.store import InstanceLock
with InstanceLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_monitor_is_told_who_is_first(path: Path) -> None:
    with InstanceLock(path), pytest.raises(StoreError) as caught, InstanceLock(path):
        pass

    assert str(caught.value) == (
        f"another quote-monitor (process {os.getpid()}) is using {path}; "
        "stop it first, or give this one its own database.path"
    )


def test_the_lock_is_free_again_afterwards(path: Path) -> None:
    for _ in range(2):
        with InstanceLock(path):
            assert Path(f"{path}.lock").read_text() == str(os.getpid())


def test_a_killed_monitor_leaves_no_lock_behind(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=f"process {first.pid}"), InstanceLock(path):
            pass
        first.send_signal(signal.SIGKILL)
        first.wait()

        with InstanceLock(path):
            pass


def test_a_lock_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"), InstanceLock(tmp_path / "nowhere" / "quotes.db"):
        pass


def test_a_store_in_memory_needs_no_lock() -> None:
    with InstanceLock(":memory:"), InstanceLock(":memory:"):
        assert not Path(":memory:.lock").exists()
