from pathlib import Path

import pytest

from monitor.bot import messages
from monitor.bot.commands import BY_NAME, COMMANDS, Call, Command, unquoted
from monitor.bot.commands.quotes import track, untrack
from monitor.bot.roles import Access, Policy
from monitor.core.model import Quote
from tests.bot.helpers import OWNER, STRANGER, MemoryDesk
from tests.builders import a_quote

DOCS = Path(__file__).parents[2] / "docs"


def a_call(words: str = "", user_id: int = OWNER, access: Access = Access.PRIVATE) -> Call:
    policy = Policy(owners=frozenset({OWNER}), access=access)
    return Call(words=words, user_id=user_id, address=str(user_id), title="Ann", policy=policy)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_documented_in_its_own_words(command: Command) -> None:
    section = (DOCS / "commands.md").read_text("utf-8").partition("## In Telegram")[2]

    assert command.text in section


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_says_how_it_is_used_and_what_it_does(command: Command) -> None:
    assert command.usage.startswith(f"/{command.name}")
    assert 10 < len(command.summary) <= 256  # core.telegram.org/bots/api#botcommand
    assert command.summary.endswith(".")


@pytest.mark.parametrize(
    "words",
    [
        "Come get me",
        "“Come get me”",
        '"Come get me"',
        "«Come get me»",
        "„Come get me“",
        "'Come get me'",
        "  “ Come get me ”  ",
        "“'Come get me'”",
    ],
)
async def test_a_quote_is_tracked_without_the_marks_around_it(words: str) -> None:
    desk = MemoryDesk()

    answer = await track(a_call(words), desk)

    assert desk.calls == [("track", "Come get me", f"telegram:{OWNER}")]
    assert "1. “Come get me”" in answer


@pytest.mark.parametrize("words", ["“Come” he said", "it's", "'", '"Come', "“a” and “b"])
def test_marks_that_are_part_of_the_words_stay(words: str) -> None:
    assert unquoted(words) == words


async def test_a_quote_may_have_several_lines() -> None:
    desk = MemoryDesk()

    await track(a_call("“Come get me.\nI'm waiting.”"), desk)

    assert desk.calls == [("track", "Come get me.\nI'm waiting.", f"telegram:{OWNER}")]


@pytest.mark.parametrize(("command", "example"), [(track, "/track Come"), (untrack, "/untrack 3")])
@pytest.mark.parametrize("words", ["", "  ", "“”"])
async def test_a_command_without_words_teaches_by_example(command, example: str, words: str) -> None:
    desk = MemoryDesk()

    assert example in await command(a_call(words), desk)
    assert desk.calls == []


async def test_a_chat_subscribes_to_everything_or_to_one_quote() -> None:
    desk = MemoryDesk()

    everything = await BY_NAME["subscribe"].run(a_call(), desk)
    one = await BY_NAME["subscribe"].run(a_call("3"), desk)
    none = await BY_NAME["unsubscribe"].run(a_call("“coward”"), desk)

    where = (str(OWNER), "private", "Ann", None)
    assert desk.calls == [
        ("subscribe", *where, None, f"telegram:{OWNER}"),
        ("subscribe", *where, "3", f"telegram:{OWNER}"),
        ("unsubscribe", str(OWNER), None, "coward", f"telegram:{OWNER}"),
    ]
    assert everything == "You will be told of every quote."
    assert one == "You will be told of 1. “Come get me, coward!”."
    assert none == "You will no longer be told of 1. “Come get me, coward!”."


async def test_help_lists_what_one_may_do_and_tells_a_stranger_how_to_be_let_in() -> None:
    owner = await BY_NAME["help"].run(a_call(), MemoryDesk())
    stranger = await BY_NAME["help"].run(a_call(user_id=STRANGER), MemoryDesk())
    reader = await BY_NAME["help"].run(a_call(user_id=STRANGER, access=Access.OPEN), MemoryDesk())

    assert all(command.usage in owner for command in COMMANDS)
    assert "/track WORDS" not in stranger
    assert f"Your Telegram id is {STRANGER}" in stranger
    assert "telegram.owners" in stranger
    assert "/subscribe" in reader
    assert "/track WORDS" not in reader
    assert "private" not in reader


@pytest.mark.parametrize("words", ["track", "/track", " TRACK "])
async def test_help_explains_one_command_in_its_own_words(words: str) -> None:
    assert await BY_NAME["help"].run(a_call(words), MemoryDesk()) == BY_NAME["track"].text


async def test_a_long_list_of_quotes_becomes_several_messages_that_hold_them_all() -> None:
    quotes = [a_quote(f"{number} " + "😳 word " * 30, id=number) for number in range(1, 120)]

    answer = await BY_NAME["quotes"].run(a_call(), MemoryDesk(*quotes))
    pages = messages.in_messages(answer)

    assert len(pages) > 2
    assert all(len(page.encode("utf-16-le")) // 2 <= 4096 for page in pages)
    assert [line for page in pages for line in page.split("\n")] == answer.split("\n")


async def test_tracking_says_how_often_the_quote_would_have_fired() -> None:
    class Advisor(MemoryDesk):
        async def advice(self, quote: Quote) -> str:
            return f"“{quote.text}” would have alerted about 2.5 times."

    policy = Policy(owners=frozenset({OWNER}))
    answer = await track(Call(words="I'll be back", user_id=OWNER, address="42", policy=policy), Advisor())

    assert answer.splitlines()[1] == "“I'll be back” would have alerted about 2.5 times."
