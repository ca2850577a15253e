"""What the bot hears, through the real client and a Bot API on the loopback interface."""

import json

import pytest
import structlog
from structlog.testing import capture_logs

from monitor.bot import floor, hearing_texts
from monitor.bot.commands import Call, Command
from monitor.bot.roles import Access
from monitor.core.errors import InputError, StoreError
from monitor.core.people import Preferences
from tests.bot.helpers import OWNER, STRANGER, TOKEN, MemoryDesk
from tests.bot.running import (
    ADMINS,
    BANNED,
    CHANNEL,
    EDITOR,
    GROUP,
    REVIEWER,
    a_bot,
    by_name,
    heard,
    privately,
    replies,
)


async def test_an_owner_is_answered_each_time() -> None:
    async with a_bot(MemoryDesk()) as api:
        for _ in range(20):
            privately(api, OWNER, "/status")
        await heard(api)

        assert len(replies(api)) == 20


async def test_commands_of_one_chat_are_heard_in_the_order_they_were_written() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        for number in range(30):
            privately(api, OWNER, f"/unsubscribe {number}")
        await heard(api)

    assert [call[3] for call in desk.calls] == [str(number) for number in range(30)]


async def test_a_chat_that_subscribes_is_named_with_its_title_and_its_topic() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        topic = api.add_topic(GROUP, "Petro")
        privately(api, OWNER, "/subscribe")
        api.say(chat_id=GROUP, user_id=EDITOR, text="/subscribe@test_bot 3", thread_id=topic)
        await heard(api)

        assert api.sent(GROUP)[-1].thread_id == topic
    assert desk.calls == [
        ("subscribe", str(OWNER), "private", "Ann", None, None, f"telegram:{OWNER}"),
        ("subscribe", str(GROUP), "supergroup", "Group", topic, "3", f"telegram:{EDITOR}"),
    ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/", hearing_texts.not_a_command()),
        ("/track@another_bot words", hearing_texts.not_a_command()),
        ("/nonsense now", hearing_texts.unknown_command("nonsense")),
    ],
)
async def test_what_is_no_command_gets_one_clear_line_and_not_one_each_time(text: str, answer: str) -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        for _ in range(5):
            privately(api, OWNER, text)
        await heard(api)

        assert replies(api) == [answer]
    assert desk.calls == []


async def test_a_post_that_is_pasted_or_forwarded_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    async def check(call: Call, desk: object) -> str:
        given.append(call.post)
        return "looked"

    monkeypatch.setattr(floor, "CHECK", check)
    async with a_bot(MemoryDesk()) as api:
        privately(api, OWNER, "he said: come get me, coward")
        api.say(chat_id=OWNER, user_id=OWNER, text="/track come get me", forwarded_from=STRANGER)
        privately(api, STRANGER, "is this for me?")
        await heard(api)

        assert replies(api).count("looked") == 2
    pasted, forwarded = given
    assert (pasted.text, pasted.author, pasted.published_at) == ("he said: come get me, coward", None, None)
    assert (forwarded.text, forwarded.author) == ("/track come get me", "Ann")
    assert forwarded.published_at is not None
    told = json.loads(forwarded.raw)
    assert (told["text"], told["forward_origin"]["sender_user"]["id"]) == (forwarded.text, STRANGER)
    assert str(OWNER) not in forwarded.raw.decode(), "who passed it on is nobody's business"


async def test_a_group_hears_the_bot_only_when_it_is_addressed() -> None:
    async with a_bot(MemoryDesk()) as api:
        for text in ("/status", "hello", "/status@another_bot"):
            api.say(chat_id=GROUP, user_id=OWNER, text=text)
        by_name(api, STRANGER, "/status")
        await heard(api)
        assert replies(api, GROUP) == []

        by_name(api, REVIEWER, "/status")
        await heard(api)
        [answer] = api.sent(GROUP)
        api.say(chat_id=GROUP, user_id=REVIEWER, text="/status", reply_to=answer.message_id)
        await heard(api)
        assert len(replies(api, GROUP)) == 2


async def test_in_a_group_only_its_administrators_and_editors_change_what_it_is_told() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        by_name(api, REVIEWER, "/subscribe")
        by_name(api, REVIEWER, "/subscribe", ADMINS)
        by_name(api, EDITOR, "/subscribe")
        await heard(api)

        assert hearing_texts.only_admins() in replies(api, GROUP)
    assert sorted((call[1], call[-1]) for call in desk.calls) == [
        (str(GROUP), f"telegram:{EDITOR}"),
        (str(ADMINS), f"telegram:{REVIEWER}"),
    ]


