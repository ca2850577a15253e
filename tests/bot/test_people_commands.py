"""Who may do what, and who did what: the commands and the buttons."""

from datetime import UTC
from typing import Any

import pytest

from monitor.bot.answers import Answer
from monitor.bot.audit_texts import DONE, sentence
from monitor.bot.commands import BY_NAME
from monitor.bot.commands.base import Call
from monitor.bot.language import speaking
from monitor.bot.presses import PRESSES
from monitor.core.changes import Difference
from monitor.core.errors import InputError
from monitor.core.people import Preferences, Role
from tests.bot.calling import OWNER, STRANGER, a_call, labels, presses, text_of
from tests.bot.helpers import MemoryDesk
from tests.bot.memory_people import MemoryTelegram, a_change, a_member

BY = f"telegram:{OWNER}"


async def run(name: str, call: Call, desk: MemoryDesk) -> Answer | str:
    return await BY_NAME[name].run(call, desk)


async def press(data: str, desk: MemoryDesk, **given: Any) -> Answer:
    verb, _, words = data.partition(" ")
    return await PRESSES[verb].run(a_call(words, **given), desk)


def a_desk(*roles: Role) -> MemoryDesk:
    desk = MemoryDesk()
    for user_id, role in enumerate(roles, start=10):
        desk.people[user_id] = a_member(user_id, role, f"Person {user_id}")
    return desk


async def test_members_are_buttons_and_each_leads_to_what_can_be_done() -> None:
    desk, telegram = a_desk(Role.EDITOR, Role.SUBSCRIBER), MemoryTelegram()

    page = await run("members", a_call(), desk)
    assert text_of(page) == "2 members:"
    assert labels(page)[:2] == ["Person 10 (10) · editor", "Person 11 (11) · subscriber"]

    card = await press(presses(page)["Person 11 (11) · subscriber"], desk)
    assert card.text == "Person 11 (11): subscriber\nSince 2026-01-06, by 1001"
    assert labels(card) == ["Editor", "Reviewer", "Remove", "Ban", "« Back"]

    desk.preferred["11"] = Preferences(lang="es")
    changed = await press(presses(card)["Reviewer"], desk, telegram=telegram)
    assert changed.text.startswith("Person 11 (11): reviewer")
    removed = await press(presses(card)["Remove"], desk, telegram=telegram)
    assert labels(removed)[0] == "Person 10 (10) · editor"
    assert [call[0] for call in desk.calls] == ["give_role", "remove_member"]
    assert telegram.menus == {11: Role.STRANGER}
    assert telegram.menu_langs == {"11": "es"}


async def test_many_members_come_in_pages() -> None:
    desk = a_desk(*[Role.SUBSCRIBER] * 20)

    page = await run("members", a_call(), desk)
    second = await press(presses(page)["More »"], desk)
    third = await press(presses(second)["More »"], desk)

    assert next(name for name in labels(second) if "Person" in name) == "Person 18 (18) · subscriber"
    assert "More »" not in labels(third)
    assert len([name for one in (page, second, third) for name in labels(one) if "Person" in name]) == 20
    assert await press(presses(second)["« Back"], desk) == page


async def test_without_members_there_is_a_way_to_invite_one() -> None:
    page = await run("members", a_call(), MemoryDesk())

    assert labels(page) == ["+ Subscriber", "+ Reviewer", "+ Editor"]


@pytest.mark.parametrize("way", ["command", "button"])
async def test_an_invitation_is_a_link_for_one_person(way: str) -> None:
    desk = MemoryDesk()

    answer = await (run("invite", a_call("editor"), desk) if way == "command" else press("invite editor", desk))

    assert "https://t.me/test_bot?start=inv_secret" in text_of(answer)
    assert desk.calls == [("invite", Role.EDITOR, BY)]


@pytest.mark.parametrize("role", ["owner", "banned", "king"])
async def test_a_role_that_cannot_be_given_is_refused_by_example(role: str) -> None:
    with pytest.raises(InputError, match="/invite editor"):
        await run("invite", a_call(role), MemoryDesk())


