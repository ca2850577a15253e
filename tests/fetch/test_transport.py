"""Connections: used again while they stand, few of them kept, none left behind."""

import asyncio
import sys

import pytest

from monitor.core.errors import FetchError
from monitor.core.model import Request
from tests.fetch.servers import GOOD, Server, answer, fetching, running


class Counting(Server):
    """Knows which of its connections are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open = 0
        self.changed = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            await super().serve(reader, writer)
        finally:
            self.open -= 1
            self.changed.set()

    async def are_open(self, count: int) -> None:
        async with asyncio.timeout(5):
            while self.open != count:
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def server():
    counting = Counting()
    listener = await asyncio.start_server(counting.serve, GOOD, 0)
    counting.port = listener.sockets[0].getsockname()[1]
    yield counting
    listener.close()


async def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again() -> None:
    async def closing(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"hello"))
        await writer.drain()

    async with running(GOOD, pages={"/": closing}) as server, fetching() as fetch:
        for _ in range(3):
            page = await fetch(Request(url=server.url()))
            assert page is not None
            await asyncio.sleep(0)

    assert server.connections == 3


async def test_an_answer_that_was_not_read_to_its_end_ends_its_connection(server: Counting) -> None:
    server.pages["/broken"] = answer(b"x" * 200_000, status=500)
    async with fetching() as fetch:
        for _ in range(2):
            with pytest.raises(FetchError):
                await fetch(Request(url=server.url("/broken")))
        assert await fetch(Request(url=server.url("/")))

        await server.are_open(1)
        assert server.connections == 3


async def test_only_so_many_connections_are_kept_open(server: Counting) -> None:
    async with fetching(concurrency=2, resolve=anywhere) as fetch:
        for number in range(6):
            assert await fetch(Request(url=server.url(host=f"site{number}.example")))

        await server.are_open(2)
        assert await fetch(Request(url=server.url(host="site5.example")))
        assert server.connections == 6


async def test_no_connection_is_left_behind(server: Counting) -> None:
    async with fetching(resolve=anywhere) as fetch:
        for number in range(3):
            await fetch(Request(url=server.url(host=f"site{number}.example")))
        await server.are_open(3)

    await server.are_open(0)


async def test_a_request_that_is_given_up_leaves_no_connection_behind() -> None:
    asked, left = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        left.set()
        writer.close()

    listener = await asyncio.start_server(silent, GOOD, 0)
    async with listener, fetching() as fetch:
        look = asyncio.create_task(fetch(Request(url=f"http://{GOOD}:{listener.sockets[0].getsockname()[1]}/")))
        await asked.wait()
        look.cancel()
        with pytest.raises(asyncio.CancelledError):
            await look

        async with asyncio.timeout(5):
            await left.wait()


async def test_a_request_searches_no_disk_for_modules(server: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []

    class Finder:
        def find_spec(self, name: str, *_: object) -> None:
            searched.append(name)

    async with fetching() as fetch:
        await fetch(Request(url=server.url()))
        monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
        await fetch(Request(url=server.url()))
        await fetch(Request(url=server.url(host="127.0.0.2")))

    assert searched == []


async def anywhere(_: str, __: int) -> list[str]:
    return [GOOD]
