"""python-telegram-bot's real client, pointed at the fake."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot
from telegram.ext import Application, ApplicationBuilder
from telegram.request import HTTPXRequest

from tests.fakes.botapi.server import FakeBotApi


@asynccontextmanager
async def a_bot(api: FakeBotApi, *, token: str | None = None, **options: Any) -> AsyncIterator[Bot]:
    """Give a bot that talks to `api`. `options`: those of HTTPXRequest, such as read_timeout in seconds."""
    bot = Bot(
        token or api.token,
        base_url=f"{api.url}/bot",
        request=_request(**options),
        get_updates_request=_request(**options),
    )
    async with bot:
        yield bot


def application_builder(api: FakeBotApi) -> ApplicationBuilder[Any, Any, Any, Any, Any, Any]:
    """Return a builder of applications that talk to `api`, with its token."""
    builder = Application.builder().token(api.token).base_url(f"{api.url}/bot")
    return builder.request(_request()).get_updates_request(_request())


def _request(**options: Any) -> HTTPXRequest:
    # There is no TLS on the loopback interface, and reading the certificates of the world takes its time.
    return HTTPXRequest(connection_pool_size=16, httpx_kwargs={"verify": False}, **options)
