"""A verdict from beginning to end: the monitor and its pages as two processes, a chat, and a real browser.

Needs Playwright and Debian's chromium; without them this is skipped.
"""

import asyncio
import shutil
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest

pytest.importorskip("datasette", reason="the extra `web` is not installed")
playwright = pytest.importorskip("playwright.async_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"), pytest.mark.slow]

from tests.stories.test_process import CHANNEL, OWNER, PATIENCE, SAID, Desk, desk, press  # noqa: E402, F401


@asynccontextmanager
async def with_pages(desk: Desk) -> AsyncIterator[None]:  # noqa: F811
    """The monitor with its pages beside it, both ended as a system would end them."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    settings = desk.folder / "config" / "monitor.toml"
    settings.write_text(f"{settings.read_text()}\n[web]\nport = {port}\npublic_url = 'http://127.0.0.1:{port}'\n")
    async with desk.running():
        await desk.until_told(1)
        pages = await desk.start("web")
        try:
            await until_answered(port)
            yield
            pages.send_signal(signal.SIGTERM)
            code, said = await desk.ended(pages)
            assert (code, '"level": "error"' in said) == (0, False), said
        finally:
            if pages.returncode is None:
                pages.kill()
                await desk.ended(pages)


async def until_answered(port: int) -> None:
    """Wait until something listens there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)  # a process that opens a port tells nobody
                continue
            writer.close()
            return


def told_long_ago(desk: Desk) -> None:  # noqa: F811
    """Let the alert be an hour old: a new message is edited a minute after it was sent, for which nobody waits here."""
    with closing(sqlite3.connect(desk.database)) as db, db:
        assert db.execute("SELECT count(sent_at) FROM alerts").fetchone() == (1,)
        db.execute("UPDATE alerts SET sent_at = strftime('%Y-%m-%dT%H:%M:%fZ', sent_at, '-1 hour')")


async def test_a_verdict_given_in_the_browser_is_recorded_shown_and_written_into_the_chat(desk: Desk) -> None:  # noqa: F811
    desk.press.publish("/feed", [SAID])
    async with with_pages(desk):
        told_long_ago(desk)
        alert = desk.api.sent(CHANNEL)[0]
        (about_match,) = [one.url for one in alert.entities if one.url and one.url.endswith("/match/1")]
        desk.api.say(chat_id=OWNER, user_id=OWNER, text="/review")
        await desk.until_told(1, OWNER)
        (link,) = [row[0]["url"] for row in desk.api.sent(OWNER)[-1].reply_markup["inline_keyboard"]]
        async with playwright.async_playwright() as started:
            browser = await started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = await browser.new_page()
            await page.goto(link)
            await page.click("text=Sign in as Ann")
            await page.goto(about_match)
            await page.fill("#note", "his very words")
            await page.click("text=✓ Right")
            told = await page.inner_text("[role=status]")
            listed = await page.inner_text("section[aria-labelledby=verdict] ol")
            await browser.close()
        await desk.api.wait_for(lambda: desk.api.sent(CHANNEL)[0].edited, timeout=PATIENCE)
        edited = desk.api.sent(CHANNEL)

    assert told == "Written down: right."
    assert "his very words" in listed
    assert f"telegram:{OWNER}" in listed
    assert desk.rows("SELECT match_id, verdict, note, given_by, given_name FROM verdicts") == [
        (1, "right", "his very words", f"telegram:{OWNER}", "Ann")
    ]
    assert desk.rows("SELECT actor, action, subject FROM audit WHERE action = 'judge'") == [
        (f"telegram:{OWNER}", "judge", "match 1")
    ]
    assert [message.message_id for message in edited] == [alert.message_id]
    assert "Right, says Ann: “his very words”" in edited[0].text
