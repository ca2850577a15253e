"""Who changed what, in sentences: the audit as chats show it. Plain text, in the language spoken."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import tzinfo

from monitor.bot.answers import Answer, Button
from monitor.bot.display import NAME, line, name
from monitor.bot.language import _
from monitor.bot.people_texts import role, subject_of, who
from monitor.bot.times import moment
from monitor.core.changes import Words, worded
from monitor.core.people import Change, Role
from monitor.core.verdicts import Verdict

CHANGES = 10  # on a page
ABOUT, VALUE = 80, 60  # UTF-16 units at most, of a quote's words and of a value
MOST_DETAILS = 4


def audit_page(
    changes: Sequence[Change], zone: tzinfo, *, is_first: bool, by: str = "", called: str | None = None
) -> Answer:
    """Return a page of changes, newest first; `by` is who reads it, and what they are called."""
    shown = changes[:CHANGES]
    if not shown:
        return Answer(text=_("Nobody changed anything yet.") if is_first else _("There is nothing older."))
    lines = [f"{moment(change.at, zone)} · {sentence(_named(change, by, called), zone)}" for change in shown]
    older = (Button(label=_("Older »"), press=f"audit {shown[-1].id}"),) if len(changes) > CHANGES else ()
    return Answer(text="\n".join(lines), buttons=(older,))


def sentence(change: Change, zone: tzinfo) -> str:
    """Return who changed what, in one line."""
    did = "join" if change.action == "role" and _is_own(change) else change.action
    told = DONE.get(did, lambda: _("{who}: {action} {subject}"))().format(
        who=who(change.by, change.by_name),
        what=_what(change.what),
        subject=subject_of(change.subject),
        chat=_chat(change),
        about=_about(change),
        action=change.action,
    )
    told = f"{told}: {changed}" if (changed := _changed(change, zone)) else told
    if change.undoes is not None:
        told = _("{told} (taking back)").format(told=told)
    return _("{told} (taken back)").format(told=told) if change.is_undone else told


def _chat(change: Change) -> str:
    address = line(change.subject.removeprefix("chat "), NAME)
    return f"{name(change.chat, NAME)} ({address})" if change.chat else address


def _about(change: Change) -> str:
    """Return the quote that a mute, a verdict or a feed is about; a mute of none is of all."""
    if change.quote_id is None:
        return _("everything")
    return f"{_('quote {number}').format(number=change.quote_id)} “{line(change.quote, ABOUT)}”"


def _changed(change: Change, zone: tzinfo) -> str:
    """Return what was changed of it, before and after, as far as the sentence does not say it."""
    words = _words(zone)
    told = []
    for one in change.differences[:MOST_DETAILS]:
        if None in (one.before, one.after) and (change.action in SAID or change.what in (one.before, one.after)):
            continue
        before, after = (line(worded(one.name, value, words), VALUE) for value in (one.before, one.after))
        told.append(f"{_field(one.name)} {after if one.before is None else f'{before} → {after}'}")
    return ", ".join(told)


def _field(called: str) -> str:
    named = FIELDS.get(called)
    return named() if named else line(called.replace("_", " "), NAME)


def _words(zone: tzinfo) -> Words:
    """Return what values are called in the language now spoken."""
    return Words(
        moment=lambda at: moment(at, zone),
        yes=_("yes"),
        no=_("no"),
        every=_("every quote"),
        quote=_("quote {n}"),
        topic=_("{told} in topic {n}"),
        unconfirmed=_("{told}, not confirmed"),
    )


def _is_own(change: Change) -> bool:
    """Tell whether somebody changed their own role, which only an invitation lets them."""
    return change.by.removeprefix("telegram:") == change.subject.removeprefix("member ")


def _what(said: str) -> str:
    if said in set(Role):
        return role(Role(said))
    verdict = VERDICTS.get(said)
    return verdict() if verdict else line(said, 120)


VERDICTS: dict[str, Callable[[], str]] = {
    Verdict.RIGHT: lambda: _("right"),
    Verdict.WRONG: lambda: _("wrong"),
    Verdict.VARIANT: lambda: _("a new variant"),
    Verdict.UNSURE: lambda: _("unsure"),
}


DONE = {
    "track": lambda: _("{who} tracked {subject} “{what}”"),
    "untrack": lambda: _("{who} untracked {subject} “{what}”"),
    "edit": lambda: _("{who} edited {subject} “{what}”"),
    "pause": lambda: _("{who} paused {subject} “{what}”"),
    "resume": lambda: _("{who} resumed {subject} “{what}”"),
    "add variant": lambda: _("{who} added a wording to {subject} “{what}”"),
    "propose variant": lambda: _("{who} proposed a wording for {subject} “{what}”"),
    "confirm variant": lambda: _("{who} confirmed a wording of {subject} “{what}”"),
    "remove variant": lambda: _("{who} removed a wording of {subject} “{what}”"),
    "add": lambda: _("{who} added {subject} “{what}”"),
    "remove": lambda: _("{who} removed {subject} “{what}”"),
    "rename": lambda: _("{who} renamed {subject} to “{what}”"),
    "subscribe": lambda: _("{who} subscribed chat {chat}"),
    "unsubscribe": lambda: _("{who} unsubscribed chat {chat}"),
    "mute": lambda: _("{who} muted {about} in chat {chat}"),
    "unmute": lambda: _("{who} unmuted {about} in chat {chat}"),
    "preferences": lambda: _("{who} changed how chat {chat} is told"),
    "role": lambda: _("{who} gave {subject} a role: {what}"),
    "join": lambda: _("{who} took up an invitation: {what}"),
    "ban": lambda: _("{who} banned {subject}"),
    "remove member": lambda: _("{who} removed {subject}: {what}"),
    "invite": lambda: _("{who} made an invitation: {what}"),
    "judge": lambda: _("{who} judged {subject}, of {about}: {what}"),
    "make": lambda: _("{who} made an address for the feed of {about}"),
    "revoke": lambda: _("{who} revoked an address for the feed of {about}"),
    "accept": lambda: _("{who} took what another program wrote into the database as it is"),
    "configure": lambda: _("{who} were changed"),
    "change": lambda: _("{who} changed {subject} “{what}”"),
    "forget": lambda: _("{who} blanked what a person wrote, as they asked"),
    "stop forgetting": lambda: _("{who} lets posts of a person be stored again"),
    "show again": lambda: _("{who} showed {subject} again, which was blanked: its words are stored anew"),
    "undo": lambda: _("{who} put {subject} back “{what}”"),
}
SAID = frozenset(  # what there is of it is in the sentence, or would only be long
    ["track", "untrack", "add", "remove", "role", "join", "ban", "remove member", "invite", "forget", "show again"]
)
FIELDS: dict[str, Callable[[], str]] = {
    "text": lambda: _("words"),
    "wording": lambda: _("wording"),
    "speaker": lambda: _("speaker"),
    "lang": lambda: _("language"),
    "threshold": lambda: _("threshold"),
    "exact": lambda: _("exact words"),
    "quoted_only": lambda: _("in quotation marks"),
    "near": lambda: _("near"),
    "excluded": lambda: _("excluded"),
    "tag": lambda: _("tag"),
    "paused": lambda: _("paused"),
    "address": lambda: _("address"),
    "name": lambda: _("name"),
    "state": lambda: _("state"),
    "every": lambda: _("interval"),
    "follow": lambda: _("follows quotes"),
    "keep": lambda: _("keeps"),
    "zone": lambda: _("time zone"),
    "quiet_from": lambda: _("quiet from"),
    "quiet_to": lambda: _("quiet until"),
    "digest": lambda: _("digest"),
    "digest_at": lambda: _("digest at"),
    "silent": lambda: _("without a sound"),
    "until": lambda: _("until"),
    "role": lambda: _("role"),
    "reason": lambda: _("reason"),
    "verdict": lambda: _("verdict"),
    "note": lambda: _("note"),
    "told of": lambda: _("told of"),
}


def undone(change: Change, *, zone: tzinfo, by: str, called: str | None) -> str:
    """Return what was taken back; `by` is who did so, and what they are called."""
    return _("Taken back: {what}").format(what=sentence(_named(change, by, called), zone))


def _named(change: Change, by: str, called: str | None) -> Change:
    """Return a change with the name of whoever reads of it: owners are no members, whose names are known."""
    return replace(change, by_name=called) if change.by == by and called else change
