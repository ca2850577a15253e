"""One running monitor for one database: two would alert everybody twice."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

from monitor.core.errors import StoreError
from monitor.store.database import IN_MEMORY


class InstanceLock:
    """Holds `<database>.lock` while the block runs. Raises StoreError when another process holds it.

    The lock is the kernel's (flock), so it ends with the process however that ends; the file stays. The
    number in it is for people. A forked child shares the lock: start workers with "spawn" or "forkserver".
    """

    def __init__(self, database: Path | Literal[":memory:"]) -> None:
        self._database = database
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        if self._database != IN_MEMORY:
            self._file = self._locked(Path(f"{self._database}.lock"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.truncate(0)
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._file.close()
            self._file = None

    def _locked(self, path: Path) -> IO[str]:
        try:
            file = path.open("a+", encoding="ascii", errors="replace")
        except OSError as error:
            raise StoreError(f"{path} cannot be written ({error.strerror}): check its folder's permissions.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        except BlockingIOError as error:
            holder = _number_in(file)
            file.close()
            raise StoreError(
                f"another quote-monitor (process {holder}) is using {self._database}; "
                "stop it first, or give this one its own database.path"
            ) from error
        except OSError as error:
            file.close()
            raise StoreError(f"{path} cannot be locked ({error.strerror}): check its disk.") from error
        return file


def _number_in(file: IO[str]) -> str:
    file.seek(0)
    return file.read(20).strip() or "unknown"


def make_folder(path: Path) -> None:
    """Make the folder of a database. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder {path.parent} cannot be made: {error}. Set database.path elsewhere.") from error
