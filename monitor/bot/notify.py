"""Alerts through Telegram: sends, edits and looks for messages, and says in our own errors what an answer means.

The texts of errors are Telegram's (github.com/tdlib/telegram-bot-api, telegram-bot-api/Client.cpp). In
python-telegram-bot, BadRequest and TimedOut are kinds of NetworkError, so the order of the cases matters.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message
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
from monitor.bot.answers import Button, Rows
from monitor.bot.language import speaking
from monitor.bot.saying import keyboard
from monitor.core.errors import (
    AlertError,
    AlertRefused,
    ChatBusy,
    ChatMoved,
    ChatUnreachable,
    OutcomeUnknown,
)
from monitor.core.model import AlertId, MatchId
from monitor.core.telling import Found, Look, Telling

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
SAME = ("message is not modified",)
FOREIGN = ("message can't be edited", "message_author_required", "there is no text in the message to edit")
NOTHING = ("message to edit not found", "message_id_invalid", "message identifier is not specified")
NOT_DELETED = ("message can't be deleted", "message to delete not found")
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
FLOOD = re.compile(r"too many requests(?:.*?(\d+))?", re.IGNORECASE)
SHORT_ID = re.compile(r"#([0-9a-z]{4,13})(?![0-9A-Za-z_])")
USUAL_WAIT = timedelta(seconds=5)  # when Telegram asks for silence without naming a time
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
ANSWERS = {Found.IT: SAME, Found.NOTHING: NOTHING, Found.FOREIGN: FOREIGN}


class TelegramNotify:
    """Shows alerts in Telegram chats; an instance is the port `Notify`.

    `match_url` returns where a match can be reviewed, or None when nowhere.
    """

    def __init__(
        self, bot: Bot, zone: tzinfo = UTC, *, match_url: Callable[[MatchId], str | None] = lambda _: None
    ) -> None:
        self._bot = bot
        self._zone = zone
        self._match_url = match_url

    async def __call__(self, telling: Telling, *, plain: bool = False) -> int:
        """Show a telling in its chat and return the number of the message.

        A forum topic that no longer exists does not lose it: it then goes to the chat itself.
        """
        text = self._text(telling, plain=plain)
        thread_id = telling.lead.thread_id
        try:
            return await self._send(telling, text, thread_id=thread_id, plain=plain)
        except BadRequest as error:
            if thread_id is None or not _says(error, NO_TOPIC):
                raise failure(error) from error
        except TelegramError as error:
            raise failure(error) from error
        with _ours():
            return await self._send(telling, text, thread_id=None, plain=plain)

    async def update(self, telling: Telling, message_id: int, *, plain: bool = False) -> None:
        """Bring a message up to date; one that is as it should be, or cannot be edited any more, is left alone."""
        text = self._text(telling, plain=plain)
        with _ours(but=SAME + FOREIGN + NOTHING):
            await self._bot.edit_message_text(
                text,
                telling.lead.chat.address,
                message_id,
                parse_mode=None if plain else ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=self._keyboard(telling),
            )

    async def look(self, telling: Telling, message_id: int, *, again: bool) -> Look:
        """Return what a message is, by giving it the buttons of a telling.

        With `again` they are made unlike any that it may have, so that an edit succeeds on every message of ours and
        its text says whose it is.
        """
        markup = self._keyboard(telling, *((_unlike_any(),) if again else ()))
        try:
            touched = await self._bot.edit_message_reply_markup(
                telling.lead.chat.address, message_id, reply_markup=markup
            )
        except BadRequest as error:
            found = next((found for found, texts in ANSWERS.items() if _says(error, texts)), None)
            if found is None:
                raise failure(error) from error
            return Look(found=found)
        except TelegramError as error:
            raise failure(error) from error
        return Look(found=Found.OURS, lead_id=lead_of(touched.text or "") if isinstance(touched, Message) else None)

    async def remove(self, telling: Telling, message_id: int) -> None:
        """Take a surplus copy of a message away, if that is possible."""
        with _ours(but=NOT_DELETED):
            await self._bot.delete_message(telling.lead.chat.address, message_id)

    async def bare(self, telling: Telling, message_id: int) -> None:
        """Take the buttons off a message."""
        with _ours(but=SAME + FOREIGN + NOTHING):
            await self._bot.edit_message_reply_markup(telling.lead.chat.address, message_id, reply_markup=None)

    async def _send(self, telling: Telling, text: str, *, thread_id: int | None, plain: bool) -> int:
        message = await self._bot.send_message(
            telling.lead.chat.address,
            text,
            parse_mode=None if plain else ParseMode.HTML,
            message_thread_id=thread_id,
            link_preview_options=NO_PREVIEW,
            disable_notification=telling.preferences.silent,
            reply_markup=self._keyboard(telling),
        )
        return message.message_id

    def _text(self, telling: Telling, *, plain: bool) -> str:
        with speaking(telling.preferences.lang):
            text = alert_texts.telling_text(telling, zone=self._zone_of(telling), match_url=self._match_url)
        return alert_texts.plain(text) if plain else text

    def _keyboard(self, telling: Telling, *more: Button) -> InlineKeyboardMarkup | None:
        with speaking(telling.preferences.lang):
            rows: Rows = alert_texts.buttons(telling, match_url=self._match_url)
        return keyboard((*rows, more))

    def _zone_of(self, telling: Telling) -> tzinfo:
        try:
            return ZoneInfo(telling.preferences.zone) if telling.preferences.zone else self._zone
        except (ZoneInfoNotFoundError, ValueError, OSError):  # the machine's list of zones lost it
            return self._zone


def _unlike_any() -> Button:
    """Return a button that was never under any message. It is there until the message is set right, at once."""
    return Button(label="·", press=f"again {secrets.token_hex(8)}")


def lead_of(text: str) -> AlertId | None:
    """Return the alert whose short number stands last in the text of a message, or None."""
    found = SHORT_ID.findall(text)
    return AlertId(int(found[-1], 36)) if found else None


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


@contextmanager
def _ours(*, but: tuple[str, ...] = ()) -> Iterator[None]:
    """Turn Telegram's errors into ours, but for refusals that say one of these."""
    try:
        yield
    except BadRequest as error:
        if not _says(error, but):
            raise failure(error) from error
    except TelegramError as error:
        raise failure(error) from error


def _says(error: TelegramError, texts: tuple[str, ...]) -> bool:
    told = str(error).lower()
    return any(text in told for text in texts)


def _wait(error: RetryAfter) -> timedelta:
    wait = error.retry_after  # a number or a timedelta, as PTB_TIMEDELTA says
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
