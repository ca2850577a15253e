"""Takes changes back. What a change was is in its `before` and `after`; how each kind of thing is put back is here.

A change is taken back only while things are still as it left them: what somebody did later is never undone with it.
Taking one back is itself written into the audit, with `undoes`.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.core.errors import InputError
from monitor.core.model import Chat, QuoteId, SourceId
from monitor.core.people import Change, ChangeId, Role, UserId
from monitor.store import (
    alerts,
    audit,
    chats,
    invitations,
    managing,
    members,
    mutes,
    quote_undo,
    quotes,
    sources,
    subscriptions,
)
from monitor.store.database import Database, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """A change to take back, and who does it."""

    db: Database
    name: str  # of the subject: "3" of "quote 3"
    action: str
    before: Any
    after: Any
    by: str
    at: datetime

    @property
    def number(self) -> int:
        return int(self.name)

    def check(self, now: object) -> None:
        """Raise InputError when the subject is no longer as the change left it."""
        if now != self.after:
            raise InputError("That was changed again since, so it cannot be taken back: /audit shows by whom.")


def undo(
    db: Database, *, by: str, kinds: Collection[str], change_id: ChangeId | None, anybodys: bool, at: datetime
) -> Change:
    """Take back a person's newest change, or the one of this number (`anybodys`: whoever made it); return it.

    `kinds` are the kinds of subjects the person may change: quote, source, chat, member, invitation. Raises InputError.
    """
    row = audit.row_of(db, change_id) if change_id is not None else _newest(db, by, kinds)
    if row is None or (row["actor"] != by and not anybodys):
        raise InputError("There is nothing of yours to take back.")
    kind, _, name = row["subject"].partition(" ")
    if kind not in kinds or kind not in INVERSE:
        raise InputError("That cannot be taken back.")
    if row["is_undone"]:
        raise InputError("That was taken back already.")
    before, after = (json.loads(row[key]) if row[key] else None for key in ("before", "after"))
    last = audit.latest_id(db)
    INVERSE[kind](Undoing(db=db, name=name, action=row["action"], before=before, after=after, by=by, at=at))
    if audit.latest_id(db) == last:  # put back by hand, so not written down yet
        audit.note(db, at=at, by=by, action="undo", subject=row["subject"], before=after, after=before)
    db.change("UPDATE audit SET undoes = ? WHERE id > ?", row["id"], last)
    return audit.change_of(row)


def _newest(db: Database, by: str, kinds: Collection[str]) -> Row | None:
    """Return the newest change of a person that is none of taking back, was not taken back, and can be."""
    known = [kind for kind in INVERSE if kind in kinds]
    return audit.latest_of(db, by, known)


def _quote(change: Undoing) -> None:
    quote_id = QuoteId(change.number)
    change.check(audit.plain(quotes.by_id(change.db, quote_id)))
    if change.before is None:
        quotes.untrack(change.db, quote_id, by=change.by, at=change.at)
    elif change.after is None:
        quotes.restore(change.db, quote_id, by=change.by, at=change.at)
    else:
        quote_undo.put_back(change.db, quote_id, change.before, by=change.by, at=change.at)


def _source(change: Undoing) -> None:
    source_id = SourceId(change.number)
    now = managing.audited(sources.by_id(change.db, source_id))
    if change.before is None or change.after is None:
        change.check(now if change.after is None else now and change.after)  # its name may have changed by itself
    else:
        changed = [key for key in change.after if change.after[key] != change.before[key]]
        if now is None or any(now[key] != change.after[key] for key in changed):
            change.check(now)
    managing.put_back(change.db, source_id, change.before, by=change.by, at=change.at)


def _chat(change: Undoing) -> None:
    chat = chats.by_address(change.db, change.name)
    if chat is None:
        raise InputError("That chat is no longer known.")
    CHAT_INVERSE[change.action](change, chat)


def _subscribed(change: Undoing, chat: Chat) -> None:
    subscriptions.put_back(
        change.db, chat, wanted=change.before or [], unwanted=change.after or [], by=change.by, at=change.at
    )


def _muted(change: Undoing, chat: Chat) -> None:
    quote_id = (change.before or change.after)["quote_id"]
    change.check(mutes.of(change.db, chat.id, quote_id))
    mutes.put_back(change.db, chat.id, quote_id, change.before)
    alerts.rehold(change.db, chat.id, change.at)


def _preferred(change: Undoing, chat: Chat) -> None:
    change.check(chats.preferences_note(chats.preferences(change.db, chat.address)))
    chats.prefer(change.db, chat.id, chats.preferences_noted(change.before))
    alerts.rehold(change.db, chat.id, change.at)


def _member(change: Undoing) -> None:
    user_id = UserId(change.number)
    change.check(members.audited(members.by_id(change.db, user_id)))
    if change.before is None:
        members.remove(change.db, user_id, by=change.by, at=change.at)
    else:
        members.give_role(
            change.db,
            user_id,
            Role(change.before["role"]),
            name=change.before["name"],
            by=change.by,
            at=change.at,
            reason=change.before["reason"],
        )


def _invitation(change: Undoing) -> None:
    invitations.end(change.db, change.number, at=change.at)


INVERSE: dict[str, Callable[[Undoing], None]] = {
    "quote": _quote,
    "source": _source,
    "chat": _chat,
    "member": _member,
    "invitation": _invitation,
}
CHAT_INVERSE: dict[str, Callable[[Undoing, Chat], None]] = {
    "subscribe": _subscribed,
    "unsubscribe": _subscribed,
    "mute": _muted,
    "unmute": _muted,
    "preferences": _preferred,
}
