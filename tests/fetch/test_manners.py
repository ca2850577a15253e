"""Where redirects lead, what of them is remembered, and how hosts are shared and left alone."""

import asyncio
from datetime import timedelta
from ipaddress import ip_network

import pytest

from monitor.core.errors import FetchError, RateLimited
from monitor.core.model import Request
from monitor.fetch import HttpFetch
from tests.fetch.servers import GOOD, answer, fetched, fetching, options, redirect, running


async def test_an_error_after_a_redirect_says_where_without_secrets() -> None:
    pages = {"/": redirect("/b?token=s3cret"), "/b?token=s3cret": answer(status=404)}
    async with running(pages=pages) as server:
        with pytest.raises(FetchError) as caught:
            await fetched(server.url())

    assert str(caught.value) == f"answered 404 Not Found at {server.url('/b')}?…"


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "120"}, 120),
        (503, {"Retry-After": "120"}, 120),
        (429, {"Retry-After": "Tue, 06 Jan 2026 12:10:00 GMT", "Date": "Tue, 06 Jan 2026 12:00:00 GMT"}, 600),
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "77"}, 77),
        (429, {}, 900),
        (429, {"Retry-After": "nonsense"}, 900),
        (503, {"Retry-After": "99999999"}, 86400),
    ],
)
async def test_a_host_that_asks_for_silence_is_left_alone_by_all_its_sources(
    status: int, headers: dict[str, str], seconds: float
) -> None:
    now = 1000.0
    async with (
        running(pages={"/a": answer(status=status, headers=headers)}) as server,
        HttpFetch(options(), clock=lambda: now) as fetch,
    ):
        with pytest.raises(RateLimited) as caught:
            await fetch(Request(url=server.url("/a")))
        assert caught.value.wait == timedelta(seconds=seconds)

        now += seconds - 1
        with pytest.raises(RateLimited) as caught:
            await fetch(Request(url=server.url("/b")))
        assert caught.value.wait == timedelta(seconds=1)
        assert len(server.asked) == 1

        now += 1
        assert await fetch(Request(url=server.url("/b")))


async def test_the_last_request_of_a_quota_is_answered_and_the_next_waits() -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}
    async with running(pages={"/": answer(b"x", headers=headers)}) as server, fetching() as fetch:
        assert await fetch(Request(url=server.url()))
        with pytest.raises(RateLimited):
            await fetch(Request(url=server.url()))

        assert len(server.asked) == 1


async def test_a_redirect_does_not_lead_to_a_host_that_asked_for_silence() -> None:
    pages = {"/": answer(status=429, headers={"Retry-After": "60"})}
    async with running(GOOD, pages=pages) as tired, running("127.0.0.4") as other:
        everything = (ip_network(GOOD), ip_network("127.0.0.4"))
        other.pages["/"] = redirect(tired.url())
        async with fetching(allow_networks=everything) as fetch:
            for _ in range(3):
                with pytest.raises(RateLimited):
                    await fetch(Request(url=other.url()))

        assert len(tired.asked) == 1
        assert len(other.asked) == 3


@pytest.mark.parametrize(
    ("statuses", "remembered"),
    [
        ([301], "/1"),
        ([308], "/1"),
        ([301, 308], "/2"),
        ([302], None),
        ([303], None),
        ([307], None),
        ([301, 302], "/1"),
        ([301, 302, 301], "/1"),
        ([302, 301], None),
        ([301, 301, 301, 301, 301], "/5"),
    ],
)
async def test_a_move_is_remembered_as_far_as_it_is_permanent(statuses: list[int], remembered: str | None) -> None:
    async with running() as server:
        for number, status in enumerate(statuses):
            server.pages[f"/{number}"] = redirect(f"/{number + 1}", status)
        page = await fetched(server.url("/0"))

    assert page
    assert page.url == server.url(f"/{len(statuses)}")
    assert page.moved_to == (server.url(remembered) if remembered else None)


async def test_redirects_end_in_a_loop_and_after_five() -> None:
    pages = {f"/{number}": redirect(f"/{number + 1}") for number in range(9)} | {"/loop": redirect("/loop", 301)}
    async with running(pages=pages) as server:
        for path in ("/0", "/loop"):
            server.asked.clear()
            with pytest.raises(FetchError, match="redirects more than 5 times"):
                await fetched(server.url(path))
            assert len(server.asked) == 6


async def test_waiting_for_the_turn_of_a_host_is_not_counted_by_the_deadline() -> None:
    release = asyncio.Event()
    reached = asyncio.Event()

    async def held(writer) -> None:
        reached.set()
        await release.wait()
        writer.write(answer(b"x"))

    async with running(pages={"/held": held}) as server, fetching(host_concurrency=1) as fetch:
        first = asyncio.create_task(fetch(Request(url=server.url("/held"))))
        await reached.wait()
        fetch._settings = options(deadline=timedelta(seconds=0.3))
        second = asyncio.create_task(fetch(Request(url=server.url())))
        done, _ = await asyncio.wait({second}, timeout=0.5)
        release.set()

        assert not done
        assert await first
        assert await second


async def test_connections_of_one_host_are_used_again() -> None:
    async with running() as server, fetching() as fetch:
        for _ in range(5):
            await fetch(Request(url=server.url()))

        assert server.connections == 1


async def test_many_sources_at_once_all_get_their_page() -> None:
    async with running() as server, fetching(host_concurrency=4, concurrency=3) as fetch:
        pages = await asyncio.gather(*(fetch(Request(url=server.url(f"/{n}"))) for n in range(60)))

    assert all(page and page.body == b"hello" for page in pages)
    assert server.connections <= 4
