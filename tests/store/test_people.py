from datetime import timedelta

import pytest

from monitor.core.errors import InputError
from monitor.core.model import ChatKind
from monitor.core.people import Role, UserId
from monitor.store import SqliteStore
from tests.builders import NOON
from tests.store.conftest import Look

ANN, BEN = UserId(1), UserId(2)
WEEK = timedelta(days=7)


def give(store: SqliteStore, user_id: UserId, role: Role, name: str | None = "Ben") -> None:
    store.give_role(user_id, role, name=name, by="telegram:1", at=NOON)


def invitation(store: SqliteStore, role: Role = Role.EDITOR, secret: str = "secret") -> None:
    store.make_invitation(secret, role, by="telegram:1", at=NOON, expires_at=NOON + WEEK)


def use(store: SqliteStore, secret: str = "secret", user_id: UserId = BEN) -> Role:
    return store.use_invitation(secret, user_id=user_id, name="Ben", at=NOON + WEEK / 2).role


def test_a_role_is_kept_with_who_gave_it_and_the_newest_holds(store: SqliteStore, look: Look) -> None:
    give(store, BEN, Role.EDITOR)
    give(store, BEN, Role.REVIEWER, name=None)

    member = store.member(BEN)
    assert member
    assert (member.role, member.name, member.added_by) == (Role.REVIEWER, "Ben", "telegram:1")
    assert look("SELECT actor, action, subject, before, after FROM audit WHERE action = 'role'") == [
        ("telegram:1", "role", "member 2", None, '{"name": "Ben", "role": "editor", "reason": null}'),
        (
            "telegram:1",
            "role",
            "member 2",
            '{"name": "Ben", "role": "editor", "reason": null}',
            '{"name": "Ben", "role": "reviewer", "reason": null}',
        ),
    ]


@pytest.mark.parametrize("role", [Role.OWNER, Role.STRANGER])
def test_nobody_is_made_an_owner_by_the_store(store: SqliteStore, role: Role) -> None:
    with pytest.raises(InputError, match=r"telegram\.owners"):
        give(store, BEN, role)

    assert store.member(BEN) is None


def test_members_are_listed_by_what_they_may_do(store: SqliteStore) -> None:
    for number, role in enumerate((Role.BANNED, Role.SUBSCRIBER, Role.EDITOR, Role.REVIEWER), start=10):
        give(store, UserId(number), role)

    assert [member.role for member in store.members()] == [Role.EDITOR, Role.REVIEWER, Role.SUBSCRIBER, Role.BANNED]


def test_who_is_banned_or_removed_is_told_of_nothing_more(store: SqliteStore) -> None:
    for user_id, act in ((ANN, Role.BANNED), (BEN, None)):
        give(store, user_id, Role.SUBSCRIBER)
        store.subscribe(str(user_id), ChatKind.PRIVATE, None, by="x", at=NOON)
        if act:
            give(store, user_id, act)
        else:
            store.remove_member(user_id, by="telegram:1", at=NOON)

    assert store.subscriptions() == []
    assert store.member(BEN) is None


def test_who_is_no_member_cannot_be_removed(store: SqliteStore) -> None:
    with pytest.raises(InputError, match="is no member"):
        store.remove_member(BEN, by="telegram:1", at=NOON)


def test_an_invitation_makes_one_person_a_member_once(store: SqliteStore, look: Look) -> None:
    invitation(store)

    assert use(store) is Role.EDITOR
    with pytest.raises(InputError, match="used already or has ended"):
        use(store, user_id=ANN)

    assert [member.user_id for member in store.members()] == [BEN]
    assert look("SELECT used_by FROM invitations") == [(BEN,)]


def test_the_secret_of_an_invitation_is_kept_nowhere(store: SqliteStore, look: Look) -> None:
    invitation(store, secret="canary-canary")
    use(store, "canary-canary")

    tables = [name for (name,) in look("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    everything = [look(f"SELECT * FROM {name}") for name in tables if name.startswith(("audit", "invit", "memb"))]
    assert everything
    assert "canary" not in str(everything)


@pytest.mark.parametrize("later", [WEEK, 2 * WEEK])
def test_an_invitation_ends(store: SqliteStore, later: timedelta) -> None:
    invitation(store)

    with pytest.raises(InputError, match="has ended"):
        store.use_invitation("secret", user_id=BEN, name=None, at=NOON + later)


@pytest.mark.parametrize("secret", ["", "wrong", "secret ", "😳"])
def test_a_wrong_secret_opens_nothing(store: SqliteStore, secret: str) -> None:
    invitation(store)

    with pytest.raises(InputError):
        use(store, secret)
    assert store.members() == []


def test_an_invitation_that_would_add_nothing_stays_good(store: SqliteStore) -> None:
    give(store, BEN, Role.EDITOR)
    invitation(store, Role.SUBSCRIBER)

    with pytest.raises(InputError, match="a member already"):
        use(store)
    assert use(store, user_id=ANN) is Role.SUBSCRIBER


def test_an_invitation_does_not_lift_a_ban(store: SqliteStore) -> None:
    give(store, BEN, Role.BANNED)
    invitation(store)

    with pytest.raises(InputError):
        use(store)
    member = store.member(BEN)
    assert member
    assert member.role is Role.BANNED


def test_an_invitation_lifts_a_subscriber(store: SqliteStore) -> None:
    give(store, BEN, Role.SUBSCRIBER)
    invitation(store, Role.EDITOR)

    assert use(store) is Role.EDITOR
