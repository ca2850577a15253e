"""A web server of feeds on loopback, for the real program to poll: what each path answers is set by the test."""

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


def rss(*texts: str) -> bytes:
    """A feed whose posts say these texts, published now."""
    now = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><guid>{escape(text)}</guid><title>{escape(text)}</title><pubDate>{now}</pubDate></item>"
        for text in texts
    )
    return f"<rss version='2.0'><channel><title>Press</title>{items}</channel></rss>".encode()


class Press:
    """`with Press() as press: press.pages["/a"] = rss("Come get me, coward!")`; the feed is at `press.url("/a")`."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.statuses: dict[str, int] = {}
        self.asked: Counter[str] = Counter()
        press = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                press.asked[self.path] += 1
                body = press.pages.get(self.path)
                self.send_response(press.statuses.get(self.path, 200 if body is not None else 404))
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def publish(self, path: str, texts: Iterable[str]) -> None:
        self.pages[path] = rss(*texts)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
