"""Updates brought to a webhook, as Telegram brings them: one request each, kept until it is answered with 2xx.

As documented in core.telegram.org/bots/api#setwebhook: POST with the update as JSON and the secret token in a header.
Telegram asks for https; here the request goes where the proxy that speaks it would pass it on, at `to`.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

if TYPE_CHECKING:
    from tests.fakes.botapi.server import FakeBotApi

SECRET = "X-Telegram-Bot-Api-Secret-Token"


async def bring_updates(api: "FakeBotApi", *, to: str, secret: str | None = None) -> list[int]:
    """Bring each waiting update once; return the HTTP statuses they were answered with (0: by nothing).

    `to` is the root the proxy passes requests on to, such as http://127.0.0.1:8443. `secret` replaces the one the bot
    gave to setWebhook. Raises LookupError when no webhook is set.
    """
    webhook = api.updates.webhook
    address = to + urlsplit(webhook["url"]).path
    headers = {SECRET: webhook.get("secret_token", "") if secret is None else secret}
    statuses: list[int] = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for update in list(api.updates.pending):
            status = await _posted(session, address, update)
            statuses.append(status)
            if 200 <= status < 300:
                api.updates.pending = [one for one in api.updates.pending if one is not update]
    return statuses


async def _posted(session: aiohttp.ClientSession, address: str, update: object) -> int:
    try:
        async with session.post(address, json=update) as answer:
            return answer.status
    except aiohttp.ClientError:
        return 0
