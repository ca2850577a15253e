"""WebSockets through the guard: the same judged addresses, the same certificates, no proxy, no redirect.

The guard resolves the name once and judges every address; what is dialled here is one of those addresses, by
its number. The library is handed the connected socket, so it resolves nothing, follows nothing and asks no
proxy. TLS checks the certificate for the name. Compression is not offered: a small message could unpack into
a large one. What a message means is the business of `monitor/sources`.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import CloseCode
from websockets.http11 import Response

from monitor.core.errors import AddressRefused, FetchError, RateLimited
from monitor.fetch.guard import ATTEMPT_SECONDS, MOST_ATTEMPTS, Address, GuardedBackend, Resolver, system_resolver
from monitor.fetch.hosts import said
from monitor.fetch.options import FetchOptions
from monitor.fetch.problems import said_of
from monitor.fetch.wishes import UNNAMED_WAIT, retry_after

PORTS = {"ws": 80, "wss": 443}
MOST_MESSAGE_BYTES = 1024 * 1024
MOST_WAITING = 64  # messages read ahead; beyond, the network is not read, so a slow reader slows the sender
IDLE = timedelta(seconds=20)  # silence after which the other side is asked whether it lives, and then may answer
CLOSE_SECONDS = 2.0  # for saying goodbye

_EXAMPLE = "it should look like wss://example.org/stream"

# The library tells its troubles with tracebacks and, at the level of debugging, every byte; ours are one line.
_SILENT = logging.getLogger("monitor.websockets")
_SILENT.setLevel(logging.CRITICAL)


class MessageTooLarge(FetchError):
    """The other side sent a message larger than is read."""


class HandshakeRefused(FetchError):
    """The server does not accept what it is asked for (HTTP 400), such as a place to read on from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    url: str  # in the one form that every reader of it understands alike
    host: str
    port: int
    is_secure: bool


async def open_websocket(
    url: str,
    *,
    options: FetchOptions,
    resolve: Resolver = system_resolver,
    tls: ssl.SSLContext | None = None,
    idle: timedelta = IDLE,
    headers: Mapping[str, str] | None = None,
) -> "WebSocket":
    """Return an open connection to a `wss://` address, within the deadline of the options.

    `ws://` is for networks that the operator allows. `tls` replaces the public certificate authorities. `headers`
    are sent along, and shown nowhere. Raises FetchError (AddressRefused, RateLimited, HandshakeRefused), nothing
    else, whatever the server does.
    """
    target = _target(url)
    guard = GuardedBackend(resolve=resolve, allow=options.allow_networks)
    try:
        async with asyncio.timeout(options.deadline.total_seconds()):
            dialled = await _dialled(await _judged(target, guard), target)
            connection = await _greeted(target, dialled, user_agent=options.user_agent, tls=tls, headers=headers)
    except TimeoutError as error:
        raise FetchError(f"did not answer within {said(options.deadline)}") from error
    except InvalidStatus as error:
        raise _refusal(error.response) from error
    except WebSocketException as error:
        raise FetchError(f"{target.host} does not answer as a WebSocket does") from error
    except (OSError, EOFError, ValueError) as error:
        raise FetchError(f"{target.host} {said_of(error)}") from error
    return WebSocket(connection, host=target.host, idle=idle)


class WebSocket:
    """An open connection, read message by message."""

    def __init__(self, connection: ClientConnection, *, host: str, idle: timedelta = IDLE) -> None:
        self._connection = connection
        self._host = host
        self._received = 0
        self._is_waiting = False
        self._is_dead = False
        self._care = asyncio.create_task(self._care_for(idle.total_seconds()), name=f"websocket {host}")

    async def receive(self) -> bytes:
        """Return the next message as it was sent. Raises FetchError (MessageTooLarge) once the connection is lost."""
        self._is_waiting = True
        try:
            message = await self._connection.recv(decode=False)
        except ConnectionClosed as error:
            raise self._end(error) from error
        finally:
            self._is_waiting = False
        self._received += 1
        return message

    async def close(self) -> None:
        """Say goodbye and close; waits a moment for the other side to do so too, at most."""
        self._care.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._connection.close()
        self._connection.transport.abort()

    async def _care_for(self, idle: float) -> None:
        """Notice a peer that vanished without a word: a silent one is asked, one that does not answer is given up.

        Only while somebody waits for a message: when we are the slow ones, its answer waits behind what was not read.
        """
        while True:
            before = self._received
            await asyncio.sleep(idle)
            if not self._is_waiting or self._received != before:
                continue
            try:
                lives = await self._answers(idle)
            except ConnectionClosed:
                return
            if not lives and self._is_waiting and self._received == before:
                self._is_dead = True
                self._connection.transport.abort()
                return

    async def _answers(self, within: float) -> bool:
        """Whether the other side answers a ping. Raises ConnectionClosed.

        It is waited for in two halves: a standstill of our own ends one of them, and is not taken for silence.
        """
        try:
            async with asyncio.timeout(within):
                pong = asyncio.ensure_future(await self._connection.ping())
        except TimeoutError:
            return False
        for _ in range(2):
            await asyncio.wait({pong}, timeout=within / 2)
        if pong.done():
            pong.result()
        return pong.done()

    def _end(self, error: ConnectionClosed) -> FetchError:
        """Return what a lost connection means. The server's own words about it are not repeated."""
        if self._is_dead:
            return FetchError(f"{self._host} no longer answers")
        if error.rcvd is not None and error.rcvd_then_sent is not False:
            return FetchError(f"{self._host} closed the connection (code {error.rcvd.code})")
        if error.sent is not None and error.sent.code == CloseCode.MESSAGE_TOO_BIG:
            return MessageTooLarge(f"{self._host} sent a message larger than {MOST_MESSAGE_BYTES // 1024} KiB")
        if error.sent is not None and error.sent.code == CloseCode.PROTOCOL_ERROR:
            return FetchError(f"{self._host} does not speak proper WebSocket")
        return FetchError(f"{self._host} broke off the connection")


