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
    assert await help_for(words) == BY_NAME["track"].text


async def test_settings_is_another_name_for_preferences() -> None:
    assert await help_for("settings") == BY_NAME["preferences"].text
