"""The updates a bot has not confirmed yet, and the one long poll that may wait for more.

As documented in core.telegram.org/bots/api#getupdates: an update is confirmed by a later getUpdates with a higher
offset, a negative offset counts from the end, allowed_updates holds for updates created after it was set. A poll that
finds nothing and wants to wait ends the one that waits already, with 409: the older one loses
(github.com/tdlib/telegram-bot-api, telegram-bot-api/Client.cpp, do_get_updates).
"""

import asyncio
from typing import Any

from tests.fakes.botapi.errors import OTHER_POLLER, WEBHOOK_ACTIVE, bad_request, conflict
from tests.fakes.botapi.params import Params

MAX_LIMIT = 100
MAX_TIMEOUT = 50  # seconds
_BY_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    """The queue of one bot."""

    def __init__(self, first_id: int = 1) -> None:
        self.pending: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {}
        self._next_id = first_id
        self._allowed: frozenset[str] = frozenset()
        self._waiting: asyncio.Future[None] | None = None

    @property
    def is_polled(self) -> bool:
        """Whether a long poll is waiting right now."""
        return self._waiting is not None

    def add(self, kind: str, content: dict[str, Any]) -> int:
        """Queue an update, if the bot wants this kind; return its id either way."""
        update_id = self._next_id
        self._next_id += 1
        if kind in self._allowed or (not self._allowed and kind not in _BY_REQUEST_ONLY):
            self.pending.append({"update_id": update_id, kind: content})
            self._wake(None)
        return update_id

    async def get(self, params: Params) -> list[dict[str, Any]]:
        """getUpdates. Raises ApiError."""
        if self.webhook.get("url"):
            raise conflict(WEBHOOK_ACTIVE)
        self._allow(params)
        offset, limit = params.number("offset"), params.number("limit", MAX_LIMIT)
        limit = limit if 1 <= limit <= MAX_LIMIT else MAX_LIMIT
        self._confirm(offset)
        timeout = min(params.number("timeout"), MAX_TIMEOUT)
        if not self.pending and timeout > 0:
            self._wake(OTHER_POLLER)
            await self._wait(timeout)
        return self.pending[:limit]

    def set_webhook(self, params: Params) -> bool:
        """setWebhook; what comes is brought there by `bringing`. An empty address is deleteWebhook."""
        url = params.text("url")
        if url and not url.startswith("https://"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        self._allow(params)
        self.webhook = {"url": url, "secret_token": params.text("secret_token")} if url else {}
        if params.flag("drop_pending_updates"):
            self.pending.clear()
        if url:
            self._wake("terminated by setWebhook request")
        return True

    def delete_webhook(self, params: Params) -> bool:
        """deleteWebhook."""
        self.webhook = {}
        if params.flag("drop_pending_updates"):
            self.pending.clear()
        return True

    def webhook_info(self) -> dict[str, Any]:
        """getWebhookInfo."""
        told = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.pending)}
        told |= {key: value for key, value in self.webhook.items() if key != "secret_token"}
        return told | ({"allowed_updates": sorted(self._allowed)} if self._allowed else {})

    def _allow(self, params: Params) -> None:
        allowed = params.given("allowed_updates")
        if allowed is not None:
            self._allowed = frozenset(map(str, allowed))

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    async def _wait(self, seconds: float) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = mine
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            pass
        finally:
            if self._waiting is mine:
                self._waiting = None

    def _wake(self, reason: str | None) -> None:
        """End the waiting poll: for a conflict with a `reason`, or with what has come."""
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.done():
            return
        if reason is None:
            waiting.set_result(None)
        else:
            waiting.set_exception(conflict(reason))
