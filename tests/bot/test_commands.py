"""What all commands have in common: they explain themselves, in the documents and in the chat."""

from pathlib import Path

import pytest

from monitor.bot.commands import BY_NAME, COMMANDS, Command, unquoted
from monitor.bot.language import speaking
from monitor.bot.roles import Access
from tests.bot.calling import STRANGER, a_call, text_of
from tests.bot.helpers import MemoryDesk
from tests.docs.catalogue import TRANSLATED

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_documented_in_its_own_words(command: Command) -> None:
    section = (DOCS / "commands.md").read_text("utf-8").partition("## In Telegram")[2]

    assert command.text in section


@pytest.mark.parametrize("lang", ["en", *TRANSLATED])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_says_how_it_is_used_and_what_it_does(command: Command, lang: str) -> None:
    with speaking(lang):
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
def test_the_marks_around_a_quote_are_none_of_its_words(words: str) -> None:
    assert unquoted(words) == "Come get me"


@pytest.mark.parametrize("words", ["“Come” he said", "it's", "'", '"Come', "“a” and “b"])
def test_marks_that_are_part_of_the_words_stay(words: str) -> None:
    assert unquoted(words) == words


async def help_for(words: str = "", **given: object) -> str:
    return text_of(await BY_NAME["help"].run(a_call(words, **given), MemoryDesk()))


async def test_help_lists_what_one_may_do_and_tells_a_stranger_how_to_be_let_in() -> None:
    owner, stranger = await help_for(), await help_for(user_id=STRANGER)
    reader = await help_for(user_id=STRANGER, access=Access.OPEN)

    assert all(command.usage in owner for command in COMMANDS)
    assert "/track" not in stranger
    assert f"Your Telegram id is {STRANGER}" in stranger
    assert "ask its owner for an invitation" in stranger
    assert "/subscribe" in reader
    assert "/track" not in reader
    assert "private" not in reader


@pytest.mark.parametrize("words", ["track", "/track", " TRACK "])
async def test_help_explains_one_command_in_its_own_words(words: str) -> None:
    assert await help_for(words) == BY_NAME["track"].told


async def test_help_breaks_lines_where_a_sentence_or_an_example_ends_and_not_where_the_code_does() -> None:
    told = (await help_for("track")).split("\n")

    assert told[3] == "/track Come get me, coward! — Gustavo Petro #petro lang:es"
    assert told[4].startswith("Each further line is another wording of it")
    assert told[4].endswith("what was found in the posts stored so far.")
    assert (await help_for("variant")).split("\n")[-2:] == ["/variant 3 confirm 7", "/variant 3 remove 7"]


async def test_help_for_a_command_that_there_is_not_says_so() -> None:
    assert await help_for("nonsense") == "There is no command /nonsense: /help lists those there are."


async def test_the_start_names_what_most_begin_with_and_no_more() -> None:
    owner = text_of(await BY_NAME["start"].run(a_call(), MemoryDesk()))
    stranger = text_of(await BY_NAME["start"].run(a_call(user_id=STRANGER), MemoryDesk()))

    assert [word for word in owner.split() if word.startswith("/")] == [
        "/track", "/source", "/quotes", "/subscribe", "/preferences:", "/help",
    ]  # fmt: skip
    assert "/track" not in stranger
    assert f"Your Telegram id is {STRANGER}" in stranger


async def test_settings_is_another_name_for_preferences() -> None:
    assert await help_for("settings") == BY_NAME["preferences"].told