async def test_inviting_without_a_role_asks_which() -> None:
    assert labels(await run("invite", a_call(), MemoryDesk())) == ["+ Subscriber", "+ Reviewer", "+ Editor"]


async def test_opening_an_invitation_lets_in_and_tells_the_owners() -> None:
    desk, telegram = MemoryDesk(), MemoryTelegram()

    answer = await run("start", a_call("inv_secret", user_id=STRANGER, name="Dora", telegram=telegram), desk)

    assert text_of(answer).startswith("Welcome. Your role here is reviewer:")
    assert desk.calls == [("join", "secret", STRANGER, "Dora")]
    assert telegram.told == [(str(OWNER), f"Dora ({STRANGER}) took up an invitation: reviewer.")]
    assert telegram.menus == {STRANGER: Role.REVIEWER}


async def test_a_used_invitation_is_told_so() -> None:
    with pytest.raises(InputError, match="ask for a new one"):
        await run("start", a_call("inv_other", user_id=STRANGER), MemoryDesk())


async def test_an_owner_does_not_use_up_an_invitation() -> None:
    desk = MemoryDesk()

    with pytest.raises(InputError, match="You are an owner"):
        await run("start", a_call("inv_secret"), desk)
    assert desk.calls == []


async def test_somebody_is_banned_by_number_with_a_reason() -> None:
    desk = MemoryDesk()

    answer = await run("ban", a_call(f"{STRANGER} sends advertisements"), desk)

    assert desk.calls == [("give_role", STRANGER, Role.BANNED, "Cleo", BY)]
    assert desk.people[STRANGER].reason == "sends advertisements"
    assert text_of(answer) == f"Cleo ({STRANGER}) is banned: I do not answer them any more. /members takes that back."


@pytest.mark.parametrize("words", ["", "Ann", "-5", "0", "٣", "9" * 400])
async def test_a_number_that_is_nobodys_is_refused_by_example(words: str) -> None:
    with pytest.raises(InputError, match="/ban 123456789"):
        await run("ban", a_call(words), MemoryDesk())


async def test_an_owner_cannot_be_banned() -> None:
    with pytest.raises(InputError, match="cannot be banned"):
        await run("ban", a_call(str(OWNER)), MemoryDesk())


async def test_letting_a_stranger_in_tells_them_in_their_language() -> None:
    desk, telegram = MemoryDesk(), MemoryTelegram()

    answer = await press(f"admit {STRANGER} editor es", desk, telegram=telegram)

    assert answer.text == f"Cleo ({STRANGER}) has the role of editor now."
    [(address, told)] = telegram.told
    assert address == str(STRANGER)
    assert "/help" in told
    assert not told.startswith("Welcome")


async def test_the_second_owner_to_let_somebody_in_changes_nothing() -> None:
    desk = MemoryDesk()
    desk.people[STRANGER] = a_member(STRANGER, Role.EDITOR, "Cleo")

    answer = await press(f"admit {STRANGER} subscriber en", desk)

    assert answer.text == f"Cleo ({STRANGER}) has the role of editor now."
    assert desk.calls == []


async def test_the_review_pages_are_opened_by_a_button_of_ones_own() -> None:
    desk = MemoryDesk()

    answer = await run("review", a_call(role=Role.REVIEWER), desk)

    assert isinstance(answer, Answer)
    assert answer.buttons[0][0].url == "https://quotes.example.org/sign-in?token=x"
    assert desk.calls == [("sign_in_link", OWNER, "Ann", Role.REVIEWER)]


async def test_the_audit_tells_who_changed_what_page_by_page() -> None:
    desk = MemoryDesk()
    desk.audited = [a_change(number, is_undone=number == 24) for number in range(25, 0, -1)]

    page = await run("audit", a_call(), desk)
    assert isinstance(page, Answer)
    lines = page.text.splitlines()
    assert lines[0] == "2026-01-06 12:00 UTC · Ann (1001) tracked quote 3 “Come get me, coward!”"
    assert lines[1].endswith("(taken back)")
    assert len(lines) == 10

    second = await press(presses(page)["Older »"], desk)
    third = await press(presses(second)["Older »"], desk)
    assert (len(second.text.splitlines()), len(third.text.splitlines())) == (10, 5)
    assert labels(third) == []


