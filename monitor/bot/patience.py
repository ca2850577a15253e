"""Asks Telegram until it answers, with growing pauses, and logs trouble once while it lasts."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

log = structlog.get_logger()

SHORTEST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between tries while Telegram does not answer


class Patience:
    """Goes on asking until `stopping` is set."""

    def __init__(
        self,
        stopping: asyncio.Event,
        *,
        redacted: Callable[[str], str],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.stopping = stopping
        self._redacted = redacted
        self._sleep = sleep
        self._trouble: str | None = None  # what was last logged of Telegram, while it lasts

    async def ask(self, question: Callable[..., Awaitable[Any]], *values: object) -> Any:
        """Return the answer to a question, however often it has to be asked; None once the bot stops."""
        wait = SHORTEST_WAIT
        while not self.stopping.is_set():
            try:
                answer = await question(*values)
            except Exception as error:  # noqa: BLE001  # whatever it is, it must not leave the bot deaf
                self.tell(error)
                await self._pause(max(wait, _wished(error)))
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                if self._trouble:
                    log.info("Telegram answers again")
                self._trouble = None
                return answer
        return None

    def tell(self, error: Exception) -> None:
        """Log trouble with Telegram once, until it is over or becomes another."""
        detail: dict[str, str] = {}
        match error:
            case Conflict():
                trouble = "another program uses this bot's token: stop it, or give each its own bot"
            case InvalidToken():
                trouble = "Telegram no longer knows this bot token: take the one @BotFather shows, as telegram.token"
            case TelegramError() | TimeoutError():
                trouble = "Telegram cannot be reached, trying again"
                detail["error"] = self._redacted(str(error)) or "no answer in time"
            case _:
                trouble = "updates could not be read, trying again"
                detail["traceback"] = self._redacted("".join(traceback.format_exception(error)))
        if trouble != self._trouble:
            log.error(trouble, **detail)
        self._trouble = trouble

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        tasks = (asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(self.stopping.wait()))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _wished(error: Exception) -> float:
    """Return the seconds Telegram asks to be left alone."""
    if not isinstance(error, RetryAfter):
        return 0.0
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
