"""Buttons about people: under the list of members, and under the question whether a stranger is let in."""

from monitor.bot import people_texts as texts
from monitor.bot.answers import Answer
from monitor.bot.commands.base import Call
from monitor.bot.commands.people import banned, invited, person
from monitor.bot.desk import Desk
from monitor.bot.language import speaking
from monitor.bot.preferring import show_menu
from monitor.bot.presses.base import Press
from monitor.bot.roles import Needs
from monitor.core.errors import InputError
from monitor.core.people import Role


async def _members(call: Call, desk: Desk) -> Answer:
    return texts.members_page(await desk.members(), int(call.words or 0))


async def _member(call: Call, desk: Desk) -> Answer:
    number, _, start = call.words.partition(" ")
    member = await desk.member(person(number))
    if member is None:
        raise InputError("{id} is no member: /members lists them.", id=number)
    return texts.member_page(member, int(start or 0), call.zone)


async def _role(call: Call, desk: Desk) -> Answer:
    number, role, start = call.words.split(" ")
    member = await desk.give_role(person(number), Role(role), name=None, by=call.by)
    await show_menu(call, desk, member.user_id, member.role)
    return texts.member_page(member, int(start), call.zone)


async def _remove(call: Call, desk: Desk) -> Answer:
    number, _, start = call.words.partition(" ")
    removed = await desk.remove_member(person(number), by=call.by)
    await show_menu(call, desk, removed.user_id, Role.STRANGER)
    page = texts.members_page(await desk.members(), int(start or 0))
    return Answer(text=page.text, buttons=page.buttons, toast=texts.removed(removed))


async def _ban(call: Call, desk: Desk) -> Answer:
    return Answer(text=texts.banned(await banned(call, desk, call.words)))


async def _admit(call: Call, desk: Desk) -> Answer:
    number, role, lang = call.words.split(" ")
    user_id, telegram = person(number), call.ask_telegram()
    known = await desk.member(user_id)
    if known is not None:  # another owner was faster
        return Answer(text=texts.banned(known) if known.role is Role.BANNED else texts.let_in(known))
    member = await desk.give_role(user_id, Role(role), name=await telegram.name_of(user_id), by=call.by)
    with speaking(lang):
        await telegram.tell(str(user_id), texts.joined(member.role))
    await show_menu(call, desk, user_id, member.role)
    return Answer(text=texts.let_in(member))


async def _ignore(call: Call, desk: Desk) -> Answer:  # noqa: ARG001  # every press is called alike
    return Answer(text=texts.ignored())


async def _invite(call: Call, desk: Desk) -> Answer:
    return Answer(text=await invited(call, desk, call.words), is_apart=True)


PRESSES = {
    "members": Press(run=_members, needs=Needs.OWNER),
    "member": Press(run=_member, needs=Needs.OWNER),
    "role": Press(run=_role, needs=Needs.OWNER),
    "remove_member": Press(run=_remove, needs=Needs.OWNER),
    "ban": Press(run=_ban, needs=Needs.OWNER),
    "admit": Press(run=_admit, needs=Needs.OWNER),
    "ignore": Press(run=_ignore, needs=Needs.OWNER),
    "invite": Press(run=_invite, needs=Needs.OWNER),
}
