"""A small newspaper stand: sample feeds over real local HTTP, with ETag and 304, which change as they are polled.

`outlets/NAME.N.SUFFIX` is what outlet NAME answers from its N-th poll on. `{{rfc822 3 hours}}` and
`{{iso 3 hours}}` in a sample stand for that long before the server started.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

OUTLETS = Path(__file__).parent / "outlets"
TYPES = {".xml": "application/xml", ".json": "application/feed+json"}
STAGES = 3  # polls until every outlet has said all
AGO = re.compile(r"\{\{(rfc822|iso) (\d{1,4}) (minutes|hours)\}\}")


def outlets() -> list[str]:
    """Return the names of the sample outlets."""
    return sorted({path.name.split(".")[0] for path in OUTLETS.iterdir()})


def edition(outlet: str, polls: int) -> Path | None:
    """Return the sample an outlet answers its `polls`-th poll with (1 is the first), or None when there is no such."""
    there = [path for path in OUTLETS.glob(f"{outlet}.*") if int(path.name.split(".")[1]) <= polls]
    return max(there, key=lambda path: int(path.name.split(".")[1]), default=None)


def printed(sample: Path, *, now: datetime) -> bytes:
    """Return a sample with its dates filled in, in the encoding it declares."""

    def date(found: re.Match[str]) -> str:
        then = now - timedelta(**{found[3]: int(found[2])})
        return format_datetime(then) if found[1] == "rfc822" else then.isoformat(timespec="seconds")

    text = AGO.sub(date, sample.read_text("utf-8"))
    return text.encode("iso-8859-1" if 'encoding="ISO-8859-1"' in text else "utf-8", "xmlcharrefreplace")


class Stand:
    """What has been polled so far, shared by the server's threads."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self._polls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def next_edition(self, outlet: str) -> Path | None:
        """Count a poll of `outlet` and return what it answers."""
        with self._lock:
            self._polls[outlet] += 1
            return edition(outlet, self._polls[outlet])


class Clerk(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"

    def __init__(self, stand: Stand, *args: object) -> None:
        self._stand = stand
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes them on

    def do_GET(self) -> None:
        """Answer with the edition of the day, or 304 when the reader has it."""
        found = re.fullmatch(r"/([a-z-]{1,40})/feed", self.path)
        sample = self._stand.next_edition(found[1]) if found else None
        if sample is None:
            self._answer(404, b"no such outlet", "text/plain")
        elif self.headers.get("If-None-Match") == f'"{sample.name}"':
            self._answer(304, b"", "", etag=sample.name)
        else:
            self._answer(200, printed(sample, now=self._stand.now), TYPES[sample.suffix], etag=sample.name)

    def _answer(self, status: int, body: bytes, content_type: str, *, etag: str | None = None) -> None:
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        if etag:
            self.send_header("ETag", f'"{etag}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent: the program under demonstration speaks."""


@contextmanager
def serving(*, now: datetime | None = None) -> Iterator[str]:
    """Serve the sample feeds on a free loopback port while inside; yields the address of the server."""
    stand = Stand(now=now or datetime.now(UTC))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Clerk, stand)) as server:
        threading.Thread(target=server.serve_forever, name="newspaper-stand", daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
