"""The fake runs alone, with a terminal in place of the Telegram app."""

import asyncio
import sys
from pathlib import Path

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from tests.fakes.botapi import FakeBotApi, a_bot
from tests.fakes.botapi.console import Console

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def api():
    async with FakeBotApi() as api:
        yield api


async def test_what_the_bot_writes_is_shown_with_its_buttons_and_edits(api) -> None:
    shown = []
    Console(api, shown.append)
    async with a_bot(api) as bot:
        sent = await bot.send_message(
            "@alerts",
            "<b>A</b> quote",
            parse_mode="HTML",
            reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="r")]]),
        )
        await sent.edit_text("Settled")
        await bot.send_document(42, b"a,b", filename="m.csv")

    assert shown == [
        "[Alerts #1] A quote",
        "    [Right]",
        "[Alerts #1 (edited)] Settled",
        "[you #1] <document m.csv, 3 bytes>",
    ]


async def test_a_typed_line_is_said_and_an_exclamation_mark_presses(api) -> None:
    shown = []
    console = Console(api, shown.append)
    async with a_bot(api) as bot:
        console.read("/start\n")
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="r")]])
        await bot.send_message("@alerts", "x", reply_markup=markup)
        console.read("!Right\n")
        console.read("!Wrong\n")
        console.read("\n")

        said, pressed = await bot.get_updates()
        assert said.message.text == "/start"
        assert pressed.callback_query.data == "r"
        assert shown[-1] == "no message has a button 'Wrong'"


async def test_the_program_says_where_it_listens() -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.botapi", "--port", "0", "--token", "9:X",
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        line = (await program.stdout.readline()).decode()
    finally:
        program.kill()
        await program.communicate()

    assert line.startswith("Bot API at http://127.0.0.1:")
    assert line.strip().endswith("for the token 9:X")
