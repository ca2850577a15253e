"""Requests and answers of httpx over connections of httpcore that all go through the guard.

httpx's client is left out: its redirects, cookies, proxies and sign-ins are what a guarded fetch must not have, and its
transport cannot be given another way to connect. Connections are kept here and not in httpcore's pool, which at every
request asks the system about each connection that waits.
"""

import ssl
import sys
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from importlib.util import find_spec
from typing import cast

import httpcore
import httpx

from monitor.fetch.guard import GuardedBackend

KEEPALIVE_SECONDS = 15.0  # long enough for the next source of the same host

# httpcore imports sniffio, if there is one, several times in each request, and where there is none each import searches
# the disk. None ends the search (docs.python.org/3/reference/import.html#the-module-cache).
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]


class _Idle:
    """Connections that wait for the next request to their origin, `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[httpcore.AsyncHTTPConnection] = []  # the one used last stands last
        self._is_closed = False

    async def take(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection | None:
        """Return a connection to `origin` that still stands, the one used last, or None."""
        for connection in reversed([one for one in self._waiting if one.can_handle_request(origin)]):
            self._waiting.remove(connection)
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    async def keep(self, connection: httpcore.AsyncHTTPConnection) -> None:
        """Let a connection wait if it can be used again. Those that waited too long make place."""
        if self._is_closed or not connection.is_idle():
            await connection.aclose()
            return
        self._waiting.append(connection)
        while self._waiting and (len(self._waiting) > self._most or self._waiting[0].has_expired()):
            await self._waiting.pop(0).aclose()

    async def aclose(self) -> None:
        """Close all that wait, and those that are still in use when they come back."""
        self._is_closed = True
        while self._waiting:
            await self._waiting.pop().aclose()


class _Body(httpx.AsyncByteStream):
    """The body of an answer of httpcore, as httpx wants it."""

    def __init__(self, answer: httpcore.Response, done: Callable[[], Awaitable[None]]) -> None:
        self._answer = answer
        self._done = done

    def __aiter__(self) -> AsyncIterator[bytes]:
        return cast("AsyncIterable[bytes]", self._answer.stream).__aiter__()

    async def aclose(self) -> None:
        try:
            await self._answer.aclose()
        finally:
            await self._done()


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests through guarded connections: HTTP/1.1, no proxy, no retries. `idle` of them wait for the next."""

    def __init__(self, backend: GuardedBackend, *, tls: ssl.SSLContext, idle: int) -> None:
        self._backend = backend
        self._tls = tls
        self._idle = _Idle(idle)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, return the answer with its body still to be read. Raises the errors of httpcore."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        connection = await self._idle.take(url.origin) or self._new(url.origin)
        try:
            answer = await connection.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=url,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except BaseException:
            await connection.aclose()
            raise
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer, lambda: self._idle.keep(connection)),
            extensions=answer.extensions,
        )

    def _new(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        return httpcore.AsyncHTTPConnection(
            origin, ssl_context=self._tls, keepalive_expiry=KEEPALIVE_SECONDS, network_backend=self._backend
        )

    async def aclose(self) -> None:
        """Close the connections that wait; one in use is closed by who uses it."""
        await self._idle.aclose()
