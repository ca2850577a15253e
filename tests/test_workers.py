import asyncio
import os
import re
import resource
import select
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import workers
from monitor.workers import WorkerDied, Workers, WorkTimeout

ROOT = Path(__file__).parents[1]
SHORT = timedelta(seconds=0.3)
PATIENCE = 30  # seconds; for what happens at once unless something is broken


def add(a: int, b: int) -> int:
    return a + b


def process_id() -> int:
    return os.getpid()


def loop_for_ever(note: str) -> None:
    Path(note).write_text(str(os.getpid()))
    while True:
        pass


def stuck_in_c(note: str) -> None:
    endless = re.compile(r"(a+)+$")
    sys.setswitchinterval(1000)  # from here on no other thread of the worker gets a word in
    Path(note).write_text(str(os.getpid()))
    endless.match("a" * 60 + "b")


def take_memory(size: int) -> int:
    return len(bytearray(size))


def refuse(why: str) -> None:
    raise LookupError(why)


class Unportable(Exception):
    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


def raise_unportable() -> None:
    raise Unportable("cannot travel", wait=3)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave() -> None:
    sys.exit("enough")


def unportable_result() -> object:
    return lambda: None


def big_answer(size: int) -> bytes:
    return bytes(size)


def how_interrupts_are_met() -> object:
    return signal.getsignal(signal.SIGINT)


def seconds_left_for(seconds: float, exact: float) -> float:
    """Processor time that the kernel leaves for a task, where exact counting and its own are far apart."""
    time.process_time = lambda: exact
    workers._limit_processor_time(seconds)
    return resource.getrlimit(resource.RLIMIT_CPU)[0] - time.clock_gettime(-8)


