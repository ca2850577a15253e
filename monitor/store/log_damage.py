"""Whether the log that an unclean end left beside a database holds committed changes that SQLite would leave out.

A log (-wal) is a header and frames, each a page with a checksum over all before it. SQLite goes on from the last commit
before the first frame that does not add up, and says nothing (sqlite.org/fileformat2.html#the_write_ahead_log). After a
power cut that is right: what was being written when it failed was never confirmed. Since every commit is on disk before
the next one begins (synchronous=FULL), frames of a later transaction show that an earlier one had been confirmed, so a
frame of that one that does not add up is damage.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

HEADER, FRAME_HEADER = 32, 24  # bytes
MAGIC = {0x377F0682: "<", 0x377F0683: ">"}  # and how the words of checksums are stored
MOST = 64_000_000  # bytes that are looked at; SQLite starts to work a log off at 4 MB

Sum = tuple[int, int]


def is_damaged(database: Path) -> bool:
    """Tell whether confirmed changes in the log of a database cannot be read. Ask before it is opened.

    It is read twice before that is said, since another process may begin it anew while it is read.
    """
    return _has_lost(database) and _has_lost(database)


def _has_lost(database: Path) -> bool:
    try:
        with Path(f"{database}-wal").open("rb") as file:
            return has_lost(file.read(MOST))
    except OSError:  # there is none, or SQLite will say why it cannot be read
        return False


def has_lost(log: bytes) -> bool:
    """Tell whether a log holds confirmed changes that do not add up."""
    if len(log) < HEADER + FRAME_HEADER:
        return False
    magic, _, page_size, _, salt_1, salt_2, *kept = struct.unpack(">8I", log[:HEADER])
    order = MAGIC.get(magic)
    if order is None or page_size < 512 or page_size & (page_size - 1):
        return True  # frames under a header that is none
    running = _added(log[: HEADER - 8], (0, 0), order)
    is_well = running == tuple(kept)
    has_ended = False  # a transaction that cannot be read as a whole
    for header, page in _frames(log, page_size):
        _, pages, *salts = struct.unpack(">4I", header[:16])
        is_ours = salts == [salt_1, salt_2]  # else it was written before the log was begun anew
        if has_ended and is_ours:
            return True
        if is_well:
            running = _added(page, _added(header[:8], running, order), order)
            is_well = is_ours and running == struct.unpack(">2I", header[16:])
        has_ended = has_ended or (not is_well and pages > 0)
    return False


def _frames(log: bytes, page_size: int) -> Iterator[tuple[bytes, bytes]]:
    for at in range(HEADER, len(log) - FRAME_HEADER - page_size + 1, FRAME_HEADER + page_size):
        yield log[at : at + FRAME_HEADER], log[at + FRAME_HEADER : at + FRAME_HEADER + page_size]


def _added(data: bytes, before: Sum, order: str) -> Sum:
    """Return the checksum after these bytes (sqlite.org/fileformat2.html#checksum_algorithm)."""
    first, second = before
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
