"""Buttons about what was changed: turning the pages of the audit, taking a change back."""

from monitor.bot import audit_texts
from monitor.bot.answers import Answer
from monitor.bot.commands.base import Call
from monitor.bot.commands.care import undoable
from monitor.bot.desk import Desk
from monitor.bot.presses.base import Press
from monitor.bot.roles import Needs
from monitor.core.people import ChangeId, Role


async def _audit(call: Call, desk: Desk) -> Answer:
    changes = await desk.changes(limit=audit_texts.CHANGES + 1, before_id=ChangeId(int(call.words)))
    return audit_texts.audit_page(changes, call.zone, is_first=False, by=call.by, called=call.name)


async def _undo(call: Call, desk: Desk) -> Answer:
    """Take back the change of this number; without one, the newest of the presser."""
    change_id = ChangeId(int(call.words)) if call.words else None
    undone = await desk.undo(by=call.by, kinds=undoable(call), change_id=change_id, anybodys=call.role is Role.OWNER)
    return Answer(text=audit_texts.undone(undone, zone=call.zone, by=call.by, called=call.name))


PRESSES = {
    "audit": Press(run=_audit, needs=Needs.EDITOR),
    "undo": Press(run=_undo, needs=Needs.READER),
}
