from typing import Any

import pytest
from telegram import Message

from monitor.bot.spoken import sender_id, spoken
from tests.bot.helpers import OWNER


@pytest.mark.parametrize(
    ("text", "name", "to", "words"),
    [
        ("/track Come get me", "track", None, "Come get me"),
        ("/TRACK@Test_Bot  Come\nget me ", "track", "test_bot", "Come\nget me "),
        ("/track\nCome get me", "track", None, "Come get me"),
        ("/quotes", "quotes", None, ""),
        ("/quotes  ", "quotes", None, ""),
    ],
)
def test_a_command_is_read_with_its_words(text: str, name: str, to: Any, words: str) -> None:
    found = spoken(text)

    assert found
    assert (found.name, found.to, found.words) == (name, to, words)


@pytest.mark.parametrize("text", [None, "", "track", " /track", "/track!", "//track", "/", "/é", "see /track x"])
def test_anything_else_is_no_command(text: str | None) -> None:
    assert spoken(text) is None


@pytest.mark.parametrize(
    ("written_by", "user_id"),
    [
        ({"from": {"id": OWNER, "is_bot": False, "first_name": "Ann"}}, OWNER),
        ({"from": {"id": OWNER, "is_bot": True, "first_name": "Robot"}}, None),
        (
            {"from": {"id": OWNER, "is_bot": False, "first_name": "Ann"}, "sender_chat": {"id": -1, "type": "group"}},
            None,
        ),
        ({}, None),
    ],
)
def test_whoever_cannot_be_told_is_nobody(written_by: dict[str, Any], user_id: int | None) -> None:
    message = Message.de_json({"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, **written_by}, None)

    assert sender_id(message) == user_id