async def test_what_is_not_for_a_group_is_asked_for_privately() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        by_name(api, OWNER, "/invite editor")
        await heard(api)

        assert replies(api, GROUP) == ["Ask me that in a private chat: https://t.me/test_bot"]
    assert desk.calls == []


async def test_who_is_banned_gets_no_answer_at_all() -> None:
    async with a_bot(MemoryDesk(), Access.OPEN) as api:
        privately(api, BANNED, "/start")
        privately(api, BANNED, "hello")
        by_name(api, BANNED, "/status")
        await heard(api)

        assert replies(api, BANNED) == replies(api, GROUP) == []


async def test_a_chat_is_answered_in_the_language_it_chose() -> None:
    desk = MemoryDesk()
    desk.preferred[str(OWNER)] = Preferences(lang="es")
    async with a_bot(desk) as api:
        privately(api, OWNER, "/nonsense")
        privately(api, EDITOR, "/nonsense")
        await heard(api)

        assert replies(api, EDITOR) == ["There is no command /nonsense: /help lists those there are."]
        assert replies(api, OWNER) != replies(api, EDITOR)


async def test_a_chat_nobody_chose_a_language_for_is_answered_in_that_of_the_persons_telegram() -> None:
    async with a_bot(MemoryDesk()) as api:
        api.add_user(id=EDITOR, language_code="es-CO")
        api.add_user(id=REVIEWER, language_code="fi")
        for user_id in (EDITOR, REVIEWER):
            privately(api, user_id, "/nonsense")
        await heard(api)

        assert replies(api, REVIEWER) == ["There is no command /nonsense: /help lists those there are."]
        assert replies(api, EDITOR) != replies(api, REVIEWER)


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (InputError("The quote is empty: write its words."), "The quote is empty: write its words."),
        (InputError("There is no {thing}.", thing="{braces}"), "There is no {braces}."),
        (StoreError("disk full"), "The database cannot be used: disk full"),
    ],
)
async def test_an_error_for_a_person_is_the_answer(error: Exception, answer: str) -> None:
    desk = MemoryDesk()
    desk.fails = error
    async with a_bot(desk) as api:
        privately(api, OWNER, "/undo")
        await heard(api)

        assert replies(api) == [answer]


async def test_a_bug_is_logged_with_its_traceback_without_the_token_and_the_bot_lives_on() -> None:
    structlog.reset_defaults()
    desk = MemoryDesk()
    desk.fails = RuntimeError(f"at https://api.telegram.org/bot{TOKEN}/getMe")
    with capture_logs() as logs:
        async with a_bot(desk) as api:
            privately(api, OWNER, "/status")
            await heard(api)
            desk.fails = None
            privately(api, OWNER, "/undo")
            await heard(api)

            first, second = replies(api)
            assert first == hearing_texts.fault()
            assert second.startswith("Taken back")
    [log] = [log for log in logs if log["log_level"] == "error"]
    assert "RuntimeError: at https://api.telegram.org/bot[token]/getMe" in log["traceback"]
    assert "CANARY" not in str(logs)


async def test_an_answer_too_long_for_a_message_comes_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    async def long(call: Call, desk: object) -> str:
        return "\n".join(f"{number}. {'word ' * 50}" for number in range(1, 80))

    monkeypatch.setattr(floor, "BY_NAME", {"long": Command(long)})
    async with a_bot(MemoryDesk()) as api:
        privately(api, OWNER, "/long")
        await heard(api)

        assert len(replies(api)) > 3
        assert "79. word" in replies(api)[-1]


async def test_being_blocked_and_let_in_again_reaches_the_desk() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        api.block(STRANGER)
        await heard(api)
        api.unblock(STRANGER)
        api.kick_bot(CHANNEL)
        api.kick_bot(GROUP)
        await heard(api)

    assert sorted(desk.calls) == sorted(
        [
            ("chat_closed", str(STRANGER), "the user blocked the bot"),
            ("chat_opened", str(STRANGER)),
            ("chat_closed", str(CHANNEL), "the bot was removed from the chat"),
            ("chat_closed", str(GROUP), "the bot was removed from the chat"),
        ]
    )


async def test_a_public_channel_is_closed_under_its_name_too() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        api.add_chat(id=-1007, type="channel", title="Public", username="quotes", bot_is_admin=True)
        api.kick_bot(-1007)
        await heard(api)

    assert {call[1] for call in desk.calls} == {"-1007", "@quotes"}


async def test_a_group_that_becomes_a_supergroup_is_followed() -> None:
    desk = MemoryDesk()
    async with a_bot(desk) as api:
        api.add_chat(id=-50, type="group", title="Small")
        api.migrate(-50, -1050)
        await heard(api)

    assert desk.calls == [("chat_moved", "-50", "-1050")]
