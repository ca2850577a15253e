"""Alerts through Telegram: sends one, and says in our own errors what an answer means for it.

The texts of errors are Telegram's (github.com/tdlib/telegram-bot-api, telegram-bot-api/Client.cpp). In
python-telegram-bot, BadRequest and TimedOut are kinds of NetworkError, so the order of the cases matters.
"""

import re
from datetime import UTC, timedelta, tzinfo

import httpx
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from monitor.bot import alert_texts
from monitor.core.errors import (
    AlertError,
    AlertRefused,
    ChatBusy,
    ChatMoved,
    ChatUnreachable,
    OutcomeUnknown,
)
from monitor.core.model import Alert

CLOSED = (
    "chat not found",
    "chat_id is empty",
    "peer_id_invalid",
    "group chat was deactivated",
    "group chat was upgraded",
    "group chat was deleted",
    "user is deactivated",
    "bot is not a member",
    "bot was kicked",
    "need administrator rights",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_admin_required",
    "channel_private",
)
NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
FLOOD = re.compile(r"too many requests(?:.*?(\d+))?", re.IGNORECASE)
USUAL_WAIT = timedelta(seconds=5)  # when Telegram asks for silence without naming a time
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramNotify:
    """Shows alerts in Telegram chats; an instance is the port `Notify`."""

    def __init__(self, bot: Bot, zone: tzinfo = UTC) -> None:
        self._bot = bot
        self._zone = zone

    async def __call__(self, alert: Alert, *, plain: bool = False) -> int:
        """Show an alert in its chat and return the number of the message.

        A forum topic that no longer exists does not lose it: it then goes to the chat itself.
        """
        text = alert_texts.alert(alert, zone=self._zone)
        try:
            return await self._send(alert, text, thread_id=alert.thread_id, plain=plain)
        except BadRequest as error:
            if alert.thread_id is None or not _says(error, NO_TOPIC):
                raise failure(error) from error
        except TelegramError as error:
            raise failure(error) from error
        try:
            return await self._send(alert, text, thread_id=None, plain=plain)
        except TelegramError as error:
            raise failure(error) from error

    async def _send(self, alert: Alert, text: str, *, thread_id: int | None, plain: bool) -> int:
        message = await self._bot.send_message(
            alert.chat.address,
            alert_texts.plain(text) if plain else text,
            parse_mode=None if plain else ParseMode.HTML,
            message_thread_id=thread_id,
            link_preview_options=NO_PREVIEW,
        )
        return message.message_id


def failure(error: TelegramError) -> AlertError:
    """Return our error for Telegram's: what happens next to the alert."""
    told = str(error)
    ours: AlertError
    match error:
        case RetryAfter():
            ours = ChatBusy(told, wait=_wait(error))
        case ChatMigrated():
            ours = ChatMoved(told, address=str(error.new_chat_id))
        case Forbidden():
            ours = ChatUnreachable(told)
        case InvalidToken():
            ours = AlertError("Telegram does not know this bot token: take the one @BotFather shows, as telegram.token")
        case BadRequest():
            ours = ChatUnreachable(told) if _says(error, CLOSED) else AlertRefused(told)
        case NetworkError() if isinstance(error.__cause__, NEVER_LEFT):
            ours = AlertError(f"no connection to Telegram: {told}")
        case NetworkError() if flood := FLOOD.match(told):  # a 429 that names no time in its parameters
            ours = ChatBusy(told, wait=timedelta(seconds=int(flood[1])) if flood[1] else USUAL_WAIT)
        case _:
            ours = OutcomeUnknown(told)
    return ours


def _says(error: TelegramError, texts: tuple[str, ...]) -> bool:
    told = str(error).lower()
    return any(text in told for text in texts)


def _wait(error: RetryAfter) -> timedelta:
    wait = error.retry_after  # a number or a timedelta, as PTB_TIMEDELTA says
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
