"""Who may do what."""

from monitor.bot import people_texts as texts
from monitor.bot.answers import Answer
from monitor.bot.commands.base import Call
from monitor.bot.desk import Desk
from monitor.bot.language import speaking
from monitor.bot.preferring import show_menu
from monitor.core.errors import InputError
from monitor.core.people import Member, Role, UserId

INVITING = "inv_"  # begins the payload of an invitation's link
LONGEST_REASON = 200  # characters
MOST_USER_ID = 2**52  # core.telegram.org/bots/api#user: at most 52 significant bits
GIVEN = (Role.SUBSCRIBER, Role.REVIEWER, Role.EDITOR)


async def members(call: Call, desk: Desk) -> Answer:  # noqa: ARG001  # every command is called alike
    """/members: see who may do what, and change it.

    Each member is a button, under which you change the role, ban or remove the person. Only owners of the monitor may
    do this.
    """
    return texts.members_page(await desk.members())


async def invite(call: Call, desk: Desk) -> Answer | str:
    """/invite ROLE: make a link that lets somebody in.

    The role is subscriber (is told of quotes and looks things up), reviewer (also judges matches) or editor (also
    changes what is tracked and polled). The link works once, for seven days:
    /invite editor
    Only owners of the monitor may do this.
    """
    wanted = call.words.strip().lower()
    return await invited(call, desk, wanted) if wanted else texts.invite_question()


async def ban(call: Call, desk: Desk) -> str:
    """/ban NUMBER REASON: no longer answer somebody.

    The number is the person's Telegram id; /members shows those of members. Who is banned is told of nothing more:
    /ban 123456789 sends advertisements
    Only owners of the monitor may do this.
    """
    number, _, reason = call.words.strip().partition(" ")
    return texts.banned(await banned(call, desk, number, reason=reason.strip() or None))


async def invited(call: Call, desk: Desk, wanted: str) -> str:
    """Make an invitation and return what to do with it. Raises InputError for an unknown role."""
    found = next((given for given in GIVEN if wanted in (given.value, texts.role(given).lower())), None)
    if found is None:
        raise InputError("Write subscriber, reviewer or editor, for example: /invite editor")
    secret = await desk.invite(found, by=call.by)
    return texts.invitation(found, f"https://t.me/{call.ask_telegram().bot_name}?start={INVITING}{secret}")


async def join(call: Call, desk: Desk) -> str:
    """Take up the invitation whose link was opened, and tell the owners."""
    if call.user_id is None or call.role is Role.OWNER:
        raise InputError("You are an owner here: send the link to the person you invite.")
    secret = call.words.strip().removeprefix(INVITING)
    member = await desk.join(secret, user_id=UserId(call.user_id), name=call.name)
    await show_menu(call, desk, member.user_id, member.role)
    for owner in sorted(call.policy.owners):
        preferences = await desk.preferences(str(owner))
        with speaking(preferences.lang):
            await call.ask_telegram().tell(str(owner), texts.somebody_joined(member))
    return texts.joined(member.role)


async def banned(call: Call, desk: Desk, number: str, *, reason: str | None = None) -> Member:
    """Ban the person of this number, whatever they were, and return them. Raises InputError."""
    user_id = person(number)
    if user_id in call.policy.owners:
        raise InputError("Owners are named in the settings: they cannot be banned.")
    known = await desk.member(user_id)
    called = known.name if known else await call.ask_telegram().name_of(user_id)
    reason = reason and reason[:LONGEST_REASON]
    member = await desk.give_role(user_id, Role.BANNED, name=called, by=call.by, reason=reason)
    await show_menu(call, desk, user_id, Role.BANNED)
    return member


def person(number: str) -> UserId:
    """Return the Telegram id that was written. Raises InputError."""
    if not (number.isascii() and number.isdigit() and 0 < int(number[:20]) < MOST_USER_ID):
        raise InputError("Write the person's Telegram id, a number: /ban 123456789")
    return UserId(int(number))
