"""What commands ask Telegram itself, through the bot's own client."""

from contextlib import suppress

from telegram import Bot, Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.error import BadRequest, Forbidden, TelegramError

from monitor.bot import menus
from monitor.bot.answers import Answer
from monitor.bot.commands.base import Place
from monitor.bot.roles import Policy
from monitor.bot.saying import say
from monitor.core.errors import InputError
from monitor.core.model import ChatKind
from monitor.core.people import Role

ADMINS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
OUTSIDE = (ChatMember.LEFT, ChatMember.BANNED)


class BotTelegram:
    """Asks Telegram; an instance is the port `Telegram`."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @property
    def bot_name(self) -> str:
        """The bot's own @name, without the @."""
        return self._bot.username

    async def place(self, address: str) -> Place:
        """Return the chat with this number or @name. Raises InputError when the bot does not see it."""
        try:
            chat = await self._bot.get_chat(address)
            me = await self._bot.get_chat_member(chat.id, self._bot.id)
        except (BadRequest, Forbidden):
            raise _unseen(address) from None
        except TelegramError as error:
            raise _silent() from error
        return Place(
            address=str(chat.id),
            kind=ChatKind(chat.type),
            title=chat.effective_name,
            bot_can_post=can_post(me, in_channel=chat.type == Chat.CHANNEL),
        )

    async def is_admin(self, address: str, user_id: int) -> bool:
        """Tell whether a person is an administrator of a group or channel."""
        try:
            member = await self._bot.get_chat_member(address, user_id)
        except (BadRequest, Forbidden):
            return False
        except TelegramError as error:
            raise _silent() from error
        return member.status in ADMINS

    async def name_of(self, user_id: int) -> str | None:
        """Return what a person who once wrote to the bot is called, or None."""
        try:
            chat = await self._bot.get_chat(user_id)
        except TelegramError:
            return None
        return chat.effective_name

    async def tell(self, address: str, answer: Answer | str) -> bool:
        """Say something in another chat; return whether it arrived."""
        try:
            await say(self._bot, address, answer)
        except TelegramError:
            return False
        return True

    async def show_menu(self, user_id: int, role: Role, policy: Policy, *, lang: str | None) -> None:
        """Show a person the commands of their role, in the language they chose, if Telegram can be reached."""
        with suppress(TelegramError):
            await menus.show_to(self._bot, policy, menus.Person(user_id=user_id, role=role, lang=lang))

    async def show_group_menu(self, address: str, lang: str) -> None:
        """Show a group the commands in the language it chose, if Telegram can be reached."""
        with suppress(TelegramError):
            await menus.show_in_group(self._bot, address, lang)


def can_post(member: ChatMember, *, in_channel: bool) -> bool:
    """Tell whether the bot, being this member of a chat, may write there."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    if in_channel:
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    return member.status not in OUTSIDE


def _unseen(address: str) -> InputError:
    return InputError("I do not see the chat {chat}: add me there first.", chat=address[:64])


def _silent() -> InputError:
    return InputError("Telegram does not answer right now: try again in a minute.")
