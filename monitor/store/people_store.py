"""The store's methods about people: who may do what, and who did what. Each is one transaction."""

from collections.abc import Collection
from datetime import datetime

from monitor.core.people import Change, ChangeId, Member, Role, UserId
from monitor.store import audit, invitations, members, undo
from monitor.store.database import Database


class PeopleStore:
    """The part of `SqliteStore` that is about people."""

    _db: Database

    def member(self, user_id: UserId) -> Member | None:
        """Return a person with a role, or None."""
        with self._db.reading():
            return members.by_id(self._db, user_id)

    def members(self) -> list[Member]:
        """Return everybody with a role, the banned last."""
        with self._db.reading():
            return members.listed(self._db)

    def give_role(
        self, user_id: UserId, role: Role, *, name: str | None, by: str, at: datetime, reason: str | None = None
    ) -> Member:
        """Give a person a role; who is banned is told of nothing more. InputError: OWNER is the settings' to give."""
        with self._db.writing():
            return members.give_role(self._db, user_id, role, name=name, by=by, at=at, reason=reason)

    def remove_member(self, user_id: UserId, *, by: str, at: datetime) -> Member:
        """Make a member a stranger, and return what they were. InputError: the person is none."""
        with self._db.writing():
            return members.remove(self._db, user_id, by=by, at=at)

    def make_invitation(self, secret: str, role: Role, *, by: str, at: datetime, expires_at: datetime) -> None:
        """Let whoever first says this secret have the role."""
        with self._db.writing():
            invitations.make(self._db, secret, role, by=by, at=at, expires_at=expires_at)

    def use_invitation(self, secret: str, *, user_id: UserId, name: str | None, at: datetime) -> Member:
        """Give a person the role of an invitation, once. InputError: it is used, over, or would add nothing."""
        with self._db.writing():
            return invitations.use(self._db, secret, user_id=user_id, name=name, at=at)

    def changes(self, *, limit: int, before_id: ChangeId | None = None, by: str | None = None) -> list[Change]:
        """Return the newest changes that were made, by anybody or by one, newest first."""
        with self._db.reading():
            return audit.newest(self._db, limit=limit, before_id=before_id, by=by)

    def undo(
        self,
        *,
        by: str,
        kinds: Collection[str],
        change_id: ChangeId | None = None,
        anybodys: bool = False,
        at: datetime,
    ) -> Change:
        """Take back a person's newest change, or this one (`anybodys`: whoever made it); return it. Raises InputError.

        `kinds` are the kinds of subjects the person may change: quote, source, chat, member, invitation.
        """
        with self._db.writing():
            return undo.undo(self._db, by=by, kinds=kinds, change_id=change_id, anybodys=anybodys, at=at)

    def tracked_by(self, by: str) -> int:
        """Return how many tracked quotes this person added."""
        with self._db.reading():
            return int(self._db.value("SELECT count(*) FROM quotes WHERE added_by = ? AND removed_at IS NULL", by))

    def polled_by(self, by: str) -> int:
        """Return how many sources that are not removed this person was the last to add."""
        with self._db.reading():
            return audit.sources_added(self._db, by)
