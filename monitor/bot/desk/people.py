"""What the commands about people ask for: roles, invitations, and the record of changes."""

from collections.abc import Collection
from typing import Protocol

from monitor.core.people import Change, ChangeId, Member, Role, UserId


class PeopleDesk(Protocol):
    """Serves who may do what, and who did what."""

    async def member(self, user_id: UserId) -> Member | None:
        """Return a person with a role of the store's (no owner), or None. Fast: it is asked for every update."""

    async def members(self) -> list[Member]:
        """Return everybody with a role of the store's, the banned last."""

    async def give_role(
        self, user_id: UserId, role: Role, *, name: str | None, by: str, reason: str | None = None
    ) -> Member:
        """Give a person a role (BANNED among them). Who is banned is told of nothing more."""

    async def remove_member(self, user_id: UserId, *, by: str) -> Member:
        """Make a member a stranger again, and return what they were."""

    async def invite(self, role: Role, *, by: str) -> str:
        """Return the secret of a new invitation, good for one person and seven days."""

    async def join(self, secret: str, *, user_id: UserId, name: str | None) -> Member:
        """Take up an invitation, and return the member."""

    async def sign_in_link(self, *, user_id: UserId, name: str | None, role: Role) -> str:
        """Return a link that signs a person in to the review pages, for ten minutes."""

    async def changes(self, *, limit: int, before_id: ChangeId | None = None) -> list[Change]:
        """Return the newest changes people made (those before `before_id`), newest first."""

    async def undo(
        self, *, by: str, kinds: Collection[str], change_id: ChangeId | None = None, anybodys: bool = False
    ) -> Change:
        """Take back a person's newest change, or this one (`anybodys`: whoever made it); return it.

        `kinds` are the kinds of subjects the person may change: quote, source, chat, member, invitation.
        """