def _target(url: str) -> _Target:
    try:
        read = httpx.URL(url.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        # `from None`: the library's text repeats parts of the address, a password among them
        raise FetchError(f"the address cannot be read: {_EXAMPLE}") from None
    if read.scheme not in PORTS:
        raise AddressRefused(f"not the address of a stream: {_EXAMPLE}")
    if read.userinfo:
        raise AddressRefused("the address of a stream holds no name and password")
    if not read.raw_host:
        raise FetchError(f"the address names no host: {_EXAMPLE}")
    port = PORTS[read.scheme] if read.port is None else read.port
    if not 0 < port < 65536:
        raise FetchError(f"there is no port {port}")
    return _Target(url=str(read), host=read.raw_host.decode("ascii"), port=port, is_secure=read.scheme == "wss")


async def _judged(target: _Target, guard: GuardedBackend) -> Sequence[Address]:
    addresses = await guard.judged(target.host, target.port)
    if not target.is_secure and not all(map(guard.is_exempt, addresses)):
        raise AddressRefused(
            "only wss:// addresses are read; the operator can allow a network for ws:// (fetch.allow_networks)"
        )
    return addresses


async def _dialled(addresses: Sequence[Address], target: _Target) -> socket.socket:
    """Return a socket connected to the first address that answers."""
    failure: OSError | None = None
    for address in addresses[:MOST_ATTEMPTS]:
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        dialled = socket.socket(family, socket.SOCK_STREAM)
        dialled.setblocking(False)
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                await asyncio.get_running_loop().sock_connect(dialled, (str(address), target.port))
        except OSError as error:  # TimeoutError among them
            dialled.close()
            failure = failure or error
        except BaseException:
            dialled.close()
            raise
        else:
            return dialled
    said_why = "refuses connections" if isinstance(failure, ConnectionRefusedError) else "cannot be connected to"
    raise FetchError(f"{target.host} {said_why}" if addresses else f"{target.host} has no address") from failure


async def _greeted(
    target: _Target,
    dialled: socket.socket,
    *,
    user_agent: str,
    tls: ssl.SSLContext | None,
    headers: Mapping[str, str] | None,
) -> ClientConnection:
    return await connect(
        target.url,
        sock=dialled,
        ssl=(tls or _public_authorities()) if target.is_secure else None,
        server_hostname=target.host if target.is_secure else None,
        proxy=None,
        compression=None,
        user_agent_header=user_agent,
        additional_headers=headers,
        open_timeout=None,  # the deadline of the whole is the limit
        close_timeout=CLOSE_SECONDS,
        ping_interval=None,  # the library's own would give up a peer whose answer we are too slow to read
        max_size=MOST_MESSAGE_BYTES,
        max_queue=MOST_WAITING,
        logger=_SILENT,
    )


@cache
def _public_authorities() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _refusal(answer: Response) -> FetchError:
    """Return what an answer means that is no open connection."""
    status = answer.status_code
    try:
        words = f"answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        words = f"answered {status}"
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers = {name.lower(): value for name, value in answer.headers.raw_items()}
        wait = retry_after(headers, now=datetime.now(UTC))
        if wait is None and status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = UNNAMED_WAIT
        if wait is not None:
            return RateLimited(f"{words}: asks to be left alone for {said(wait)}", wait=wait)
    return HandshakeRefused(words) if status == HTTPStatus.BAD_REQUEST else FetchError(words)
