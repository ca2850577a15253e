"""Real servers on loopback addresses, scripted down to the byte, and the fetches that talk to them.

The good server is on 127.0.0.2, which the tests allow; the canary is on other loopback addresses and counts who
gets through to it.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network

import httpx

from monitor.core.model import Page, Request
from monitor.fetch import FetchOptions, HttpFetch, Resolver

GOOD = "127.0.0.2"
CANARY = "127.0.0.3"
TLS = httpx.create_ssl_context(trust_env=False)  # reading all authorities takes a while, once is enough

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(
    body: bytes = b"", *, status: int = 200, headers: Mapping[str, str] | None = None, length: bool = True
) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def redirect(to: str, status: int = 302) -> bytes:
    return answer(status=status, headers={"Location": to})


@dataclass
class Asked:
    target: str
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""


@dataclass
class Server:
    """Answers each path as scripted: with bytes, or with a function that writes what it likes."""

    port: int = 0
    host: str = GOOD
    pages: dict[str, bytes | Script] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"http://{host or self.host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").split("\r\n")
                method, target, _ = first.split(" ")
                pairs = [line.split(": ", 1) for line in lines if line]
                names = [name.lower() for name, _ in pairs]
                assert len(names) == len(set(names)), f"a header was sent twice: {names}"
                headers = {name.lower(): value for name, value in pairs}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.asked.append(Asked(target, headers, method, body))
                page = self.pages.get(target, answer(b"hello"))
                if not isinstance(page, bytes):
                    await page(writer)
                    return
                writer.write(page)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the other side, or the test, has left
        finally:
            writer.close()


@asynccontextmanager
async def running(*hosts: str, pages: Mapping[str, bytes | Script] | None = None, port: int = 0, **given: object):
    """Run a server on one or several addresses, all on one port."""
    hosts = hosts or (GOOD,)
    server = Server(host=hosts[0], pages=dict(pages or {}))
    listeners = await _listening(server, hosts, port, **given)
    try:
        server.port = listeners[0].sockets[0].getsockname()[1]
        yield server
    finally:
        for listener in listeners:
            listener.close()


async def _listening(server: Server, hosts: Sequence[str], port: int, **given: object) -> list[asyncio.Server]:
    """Listen on one port of all `hosts`; a free one of the first may be taken on another, then a next is tried."""
    for attempt in range(10):
        listeners = [await asyncio.start_server(server.serve, hosts[0], port, **given)]
        chosen = listeners[0].sockets[0].getsockname()[1]
        try:
            for host in hosts[1:]:
                listeners.append(await asyncio.start_server(server.serve, host, chosen, **given))  # noqa: PERF401
        except OSError:
            for listener in listeners:
                listener.close()
            if attempt == 9:
                raise
        else:
            return listeners
    raise AssertionError


@asynccontextmanager
async def canary() -> AsyncIterator[Server]:
    """Run a server that nobody may reach: on 127.0.0.1, 127.0.0.3 and, where there is IPv6, ::1."""
    hosts = ["127.0.0.1", CANARY]
    if has_ipv6():
        hosts.append("::1")
    async with running(*hosts) as server:
        server.host = CANARY
        yield server


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def options(**given: object) -> FetchOptions:
    known = {
        "user_agent": "quote-monitor-tests",
        "allow_networks": (ip_network(GOOD),),
        "host_spacing": timedelta(),
        "deadline": timedelta(seconds=10),
    }
    return FetchOptions(**(known | given))  # type: ignore[arg-type]


def fetching(*, resolve: Resolver | None = None, room: asyncio.Event | None = None, **given: object) -> HttpFetch:
    return HttpFetch(options(**given), resolve=resolve or resolved, tls=TLS, room=room)


async def fetched(url: str, **given: object) -> Page | None:
    """Fetch one URL with a fresh `HttpFetch`."""
    async with fetching(**given) as fetch:
        return await fetch(Request(url=url))


NAMES = {
    "good.example": [GOOD],
    "public.example": [GOOD],  # stands for the internet: the tests leave this machine never
    "canary.example": [CANARY],
    "one-private.example": [GOOD, CANARY],
    "v6-private.example": [GOOD, "::1"],
}


async def resolved(host: str, port: int) -> list[str]:
    """Resolve what the system reads as a number, names of 127.0.0.1, and NAMES: no name server is asked."""
    name = host.rstrip(".").lower()
    if name in NAMES:
        return NAMES[name]
    if name.split(".")[-1] in ("localhost", "localdomain") or name.endswith((".nip.io", ".local", ".internal")):
        return ["127.0.0.1"]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(entry[4][0]) for entry in found]
