"""The three ways a connection can end: with an answer, in good order without one, and with a reset."""

import asyncio
import socket
import struct
from typing import Any

from aiohttp import web

from tests.fakes.botapi.errors import ApiError


def respond(outcome: Any) -> web.Response:
    """Return a result, or an ApiError, as the Bot API would."""
    if isinstance(outcome, ApiError):
        return web.json_response(outcome.as_json(), status=outcome.code)
    return web.json_response({"ok": True, "result": outcome})


def hang_up(transport: asyncio.Transport | None) -> web.Response:
    """Close a connection in good order (FIN)."""
    if transport:
        transport.close()
    return web.Response()  # goes nowhere


def reset(transport: asyncio.Transport | None) -> web.Response:
    """Close a connection so that the other side sees a reset: lingering for no time sends RST instead of FIN."""
    if transport and not transport.is_closing():
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()  # goes nowhere
