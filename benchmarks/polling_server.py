"""Many small feeds on one loopback port, for `benchmarks.polling`: a process of its own, as cheap as it can be.

    python -m benchmarks.polling_server --interval 300 --share 0.02 --entries 40

Feed N is http://127.x.y.z:PORT/feed/N; the whole of 127.0.0.0/8 leads here (Linux), so that feeds have hosts of
their own and manners towards hosts are part of what is measured. In each interval the same share of all feeds gets
one new entry; all others answer 304 to a conditional request. The port is the first line printed.
"""

import argparse
import asyncio
import html
import re
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pydoc_data.topics import topics

FEEDS_A_HOST = 2
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

_PATH = re.compile(rb"GET /feed/(\d{1,9}) ")
_ETAG = re.compile(rb'\r\nif-none-match: *"(\d{1,12})"', re.IGNORECASE)


def address(feed: int, port: int) -> str:
    """Return the address of a feed: two to a host."""
    host = 2 + feed // FEEDS_A_HOST
    return f"http://127.{1 + host // 62_500}.{host // 250 % 250}.{1 + host % 250}:{port}/feed/{feed}"


class Feeds:
    """What every feed says when."""

    def __init__(self, *, interval: float, share: float, entries: int) -> None:
        self._interval = interval
        self._every = round(1 / share)  # intervals between two new entries of one feed
        self._entries = entries
        self._started = time.monotonic()
        self.asked = self.changed = 0
        words = " ".join(topics.values()).split()  # prose that every Python brings along
        self._paragraphs = [" ".join(words[start : start + 100]) for start in range(0, 97 * 100, 100)]

    def version(self, feed: int) -> int:
        """Return how many new entries a feed had so far."""
        return (int((time.monotonic() - self._started) / self._interval) + feed) // self._every

    def page(self, feed: int, version: int) -> bytes:
        """Return a page of RSS as WordPress writes it: about 1 KB an entry."""
        newest = version + self._entries
        items = "".join(self._entry(feed, number) for number in range(newest, newest - self._entries, -1))
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>Feed {feed}</title><link>https://example.org/{feed}</link>{items}</channel></rss>"
        ).encode()

    def _entry(self, feed: int, number: int) -> str:
        paragraph = self._paragraphs[(feed + number) % len(self._paragraphs)]
        markup = html.escape(f"<p>{html.escape(paragraph)}</p><p>Number {number} of {feed}.</p>")
        return (
            f"<item><title>Entry {number} of {feed}</title><link>https://example.org/{feed}/{number}</link>"
            f"<dc:creator>Ann</dc:creator><pubDate>{format_datetime(EPOCH + timedelta(hours=number))}</pubDate>"
            f'<guid isPermaLink="false">{feed}-{number}</guid>'
            f"<description>{html.escape(paragraph[:200])}…</description>"
            f"<content:encoded>{markup}</content:encoded></item>"
        )


class Answers(asyncio.Protocol):
    """One connection."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            request, self._received = self._received[: end + 4], self._received[end + 4 :]
            if self._transport is not None:
                self._transport.write(self._answer(request))

    def _answer(self, request: bytes) -> bytes:
        asked = _PATH.match(request)
        if asked is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        feed = int(asked[1])
        version = self._feeds.version(feed)
        self._feeds.asked += 1
        known = _ETAG.search(request)
        if known and int(known[1]) == version:
            return b'HTTP/1.1 304 Not Modified\r\nETag: "%d"\r\n\r\n' % version
        self._feeds.changed += 1
        body = self._feeds.page(feed, version)
        head = 'HTTP/1.1 200 OK\r\nETag: "%d"\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n'
        return (head % (version, len(body))).encode() + body


async def serve(feeds: Feeds) -> None:
    """Serve on a free port until killed."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")  # nobody but this machine
    listener.bind(("0.0.0.0", 0))
    server = await asyncio.get_running_loop().create_server(lambda: Answers(feeds), sock=listener, backlog=1024)
    print(listener.getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Serve as asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polling_server", description=__doc__)
    parser.add_argument("--interval", type=float, required=True, metavar="SECONDS")
    parser.add_argument("--share", type=float, required=True, help="of the feeds that change in an interval")
    parser.add_argument("--entries", type=int, required=True, help="on each page")
    chosen = parser.parse_args()
    asyncio.run(serve(Feeds(interval=chosen.interval, share=chosen.share, entries=chosen.entries)))


if __name__ == "__main__":
    main()
