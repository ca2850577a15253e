"""The whole program in this process, its sources changed while it runs."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor import life
from monitor.app import assembled
from monitor.core.errors import SettingsError
from monitor.core.model import Poll, PollOutcome, SourceKind, WantedQuote, WantedSource
from monitor.life import Monitor, now
from monitor.settings import Configuration, DatabaseSettings, FetchSettings, Settings, TelegramSettings
from monitor.store.values import time_text
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


async def test_owners_are_told_once_of_a_source_that_fell_silent_and_once_that_it_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "SILENCES_EVERY", timedelta(milliseconds=50))
    hourly = [format_datetime(now() - timedelta(days=3, hours=hour)) for hour in range(30)]
    bells = "".join(f"<item><title>Bell {at}</title><pubDate>{at}</pubDate></item>" for at in hourly)
    with Press() as press:
        press.pages["/bells"] = f"<rss><channel><title>T</title>{bells}</channel></rss>".encode()
        async with FakeBotApi(token="123456:TEST") as api:
            api.add_user(id=42, first_name="Ann")
            telegram = TelegramSettings(token="123456:TEST", api_url=api.url, owners=[42])  # type: ignore[arg-type]
            async with assembled(a_configuration(tmp_path, press.url("/bells"), telegram=telegram)) as monitor:
                stop = asyncio.Event()
                running = asyncio.create_task(monitor.run(stop))
                await seen(monitor, lambda found: found.outcome is PollOutcome.OK)
                with closing(sqlite3.connect(tmp_path / "q.db")) as database, database:  # as if it had been so for days
                    database.execute("UPDATE posts SET first_seen_at = ?", [time_text(now() - timedelta(days=3))])
                await api.wait_for(lambda: any("silent" in one.text for one in api.sent(42)), timeout=PATIENCE)
                press.publish("/bells", ["Bell again"])
                await api.wait_for(lambda: any("speaks again" in one.text for one in api.sent(42)), timeout=PATIENCE)
                stop.set()
                await running

            assert [one.text.split(" ")[0] for one in api.sent(42)] == ["⚠", "✓"]