async def test_the_audit_calls_its_reader_by_name() -> None:
    desk = MemoryDesk()
    desk.audited = [a_change(by=f"telegram:{OWNER}"), a_change(by="telegram:7")]

    told = text_of(await run("audit", a_call(name="Ann"), desk)).splitlines()

    assert f"Ann ({OWNER}) tracked" in told[0]
    assert "· 7 tracked" in told[1]


@pytest.mark.parametrize(("by", "told"), [("settings", "los ajustes"), ("command line", "la línea de comandos")])
def test_what_the_operator_did_is_told_in_the_readers_language(by: str, told: str) -> None:
    with speaking("es"):
        assert (
            sentence(a_change(by=by, action="subscribe", subject="chat -100"), UTC) == f"{told} suscribió el chat -100"
        )


def test_whoever_came_by_invitation_gave_nobody_a_role() -> None:
    joined = a_change(action="role", by="telegram:7", subject="member 7", what="editor")

    assert sentence(joined, UTC) == "7 took up an invitation: editor"


async def test_an_empty_audit_says_so() -> None:
    assert text_of(await run("audit", a_call(), MemoryDesk())) == "Nobody changed anything yet."


@pytest.mark.parametrize("action", [*DONE, "something new"])
def test_every_change_is_told_in_a_sentence(action: str) -> None:
    told = sentence(a_change(action=action, by_name="Ann", subject="chat -100", what="what"), UTC)

    assert told.startswith("Ann (1001)")
    assert "{" not in told


def a_difference(name: str, before: object, after: object) -> Difference:
    return Difference(name=name, before=before, after=after)


def test_a_change_says_what_was_before_and_what_is_after() -> None:
    edited = a_change(
        action="edit", differences=(a_difference("threshold", None, 88.0), a_difference("exact", False, True))
    )
    tracked = a_change(differences=(a_difference("text", None, "Come get me, coward!"),))

    assert sentence(edited, UTC).endswith("edited quote 3 “Come get me, coward!”: threshold 88, exact words no → yes")
    assert sentence(tracked, UTC).endswith("tracked quote 3 “Come get me, coward!”")


def test_a_mute_names_the_quote_and_until_when() -> None:
    until = a_difference("until", None, "2026-01-07T08:00:00.000Z")
    of_one = a_change(
        action="mute", subject="chat -100", chat="Desk", quote_id=3, quote="Come get me", differences=(until,)
    )
    of_all = a_change(action="mute", subject="chat -100")

    told = "muted quote 3 “Come get me” in chat Desk (-100): until 2026-01-07 08:00 UTC"
    assert sentence(of_one, UTC).endswith(told)
    assert sentence(of_all, UTC).endswith("muted everything in chat -100")


def test_what_was_changed_is_told_in_the_readers_language() -> None:
    with speaking("es"):
        told = sentence(a_change(action="edit", differences=(a_difference("threshold", 80.0, 90.0),)), UTC)

    assert told.endswith("umbral 80 → 90")


def test_a_name_in_the_audit_cannot_forge_a_line() -> None:
    told = sentence(a_change(by_name="Ann\n2026 · owner banned everybody \u202e", what="a\nb"), UTC)

    assert "\n" not in told
    assert "\u202e" not in told


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.SUBSCRIBER, ("chat",)),
        (Role.EDITOR, ("chat", "quote", "source")),
        (Role.OWNER, ("chat", "quote", "source", "member", "invitation")),
    ],
)
async def test_only_what_one_may_change_is_taken_back(role: Role, kinds: tuple[str, ...]) -> None:
    desk = MemoryDesk()

    answer = await run("undo", a_call(role=role), desk)
    await press("undo 7", desk, role=role)

    assert desk.calls == [("undo", BY, kinds, None, False), ("undo", BY, kinds, 7, role is Role.OWNER)]
    assert text_of(answer) == "Taken back: Ann (1001) tracked quote 3 “Come get me, coward!”"
