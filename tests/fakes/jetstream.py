"""A Jetstream server on loopback that speaks the v1 wire over real WebSockets, with the faults of the real one.

It remembers what it says, starts where a cursor asks to, and forgets old events as silently as the real one.
Events are in the order they are sent, which is not quite the order of their times.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

POSTS = "app.bsky.feed.post"
START_US = 1_767_700_800_000_000  # 2026-01-06, noon UTC

Line = tuple[int, str]
"""The time of an event in microseconds, and the message."""


def commit(
    number: int, operation: str, *, record: Mapping[str, Any] | None = None, collection: str = POSTS, time_us: int = 0
) -> Line:
    time_us = time_us or START_US + number * 200_000
    told: dict[str, Any] = {"rev": "3mptbypoy522s", "operation": operation, "collection": collection}
    told["rkey"] = f"3k{number:011d}"
    if record is not None:
        told |= {"record": record, "cid": "bafyreib2rxk3rh6kzwq"}
    event = {"did": f"did:plc:{number % 997:024d}", "time_us": time_us, "kind": "commit", "commit": told}
    return time_us, json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def post(number: int, text: str, **given: Any) -> Line:
    """A post of this number; `time_us` moves it, `embed` and the like go into its record."""
    record = {"$type": POSTS, "createdAt": "2026-01-06T12:00:00.000Z", "langs": ["en"], "text": text}
    time_us = given.pop("time_us", 0)
    return commit(number, "create", record=record | given, time_us=time_us)


def edit(number: int, text: str, time_us: int = 0) -> Line:
    return commit(number, "update", record={"$type": POSTS, "text": text, "langs": ["en"]}, time_us=time_us)


def delete(number: int, time_us: int = 0) -> Line:
    return commit(number, "delete", time_us=time_us)


def like(number: int) -> Line:
    subject = {"cid": "bafyrei", "uri": f"at://did:plc:{number:024d}/{POSTS}/3kabc"}
    record = {"$type": "app.bsky.feed.like", "subject": subject}
    return commit(number, "create", record=record, collection="app.bsky.feed.like")


def identity(number: int) -> Line:
    time_us = START_US + number * 200_000
    told = {"did": "did:plc:x", "handle": "ann.example", "seq": number, "time": "2026-01-06T12:00:00Z"}
    return time_us, json.dumps({"did": "did:plc:x", "time_us": time_us, "kind": "identity", "identity": told})


def account(number: int) -> Line:
    time_us = START_US + number * 200_000
    told = {"active": True, "did": "did:plc:x", "seq": number, "time": "2026-01-06T12:00:00Z"}
    return time_us, json.dumps({"did": "did:plc:x", "time_us": time_us, "kind": "account", "account": told})


def raw(number: int, message: str) -> Line:
    """Whatever a broken server might say."""
    return START_US + number * 200_000, message


@dataclass
class Asked:
    """One connection as it was asked for."""

    parameters: Mapping[str, list[str]]
    headers: Mapping[str, str]
    sent: int = 0

    @property
    def cursor(self) -> int | None:
        return int(self.parameters["cursor"][0]) if "cursor" in self.parameters else None


@dataclass
class Jetstream:
    """`async with Jetstream([post(1, "hello")]) as server:` and connect to `server.url`.

    A connection without a cursor starts at event `live_from` (None: with the next that is published).
    """

    lines: list[Line] = field(default_factory=list)
    live_from: int | None = 0
    oldest: int = 0  # the first event still known; older cursors start here
    closes: list[int] = field(default_factory=list)  # the connections in turn are closed after so many messages
    close_code: int = 1011
    twice: bool = False  # every message comes two times
    refuse: HTTPStatus | None = None  # what every connection is answered instead
    refuse_cursors: bool = False
    refusal_headers: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.2"
    asked: list[Asked] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self._news = asyncio.Condition()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: Server | None = None
        self._talking: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve, self.host, 0, process_request=self._judge, compression=None, ping_interval=None, max_queue=4
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        for talking in self._talking:
            talking.cancel()
        for connection in tuple(self._server.connections):
            connection.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    @property
    def url(self) -> str:
        return f"ws://{self.host}:{self.port}/subscribe"

    async def publish(self, lines: Iterable[Line]) -> None:
        """Say something more to everybody who is connected."""
        async with self._news:
            self.lines.extend(lines)
            self._news.notify_all()

    def stall(self) -> None:
        """Say nothing more, without closing anything."""
        self._flowing.clear()

    def flow(self) -> None:
        """Go on after a stall."""
        self._flowing.set()

    def _judge(self, connection: ServerConnection, request: Request) -> Response | None:
        has_cursor = "cursor" in parse_qs(urlsplit(request.path).query)
        status = self.refuse or (HTTPStatus.BAD_REQUEST if self.refuse_cursors and has_cursor else None)
        if status is None:
            return None
        self.refused += 1
        answer = connection.respond(status, "no\n")
        for name, value in self.refusal_headers.items():
            answer.headers[name] = value
        return answer

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        parameters = parse_qs(urlsplit(connection.request.path).query)
        asked = Asked(parameters, dict(connection.request.headers.raw_items()))
        self.asked.append(asked)
        most = self.closes.pop(0) if self.closes else None
        talking = asyncio.ensure_future(self._tell(connection, asked, self._start(asked.cursor), most))
        self._talking.add(talking)
        leaving = asyncio.ensure_future(connection.wait_closed())
        await asyncio.wait([talking, leaving], return_when=asyncio.FIRST_COMPLETED)
        talking.cancel()
        with suppress(ConnectionClosed, asyncio.CancelledError):
            await talking
        self._talking.discard(talking)
        await connection.close(self.close_code if most is not None else 1000)
        await leaving

    async def _tell(self, connection: ServerConnection, asked: Asked, at: int, most: int | None) -> None:
        while True:
            async with self._news:
                while at >= len(self.lines):
                    await self._news.wait()
            for _, message in self.lines[at:]:
                at += 1
                for _ in range(2 if self.twice else 1):
                    if most is not None and asked.sent >= most:
                        return
                    await self._flowing.wait()
                    await connection.send(message)
                    asked.sent += 1

    def _start(self, cursor: int | None) -> int:
        if cursor is None:
            return len(self.lines) if self.live_from is None else self.live_from
        later = (number for number, (time_us, _) in enumerate(self.lines) if time_us >= cursor)
        return max(next(later, len(self.lines)), self.oldest)
