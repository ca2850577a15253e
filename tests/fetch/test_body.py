"""No body takes more memory or time than it may, however it is packed; every honest one arrives whole."""

import asyncio
import gzip
import io
import tracemalloc
import zlib
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.errors import FetchError
from monitor.core.model import Request
from monitor.fetch import body
from monitor.fetch.body import MOST_MEMBERS, PIECE, decoder_for, read_body
from tests.fetch.servers import answer, fetched, fetching, redirect, running

MIB = 1024 * 1024
TEXT = b"<rss>Come get me, coward!</rss>" * 1000
SHORT = timedelta(seconds=0.3)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@cache
def zeros(size: int) -> bytes:
    """gzip of so many zero bytes, made without holding them."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as file:
        for _ in range(size // MIB):
            file.write(bytes(MIB))
    return packed.getvalue()


def decoded(data: bytes, encoding: str, *, max_bytes: int = MIB, step: int = 100_000) -> bytes:
    decoder = decoder_for(encoding, max_bytes=max_bytes)
    for start in range(0, len(data), step):
        decoder.feed(data[start : start + step])
    return decoder.finish()


@pytest.mark.parametrize("step", [1, 2, 3, 7, 100_000])
@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("X-GZIP", gzip.compress(TEXT)),
        (" gzip , identity", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:100]) + gzip.compress(b"") + gzip.compress(TEXT[100:])),
        ("gzip", gzip.compress(TEXT) + bytes(600)),
        ("gzip", gzip.compress(TEXT) + b"\n"),
        ("gzip", gzip.compress(TEXT) + b"<!-- 0.1 s -->"),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT, 0)),
        ("deflate", raw_deflate(TEXT)),
        ("deflate", zlib.compress(TEXT) + b"\x1f\x8b\x08 and more"),
    ],
)
def test_an_honest_body_arrives_whole_in_whatever_pieces(encoding: str, packed: bytes, step: int) -> None:
    assert decoded(packed, encoding, step=step) == TEXT


@settings(deadline=None)
@given(st.binary(max_size=2000), st.integers(1, 50), st.integers(0, 9))
def test_every_body_survives_every_encoding(data: bytes, step: int, level: int) -> None:
    assert decoded(gzip.compress(data, level), "gzip", step=step) == data
    assert decoded(zlib.compress(data, level), "deflate", step=step) == data
    assert decoded(raw_deflate(data), "deflate", step=step) == data


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(1, 50), st.sampled_from(["gzip", "deflate"]))
def test_noise_that_claims_to_be_compressed_is_one_kind_of_error(data: bytes, step: int, encoding: str) -> None:
    try:
        decoded(data, encoding, step=step)
    except FetchError:
        assert data


def test_an_empty_body_is_empty_in_every_encoding() -> None:
    assert decoded(b"", "gzip") == decoded(b"", "deflate") == decoded(b"", "") == b""


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("kept", [1, 2, 5, 20, -9, -1])
def test_a_compressed_body_without_its_end_is_an_error(encoding: str, kept: int) -> None:
    packed = gzip.compress(TEXT) if encoding == "gzip" else zlib.compress(TEXT)
    with pytest.raises(FetchError, match="end is missing"):
        decoded(packed[:kept], encoding)


def test_a_second_member_without_its_end_is_an_error() -> None:
    with pytest.raises(FetchError, match="end is missing"):
        decoded(gzip.compress(TEXT) + gzip.compress(TEXT)[:-4], "gzip")


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip, deflate", "deflate,gzip", "gzip,gzip,gzip", "br, gzip"])
def test_stacked_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(FetchError, match="stacked"):
        decoder_for(encoding, max_bytes=MIB)


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "chunked", "gzip;q=1", "ｇｚｉｐ", "x" * 10_000])
def test_an_encoding_nobody_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(FetchError, match="not asked for"):
        decoder_for(encoding, max_bytes=MIB)


def test_the_cap_is_exact() -> None:
    assert len(decoded(gzip.compress(bytes(MIB)), "gzip")) == MIB
    with pytest.raises(FetchError, match="more than 1 MiB"):
        decoded(gzip.compress(bytes(MIB + 1)), "gzip")
    with pytest.raises(FetchError, match="more than 1 MiB"):
        decoded(gzip.compress(bytes(MIB)) + gzip.compress(b"1"), "gzip")


def test_endless_empty_members_end() -> None:
    with pytest.raises(FetchError, match="too many parts"):
        decoded(gzip.compress(b"") * (MOST_MEMBERS + 1), "gzip")


async def test_a_cap_on_what_is_sent_holds_without_any_encoding() -> None:
    async def chunks():
        for _ in range(3):
            yield bytes(MIB // 2)

    with pytest.raises(FetchError, match="more than 1 MiB"):
        await read_body(chunks(), encoding="", max_bytes=MIB)


async def test_very_many_tiny_pieces_end() -> None:
    async def crumbs():
        while True:
            yield b"x"

    with pytest.raises(FetchError, match="tiny pieces"):
        await read_body(crumbs(), encoding="", max_bytes=5 * MIB)


def counted_unpacking(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the size of every piece that is unpacked."""
    sizes: list[int] = []
    usual = zlib.decompressobj

    class Counted:
        def __init__(self, bits: int) -> None:
            self._member = usual(bits)

        def decompress(self, data: bytes, most: int) -> bytes:
            piece = self._member.decompress(data, most)
            sizes.append(len(piece))
            return piece

        def __getattr__(self, name: str) -> object:
            return getattr(self._member, name)

    monkeypatch.setattr(body.zlib, "decompressobj", Counted)
    return sizes


