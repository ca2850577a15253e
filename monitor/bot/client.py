"""The bot's connection to Telegram: the application, its life, and the long poll for what people write.

Updates are confirmed only after they were heard and answered, so a crash loses no command; commands may
therefore be heard twice, and are made for it. HTTPS_PROXY and NO_PROXY are honoured, as some networks reach
Telegram no other way. API: core.telegram.org/bots/api#getupdates
"""

import asyncio
import contextlib
import logging
import traceback
import warnings
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo
from types import TracebackType
from typing import Any, Self

import structlog
from telegram import Bot, BotCommandScopeAllPrivateChats, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application, ChatMemberHandler, MessageHandler, filters
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from monitor.bot import messages
from monitor.bot.commands import COMMANDS
from monitor.bot.desk import Desk
from monitor.bot.roles import Access, Policy
from monitor.bot.updates import Updates
from monitor.core.errors import SettingsError
from monitor.core.model import Chat

log = structlog.get_logger()

App = Application[Any, Any, Any, Any, Any, Any]
HEARD = (Update.MESSAGE, Update.MY_CHAT_MEMBER, Update.CHANNEL_POST, Update.EDITED_CHANNEL_POST)
CONNECT = WRITE = POOL = 10.0  # seconds
READ = 20.0
LONG_POLL = timedelta(seconds=30)
START_PATIENCE = 5.0  # seconds the monitor waits for Telegram's first answer before it goes on without
AT_ONCE = 8  # updates heard at once
CONNECTIONS = 64
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between tries while Telegram does not answer
CHATTY_LOGGERS = ("httpx", "httpcore", "telegram")  # below WARNING they log request addresses, which hold the token


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramOptions:
    """How to reach Telegram, and who may do what."""

    token: str = field(repr=False)
    api_url: str = "https://api.telegram.org"
    owners: frozenset[int] = frozenset()
    channel: str | None = None
    access: Access = Access.PRIVATE
    zone: tzinfo = UTC  # in which times are told

    def redacted(self, text: str) -> str:
        """Return `text` without the token or its secret half."""
        secret = self.token.partition(":")[2]
        text = text.replace(self.token, "[token]")
        return text.replace(secret, "[token]") if secret else text