def is_gone(pid: int) -> bool:
    """Wait until a process has ended, whoever its parent is."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENCE)[0])
    finally:
        os.close(handle)


async def test_work_is_done_in_another_process_that_is_kept_for_the_next() -> None:
    async with Workers() as workers:
        assert await workers.run(add, 2, 3) == 5
        first = await workers.run(process_id)
        second = await workers.run(process_id)

    assert first == second != os.getpid()


async def test_an_endless_loop_is_killed_and_the_next_work_is_done(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    async with Workers() as workers:
        await workers.run(process_id)
        began = time.monotonic()
        with pytest.raises(WorkTimeout):
            await workers.run(loop_for_ever, str(note), limit=SHORT)
        took = time.monotonic() - began

        assert is_gone(int(note.read_text()))
        assert await workers.run(add, 1, 1) == 2
    assert took < 3


async def test_work_stuck_in_c_is_killed_while_the_event_loop_goes_on() -> None:
    async with Workers() as workers:
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                await asyncio.sleep(0.01)
                beats += 1

        heart = asyncio.create_task(beat())
        with pytest.raises(WorkTimeout):
            await workers.run(stuck_in_c, os.devnull, limit=SHORT)
        heart.cancel()

    assert beats >= 5


async def test_starting_a_worker_is_not_counted_as_work() -> None:
    async with Workers() as workers:
        assert await workers.run(add, 1, 2, limit=timedelta(milliseconds=100)) == 3  # a new interpreter takes longer


async def test_more_memory_than_allowed_ends_the_work_and_no_more() -> None:
    async with Workers(memory=200 * 1024 * 1024) as workers:
        with pytest.raises(WorkerDied, match="memory"):
            await workers.run(take_memory, 400 * 1024 * 1024)

        assert await workers.run(take_memory, 50 * 1024 * 1024) == 50 * 1024 * 1024


async def test_what_the_work_raises_is_raised_with_a_note_of_where() -> None:
    async with Workers() as workers:
        with pytest.raises(LookupError) as caught:
            await workers.run(refuse, "not here")

        assert caught.value.args == ("not here",)
        assert "in refuse" in caught.value.__notes__[0]
        assert await workers.run(add, 1, 1) == 2


async def test_an_exception_that_cannot_travel_goes_by_name() -> None:
    async with Workers() as workers:
        with pytest.raises(RuntimeError, match="Unportable: cannot travel"):
            await workers.run(raise_unportable)


async def test_a_result_that_cannot_travel_is_an_error_and_the_worker_lives() -> None:
    async with Workers() as workers:
        before = await workers.run(process_id)
        with pytest.raises(Exception, match="lambda"):
            await workers.run(unportable_result)

        assert await workers.run(process_id) == before


@pytest.mark.parametrize("death", [crash, leave])
async def test_a_worker_that_dies_is_replaced(death) -> None:
    async with Workers() as workers:
        with pytest.raises(WorkerDied):
            await workers.run(death)

        assert await workers.run(add, 1, 1) == 2


async def test_an_idle_worker_that_was_killed_from_outside_is_replaced() -> None:
    async with Workers() as workers:
        pid = await workers.run(process_id)
        os.kill(pid, signal.SIGKILL)
        assert is_gone(pid)

        assert await workers.run(add, 1, 1) == 2


async def test_an_answer_too_large_to_send_back_is_refused() -> None:
    async with Workers() as workers:
        assert len(await workers.run(big_answer, 20 * 1024 * 1024)) == 20 * 1024 * 1024
        with pytest.raises(WorkerDied, match="larger"):
            await workers.run(big_answer, 65 * 1024 * 1024)


async def test_a_worker_makes_place_after_its_share_of_tasks() -> None:
    async with Workers(tasks_each=2) as workers:
        pids = [await workers.run(process_id) for _ in range(4)]

    assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_many_tasks_share_few_workers_and_all_are_done() -> None:
    async with Workers(2) as workers:
        sums = await asyncio.gather(*(workers.run(add, n, n) for n in range(50)))
        pids = await asyncio.gather(*(workers.run(process_id) for _ in range(20)))

    assert sums == [2 * n for n in range(50)]
    assert len(set(pids)) <= 2


async def test_cancelling_kills_the_work_and_frees_its_place(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    os.mkfifo(note)
    async with Workers() as workers:
        work = asyncio.create_task(workers.run(loop_for_ever, str(note), limit=timedelta(seconds=PATIENCE)))
        pid = int(await asyncio.to_thread(note.read_text))  # it runs now
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

        assert is_gone(pid)
        assert await workers.run(add, 1, 1) == 2


async def test_cancelling_while_waiting_for_a_turn_disturbs_nobody() -> None:
    async with Workers() as workers:
        first, second, third = (asyncio.create_task(workers.run(add, n, 1)) for n in range(3))
        await asyncio.sleep(0)
        second.cancel()

        assert await asyncio.gather(first, third) == [1, 3]


async def test_closing_ends_idle_and_busy_workers(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    os.mkfifo(note)
    async with Workers(2) as workers:
        work = asyncio.create_task(workers.run(loop_for_ever, str(note), limit=timedelta(seconds=PATIENCE)))
        busy = int(await asyncio.to_thread(note.read_text))
        idle = await workers.run(process_id)

    with pytest.raises(WorkerDied):
        await work
    assert is_gone(busy)
    assert is_gone(idle)
    with pytest.raises(RuntimeError, match="closed"):
        await workers.run(add, 1, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel counts so on Linux")
@pytest.mark.parametrize("exact", [0.0, 1_000.0])
async def test_a_task_has_its_time_however_its_worker_was_counted_before(exact: float) -> None:
    async with Workers() as few:
        left = await few.run(seconds_left_for, 100.0, exact)

    assert 100 < left < 103


async def test_interrupts_from_the_keyboard_are_left_to_the_monitor() -> None:
    async with Workers() as workers:
        assert await workers.run(how_interrupts_are_met) is signal.SIG_IGN


MONITOR = """
import asyncio, sys
from datetime import timedelta
from monitor.workers import Workers
from tests import test_workers

async def main():
    async with Workers() as workers:
        print(await workers.run(test_workers.process_id), flush=True)
        if sys.argv[1] == "idle":
            await asyncio.Event().wait()
        work = getattr(test_workers, sys.argv[1])
        await workers.run(work, *sys.argv[2:], limit=timedelta(seconds=1 if work is test_workers.stuck_in_c else 1000))

asyncio.run(main())
"""


@pytest.mark.parametrize("doing", ["idle", "loop_for_ever", "stuck_in_c"])
def test_no_worker_outlives_a_killed_monitor(doing: str, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    os.mkfifo(note)
    given = [] if doing == "idle" else [str(note)]
    monitor = subprocess.Popen([sys.executable, "-c", MONITOR, doing, *given], stdout=subprocess.PIPE, cwd=ROOT)
    assert monitor.stdout
    pid = int(monitor.stdout.readline())
    if given:
        note.read_text()  # it runs now
    monitor.kill()
    monitor.wait()
    monitor.stdout.close()

    assert is_gone(pid)
