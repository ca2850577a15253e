"""Serves who may do what, and who did what."""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from monitor.core.errors import InputError
from monitor.core.people import Change, ChangeId, Member, Role, UserId
from monitor.desk.base import DeskBase

SignIn = Callable[[UserId, str, Role, datetime], str]
"""Returns a link that signs a person in to the review pages."""

INVITATION_LIFE = timedelta(days=7)
KNOWN_FOR = timedelta(seconds=30)  # how long a change by another program may stay unseen here
SECRET_BYTES = (
    18  # 24 characters of the 64 that a link's `start` may have (core.telegram.org/bots/features#deep-linking)
)


class PeopleDesk(DeskBase):
    """Serves who may do what, and who did what. Members are kept at hand, since every update asks for one."""

    sign_in: SignIn | None = None  # set where there are review pages
    _known: dict[UserId, Member] | None = None
    _known_at: datetime | None = None

    async def member(self, user_id: UserId) -> Member | None:
        """Return a person with a role of the store's (no owner), or None."""
        now = self._now()
        if self._known is None or self._known_at is None or not timedelta() <= now - self._known_at < KNOWN_FOR:
            self._known = {member.user_id: member for member in await self._call(self._store.members)}
            self._known_at = now
        return self._known.get(user_id)

    async def members(self) -> list[Member]:
        """Return everybody with a role of the store's, the banned last."""
        return await self._call(self._store.members)

    async def give_role(
        self, user_id: UserId, role: Role, *, name: str | None, by: str, reason: str | None = None
    ) -> Member:
        """Give a person a role (BANNED among them). Who is banned is told of nothing more."""
        try:
            return await self._call(
                self._store.give_role, user_id, role, name=name, by=by, at=self._now(), reason=reason
            )
        finally:
            self._known = None

    async def remove_member(self, user_id: UserId, *, by: str) -> Member:
        """Make a member a stranger again, and return what they were."""
        try:
            return await self._call(self._store.remove_member, user_id, by=by, at=self._now())
        finally:
            self._known = None

    async def invite(self, role: Role, *, by: str) -> str:
        """Return the secret of a new invitation, good for one person and seven days."""
        secret, now = secrets.token_urlsafe(SECRET_BYTES), self._now()
        await self._call(self._store.make_invitation, secret, role, by=by, at=now, expires_at=now + INVITATION_LIFE)
        return secret

    async def join(self, secret: str, *, user_id: UserId, name: str | None) -> Member:
        """Take up an invitation, and return the member."""
        try:
            return await self._call(self._store.use_invitation, secret, user_id=user_id, name=name, at=self._now())
        finally:
            self._known = None

    async def sign_in_link(self, *, user_id: UserId, name: str | None, role: Role) -> str:
        """Return a link that signs a person in to the review pages, for ten minutes."""
        if self.sign_in is None:
            raise InputError("There are no review pages here: web.public_url in the settings would say where they are.")
        return self.sign_in(user_id, name or str(user_id), role, self._now())

    async def changes(self, *, limit: int, before_id: ChangeId | None = None) -> list[Change]:
        """Return the newest changes people made (those before `before_id`), newest first."""
        return await self._call(self._store.changes, limit=limit, before_id=before_id)

    async def undo(
        self, *, by: str, kinds: Collection[str], change_id: ChangeId | None = None, anybodys: bool = False
    ) -> Change:
        """Take back a person's newest change, or this one; everything goes on as before it. Returns the change."""
        undone = await self._call(
            self._store.undo, by=by, kinds=kinds, change_id=change_id, anybodys=anybodys, at=self._now()
        )
        self._known = None
        await self._watchlist.reload()
        await self.on_sources()
        return undone
