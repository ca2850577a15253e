"""How the monitor is doing, and what people changed."""

from monitor.bot import audit_texts, messages
from monitor.bot import people_texts as texts
from monitor.bot.answers import Answer, Button
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.roles import Needs
from monitor.core.people import UserId

UNDOING = {
    "chat": Needs.READER,
    "quote": Needs.EDITOR,
    "source": Needs.EDITOR,
    "member": Needs.OWNER,
    "invitation": Needs.OWNER,
}
"""Whom taking back a change asks for, by what was changed."""


async def status(call: Call, desk: Desk) -> str:
    """/status: show how the monitor is doing, and which sources fail."""
    return messages.status_page(await desk.status(), zone=call.zone)


async def review(call: Call, desk: Desk) -> Answer:
    """/review: open the review pages.

    Answers with a button that signs you in there, for ten minutes. Keep it to yourself.
    """
    assert call.user_id is not None
    link = await desk.sign_in_link(user_id=UserId(call.user_id), name=call.name, role=call.role)
    return Answer(text=texts.review_pages(), buttons=((Button(label=texts.open_pages(), url=link),),))


async def audit(call: Call, desk: Desk) -> Answer:
    """/audit: show who changed what, newest first."""
    return audit_texts.audit_page(
        await desk.changes(limit=audit_texts.CHANGES + 1), call.zone, is_first=True, by=call.by, called=call.name
    )


async def undo(call: Call, desk: Desk) -> str:
    """/undo: take back the last thing you changed.

    Takes back the newest change of yours: a quote tracked, untracked or edited, a source added or removed, a
    subscription, a mute, a role. Sent again, it takes back the one before. What somebody changed since stays.
    """
    return audit_texts.undone(
        await desk.undo(by=call.by, kinds=undoable(call)), zone=call.zone, by=call.by, called=call.name
    )


def undoable(call: Call) -> list[str]:
    """Return what the person may change, and so take back."""
    return [kind for kind, needs in UNDOING.items() if call.may(needs)]
