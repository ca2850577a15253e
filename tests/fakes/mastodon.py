"""The streaming server of a Mastodon instance on loopback: it asks for a token, forgets everything, replays nothing."""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

TOKEN = "s3cr3t-t0ken"
SILENT = logging.getLogger("tests.fakes.mastodon")  # it logs what it is told, the token among it
SILENT.setLevel(logging.CRITICAL)

FIRST_ID = 115_850_000_000_000_000


def status(number: int, text: str, **given: Any) -> dict[str, Any]:
    """A status of this number."""
    where = f"https://home.example/users/ann/statuses/{number}"
    return {
        "id": str(FIRST_ID + number),
        "uri": where,
        "url": where,
        "created_at": "2026-01-06T19:59:00.000Z",
        "content": f"<p>{text}</p>",
        "language": "en",
        "account": {"id": "1", "acct": "ann@home.example"},
        **given,
    }


def event(name: str, payload: object) -> str:
    told = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"stream": ["hashtag", "cats"], "event": name, "payload": told})


def update(number: int, text: str) -> str:
    return event("update", status(number, text))


def edit(number: int, text: str) -> str:
    return event("status.update", status(number, text, edited_at="2026-01-06T19:59:30.000Z"))


def delete(number: int) -> str:
    return event("delete", str(FIRST_ID + number))


@dataclass
class Streaming:
    """`async with Streaming() as server:` and connect to `server.host`."""

    name: str = "127.0.0.2"
    refusal: HTTPStatus | None = None
    asked: list[Mapping[str, list[str]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server: Server | None = None
        self._connections: set[ServerConnection] = set()

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve, self.name, 0, process_request=self._judge, ping_interval=None, logger=SILENT
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self.hang_up()
        self._server.close()
        await self._server.wait_closed()

    @property
    def host(self) -> str:
        assert self._server is not None
        return f"{self.name}:{next(iter(self._server.sockets)).getsockname()[1]}"

    @property
    def listeners(self) -> int:
        return len(self._connections)

    async def say(self, *messages: str) -> None:
        """Say something to everybody who is connected, and to nobody else ever."""
        for connection in tuple(self._connections):
            for message in messages:
                await connection.send(message)

    def hang_up(self) -> None:
        """Break off every connection."""
        for connection in tuple(self._connections):
            connection.transport.abort()

    def _judge(self, connection: ServerConnection, request: Request) -> Response | None:
        self.paths.append(request.path)
        if self.refusal is not None:
            return connection.respond(self.refusal, "no\n")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "")
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.asked.append(parse_qs(urlsplit(connection.request.path).query))
        self._connections.add(connection)
        with suppress(ConnectionClosed, asyncio.CancelledError):
            await connection.wait_closed()
        self._connections.discard(connection)
