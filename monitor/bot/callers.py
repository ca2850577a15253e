"""Who speaks: the person's role, and how their chat wants to be answered."""

from datetime import tzinfo

import structlog
from telegram import Chat, MaybeInaccessibleMessage, Message, User

from monitor.bot.commands.base import Call, Telegram
from monitor.bot.desk import Desk
from monitor.bot.roles import Policy, role_of
from monitor.bot.saying import topic_of
from monitor.core.errors import StoreError
from monitor.core.model import ChatKind
from monitor.core.people import Preferences, Role, UserId
from monitor.core.quiet import zone_of

log = structlog.get_logger()


class Callers:
    """Knows who is who, by the settings and the store."""

    def __init__(self, desk: Desk, policy: Policy, zone: tzinfo) -> None:
        self._desk = desk
        self.policy = policy
        self._zone = zone

    async def role(self, user_id: int) -> Role:
        """Return what a person is. Raises StoreError."""
        if user_id in self.policy.owners:
            return Role.OWNER
        member = await self._desk.member(UserId(user_id))
        return role_of(user_id, member.role if member else None, self.policy)

    async def call(
        self, message: MaybeInaccessibleMessage, user: User, role: Role, words: str, telegram: Telegram
    ) -> Call:
        """Return the call of a command in `message`, or of a button under it."""
        chat = message.chat
        preferences = await self._preferences(chat)
        return Call(
            words=words,
            user_id=user.id,
            name=user.full_name,
            role=role,
            lang=preferences.lang or user.language_code,
            address=str(chat.id),
            kind=ChatKind(chat.type),
            title=chat.effective_name,
            thread_id=topic_of(message) if isinstance(message, Message) else None,
            message_id=message.message_id,
            policy=self.policy,
            zone=zone_of(preferences, self._zone),
            telegram=telegram,
        )

    async def _preferences(self, chat: Chat) -> Preferences:
        try:
            return await self._desk.preferences(str(chat.id))
        except StoreError as error:  # the command itself will say so
            log.warning("preferences of a chat cannot be read", error=str(error))
            return Preferences()
