"""The pages in a real browser, at two widths, in light and dark: nothing overflows, is stopped, or is out of reach.

Needs Playwright and Debian's chromium; without them these are skipped.
"""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("datasette", reason="the extra `web` is not installed")
playwright = pytest.importorskip("playwright.async_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"), pytest.mark.slow]

from monitor.core.people import Role  # noqa: E402
from monitor.signing import signing_beside  # noqa: E402
from monitor.web.server import serve  # noqa: E402
from monitor.web.site import SiteOptions  # noqa: E402
from tests.web.conftest import ANN  # noqa: E402

PAGES = (
    "/",
    "/matches?q=coward&kind=variant",
    "/quotes",
    "/quote/1",
    "/match/2",
    "/coverage",
    "/audit",
    "/explore",
    "/explore/match_history?_facet=kind",
    "/explore/matches/2",
    "/explore/matches?_facet=kind",
    "/quote/1/report",
    "/matches?since=2026-02-01&until=2026-01-01&kind=variant",
    "/nothing",
)
LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


@pytest.fixture
async def address(path: Path) -> AsyncIterator[str]:
    """Where the pages are really served, on loopback."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    stop, base = asyncio.Event(), f"http://127.0.0.1:{port}"
    options = SiteOptions(database=path, zone=ZoneInfo("UTC"), public_url=base)
    serving = asyncio.create_task(serve(options, host="127.0.0.1", port=port, stop=stop))
    try:
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0)
                continue
            writer.close()
            break
        yield base
    finally:
        stop.set()
        await serving


async def signed_in(address: str, path: Path, context: Any) -> Any:
    """Open a browser's page and sign Ann in with the mouse."""
    page = await context.new_page()
    link = signing_beside(path).sign_in_link(
        address, user_id=ANN, name="Ann", role=Role.REVIEWER, now=datetime.now(UTC)
    )
    await page.goto(link)
    await page.click("button.main")
    await page.wait_for_url(f"{address}/")
    return page


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_every_page_fits_loads_whole_and_is_accessible(address: str, path: Path, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed").Axe()
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=False
        )
        page = await signed_in(address, path, context)
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        wrong = []
        for one in PAGES:
            answer = await page.goto(f"{address}{one}")
            if await page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{one} is wider than the window")
            found = await axe.run(page)
            assert found.response["passes"], "axe looked at nothing"
            wrong += [
                f"{one}: {problem['id']}: {problem['nodes'][0]['html'][:200]}"
                for problem in found.response["violations"]
                if problem["impact"] in {"serious", "critical"}
            ]
            assert answer.status in {200, 400, 404}
        await browser.close()

    assert not wrong, "\n".join(wrong)
    assert [text for text in told if "404" not in text and "400" not in text] == []


async def test_a_match_is_judged_with_the_keyboard_alone(address: str, path: Path) -> None:
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await signed_in(address, path, await browser.new_context())
        await page.goto(f"{address}/match/1")
        await page.keyboard.press("Tab")
        first = await page.evaluate("document.activeElement.textContent")
        for _ in range(60):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.value") == "right":
                break
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/match/1?judged=1#verdict")
        text = await page.inner_text("[role=status]")
        await browser.close()

    assert first == "Skip to the content"
    assert outline == "solid"
    assert text == "Written down: right."


async def test_no_page_needs_a_script(address: str, path: Path) -> None:
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await signed_in(address, path, await browser.new_context(java_script_enabled=False))
        await page.goto(f"{address}/matches")
        await page.fill("#q", "radio")
        await page.press("#q", "Enter")
        found = await page.locator("li.card").count()
        await browser.close()

    assert found == 1
