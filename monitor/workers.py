"""Pure functions in processes that can be killed: hostile input may stall or bloat a worker, never the monitor.

A thread would not do: a long call in C holds the interpreter's lock, and a thread cannot be ended. A process
pool of the standard library would not do either: it cannot end one task. Each worker is a fresh interpreter
with one pipe to us. It ends when the pipe does, so none outlives the monitor, not even a killed one; should it
be stuck in C just then, the kernel's limit on its processor time ends it. This keeps time and memory bounded;
it is no sandbox, what a worker sends back is trusted.
"""

import asyncio
import multiprocessing
import os
import pickle
import queue
import resource
import signal
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, TypeVarTuple, cast

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

USUAL_LIMIT = timedelta(seconds=5)
USUAL_MEMORY = 1024 * 1024 * 1024  # bytes of address space beyond what a fresh worker has
TASKS_EACH = 1000  # then a worker makes place for a fresh one: whatever leaked in it is gone
START_SECONDS = 60.0  # for a new interpreter and the imports of the first task, on a busy machine
MOST_ANSWER_BYTES = 64 * 1024 * 1024

_STARTED, _RETURNED, _RAISED = b"s", b"r", b"e"
_OUT_OF_MEMORY, _TOO_LARGE = 90, 91  # exit codes
_COUNTED_IN_TICKS = -8  # this process, CPUCLOCK_PROF (include/linux/posix-timers.h: ~0 << 3 | 0)
_DEATHS = {
    _OUT_OF_MEMORY: "it needed more memory than it may have",
    _TOO_LARGE: "its answer is larger than may be sent back",
    -signal.SIGXCPU: "it used more processor time than it may",
}


class WorkTimeout(TimeoutError):
    """The work took longer than its limit; its worker was killed."""


class WorkerDied(Exception):
    """The worker ended before the work did: a crash, or more memory, time or answer than it may have."""


class Workers:
    """A few processes that do one piece of work at a time each, first come, first served.

    An async context manager; processes start when first needed, and leaving it ends them all.
    `memory` is in bytes of address space beyond that of a fresh worker.
    """

    def __init__(self, processes: int = 1, *, memory: int = USUAL_MEMORY, tasks_each: int = TASKS_EACH) -> None:
        self._turns = asyncio.Semaphore(processes)
        self._memory = memory
        self._tasks_each = tasks_each
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._closed = False
        # Workers inherit what these threads block: Ctrl-C reaches the monitor alone, from their first moment on.
        self._threads = ThreadPoolExecutor(
            processes, "worker", initializer=signal.pthread_sigmask, initargs=(signal.SIG_BLOCK, {signal.SIGINT})
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        for worker in (*self._idle, *self._busy):
            worker.end()
        self._idle.clear()
        self._threads.shutdown()

    async def run(self, fn: Callable[[*Ts], T], *args: *Ts, limit: timedelta = USUAL_LIMIT) -> T:
        """Return `fn(*args)`, worked out in another process; function, arguments and result must be picklable.

        Raises what `fn` raises; WorkTimeout when it takes longer than `limit`, waiting for a free worker and
        starting it not counted; WorkerDied when the process ended on the way. Cancelling kills the work.
        """
        async with self._turns:
            if self._closed:
                raise RuntimeError("the workers are closed")
            worker = self._free_worker()
            self._busy.add(worker)
            try:
                call = asyncio.get_running_loop().run_in_executor(
                    self._threads, worker.call, fn, args, limit.total_seconds()
                )
                result = await call
            except asyncio.CancelledError:
                worker.end()
                raise
            finally:
                self._busy.discard(worker)
                self._keep(worker)
            return cast("T", result)

    def _free_worker(self) -> "_Worker":
        while self._idle:
            worker = self._idle.pop()
            if worker.is_ready:
                return worker
            worker.end()  # it died while idle, such as by the system's need of memory
        return _Worker(self._memory)

    def _keep(self, worker: "_Worker") -> None:
        """Let a worker that is still well wait for the next piece of work, and end one that has done its share."""
        if worker.is_ready and not self._closed and worker.done < self._tasks_each:
            self._idle.append(worker)
        else:
            worker.end()


class _Worker:
    """Our side of one process. `call` blocks and belongs in a thread; `end` may be called from anywhere, any time."""

    def __init__(self, memory: int) -> None:
        self.done = 0
        self._memory = memory
        self._lock = threading.Lock()  # between starting and ending
        self._use = threading.RLock()  # the pipe is not closed under a call that reads from it
        self._ended = False
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    @property
    def is_ready(self) -> bool:
        return not self._ended and self._process is not None and self._process.is_alive()

    def call(self, fn: Callable[..., object], args: tuple[object, ...], seconds: float) -> object:
        """Do one piece of work; on every failure of the process (not of `fn`) the worker is ended."""
        task = pickle.dumps((fn, args, seconds))
        with self._use:
            try:
                pipe = self._started()
                pipe.send_bytes(task)
                sort, answer = _received(pipe, within=START_SECONDS)
                if sort == _STARTED:
                    sort, answer = _received(pipe, within=seconds)
            except WorkTimeout:
                self.end()
                raise
            except (EOFError, OSError) as error:
                raise WorkerDied(self._death()) from error
        self.done += 1
        if sort == _RAISED:
            raise answer
        return answer

    def end(self) -> None:
        """Kill the process and wait until it is gone; a call under way in another thread ends first, of that."""
        with self._lock:
            self._ended = True
            if self._process is not None:
                self._process.kill()
                self._process.join()
        with self._use:
            if self._pipe is not None:
                self._pipe.close()

    def _started(self) -> Connection:
        with self._lock:
            if self._ended:
                raise EOFError
            if self._pipe is None:
                context = multiprocessing.get_context("spawn")
                ours, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(theirs, self._memory), daemon=True)
                with theirs:
                    process.start()
                self._pipe, self._process = ours, process
            return self._pipe

    def _death(self) -> str:
        """Return what the process died of, after making sure that it did."""
        if self._process is not None:
            self._process.join(1)  # its pipe closed a moment before it is gone
        self.end()
        code = self._process.exitcode if self._process is not None else None
        return _DEATHS.get(code or 0, f"the worker ended on the way (exit code {code})")


