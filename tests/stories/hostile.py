"""The whole program against a web of its own, hostile sites among them: the names are any, the addresses loopback."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

from monitor import app
from monitor.core.model import SourceKind, WantedQuote, WantedSource
from monitor.fetch import HttpFetch, Resolver
from monitor.life import Monitor
from monitor.settings import Configuration, Settings
from tests.builders import QUOTE
from tests.fakes.ports import FakeNotify
from tests.fetch.servers import TLS, Script, Server, answer, running

LOOPBACK = "127.0.0.1"


def rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>Press</title>{''.join(items)}</channel></rss>".encode()


def described(description: str) -> bytes:
    return rss(f"<item><guid>1</guid><description><![CDATA[{description}]]></description></item>")


def laughs() -> bytes:
    """Ten thousand million laughs in half a kilobyte."""
    entities = "".join(f"<!ENTITY l{level} '" + f"&l{level - 1};" * 10 + "'>" for level in range(1, 11))
    return f"<!DOCTYPE rss [<!ENTITY l0 'ha'>{entities}]>".encode() + rss("<item><title>&l10;</title></item>")


def nested(levels: int = 200_000) -> bytes:
    """XML so deep that reading it takes seconds."""
    return rss(f"<item><description>{'<b>' * levels}x{'</b>' * levels}</description></item>")


def attributes(count: int = 100_000) -> bytes:
    given = " ".join(f"a{number}='1'" for number in range(count))
    return rss(f"<item><title {given}>x</title></item>")


def markup(levels: int = 500_000) -> bytes:
    """A description of tags without end."""
    return described("<div><table>" * (levels // 2))


def many_parts(count: int = 12_000) -> bytes:
    """One entry that describes itself over and over."""
    parts = "".join(f"<media:description>{number} a</media:description>" for number in range(count))
    return rss(f"<item><guid>1</guid>{parts}</item>").replace(
        b"<rss ", b"<rss xmlns:media='http://search.yahoo.com/mrss/' "
    )


def stacked_gzip(megabytes: int = 64) -> bytes:
    body = gzip.compress(gzip.compress(bytes(megabytes * 1024 * 1024)))
    return answer(body, headers={"Content-Encoding": "gzip, gzip"})


def gzip_bomb(megabytes: int = 64) -> bytes:
    return answer(gzip.compress(bytes(megabytes * 1024 * 1024)), headers={"Content-Encoding": "gzip"})


async def endless(writer: asyncio.StreamWriter) -> None:
    """Send a byte now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n<rss><channel>")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


class Web:
    """Names, and the one server behind them; `is_up` is false while nobody can be reached."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.is_up = True
        self.unknown: set[str] = set()  # names that nobody knows any more

    def url(self, name: str, path: str) -> str:
        return f"http://{name}:{self.server.port}{path}"

    def publish(self, path: str, page: bytes | Script) -> None:
        """Answer `path` with a page, or with what a script or a whole answer (`HTTP/1.1 …`) says."""
        raw = (
            page
            if not isinstance(page, bytes) or page.startswith(b"HTTP/")
            else answer(page, headers={"Connection": "close"})
        )
        self.server.pages[path] = raw

    async def resolve(self, host: str, _: int) -> Sequence[str]:
        if not self.is_up or host in self.unknown:
            raise OSError("temporary failure in name resolution")
        return [LOOPBACK]


@asynccontextmanager
async def a_web() -> AsyncIterator[Web]:
    async with running(LOOPBACK) as server:
        yield Web(server)


@asynccontextmanager
async def a_monitor(
    folder: Path,
    resolve: Resolver,
    urls: Sequence[str],
    *,
    quotes: Sequence[str] = (QUOTE,),
    every: timedelta | None = None,
    notify: FakeNotify | None = None,
    **fetch: object,
) -> AsyncIterator[Monitor]:
    """The program as it is assembled, with names that `resolve` knows."""
    settings = Settings(
        telegram={"channel": "-1001"},
        database={"path": folder / "q.db"},
        fetch={"allow_networks": ["127.0.0.0/8"], "host_spacing": "0s", **fetch},
    )
    configuration = Configuration(
        settings=settings,
        sources=tuple(WantedSource(kind=SourceKind.FEED, address=url, name=url, every=every) for url in urls),
        quotes=tuple(WantedQuote(text=quote) for quote in quotes),
    )
    fetch_of = partial(HttpFetch, resolve=resolve, tls=TLS)
    async with AsyncExitStack() as stack:
        with patch.object(app, "HttpFetch", fetch_of):
            monitor = await stack.enter_async_context(app.assembled(configuration, notify=notify or FakeNotify()))
        yield monitor


BOMBS: dict[str, Callable[[], bytes | Script]] = {
    "entities": laughs,
    "nesting": nested,
    "attributes": attributes,
    "one entry of many parts": many_parts,
    "markup": markup,
    "stacked gzip": stacked_gzip,
    "gzip": gzip_bomb,
    "an endless body": lambda: endless,
}
