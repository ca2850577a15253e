"""The bot killed again and again while Telegram has a bad day; `benchmarks/delivery.py` plays it at full length."""

import subprocess
import sys


def test_a_bot_that_is_killed_on_a_bad_day_loses_nothing_and_tells_nothing_twice() -> None:
    asked = """
import logging, sys, tempfile
from pathlib import Path
import structlog
from benchmarks.delivery_chaos import Chaos, play
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
with tempfile.TemporaryDirectory() as folder:
    told = play(Chaos(kills=5, seconds=4, matches=15, bursts=1, chats=6, quotes=15, times=30), Path(folder))
print(told.alerts, told.lost, told.extra, told.spoiled, told.early, len(told.audit.differences))
print(told.viral, told.viral_messages)
"""

    # in a process with one thread only: it forks
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=120)

    counts, bursts = told.stdout.splitlines()
    assert counts.split() == ["690", "0", "0", "0", "0", "0"]
    viral, messages = map(int, bursts.split())
    assert viral == 600
    assert 6 <= messages <= 6 * 9  # of each chat: windows of 10, 20, 40 … seconds
