"""Where alerts go and how they come: the commands and the buttons."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.bot.chat_words import split_duration
from monitor.core.errors import InputError
from monitor.core.model import ChatKind, QuoteId
from monitor.core.people import Mute
from tests.bot.calling import (
    BY,
    CHANNEL,
    OWNER,
    STRANGER,
    a_call,
    a_group_call,
    labels,
    press,
    presses,
    run,
    telegram,
    text_of,
)
from tests.bot.helpers import MemoryDesk
from tests.bot.memory_people import MemoryTelegram
from tests.builders import a_quote


async def test_a_chat_subscribes_to_everything_to_a_quote_or_to_a_tag() -> None:
    desk = MemoryDesk()

    everything = await run("subscribe", a_call(), desk)
    one = await run("subscribe", a_call("3"), desk)
    await run("subscribe", a_call("#petro"), desk)
    none = await run("unsubscribe", a_call("“coward”"), desk)

    where = (str(OWNER), "private", "Ann", None)
    assert desk.calls == [
        ("subscribe", *where, None, BY),
        ("subscribe", *where, "3", BY),
        ("subscribe", *where, "#petro", BY),
        ("unsubscribe", str(OWNER), None, "coward", BY),
    ]
    assert everything == "You will be told here of every quote."
    assert one == "You will be told here of 1. “Come get me, coward!”."
    assert none == "You will no longer be told of 1. “Come get me, coward!”."


@pytest.mark.parametrize("words", ["@quotes", "3 @quotes", "#petro -100777"])
async def test_a_channel_is_managed_from_a_private_chat_by_its_administrators(words: str) -> None:
    desk = MemoryDesk()
    known = telegram(STRANGER)
    known.places["-100777"] = CHANNEL

    answer = await run("subscribe", a_call(words, user_id=STRANGER, telegram=known), desk)

    [(_, address, kind, title, thread_id, what, by)] = desk.calls
    assert (address, kind, title, thread_id) == ("-100777", ChatKind.CHANNEL, "Quotes", None)
    assert what == (words.rpartition(" ")[0] or None)
    assert by == f"telegram:{STRANGER}"
    assert text_of(answer).startswith("Quotes will be told of ")


async def test_an_owner_manages_any_channel_the_bot_is_in() -> None:
    desk = MemoryDesk()

    await run("subscribe", a_call("3 @quotes", telegram=telegram()), desk)

    assert desk.calls[0][1] == "-100777"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (telegram(), "Only administrators of @quotes"),
        (telegram(STRANGER, bot_can_post=False), "make me an administrator there"),
        (telegram(STRANGER, kind=ChatKind.PRIVATE), "is a person"),
        (MemoryTelegram(admins=[STRANGER]), "I do not see the chat @quotes"),
    ],
)
@pytest.mark.parametrize("command", ["subscribe", "unsubscribe", "preferences", "digest", "mute", "unmute"])
async def test_what_is_not_ones_own_channel_stays_as_it_is(command: str, known: MemoryTelegram, said: str) -> None:
    desk = MemoryDesk()

    with pytest.raises(InputError, match=said):
        await run(command, a_call("@quotes", user_id=STRANGER, telegram=known), desk)
    assert desk.calls == []


async def test_in_a_group_the_group_or_its_topic_is_told() -> None:
    desk = MemoryDesk()

    await run("subscribe", a_group_call("3", thread_id=7), desk)

    assert desk.calls == [("subscribe", "-1001", "supergroup", "Club", 7, "3", BY)]


@pytest.mark.parametrize(
    ("words", "quote_id", "lasting"),
    [
        ("8h", None, timedelta(hours=8)),
        ("8 hours", None, timedelta(hours=8)),
        ("1 2d", 1, timedelta(days=2)),
        ("1 2 semanas", 1, timedelta(weeks=2)),
        ("30min", None, timedelta(minutes=30)),
    ],
)
async def test_a_quote_or_everything_is_muted_for_a_while(words: str, quote_id: int | None, lasting: timedelta) -> None:
    desk = MemoryDesk(a_quote())

    answer = await run("mute", a_call(words), desk)

    [until] = [call[3] for call in desk.calls if call[0] == "mute"]
    assert [call[2] for call in desk.calls if call[0] == "mute"] == [quote_id]
    assert abs(until - datetime.now(UTC) - lasting) < timedelta(minutes=1)
    assert "muted until" in text_of(answer).lower()


async def test_without_a_time_there_are_buttons_to_choose_one_and_to_end_mutes() -> None:
    desk = MemoryDesk()
    desk.muted = [Mute(quote_id=QuoteId(3), quote="I'll be back", until=None)]

    answer = await run("mute", a_call(), desk)

    assert "3. “I'll be back”, until unmuted" in text_of(answer)
    assert labels(answer) == ["1 hour", "8 hours", "1 day", "1 week", "Until I unmute", "Unmute 3"]
    await press(presses(answer)["8 hours"], desk)
    await press(presses(answer)["Until I unmute"], desk)
    await press(presses(answer)["Unmute 3"], desk)
    muted, endless, unmuted = desk.calls
    assert abs(muted[3] - datetime.now(UTC) - timedelta(hours=8)) < timedelta(minutes=1)
    assert endless == ("mute", str(OWNER), None, None, BY)
    assert unmuted == ("unmute", str(OWNER), 3, BY)


async def test_a_channel_is_muted_from_a_private_chat() -> None:
    desk, known = MemoryDesk(), telegram(STRANGER)
    known.places["-100777"] = CHANNEL

    answer = await run("mute", a_call("@quotes", user_id=STRANGER, telegram=known), desk)
    await press(presses(answer)["1 day"], desk, user_id=STRANGER, telegram=known)
    await run("unmute", a_call("@quotes", user_id=STRANGER, telegram=known), desk)

    assert [call[:3] for call in desk.calls] == [("mute", "-100777", None), ("unmute", "-100777", None)]


@pytest.mark.parametrize("words", ["0h", "9999d", "3 400d"])
def test_a_mute_of_no_time_or_of_years_is_refused(words: str) -> None:
    with pytest.raises(InputError, match="from a minute to a year"):
        split_duration(words)
