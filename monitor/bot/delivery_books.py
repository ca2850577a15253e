"""Writes down what became of messages: what cannot be written (a full disk) is owed, and written before all else."""

from collections import deque
from collections.abc import Awaitable, Callable

from monitor.core.errors import StoreError

Step = Callable[[], Awaitable[object]]
"""Something to write down."""


class Books:
    """Steps that are written in order, or else owed."""

    def __init__(self) -> None:
        self._unwritten: deque[Step] = deque()

    @property
    def owed(self) -> int:
        return len(self._unwritten)

    async def write(self, *steps: Step) -> None:
        """Write down what happened. Raises StoreError; what could not be written is then owed."""
        for done, step in enumerate(steps):
            try:
                await step()
            except StoreError:
                self._unwritten.extend(steps[done:])
                raise

    async def write_what_is_owed(self) -> None:
        """Write down what could not be before. Raises StoreError."""
        while self._unwritten:
            await self._unwritten[0]()
            self._unwritten.popleft()
