import pytest

from monitor.bot.commands import COMMANDS
from monitor.bot.roles import NEEDS, OF_THE_CHAT, PRIVATELY, Access, Needs, Policy, allowed, needed_by, role_of
from monitor.core.people import Role
from tests.bot.helpers import OWNER, STRANGER

POLICY = Policy(owners=frozenset({OWNER}))
LADDER = (Role.STRANGER, Role.SUBSCRIBER, Role.REVIEWER, Role.EDITOR, Role.OWNER)
FIRST = {  # the least role that may do what asks for this, in a private and in an open monitor
    Needs.ANYBODY: (Role.STRANGER, Role.STRANGER),
    Needs.READER: (Role.SUBSCRIBER, Role.STRANGER),
    Needs.SUBSCRIBER: (Role.SUBSCRIBER, Role.SUBSCRIBER),
    Needs.REVIEWER: (Role.REVIEWER, Role.REVIEWER),
    Needs.EDITOR: (Role.EDITOR, Role.EDITOR),
    Needs.OWNER: (Role.OWNER, Role.OWNER),
}


@pytest.mark.parametrize("needs", Needs)
@pytest.mark.parametrize("access", Access)
def test_each_role_may_what_those_below_it_may(needs: Needs, access: Access) -> None:
    first = FIRST[needs][access is Access.OPEN]

    may = [role for role in LADDER if allowed(needs, role, access)]

    assert may == list(LADDER[LADDER.index(first) :])


@pytest.mark.parametrize("needs", Needs)
@pytest.mark.parametrize("access", Access)
def test_who_is_banned_may_do_nothing(needs: Needs, access: Access) -> None:
    assert not allowed(needs, Role.BANNED, access)


@pytest.mark.parametrize(
    ("user_id", "given", "role"),
    [
        (OWNER, None, Role.OWNER),
        (OWNER, Role.BANNED, Role.OWNER),  # an owner cannot be locked out
        (STRANGER, None, Role.STRANGER),
        (STRANGER, Role.REVIEWER, Role.REVIEWER),
        (STRANGER, Role.OWNER, Role.STRANGER),  # the store cannot make an owner
        (None, None, Role.STRANGER),
        (None, Role.EDITOR, Role.STRANGER),
    ],
)
def test_owners_are_named_by_the_settings_and_others_by_the_store(
    user_id: int | None, given: Role | None, role: Role
) -> None:
    assert role_of(user_id, given, POLICY) is role


def test_without_owners_nobody_is_one() -> None:
    assert {role_of(user_id, None, Policy()) for user_id in (0, OWNER, None)} == {Role.STRANGER}


def test_a_command_nobody_has_classed_is_for_owners() -> None:
    assert needed_by("new_one") is Needs.OWNER


def test_every_command_is_classed() -> None:
    classed = {command.name for command in COMMANDS} | {"check"}

    assert classed == set(NEEDS)
    assert not (OF_THE_CHAT | PRIVATELY) - classed