def _received(pipe: Connection, *, within: float) -> tuple[bytes, Any]:
    if not pipe.poll(within):
        raise WorkTimeout(f"the work took longer than {within:g} s")
    data = pipe.recv_bytes(MOST_ANSWER_BYTES + 1024)
    return data[:1], pickle.loads(data[1:]) if len(data) > 1 else None  # noqa: S301 (from our own worker)


def _serve(pipe: Connection, memory: int) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, tasks), daemon=True).start()
    _limit_memory(memory)
    while True:
        data = tasks.get()
        try:
            pipe.send_bytes(_done(pipe, data))
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)
        except OSError:
            os._exit(0)  # nobody is there to take the answer


def _listen(pipe: Connection, tasks: "queue.SimpleQueue[bytes]") -> None:
    """Take in tasks, also while one is being worked on: that is how the end of the monitor is noticed at once."""
    try:
        while True:
            tasks.put(pipe.recv_bytes())
    except (EOFError, OSError):
        os._exit(0)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


def _done(pipe: Connection, data: bytes) -> bytes:
    """Work on a task and return the message that tells its result."""
    try:
        fn, args, seconds = pickle.loads(data)  # noqa: S301 (from the monitor)
        _limit_processor_time(seconds)
        pipe.send_bytes(_STARTED)
        answer = _RETURNED + pickle.dumps(fn(*args))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (it is raised again, in the monitor)
        answer = _RAISED + _portable(error)
    if len(answer) > MOST_ANSWER_BYTES:
        os._exit(_TOO_LARGE)
    return answer


def _portable(error: Exception) -> bytes:
    """Return an exception pickled, with where it came from as a note; one that cannot travel goes by name."""
    note = "In a worker:\n" + "".join(traceback.format_exception(error))
    error.add_note(note)
    with suppress(Exception):
        data = pickle.dumps(error)
        pickle.loads(data)  # noqa: S301 (just made; not every exception that can be pickled can be unpickled)
        return data
    stand_in = RuntimeError(f"{type(error).__name__}: {error}")
    stand_in.add_note(note)
    return pickle.dumps(stand_in)


def _limit_memory(memory: int) -> None:
    """Bound the address space to what it is now and `memory` more, where the system tells (Linux: proc(5), statm)."""
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _limit_processor_time(seconds: float) -> None:
    """Let the kernel end this process when the task at hand uses more than its time, even if nobody else can."""
    with suppress(OSError, ValueError):  # the operator's own limit may be lower; then that one holds
        most = ceil(_processor_time() + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _processor_time() -> float:
    """Return the processor time of this process as its limit is held against: counted in ticks.

    `time.process_time` counts exactly, and over a thousand short tasks the two come seconds apart, so that a limit set
    by the one kills good work by the other (kernel/time/posix-cpu-timers.c, check_process_timers).
    """
    try:
        return time.clock_gettime(_COUNTED_IN_TICKS)
    except OSError:  # not Linux
        return time.process_time()
