"""The whole program in this process, its sources changed while it runs."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.app import assembled
from monitor.core.errors import SettingsError
from monitor.core.model import Poll, PollOutcome, SourceKind, WantedQuote, WantedSource
from monitor.life import Monitor, now
from monitor.settings import Configuration, DatabaseSettings, FetchSettings, Settings, TelegramSettings
from tests.builders import QUOTE
from tests.fakes.botapi import FakeBotApi
from tests.fakes.press import Press

PATIENCE = 20


def a_configuration(folder: Path, *addresses: str, telegram: TelegramSettings | None = None) -> Configuration:
    fetch = FetchSettings(allow_networks=(ip_network("127.0.0.0/8"),), host_spacing=timedelta())
    update = {"database": DatabaseSettings(path=folder / "q.db"), "fetch": fetch}
    return Configuration(
        settings=Settings().model_copy(update=update | ({"telegram": telegram} if telegram else {})),
        sources=tuple(
            WantedSource(kind=SourceKind.FEED, address=one, name=one, every=timedelta(milliseconds=200))
            for one in addresses
        ),
        quotes=(WantedQuote(text=QUOTE),),
    )


async def seen(monitor: Monitor, wanted: Callable[[Poll], bool]) -> None:
    """Return once a poll of that sort was recorded."""
    happened = asyncio.Event()
    monitor.on_poll = lambda found: happened.set() if wanted(found) else None
    await asyncio.wait_for(happened.wait(), PATIENCE)


async def test_a_source_that_is_gone_is_polled_again_when_a_person_resumes_it(tmp_path: Path) -> None:
    with Press() as press:
        press.statuses["/feed"] = 410
        async with assembled(a_configuration(tmp_path, press.url("/feed")), telegram=False) as monitor:
            stop = asyncio.Event()
            running = asyncio.create_task(monitor.run(stop))
            await seen(monitor, lambda found: found.outcome is PollOutcome.GONE)
            press.statuses.clear()
            press.publish("/feed", ["weather"])
            source = monitor.store.all_sources()[0]
            await monitor.call(monitor.store.resume_source, source.id, by="ann", at=now())
            await monitor.follow_sources()
            await seen(monitor, lambda found: found.outcome is PollOutcome.OK)
            stop.set()
            await running


async def test_a_source_added_while_it_runs_is_polled_and_a_paused_one_is_not(tmp_path: Path) -> None:
    with Press() as press:
        press.publish("/a", ["weather"])
        press.publish("/b", ["weather"])
        async with assembled(a_configuration(tmp_path, press.url("/a")), telegram=False) as monitor:
            stop = asyncio.Event()
            running = asyncio.create_task(monitor.run(stop))
            await seen(monitor, lambda found: found.source.address == press.url("/a"))
            wanted = WantedSource(
                kind=SourceKind.FEED, address=press.url("/b"), name="b", every=timedelta(milliseconds=200)
            )
            await monitor.call(monitor.store.add_source, wanted, by="ann", at=now())
            await monitor.call(monitor.store.pause_source, monitor.store.all_sources()[0].id, by="ann", at=now())
            await monitor.follow_sources()
            await seen(monitor, lambda found: found.source.address == press.url("/b"))
            before = press.asked["/a"]
            for _ in range(3):
                await seen(monitor, lambda found: found.source.address == press.url("/b"))
            stop.set()
            await running

            assert press.asked["/a"] == before


async def test_a_token_that_telegram_does_not_know_ends_the_program_with_a_line_that_says_so(tmp_path: Path) -> None:
    async with FakeBotApi(token="123456:TEST") as api:
        telegram = TelegramSettings(token="123456:WRONG", api_url=api.url)  # type: ignore[arg-type]
        async with assembled(a_configuration(tmp_path, telegram=telegram)) as monitor:
            with pytest.raises(SettingsError, match="BotFather"):
                await asyncio.wait_for(monitor.run(asyncio.Event()), PATIENCE)
