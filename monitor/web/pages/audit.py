"""`/audit`: who changed what, newest first. For reviewers."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from datasette.utils.asgi import Request, Response

from monitor.core.changes import Words, worded
from monitor.core.errors import InputError
from monitor.core.people import Change, ChangeId
from monitor.store import audit
from monitor.store.database import Database
from monitor.web.site import Site

PAGE = 60
LONGEST_ACTOR = 100
PLACES = {"settings": "The settings", "cli": "The command line", "command line": "The command line"}
PAGES = {"quote": "/quote/{number}", "match": "/match/{number}", "source": "/matches?source={number}"}
DID = {
    "track": "tracked",
    "untrack": "untracked",
    "edit": "edited",
    "pause": "paused",
    "resume": "resumed",
    "add variant": "added a wording to",
    "propose variant": "proposed a wording for",
    "confirm variant": "confirmed a wording of",
    "remove variant": "removed a wording of",
    "add": "added",
    "remove": "removed",
    "rename": "renamed",
    "change": "changed",
    "subscribe": "subscribed",
    "unsubscribe": "unsubscribed",
    "mute": "muted",
    "unmute": "unmuted",
    "preferences": "changed how they are told in",
    "role": "gave a role to",
    "ban": "banned",
    "remove member": "removed",
    "invite": "made",
    "judge": "judged",
    "forget": "blanked the posts, as they asked, of",
    "stop forgetting": "lets new posts be stored again of",
    "show again": "showed again what was blanked in",
    "undo": "put back",
    "accept": "took, as another program wrote it,",
    "configure": "changed",
    "make": "made an address for",
    "revoke": "revoked an address for",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change in words."""

    change: Change
    who: str
    did: str
    subject: str  # such as "quote 3", "the chat Desk (-100777)"
    link: str | None  # the page of the subject
    differences: tuple[tuple[str, str, str], ...]  # name, before, after


async def page(site: Site, request: Request) -> Response:
    """Show a page of changes."""
    before = request.args.get("before") or ""
    if before and not (before.isdecimal() and len(before) < 19):
        raise InputError("This page does not exist: go back to the first one.")
    actor = (request.args.get("actor") or "")[:LONGEST_ACTOR]
    rows = await site.read(_changes, ChangeId(int(before)) if before else None, actor or None)
    shown = [told(one, site.options.zone) for one in rows[:PAGE]]
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    who = next((one.who for one in shown), actor)
    return await site.page("audit.html", request, changes=shown, actor=actor, who=who, more=more)


def _changes(db: Database, before: ChangeId | None, actor: str | None) -> list[Change]:
    return audit.newest(db, limit=PAGE + 1, before_id=before, by=actor)


def told(change: Change, zone: ZoneInfo) -> Told:
    """Return a change in words, times by the clock of `zone`."""
    kind, _, number = change.subject.partition(" ")

    words = Words(moment=lambda at: _moment(at, zone))
    return Told(
        change=change,
        who=_who(change),
        did=DID.get(change.action, change.action),
        subject=_subject(kind, number, change),
        link=PAGES[kind].format(number=number) if kind in PAGES and number.isdecimal() else None,
        differences=tuple(
            (one.name.replace("_", " "), worded(one.name, one.before, words), worded(one.name, one.after, words))
            for one in change.differences
            if None not in (one.before, one.after) or change.what not in (one.before, one.after)  # said already
        ),
    )


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M}"


def _who(change: Change) -> str:
    if change.by_name:
        return f"{change.by_name} ({change.by.removeprefix('telegram:')})"
    if change.by.startswith("telegram:"):
        return f"Telegram user {change.by.removeprefix('telegram:')}"
    return PLACES.get(change.by, change.by.capitalize())


def _subject(kind: str, number: str, change: Change) -> str:
    if kind == "chat":
        chat = f"{change.chat} ({number})" if change.chat else number
        if change.action in ("mute", "unmute"):
            return f"{_quote(change) or 'everything'} in chat {chat}"
        return f"chat {chat}"
    if kind == "feed":
        return f"the feed of {_quote(change)}"
    if change.quote_id is not None:
        return f"{change.subject}, of {_quote(change)}"
    return "the settings" if change.subject == "settings" else change.subject


def _quote(change: Change) -> str:
    return f"quote {change.quote_id} “{change.quote}”" if change.quote_id is not None else ""
