"""Bodies: read as raw bytes and decoded by hand, so that no answer takes more memory than the cap.

A cap on decoded bytes alone is no guard: a library that decodes a chunk at a time has already unpacked the
bomb when the cap is looked at, and encodings can be stacked. Here zlib is told how much it may return.
Formats: RFC 1952 (gzip, may have several members), RFC 1950 and 1951 (deflate, sent with and without its
envelope), RFC 9110 section 8.4 (Content-Encoding).
"""

import asyncio
import zlib
from collections.abc import AsyncIterable
from io import BytesIO
from typing import Protocol

from monitor.core.errors import FetchError

ACCEPT_ENCODING = "gzip, deflate"
MOST_CHUNKS = 100_000  # many tiny chunks cost time, not memory
MOST_MEMBERS = 1_000  # of one gzip body
PIECE = 65_536  # bytes decoded at a time: a chunk of a bomb holds a thousand times its size
CHUNKS_A_BREATH = 64  # chunks between two chances for others to run

_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15  # window bits as zlib names the formats
_GZIP_MAGIC = b"\x1f\x8b"


async def read_body(chunks: AsyncIterable[bytes], *, encoding: str, max_bytes: int) -> bytes:
    """Return a body decoded. `encoding` is the Content-Encoding header.

    Raises FetchError when it is larger than `max_bytes`, as sent or decoded, or cannot be decoded.
    """
    decoder = decoder_for(encoding, max_bytes=max_bytes)
    received = count = 0
    async for chunk in chunks:
        count += 1
        received += len(chunk)
        if received > max_bytes:
            raise too_large(max_bytes)
        if count > MOST_CHUNKS:
            raise FetchError("sent its answer in too many tiny pieces")
        decoder.feed(chunk)
        if count % CHUNKS_A_BREATH == 0:
            await asyncio.sleep(0)
    return decoder.finish()


class Decoder(Protocol):
    """Takes a body as it was sent, gives it as it was meant."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. Raises FetchError."""

    def finish(self) -> bytes:
        """Return the whole body. Raises FetchError when its end is missing."""


def decoder_for(encoding: str, *, max_bytes: int) -> Decoder:
    """Return a decoder for a Content-Encoding. Raises FetchError for stacked and unknown ones."""
    names = [name for part in encoding.split(",") if (name := part.strip().lower()) not in {"", "identity"}]
    match names:
        case []:
            return _Plain()
        case ["gzip" | "x-gzip"]:
            return _Inflate(max_bytes, gzip=True)
        case ["deflate"]:
            return _Inflate(max_bytes, gzip=False)
        case [_]:
            raise FetchError("sent an encoding that was not asked for")
        case _:
            raise FetchError("sent stacked encodings")


def too_large(max_bytes: int) -> FetchError:
    """Return the error of a body over the cap."""
    return FetchError(f"sent more than {max_bytes / 1024 / 1024:.3g} MiB")


class _Plain:
    def __init__(self) -> None:
        self._body = BytesIO()  # gives what it holds without a copy

    def feed(self, chunk: bytes) -> None:
        self._body.write(chunk)

    def finish(self) -> bytes:
        return self._body.getvalue()


class _Inflate:
    """gzip and deflate, never holding more than `max_bytes` and one byte of what comes out."""

    def __init__(self, max_bytes: int, *, gzip: bool) -> None:
        self._max_bytes = max_bytes
        self._gzip = gzip
        self._body = BytesIO()
        self._waiting = b""  # the first byte of a member, until there are two
        self._member: zlib._Decompress | None = None
        self._members = 0
        self._done = False  # what follows the last member is padding, or noise some servers add

    def feed(self, chunk: bytes) -> None:
        data = self._waiting + chunk
        self._waiting = b""
        while data and not self._done:
            if self._member is None:
                if len(data) < 2:
                    self._waiting = data
                    return
                self._begin(data)
                continue
            data = self._inflate(self._member, data)

    def finish(self) -> bytes:
        cut_in_header = bool(self._waiting) and not self._members
        if cut_in_header or (self._member is not None and not self._member.eof):
            raise FetchError("sent a compressed answer whose end is missing")
        return self._body.getvalue()

    def _begin(self, data: bytes) -> None:
        if self._members and not (self._gzip and data.startswith(_GZIP_MAGIC)):
            self._done = True
            return
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise FetchError("sent a compressed answer in too many parts")
        # The envelope's first byte ends in 8; a bare stream cannot begin so (its padding would not be zero).
        envelope = _ZLIB if data[0] & 0x0F == 8 else _RAW_DEFLATE
        self._member = zlib.decompressobj(_GZIP if self._gzip else envelope)

    def _inflate(self, member: "zlib._Decompress", data: bytes) -> bytes:
        """Add what `data` holds to the body; return what is left of it after the member's end."""
        while True:
            asked = min(PIECE, self._max_bytes + 1 - self._body.tell())
            try:
                piece = member.decompress(data, asked)
            except zlib.error as error:
                raise FetchError("sent a compressed answer that is damaged") from error
            self._body.write(piece)
            if self._body.tell() > self._max_bytes:
                raise too_large(self._max_bytes)
            if member.eof:
                self._member = None
                return member.unused_data
            data = member.unconsumed_tail
            if not data and len(piece) < asked:  # else there may be more to come of what was taken in
                return b""