@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, MIB])
@pytest.mark.parametrize("step", [1, 100_000])
def test_what_unpacks_to_much_more_than_it_is_arrives_whole(size: int, step: int) -> None:
    assert decoded(gzip.compress(bytes(size)), "gzip", step=step) == bytes(size)


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "deflate", "br"])
async def test_a_bomb_is_small_in_memory_and_hardly_unpacked(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = counted_unpacking(monkeypatch)
    bomb = zeros(256 * MIB)
    if encoding == "gzip, gzip":
        bomb = gzip.compress(bomb)
    elif encoding == "deflate":
        packer = zlib.compressobj(9)
        bomb = b"".join(packer.compress(bytes(MIB)) for _ in range(64)) + packer.flush()
    pages = {"/": answer(bomb, headers={"Content-Encoding": encoding})}
    async with running(pages=pages) as server, fetching() as fetch:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError):
                await fetch(Request(url=server.url()))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak < 8 * MIB
    assert sum(unpacked) <= 5 * MIB + 1


async def test_a_body_announced_as_too_large_is_not_even_read() -> None:
    async with running() as server:
        server.pages["/"] = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"
        with pytest.raises(FetchError, match="more than 5 MiB"):
            await fetched(server.url())


@pytest.mark.parametrize("length", ["-1", "abc", "1, 2", "9" * 5000, "٣"])
async def test_a_senseless_length_is_an_error(length: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nhello".encode()
    async with running(pages={"/": head}) as server:
        with pytest.raises(FetchError):
            await fetched(server.url())


async def endless(writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(bytes(64 * 1024))
        await writer.drain()


async def endless_headers(writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(800):
        writer.write(b"X-%d: %s\r\n" % (number, b"x" * 64 * 1024))
        await writer.drain()


async def one_header_of_50_mib(writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(800):
        writer.write(b"x" * 64 * 1024)
        await writer.drain()


async def half_then_gone(writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()


async def no_http(writer) -> None:
    writer.write(b"220 mail.example ESMTP\r\n")
    await writer.drain()


async def endless_chunk_extension(writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
    while True:
        writer.write(b"x" * 64 * 1024)
        await writer.drain()


@pytest.mark.parametrize(
    "script", [endless, endless_headers, one_header_of_50_mib, half_then_gone, no_http, endless_chunk_extension]
)
async def test_a_server_that_floods_or_breaks_off_is_one_error_and_little_memory(script) -> None:
    async with running(pages={"/": script}) as server, fetching() as fetch:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError):
                await fetch(Request(url=server.url()))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak < 25 * MIB


async def silence(writer) -> None:
    await writer.wait_closed()


async def silent_body(writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    await writer.wait_closed()


async def endless_interim_answers(writer) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        await writer.drain()


@pytest.mark.parametrize("script", [silence, silent_body, endless_interim_answers])
async def test_the_deadline_ends_what_does_not_end_by_itself(script) -> None:
    async with running(pages={"/": script}) as server:
        with pytest.raises(FetchError, match="did not answer within"):
            await fetched(server.url(), deadline=SHORT)


async def test_the_deadline_is_that_of_all_redirects_together() -> None:
    def slow(page: bytes):
        async def script(writer) -> None:
            await asyncio.sleep(SHORT.total_seconds() * 0.6)
            writer.write(page)

        return script

    pages = {"/": slow(redirect("/2")), "/2": slow(redirect("/3")), "/3": slow(answer(b"late"))}
    async with running(pages=pages) as server:
        with pytest.raises(FetchError, match="did not answer within"):
            await fetched(server.url(), deadline=SHORT)
