"""The bot's connection to Telegram: the application and its life. How updates come in is in `listening`.

Updates are confirmed only after they were heard and answered, so a crash loses no command; commands may
therefore be heard twice, and are made for it. HTTPS_PROXY and NO_PROXY are honoured, as some networks reach
Telegram no other way. API: core.telegram.org/bots/api
"""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from types import TracebackType
from typing import Any, Self

import structlog
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, MessageHandler, filters
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from monitor.bot import menus
from monitor.bot.desk import Desk
from monitor.bot.listening import Brought, LongPoll
from monitor.bot.owners import Owners
from monitor.bot.patience import Patience
from monitor.bot.roles import Access, Policy
from monitor.bot.updates import Updates
from monitor.core.errors import SettingsError, StoreError
from monitor.core.model import Chat
from monitor.core.people import Role

log = structlog.get_logger()

App = Application[Any, Any, Any, Any, Any, Any]
CONNECT = WRITE = POOL = 10.0  # seconds
READ = 20.0
START_PATIENCE = 5.0  # seconds the monitor waits for Telegram's first answer before it goes on without
CONNECTIONS = 64
CHATTY_LOGGERS = ("httpx", "httpcore", "telegram", "tornado")  # below WARNING they log addresses, which hold the token


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramOptions:
    """How to reach Telegram, and who may do what."""

    token: str = field(repr=False)
    api_url: str = "https://api.telegram.org"
    owners: frozenset[int] = frozenset()
    channel: str | None = None
    access: Access = Access.PRIVATE
    zone: tzinfo = UTC  # in which times are told
    webhook_url: str | None = None  # where Telegram brings updates; None: they are asked for
    webhook_host: str = "127.0.0.1"
    webhook_port: int = 8443

    @property
    def policy(self) -> Policy:
        """Who may do what."""
        return Policy(owners=self.owners, access=self.access)

    def redacted(self, text: str) -> str:
        """Return `text` without the token or its secret half."""
        secret = self.token.partition(":")[2]
        text = text.replace(self.token, "[token]")
        return text.replace(secret, "[token]") if secret else text


def build_application(options: TelegramOptions) -> App:
    """Return the application, which hears nothing yet; nothing is sent. Raises SettingsError for an unusable token."""
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
        return builder.token(options.token).build()
    except InvalidToken:
        raise _token_refused() from None


def handle(application: App, updates: Updates) -> None:
    """Let the application pass on what it hears."""
    written = filters.UpdateType.MESSAGE & (~filters.StatusUpdate.ALL | filters.StatusUpdate.MIGRATE)
    application.add_handler(MessageHandler(written, updates.hear_message))
    application.add_handler(CallbackQueryHandler(updates.hear_press))
    application.add_handler(MessageHandler(filters.UpdateType.CHANNEL_POSTS, updates.hear_post))
    application.add_handler(ChatMemberHandler(updates.hear_membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_error_handler(updates.log_failure)


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
        self._desk = desk
        self.application = build_application(options)
        self.owners = Owners(self.bot, desk, options.owners, redacted=options.redacted)
        updates = Updates(
            desk, options.policy, zone=options.zone, redacted=options.redacted, tell_owners=self.owners.tell
        )
        handle(self.application, updates)
        self._stopping = asyncio.Event()
        self._patience = Patience(self._stopping, redacted=options.redacted, sleep=sleep)
        self._life: asyncio.Task[None] | None = None
        self.brought = self._brought()

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

        Raises SettingsError when Telegram answers that it does not know the token, or nothing can be listened at.
        """
        try:
            if self.brought:
                self.brought.open()
            async with asyncio.timeout(START_PATIENCE):
                await self._greet()
        except InvalidToken:
            await self.stop()
            raise _token_refused() from None
        except SettingsError:
            await self.stop()
            raise
        except (TelegramError, TimeoutError) as error:
            self._patience.tell(error)
        self._life = asyncio.create_task(self._live(), name="telegram")

    async def stop(self) -> None:
        """Finish what is being heard, and close the connections."""
        self._stopping.set()
        if self._life:
            await self._life
            self._life = None
        if self.brought:
            await self.brought.close()
        await self.application.shutdown()
        await self.bot.shutdown()  # where the application itself never came up

    async def tell_closed(self, chat: Chat, reason: str, buried: int) -> None:
        """Tell the owners of a chat that no longer accepts messages; for `Delivery(on_closed=...)`."""
        await self.owners.tell_closed(chat, reason, buried)

    async def tell_owners(self, made: Callable[[], str]) -> None:
        """Tell every owner what `made` returns in their language. Who cannot be told is only logged."""
        await self.owners.tell(made)

    async def _live(self) -> None:
        """Make the acquaintance of Telegram if that is still to do, then listen."""
        await self._patience.ask(self._greet)
        if self._stopping.is_set():
            return
        menus_shown = asyncio.create_task(self._show_commands(), name="menus")
        listening = self.brought or LongPoll(self.bot, self.application.process_update, self._patience)
        try:
            await listening.run()
        finally:
            menus_shown.cancel()
            await asyncio.gather(menus_shown, return_exceptions=True)

    async def _greet(self) -> None:
        await self.application.initialize()

    def _brought(self) -> Brought | None:
        options = self._options
        if options.webhook_url is None:
            return None
        return Brought(
            self.bot,
            self.application.process_update,
            self._patience,
            url=options.webhook_url,
            host=options.webhook_host,
            port=options.webhook_port,
            token=options.token,
        )

    async def _show_commands(self) -> None:
        """Fill the menus of commands; without them everything works, so a failure is only logged."""
        try:
            policy = self._options.policy
            await menus.show_general(self.bot, policy)
            known = (await self._desk.members())[: menus.MOST_CHATS]
            roles: dict[int, Role] = {member.user_id: member.role for member in known}
            for user_id, role in (roles | dict.fromkeys(policy.owners, Role.OWNER)).items():
                lang = (await self._desk.preferences(str(user_id))).lang
                await menus.show_to(self.bot, policy, menus.Person(user_id=user_id, role=role, lang=lang))
        except (TelegramError, StoreError) as error:
            log.warning("command menu not set", error=self._options.redacted(str(error)))
