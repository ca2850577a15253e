import pytest

from monitor.bot.commands import COMMANDS
from monitor.bot.roles import NEEDS, Access, Policy, allowed
from tests.bot.helpers import OWNER, STRANGER

PUBLIC = {"start", "help"}
READING = {"quotes", "subscribe", "unsubscribe", "status", "sources"}
EVERYTHING = PUBLIC | READING | {"track", "untrack", "source"}


@pytest.mark.parametrize(
    ("user_id", "access", "may"),
    [
        (OWNER, Access.PRIVATE, EVERYTHING),
        (OWNER, Access.OPEN, EVERYTHING),
        (STRANGER, Access.PRIVATE, PUBLIC),
        (STRANGER, Access.OPEN, PUBLIC | READING),
        (None, Access.PRIVATE, PUBLIC),
        (None, Access.OPEN, PUBLIC),
    ],
)
def test_who_may_do_what(user_id: int | None, access: Access, may: set[str]) -> None:
    policy = Policy(owners=frozenset({OWNER}), access=access)

    assert {command for command in EVERYTHING if allowed(command, user_id, policy)} == may


def test_a_command_nobody_has_classed_is_for_owners() -> None:
    policy = Policy(owners=frozenset({OWNER}), access=Access.OPEN)

    assert allowed("new_one", OWNER, policy)
    assert not allowed("new_one", STRANGER, policy)


def test_without_owners_nobody_may_change_anything() -> None:
    assert not any(allowed("track", user_id, Policy(access=Access.OPEN)) for user_id in (0, OWNER, None))


def test_every_command_is_classed() -> None:
    assert {command.name for command in COMMANDS} == NEEDS.keys() == EVERYTHING
