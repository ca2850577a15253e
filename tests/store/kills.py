"""What a kill leaves of a database: its files as they are before each statement that is run.

A killed process loses what it holds in memory and nothing that it has written, since that is the system's already
(man7.org/linux/man-pages/man2/write.2.html). So one run shows what each of its kills would leave; that a real one
leaves just that is shown in `test_crash.py`.
"""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from pathlib import Path
from unittest.mock import patch

Files = Mapping[str, bytes]  # the files of a folder by their names
Arm = Callable[[sqlite3.Connection], None]
Work = Callable[[Arm], object]


def left_by_kills(folder: Path, work: Work) -> list[Files]:
    """Run `work` on a database in `folder`; return what is there before each statement of what it arms."""
    left: list[Files] = []

    def look(_: str) -> None:
        there = files(folder)
        left.append(left[-1] if left and left[-1] == there else there)

    work(lambda connection: connection.set_trace_callback(look))
    return left


def killed_at(statement: int, work: Work) -> bool:
    """Run `work` in a child that is killed before its connection runs this statement; False: the child got through."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)
    try:
        numbers = count()

        def die(_: str) -> None:
            if next(numbers) == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        work(lambda connection: connection.set_trace_callback(die))
    except BaseException:  # noqa: BLE001  # whatever it is, the child must not go on as a second pytest
        os._exit(1)
    os._exit(0)


def armed_from_the_start(work: Callable[[], object]) -> Work:
    """Arm every connection that `work` opens, from its first statement on."""

    def run(arm: Arm) -> None:
        real = sqlite3.connect

        def connect(*given: object, **named: object) -> sqlite3.Connection:
            connection = real(*given, **named)
            arm(connection)
            return connection

        with patch.object(sqlite3, "connect", connect):
            work()

    return run


def files(folder: Path) -> Files:
    """Return what is in a folder, but for the index of a log, which is made anew when nobody has it open."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if not path.name.endswith("-shm")}


def put(left: Files, folder: Path) -> None:
    """Write what a kill left into a new folder."""
    folder.mkdir()
    for name, content in left.items():
        (folder / name).write_bytes(content)


def different(left: Iterable[Files]) -> list[Files]:
    """Return each once."""
    found: list[Files] = []
    for files in left:
        if files not in found:
            found.append(files)
    return found
