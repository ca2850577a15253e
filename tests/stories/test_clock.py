"""A clock that is set while the real program runs: it goes on asking, asks nobody early, and tells nothing twice.

The program's clock is libfaketime's (Debian: libfaketime), its monotonic clock stays that of the machine.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from monitor.heartbeat import heartbeat_path
from tests.builders import QUOTE
from tests.fakes.botapi import FakeBotApi
from tests.fakes.press import Press
from tests.stories.test_process import CHANNEL, OWNER, PATIENCE, TOKEN, Desk

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("**/faketime/libfaketime.so.1"))), None)
RARE = [f"/rare{number}" for number in range(5)]  # feeds that are asked every half hour

pytestmark = pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed: apt-get install libfaketime")


class Clock:
    """The clock of the program."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set("+0")

    def set(self, offset: str) -> None:
        """Let it differ from the machine's clock by so many seconds, from now on."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{offset}\n")
        new.replace(self._file)  # at once, for whoever is reading it


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    file = tmp_path / "clock"
    monkeypatch.setenv("LD_PRELOAD", str(LIBRARY))
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(file))
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    return Clock(file)


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as press:
        for path in ("/feed", *RARE):
            press.publish(path, ["weather"])
        yield press


@pytest.fixture
async def desk(tmp_path: Path, press: Press) -> AsyncIterator[Desk]:
    async with FakeBotApi(token=TOKEN) as api:
        api.add_chat(id=CHANNEL, type="channel", title="Alerts", bot_is_admin=True)
        api.add_user(id=OWNER, first_name="Ann")
        desk = Desk(tmp_path, press, api)
        with (tmp_path / "config" / "sources.toml").open("a") as file:
            for path in RARE:
                file.write(f"[[sources]]\nname = '{path}'\nurl = '{press.url(path)}'\nevery = '30m'\n")
        yield desk


async def asked(press: Press, times: int, *paths: str) -> None:
    """Wait until each of these was asked for so many times in all."""
    async with asyncio.timeout(PATIENCE):
        while any(press.asked[path] < times for path in paths):  # noqa: ASYNC110 - counted by another thread
            await asyncio.sleep(0.05)


async def watched(desk: Desk) -> None:
    """Wait until the watchdog, which has just looked at the clocks whenever it gives a sign of life, gives one."""
    sign = heartbeat_path(desk.database)
    before = sign.read_bytes()
    async with asyncio.timeout(PATIENCE):
        while sign.read_bytes() == before:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)


async def test_a_clock_set_by_an_hour_either_way_delays_nothing_hurries_nothing_and_tells_nothing_twice(
    desk: Desk, clock: Clock
) -> None:
    press = desk.press
    async with desk.running():
        await asked(press, 1, "/feed", *RARE)
        await asked(press, 2, "/feed")
        for offset, count in (("+3600", 1), ("+0", 2)):  # forward by an hour, and back by one
            clock.set(offset)
            await watched(desk)
            await asked(press, press.asked["/feed"] + 2, "/feed")
            press.publish("/feed", ["weather", *(f"{number} times: {QUOTE}" for number in range(count))])
            await desk.until_told(count)
        await asked(press, press.asked["/feed"] + 2, "/feed")

    assert {path: press.asked[path] for path in RARE} == dict.fromkeys(RARE, 1)
    assert [sum(f"{number} times" in text for text in desk.told()) for number in range(2)] == [1, 1]
    assert desk.said.count("the clock was set") == 2
