"""The real program as a process of its own, between a press that publishes and a Telegram that listens."""

import asyncio
import json
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.builders import QUOTE
from tests.fakes.botapi import FakeBotApi
from tests.fakes.press import Press

TOKEN = "123456789:AAcanaryCanaryCanaryCanaryCanary_-1"
OWNER, CHANNEL = 42, -1001
SAID = f"He said: {QUOTE}"
PATIENCE = 30


class Desk:
    """Where the program is set up and started, and what it said."""

    def __init__(self, folder: Path, press: Press, api: FakeBotApi) -> None:
        self.folder = folder
        self.press = press
        self.api = api
        self.database = folder / "q.db"
        self.said = ""
        config = folder / "config"
        config.mkdir()
        (config / "quotes.toml").write_text(f"[[quotes]]\ntext = {json.dumps(QUOTE)}\n")
        (config / "sources.toml").write_text(
            f"[[sources]]\nname = 'Press'\nurl = '{press.url('/feed')}'\nevery = '1s'\n"
        )
        (config / "monitor.toml").write_text(
            f"[telegram]\nowners = [{OWNER}]\nchannel = '{CHANNEL}'\napi_url = '{api.url}'\ngrace = '1s'\n"
            f"[database]\npath = '{self.database}'\n"
            "[fetch]\nallow_networks = ['127.0.0.0/8']\nhost_spacing = '0s'\n[log]\nlevel = 'DEBUG'\n"
        )

    async def start(self, *command: str, token: str | None = TOKEN) -> asyncio.subprocess.Process:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("QUOTE_MONITOR_")}
        if token:
            environment["QUOTE_MONITOR_TELEGRAM__TOKEN"] = token
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "monitor",
            "--config",
            str(self.folder / "config"),
            *command,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
        )

    async def ended(self, process: asyncio.subprocess.Process) -> tuple[int, str]:
        """Wait for the end of a process and return its exit code and all it said."""
        said, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        self.said += said.decode()
        assert process.returncode is not None
        return process.returncode, said.decode()

    async def call(self, *command: str, token: str | None = TOKEN) -> tuple[int, str]:
        return await self.ended(await self.start(*command, token=token))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The monitor at work, ended with SIGTERM, which must leave well."""
        process = await self.start("run")
        try:
            yield process
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                assert (await self.ended(process))[0] == 0
        finally:
            if process.returncode is None:
                process.kill()
                await self.ended(process)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.database) as connection:
            return connection.execute(sql).fetchall()

    def told(self, chat_id: int = CHANNEL) -> list[str]:
        return [message.text for message in self.api.sent(chat_id)]

    async def until_told(self, count: int, chat_id: int = CHANNEL) -> None:
        await self.api.wait_for(lambda: len(self.told(chat_id)) >= count, timeout=PATIENCE)


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as press:
        press.publish("/feed", ["weather"])
        yield press


@pytest.fixture
async def desk(tmp_path: Path, press: Press) -> AsyncIterator[Desk]:
    async with FakeBotApi(token=TOKEN) as api:
        api.add_chat(id=CHANNEL, type="channel", title="Alerts", bot_is_admin=True)
        api.add_user(id=OWNER, first_name="Ann")
        api.add_user(id=7, first_name="Stranger")
        yield Desk(tmp_path, press, api)


async def test_from_a_public_feed_to_the_channel_and_on_after_a_restart(desk: Desk) -> None:
    desk.press.publish("/feed", [SAID])
    async with desk.running():
        await desk.until_told(1)
    async with desk.running():
        desk.press.publish("/feed", ["Again: come get me, COWARD", SAID])
        await desk.until_told(2)

    first, second = desk.told()
    assert SAID in first
    assert "First appearance" in first
    assert "come get me, COWARD" in second
    assert "Seen 1 time before" in second
    assert not (desk.database.parent / "q.db.heartbeat").exists()


async def test_a_quote_tracked_in_telegram_is_found_and_told_to_those_who_subscribed(desk: Desk) -> None:
    async with desk.running():
        desk.api.say(chat_id=OWNER, user_id=OWNER, text="/track The lighthouse keeper never sleeps")
        desk.api.say(chat_id=OWNER, user_id=OWNER, text="/subscribe")
        await desk.until_told(2, OWNER)
        desk.press.publish("/feed", ["They say the lighthouse keeper never sleeps"])
        await desk.until_told(3, OWNER)
        await desk.until_told(1)

    assert "the lighthouse keeper never sleeps" in desk.told(OWNER)[2]
    assert desk.told(OWNER)[2].splitlines()[:3] == desk.told()[0].splitlines()[:3]


async def test_a_stranger_changes_nothing(desk: Desk) -> None:
    async with desk.running():
        desk.api.say(chat_id=7, user_id=7, text="/track The lighthouse keeper never sleeps")
        await desk.until_told(1, 7)

    assert "7" in desk.told(7)[0]
    assert desk.rows("SELECT text FROM quotes") == [(QUOTE,)]


async def test_a_crash_between_record_and_send_loses_nothing(desk: Desk) -> None:
    desk.press.publish("/feed", [SAID])
    async with desk.running() as process:
        await desk.api.wait_for(lambda: desk.api.calls_of("getMe") != [], timeout=PATIENCE)
        await desk.api.go_down()
        desk.press.publish("/feed", [SAID, f"Once more: {QUOTE}"])
        while _recorded(desk) < 2:  # noqa: ASYNC110 - the process writes a file, which tells nobody
            await asyncio.sleep(0.05)
        process.kill()
        await desk.ended(process)
    told_before = len(desk.told())
    await desk.api.come_back()
    async with desk.running():
        await desk.api.wait_for(lambda: "Once more" in "".join(desk.told()), timeout=PATIENCE)

    assert told_before <= 1  # the first may have been told before Telegram went away
    assert "".join(desk.told()).count("Once more") == 1
    assert {text for (text,) in desk.rows("SELECT state FROM alerts")} <= {"sent", "digested"}


def _recorded(desk: Desk) -> int:
    try:
        return len(desk.rows("SELECT id FROM matches"))
    except sqlite3.OperationalError:  # the table is not made yet
        return 0


async def test_a_second_monitor_on_the_same_file_refuses_to_start_and_names_the_first(desk: Desk) -> None:
    async with desk.running() as process:
        await desk.api.wait_for(lambda: desk.api.calls_of("getUpdates") != [], timeout=PATIENCE)
        code, said = await desk.call("run")

        assert code == 1
        assert f"process {process.pid}" in said
        assert (await desk.call("healthcheck"))[0] == 0
        assert (await desk.call("quotes", "add", "The lighthouse keeper never sleeps"))[0] == 0
        desk.press.publish("/feed", ["the lighthouse keeper never sleeps, they say"])
        await desk.until_told(1)

    assert (await desk.call("healthcheck"))[0] == 1


async def test_a_channel_that_the_bot_is_in_is_heard_as_it_is_written_and_others_are_not(desk: Desk) -> None:
    news, other = -1002000000001, -1002000000002
    for chat_id in (news, other):
        desk.api.add_chat(id=chat_id, type="channel", title="News", bot_is_admin=True)
    sources = desk.folder / "config" / "sources.toml"
    sources.write_text(sources.read_text() + f"[[sources]]\nname = 'News channel'\nurl = 'bot:{news}'\n")
    async with desk.running():
        await desk.api.wait_for(lambda: desk.api.updates.is_polled, timeout=PATIENCE)
        desk.api.post_by_other(chat_id=other, text=f"Elsewhere: {QUOTE}")
        desk.api.post_by_other(chat_id=news, text=f"They say: {QUOTE}")
        await desk.until_told(1)

    assert [f"They say: {QUOTE}" in told for told in desk.told()] == [True]
    assert "News channel" in desk.told()[0]
    assert desk.rows("SELECT guid FROM posts JOIN sources ON sources.id = source_id WHERE kind = 'bot_channel'") == [
        (f"{news}/1",)
    ]


async def test_once_does_a_single_round_and_exits(desk: Desk) -> None:
    desk.press.publish("/feed", [SAID])
    code, said = await desk.call("once")

    assert code == 0
    assert "1 source looked at, 0 failed; 1 new post, 1 match, 1 alert." in said
    assert len(desk.told()) == 1
    assert desk.press.asked["/feed"] == 1


async def test_check_shows_what_is_right_and_changes_nothing(desk: Desk) -> None:
    code, said = await desk.call("check")

    assert (code, len(re.findall("^ok ", said, re.MULTILINE))) == (0, 5), said
    assert "@test_bot" in said
    assert "may post" in said
    assert "1 post, the newest 0 min old" in said
    assert not desk.database.exists()
    assert desk.told() == []


async def test_check_shows_what_is_wrong_in_one_line_each(desk: Desk) -> None:
    desk.api.kick_bot(CHANNEL)
    desk.press.pages["/feed"] = b"<html><body>Please log in</body></html>"
    code, said = await desk.call("check")

    assert code == 1
    assert "web page" in said
    assert "administrator" in said

    code, said = await desk.call("check", token="123456789:AAwrongWrongWrongWrongWrongWrong_-1")
    assert code == 1
    assert "BotFather" in said


@pytest.mark.parametrize("command", ["run", "once"])
async def test_without_a_token_it_says_what_to_do(desk: Desk, command: str) -> None:
    code, said = await desk.call(command, token=None)

    assert code == 1
    assert said.count("\n") == 1
    assert "@BotFather" in said
    assert not desk.database.exists()


async def test_without_telegram_it_only_records(desk: Desk) -> None:
    desk.press.publish("/feed", [SAID])
    code, said = await desk.call("once", "--no-telegram", token=None)

    assert (code, "1 match" in said) == (0, True)
    assert desk.rows("SELECT passage FROM match_history") == [(QUOTE.rstrip("!"),)]


async def test_a_database_that_is_none_is_left_as_it_is(desk: Desk) -> None:
    desk.database.write_bytes(b"these are my holiday pictures " * 200)
    code, said = await desk.call("run")

    assert code == 1
    assert str(desk.database) in said
    assert "Traceback" not in said
    assert desk.database.read_bytes().startswith(b"these are my holiday pictures")


async def test_the_token_is_nowhere_in_what_it_says_or_writes(desk: Desk) -> None:
    desk.press.publish("/feed", [SAID])
    async with desk.running():
        await desk.until_told(1)

    assert "monitor started" in desk.said
    secret = TOKEN.partition(":")[2]
    assert secret not in desk.said
    for path in desk.folder.rglob("*"):
        assert path.is_dir() or secret.encode() not in path.read_bytes(), path
