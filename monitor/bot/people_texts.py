"""What is said about people: who may do what, invitations, and who changed what. Plain text, in the language spoken."""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from monitor.bot.answers import Answer, Button, Rows
from monitor.bot.display import NAME, QUOTE, line, name
from monitor.bot.language import _, ngettext
from monitor.bot.times import day
from monitor.core.people import Member, Role

A_PAGE = 8  # members, each a button


def role(given: Role) -> str:
    """Return what somebody is, as a word."""
    match given:
        case Role.OWNER:
            return _("owner")
        case Role.EDITOR:
            return _("editor")
        case Role.REVIEWER:
            return _("reviewer")
        case Role.SUBSCRIBER:
            return _("subscriber")
        case Role.BANNED:
            return _("banned")
        case Role.STRANGER:
            return _("stranger")


def called(member: Member) -> str:
    """Return who somebody is, with the number that is surely theirs."""
    return f"{name(member.name, NAME)} ({member.user_id})" if member.name else str(member.user_id)


def subject_of(subject: str) -> str:
    """Return what was changed, such as "quote 3"."""
    kind, __, number = subject.partition(" ")
    named = SUBJECTS.get(kind)
    return named().format(number=number) if named else line(subject, NAME)


SUBJECTS = {
    "quote": lambda: _("quote {number}"),
    "source": lambda: _("source {number}"),
    "match": lambda: _("match {number}"),
    "post": lambda: _("post {number}"),
    "member": lambda: _("member {number}"),
    "invitation": lambda: _("invitation {number}"),
    "chat": lambda: _("chat {number}"),
}


def who(by: str, called_: str | None) -> str:
    """Return who did something: a person, what the operator uses, or a source by itself."""
    if by in PLACES:
        return PLACES[by]()
    if by.startswith("source "):
        return subject_of(by)
    number = by.removeprefix("telegram:")
    return f"{name(called_, NAME)} ({number})" if called_ else number


PLACES: dict[str, Callable[[], str]] = {
    "settings": lambda: _("the settings"),
    "command line": lambda: _("the command line"),
    "cli": lambda: _("the command line"),
}


def members_page(members: Sequence[Member], start: int = 0) -> Answer:
    """Return a page of the members, a button each."""
    if not members:
        return Answer(
            text=_("Nobody but the owners uses this monitor yet. Invite somebody:"),
            buttons=_invite_buttons(),
        )
    start = min(max(start, 0), (len(members) - 1) // A_PAGE * A_PAGE)
    shown = members[start : start + A_PAGE]
    rows = [
        (Button(label=f"{called(one)} · {role(one.role)}", press=f"member {one.user_id} {start}"),) for one in shown
    ]
    count = ngettext("{n} member:", "{n} members:", len(members)).format(n=len(members))
    return Answer(text=count, buttons=(*rows, _turning("members", start, A_PAGE, len(members)), *_invite_buttons()))


def member_page(member: Member, start: int, zone: tzinfo) -> Answer:
    """Return what somebody is, with buttons to change it."""
    lines = [
        f"{called(member)}: {role(member.role)}",
        _("Since {date}, by {who}").format(date=day(member.added_at, zone), who=who(member.added_by, None)),
    ]
    if member.reason:
        lines.append(_("Reason: {reason}").format(reason=line(member.reason, QUOTE)))
    others = [one for one in (Role.EDITOR, Role.REVIEWER, Role.SUBSCRIBER) if one is not member.role]
    roles = tuple(Button(label=role_label(one), press=f"role {member.user_id} {one} {start}") for one in others)
    leave = [Button(label=_("Remove"), press=f"remove_member {member.user_id} {start}")]
    if member.role is not Role.BANNED:
        leave.append(Button(label=_("Ban"), press=f"ban {member.user_id}"))
    back = (Button(label=_("« Back"), press=f"members {start}"),)
    return Answer(text="\n".join(lines), buttons=(roles, tuple(leave), back))


def role_label(given: Role) -> str:
    """Return a role on a button."""
    match given:
        case Role.EDITOR:
            return _("Editor")
        case Role.REVIEWER:
            return _("Reviewer")
        case _:
            return _("Subscriber")


def _invite_buttons() -> Rows:
    roles = (Role.SUBSCRIBER, Role.REVIEWER, Role.EDITOR)
    return (tuple(Button(label=f"+ {role_label(one)}", press=f"invite {one}") for one in roles),)


def invite_question() -> Answer:
    text = _(
        "What may the person do? A subscriber is told of quotes and looks things up; a reviewer also judges matches; "
        "an editor also changes what is tracked and polled."
    )
    return Answer(text=text, buttons=_invite_buttons())


def invitation(given: Role, link: str) -> str:
    return _(
        "This link gives the role of {role}. It works once, for seven days:\n{link}\n"
        "Whoever opens it first gets the role, so send it privately. /undo takes it back."
    ).format(role=role(given), link=link)


def joined(given: Role) -> str:
    return _("Welcome. Your role here is {role}: /help shows what you can do.").format(role=role(given))


def somebody_joined(member: Member) -> str:
    return _("{who} took up an invitation: {role}.").format(who=called(member), role=role(member.role))


def let_in(member: Member) -> str:
    return _("{who} has the role of {role} now.").format(who=called(member), role=role(member.role))


def banned(member: Member) -> str:
    return _("{who} is banned: I do not answer them any more. /members takes that back.").format(who=called(member))


def removed(member: Member) -> str:
    return _("{who} is no member any more.").format(who=called(member))


def ignored() -> str:
    return _("Left as it is. I ask again if they write tomorrow.")


def review_pages() -> str:
    return _("This button signs you in to the review pages, for ten minutes. Keep it to yourself.")


def open_pages() -> str:
    return _("Open the review pages")


def _turning(verb: str, start: int, a_page: int, count: int) -> tuple[Button, ...]:
    """Return the buttons that turn pages."""
    turning = []
    if start > 0:
        turning.append(Button(label=_("« Back"), press=f"{verb} {max(0, start - a_page)}"))
    if start + a_page < count:
        turning.append(Button(label=_("More »"), press=f"{verb} {start + a_page}"))
    return tuple(turning)