def build_application(options: TelegramOptions, desk: Desk) -> App:
    """Return the application that hears messages; nothing is sent yet. Raises SettingsError for an unusable token."""
    for logger in CHATTY_LOGGERS:
        logging.getLogger(logger).setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", message=".*retry_after.*", category=PTBDeprecationWarning)
    url = options.api_url.rstrip("/")
    builder = (
        Application.builder()
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .request(_request(CONNECTIONS))
        .get_updates_request(_request(2))
        .updater(None)
        .job_queue(None)
    )
    try:
        application = builder.token(options.token).build()
    except InvalidToken:
        raise _token_refused() from None
    policy = Policy(owners=options.owners, access=options.access)
    updates = Updates(desk, policy, zone=options.zone, redacted=options.redacted)
    written = filters.UpdateType.MESSAGE & (~filters.StatusUpdate.ALL | filters.StatusUpdate.MIGRATE)
    application.add_handler(MessageHandler(written, updates.hear_message))
    application.add_handler(MessageHandler(filters.UpdateType.CHANNEL_POSTS, updates.hear_post))
    application.add_handler(ChatMemberHandler(updates.hear_membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_error_handler(updates.log_failure)
    return application


def _request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=CONNECT,
        read_timeout=READ,
        write_timeout=WRITE,
        pool_timeout=POOL,
    )


def _token_refused() -> SettingsError:
    return SettingsError("Telegram does not know this bot token: take the one @BotFather shows, as telegram.token.")


class TelegramBot:
    """The bot while it runs: `async with TelegramBot(options, desk): ...`"""

    def __init__(
        self, options: TelegramOptions, desk: Desk, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._options = options
        self._sleep = sleep
        self.application = build_application(options, desk)
        self._stopping = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._trouble: str | None = None  # what was last logged of Telegram, while it lasts
        self._room = asyncio.Semaphore(AT_ONCE)

    @property
    def bot(self) -> Bot:
        """The client that alerts are sent with; usable before `start`."""
        bot: Bot = self.application.bot
        return bot

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Begin to listen. Telegram being out of reach is logged and tried again meanwhile.

        Raises SettingsError when Telegram answers that it does not know the token.
        """
        try:
            async with asyncio.timeout(START_PATIENCE):
                await self._greet()
        except InvalidToken:
            await self.stop()
            raise _token_refused() from None
        except (TelegramError, TimeoutError) as error:
            self._tell(error)
        self._life = asyncio.create_task(self._live(), name="telegram")

    async def stop(self) -> None:
        """Finish what is being heard, and close the connections."""
        self._stopping.set()
        if self._life:
            await self._life
            self._life = None
        await self.application.shutdown()
        await self.bot.shutdown()  # where the application itself never came up

    async def tell_closed(self, chat: Chat, reason: str, buried: int) -> None:
        """Tell the owners of a chat that no longer accepts messages; for `Delivery(on_closed=...)`."""
        await self.tell_owners(messages.chat_closed(chat, reason, buried), but=chat.address)

    async def tell_owners(self, text: str, *, but: str | None = None) -> None:
        """Tell every owner (but the one whose chat is at this address). Who cannot be told is only logged."""
        for owner in sorted(self._options.owners):
            if str(owner) == but:
                continue
            try:
                await self.bot.send_message(owner, text)
            except TelegramError as error:
                log.warning("owner not told", owner=owner, error=self._options.redacted(str(error)))

    async def _live(self) -> None:
        """Make the acquaintance of Telegram if that is still to do, then listen."""
        await self._persist(self._greet)
        if not self._stopping.is_set():
            await self._show_commands()
        offset: int | None = None
        while not self._stopping.is_set():
            updates = await self._persist(self._poll, offset)
            if updates:
                await asyncio.gather(*(self._hear(update) for update in updates))
                offset = updates[-1].update_id + 1
                if self._stopping.is_set():
                    await self._confirm(offset)

    async def _greet(self) -> None:
        await self.application.initialize()

    async def _show_commands(self) -> None:
        """Fill the menu of commands; without it everything works, so a failure is only logged."""
        menu = [(command.name, command.summary) for command in COMMANDS]
        try:
            await self.bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats())
        except TelegramError as error:
            log.warning("command menu not set", error=self._options.redacted(str(error)))

    async def _poll(self, offset: int | None) -> Sequence[Update]:
        """Return updates, or none once the bot stops."""
        asked = asyncio.create_task(self.bot.get_updates(offset, timeout=LONG_POLL, allowed_updates=HEARD))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((asked, stopping), return_when=asyncio.FIRST_COMPLETED)
            return asked.result() if asked.done() else ()
        except Conflict as error:
            if "webhook" in str(error):  # set by another program once; with it nothing can be polled
                await self.bot.delete_webhook()
                return ()
            raise
        finally:
            for task in (asked, stopping):
                task.cancel()
            await asyncio.gather(asked, stopping, return_exceptions=True)

    async def _hear(self, update: Update) -> None:
        async with self._room:
            await self.application.process_update(update)

    async def _confirm(self, offset: int) -> None:
        """Say which updates are done with; unconfirmed ones would only be heard again."""
        with contextlib.suppress(TelegramError):
            await self.bot.get_updates(offset, timeout=timedelta(), allowed_updates=HEARD)

    async def _persist(self, ask: Callable[..., Awaitable[Any]], *values: object) -> Any:
        """Return the answer to `ask`, however often it has to be asked; None once the bot stops."""
        wait = SHORTEST_WAIT
        while not self._stopping.is_set():
            try:
                answer = await ask(*values)
            except Exception as error:  # noqa: BLE001  # whatever it is, it must not leave the bot deaf
                self._tell(error)
                await self._pause(max(wait, _wished(error)))
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                if self._trouble:
                    log.info("Telegram answers again")
                self._trouble = None
                return answer
        return None

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        tasks = (asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(self._stopping.wait()))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _tell(self, error: Exception) -> None:
        """Log trouble with Telegram once, until it is over or becomes another."""
        detail: dict[str, str] = {}
        match error:
            case Conflict():
                trouble = "another program uses this bot's token: stop it, or give each its own bot"
            case InvalidToken():
                trouble = "Telegram no longer knows this bot token: take the one @BotFather shows, as telegram.token"
            case TelegramError() | TimeoutError():
                trouble = "Telegram cannot be reached, trying again"
                detail["error"] = self._options.redacted(str(error)) or "no answer in time"
            case _:
                trouble = "updates could not be read, trying again"
                detail["traceback"] = self._options.redacted("".join(traceback.format_exception(error)))
        if trouble != self._trouble:
            log.error(trouble, **detail)
        self._trouble = trouble


def _wished(error: Exception) -> float:
    """Return the seconds Telegram asks to be left alone."""
    if not isinstance(error, RetryAfter):
        return 0.0
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
