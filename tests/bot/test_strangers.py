"""Strangers at the door of a monitor: what they are told, what owners are asked, what a flood of them gets."""

from monitor.bot.roles import Access
from tests.bot.helpers import OWNER, STRANGER, MemoryDesk
from tests.bot.running import (
    a_bot,
    heard,
    privately,
    replies,
)


async def test_a_stranger_learns_their_id_once_and_floods_are_not_answered() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        for _ in range(50):
            privately(api, STRANGER, "/track Come get me")
        await heard(api)

        [answer] = replies(api, STRANGER)
        assert f"Your Telegram id is {STRANGER}" in answer
    assert desk.calls == []


async def test_who_opens_the_chat_is_told_what_the_bot_does_and_that_the_owner_was_asked() -> None:
    async with a_bot(MemoryDesk()) as api:
        privately(api, STRANGER, "/start")
        await heard(api)

        [answer] = replies(api, STRANGER)
        assert answer.startswith("I watch public sources")
        assert "I have asked its owner" in answer
        assert "/help" not in answer
        assert len(api.sent(OWNER)) == 1


async def test_the_owner_is_asked_once_about_a_stranger_and_lets_them_in_with_a_button() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        api.add_user(id=STRANGER, first_name="Dora", language_code="es")
        privately(api, STRANGER, "/start")
        privately(api, STRANGER, "let me in")
        privately(api, STRANGER, "please")
        await heard(api)

        [question] = api.sent(OWNER)
        assert question.text == f"Dora ({STRANGER}) wants in."
        api.press(question, "Editor")
        await heard(api)

        [message] = [message for message in api.messages(OWNER) if message.message_id == question.message_id]
        assert message.text == f"Dora ({STRANGER}) has the role of editor now."
        assert api.sent(STRANGER)[-1].text != ""
    assert desk.calls == [("give_role", STRANGER, "editor", "Dora", f"telegram:{OWNER}")]


async def test_in_an_open_monitor_a_stranger_is_told_that_tracking_is_for_editors() -> None:
    async with a_bot(MemoryDesk(), Access.OPEN) as api:
        privately(api, STRANGER, "/track Come get me")
        await heard(api)

        [answer] = replies(api, STRANGER)
        assert "for editors" in answer
        assert str(STRANGER) in answer


async def test_in_an_open_monitor_a_stranger_cannot_flood_the_database() -> None:
    desk = MemoryDesk()
    async with a_bot(desk, Access.OPEN) as api:
        for _ in range(90):
            privately(api, STRANGER, "/subscribe")
        await heard(api)

        assert 1 <= len(desk.calls) <= 11
        assert len(replies(api, STRANGER)) == len(desk.calls)


async def test_many_strangers_are_not_answered_one_by_one() -> None:
    async with a_bot(MemoryDesk(), Access.OPEN) as api:
        for user_id in range(9000, 9100):
            api.add_user(id=user_id)
            privately(api, user_id, "/help")
        await heard(api)

        assert len(api.calls_of("sendMessage")) <= 40
