"""httpx over a connection pool whose connections all go through the guard.

httpx's own transport cannot be given another way to connect; this one is the same few lines with it.
"""

import ssl
from collections.abc import AsyncIterable, AsyncIterator
from typing import cast

import httpcore
import httpx

from monitor.fetch.guard import GuardedBackend

KEEPALIVE_SECONDS = 15.0  # long enough for the next source of the same host


class _Body(httpx.AsyncByteStream):
    """The body of an answer of httpcore, as httpx wants it."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return cast("AsyncIterable[bytes]", self._answer.stream).__aiter__()

    async def aclose(self) -> None:
        await self._answer.aclose()


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests through guarded connections: HTTP/1.1, no proxy, no retries."""

    def __init__(self, backend: GuardedBackend, *, tls: ssl.SSLContext, connections: int) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            network_backend=backend,
            ssl_context=tls,
            max_connections=2 * connections,  # idle ones must not make a request wait
            max_keepalive_connections=connections,
            keepalive_expiry=KEEPALIVE_SECONDS,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, return the answer with its body still to be read. Raises the errors of httpcore."""
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()
