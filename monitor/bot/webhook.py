"""Updates as Telegram brings them: a small HTTP server that a reverse proxy with TLS stands before (extra `webhook`).

A request is answered only after its update was handled, so that Telegram brings one again that a crash cut short
(core.telegram.org/bots/api#setwebhook). Who does not know the secret token, which Telegram sends with each, gets
nothing. The token is made from the bot's own, so that there is nothing more to keep.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from monitor.core.errors import SettingsError

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024  # bytes of one update
AT_ONCE = 8  # connections Telegram may use, and so updates handled at once
Hear = Callable[[dict[str, Any]], Awaitable[None]]
"""Handles one update; what it raises lets Telegram bring the update again."""


def secret_of(token: str) -> str:
    """Return the secret that Telegram sends with each update to the bot with this token."""
    return hmac.new(token.encode(), b"quote-monitor webhook", hashlib.sha256).hexdigest()


class Webhook:
    """The server while it runs."""

    def __init__(self, url: str, *, host: str, port: int, secret: str, hear: Hear) -> None:
        self._path = urlsplit(url).path or "/"
        self._host, self._port = host, port
        self._secret = secret
        self._hear = hear
        self._server: Any = None

    @property
    def port(self) -> int:
        """Where it listens, once it does."""
        return self._port

    def start(self) -> None:
        """Begin to listen. Raises SettingsError when the extra is missing or the address is taken."""
        try:
            from tornado.httpserver import HTTPServer
            from tornado.netutil import bind_sockets
            from tornado.web import Application
        except ImportError:
            raise SettingsError(
                "telegram.webhook_url needs an extra: pip install 'quote-monitor[webhook]' (or leave it out)."
            ) from None
        try:
            sockets = bind_sockets(self._port, address=self._host)
        except OSError as error:
            raise SettingsError(
                f"{self._host}:{self._port} cannot be listened at ({error.strerror}): "
                "choose another telegram.webhook_port."
            ) from error
        self._port = sockets[0].getsockname()[1]
        application = Application([(".*", _handler(), {"webhook": self})], log_function=lambda _: None)
        self._server = HTTPServer(application, max_buffer_size=LARGEST, max_body_size=LARGEST, xheaders=False)
        self._server.add_sockets(sockets)

    async def stop(self) -> None:
        """Listen no more, and finish what is being handled."""
        if self._server:
            self._server.stop()
            await self._server.close_all_connections()
            self._server = None

    def is_ours(self, path: str, secret: str) -> bool:
        """Tell whether a request is Telegram's."""
        return path == self._path and hmac.compare_digest(secret.encode(), self._secret.encode())

    async def take(self, body: bytes) -> int:
        """Handle the update in a request, and return the HTTP status for it."""
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return 400
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return 400
        try:
            await asyncio.shield(self._hear(update))
        except Exception:  # noqa: BLE001  # logged where it happened; Telegram brings the update again
            return 500
        return 200


def _handler() -> type[Any]:
    """Return the class that answers requests; made here, since the library is an extra."""
    from tornado.web import RequestHandler

    class Handler(RequestHandler):
        def initialize(self, webhook: Webhook) -> None:
            self._webhook = webhook

        async def post(self) -> None:
            if self._webhook.is_ours(self.request.path, self.request.headers.get(HEADER, "")):
                self.set_status(await self._webhook.take(self.request.body))
            else:
                self.set_status(403)

        def write_error(self, status_code: int, **_: Any) -> None:
            self.set_status(status_code)
            self.finish()

        def set_default_headers(self) -> None:
            self.clear_header("Server")

        def data_received(self, chunk: bytes) -> None:
            """Take no body in pieces."""

    return Handler
