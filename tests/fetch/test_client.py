"""What a fetch asks, and what every answer means."""

import ast
import asyncio
import base64
import gzip
import logging
import random
from datetime import timedelta
from pathlib import Path

import pytest

import monitor
from monitor.core.errors import FetchError, NotThere, SourceGone
from monitor.core.model import Request, Validators
from tests.fetch.servers import GOOD, answer, fetched, fetching, redirect, running

PACKAGE = Path(monitor.__file__).parent
OUTWARD = {
    "httpx": {"AsyncClient", "Client", "AsyncHTTPTransport", "HTTPTransport", "get", "post", "request", "stream"},
    "httpcore": {"AsyncConnectionPool", "AsyncHTTPConnection", "AsyncHTTP11Connection", "ConnectionPool", "request"},
}
OTHERS = {"urllib.request", "http.client", "requests", "aiohttp"}


def test_there_is_one_place_that_makes_an_http_client() -> None:
    made = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=library), attr=name)) if name in OUTWARD.get(
                    library, ()
                ):
                    made.append((str(path.relative_to(PACKAGE)), name))
                case ast.Call(func=ast.Name(id="GuardedTransport" as name)):
                    made.append((str(path.relative_to(PACKAGE)), name))
                case ast.ImportFrom(module=str(module)) if module in OTHERS | OUTWARD.keys():
                    made.append((str(path.relative_to(PACKAGE)), module))
                case ast.Import(names=names) if {name.name for name in names} & OTHERS:
                    made.append((str(path.relative_to(PACKAGE)), names[0].name))

    assert sorted(made) == [("fetch/client.py", "GuardedTransport"), ("fetch/transport.py", "AsyncHTTPConnection")]


async def test_a_page_says_its_status_and_headers_but_no_cookie() -> None:
    headers = {"Server": "x", "Set-Cookie": "session=secret", "X-Long": "y" * 5000, "ETag": '"1"'}
    async with running(pages={"/feed": answer(b"<rss/>", headers=headers)}) as server:
        page = await fetched(server.url("/feed"))

        assert page
        assert page.status == 200
        assert (page.headers["server"], page.headers["etag"]) == ("x", '"1"')
        assert "set-cookie" not in page.headers
        assert len(page.headers["x-long"]) == 2000


async def test_what_is_not_there_is_told_apart_from_other_trouble() -> None:
    async with running(pages={"/a": answer(b"", status=404)}) as server:
        with pytest.raises(NotThere, match=r"^answered 404 Not Found$"):
            await fetched(server.url("/a"))


async def test_a_page_arrives_with_all_that_was_said_about_it() -> None:
    headers = {
        "Content-Type": "text/xml; charset=utf-8",
        "ETag": 'W/"1"',
        "Last-Modified": "Tue, 06 Jan 2026 12:00:00 GMT",
        "Cache-Control": "max-age=600",
    }
    async with running(pages={"/feed?a=1": answer(b"<rss/>", headers=headers)}) as server:
        page = await fetched(server.url("/feed?a=1#top"))

        assert page
        assert page.body == b"<rss/>"
        assert page.url == server.url("/feed?a=1")
        assert page.content_type == "text/xml; charset=utf-8"
        assert page.validators == Validators(etag='W/"1"', last_modified="Tue, 06 Jan 2026 12:00:00 GMT")
        assert page.max_age == timedelta(minutes=10)
        assert page.moved_to is None
        asked = server.asked[0].headers
        assert asked["user-agent"] == "quote-monitor-tests"
        assert asked["accept-encoding"] == "gzip, deflate"


async def test_an_empty_page_is_a_page() -> None:
    async with running(pages={"/": answer(b"")}) as server:
        page = await fetched(server.url())

    assert page
    assert page.body == b""


async def test_what_has_not_changed_is_asked_for_conditionally_and_is_none() -> None:
    headers = {"ETag": '"1"', "Last-Modified": "Tue, 06 Jan 2026 12:00:00 GMT"}
    async with running(pages={"/": answer(b"x", headers=headers)}) as server, fetching() as fetch:
        page = await fetch(Request(url=server.url()))
        assert page
        assert "if-none-match" not in server.asked[0].headers
        server.pages["/"] = answer(status=304, length=False)

        assert await fetch(Request(url=server.url(), validators=page.validators)) is None
        assert server.asked[1].headers["if-none-match"] == '"1"'
        assert server.asked[1].headers["if-modified-since"] == "Tue, 06 Jan 2026 12:00:00 GMT"


async def test_not_modified_is_no_answer_to_a_first_look() -> None:
    async with running(pages={"/": answer(status=304, length=False)}) as server:
        with pytest.raises(FetchError, match="answered 304 Not Modified"):
            await fetched(server.url())


@pytest.mark.parametrize("etag", ['"gr\xf6\xdfe"', '"' + "x" * 5000 + '"', '"a\tb"'])
async def test_a_validator_that_cannot_be_sent_back_is_not_kept(etag: str) -> None:
    async with running(pages={"/": answer(b"x", headers={"ETag": etag})}) as server:
        page = await fetched(server.url())

    assert page
    assert page.validators == Validators()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "answered 403 Forbidden"),
        (500, "answered 500 Internal Server Error"),
        (503, "answered 503 Service Unavailable"),
        (204, "answered 204 No Content"),
        (206, "answered 206 Partial Content"),
        (300, "answered 300 Multiple Choices"),
        (599, "answered 599"),
        (302, "answered 302 Found without saying where to"),
    ],
)
async def test_every_other_answer_is_an_error_in_our_words(status: int, words: str) -> None:
    async with running(pages={"/": answer(status=status)}) as server:
        with pytest.raises(FetchError) as caught:
            await fetched(server.url())

    assert str(caught.value) == words
    assert type(caught.value) is FetchError


async def test_gone_is_gone() -> None:
    async with running(pages={"/": answer(status=410)}) as server:
        with pytest.raises(SourceGone, match="answered 410 Gone"):
            await fetched(server.url())


async def test_names_and_passwords_are_sent_to_their_host_and_shown_to_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpcore")  # which a bot in the same process keeps silent
    async with running(pages={"/a?key=s3cret": redirect("/b", 301), "/c?key=s3cret": answer(status=404)}) as server:
        page = await fetched(server.url("/a?key=s3cret", host=f"ann:s3cret@{GOOD}"))
        with pytest.raises(FetchError) as caught:
            await fetched(server.url("/c?key=s3cret", host=f"ann:s3cret@{GOOD}"))

    token = base64.b64encode(b"ann:s3cret").decode()
    assert [asked.headers["authorization"] for asked in server.asked] == [f"Basic {token}"] * 3
    assert page
    assert page.url == server.url("/b")  # what readers may see
    assert page.moved_to == server.url("/b", host=f"ann:s3cret@{GOOD}")  # what we ask next time
    assert "s3cret" not in str(caught.value)
    assert "send_request_headers" in caplog.text
    assert "s3cret" not in caplog.text
    assert token not in caplog.text


async def test_cookies_are_not_kept() -> None:
    pages = {"/": redirect("/b").replace(b"\r\n\r\n", b"\r\nSet-Cookie: id=1; Path=/\r\n\r\n", 1)}
    async with running(pages=pages) as server, fetching() as fetch:
        await fetch(Request(url=server.url()))
        await fetch(Request(url=server.url()))

        assert len(server.asked) == 4
        assert not any("cookie" in asked.headers for asked in server.asked)


async def test_headers_of_a_request_are_sent_but_not_an_encoding_we_cannot_read() -> None:
    async with running() as server, fetching() as fetch:
        await fetch(Request(url=server.url(), headers={"Accept": "text/xml", "Accept-Encoding": "br"}))

        asked = server.asked[0].headers
        assert (asked["accept"], asked["accept-encoding"]) == ("text/xml", "gzip, deflate")


@pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X": "größe\ud800"}, {"X\n": "b"}])
async def test_a_header_not_fit_for_http_is_a_plain_error(headers: dict[str, str]) -> None:
    async with running() as server, fetching() as fetch:
        with pytest.raises(FetchError, match="not fit for HTTP"):
            await fetch(Request(url=server.url(), headers=headers))

        assert server.asked == []


async def test_a_server_that_is_not_there_is_a_plain_error() -> None:
    async with running() as server:
        url = server.url()
    with pytest.raises(FetchError, match=f"{GOOD} refuses connections"):
        await fetched(url)


async def test_whatever_bytes_a_server_sends_are_a_page_or_one_kind_of_error() -> None:
    chance = random.Random(1)
    headers = {
        "Content-Type": "text/xml",
        "Content-Encoding": "gzip",
        "Set-Cookie": "a=b; expires=Tue, 06 Jan 2026 12:00:00 GMT",
        "Cache-Control": "max-age=600",
        "Retry-After": "Tue, 06 Jan 2026 12:00:00 GMT",
        "x-ratelimit-remaining": "1",
        "Location": "http://127.0.0.2:9/x?y",
        "ETag": '"1"',
    }
    whole = [answer(gzip.compress(b"<rss/>"), status=status, headers=headers) for status in (200, 302, 304, 503)]
    mangled = b""

    async def send(writer) -> None:
        writer.write(mangled)

    outcomes, said = set(), set()
    async with running(pages={"/": send}) as server, fetching() as fetch:
        for _ in range(600):
            data = bytearray(chance.choice(whole))
            for _ in range(chance.randrange(1, 8)):
                position = chance.randrange(len(data))
                data[position : position + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
            mangled = bytes(data)
            fetch._hosts._hosts.clear()  # what one answer asked for does not keep us from the next
            try:
                await fetch(Request(url=server.url()))
                outcomes.add("page")
            except (FetchError, SourceGone) as error:
                outcomes.add(type(error).__name__)
                said.add(str(error))

    assert {"page", "FetchError", "RateLimited"} <= outcomes
    assert all(words.isprintable() for words in said)


async def test_cancelling_passes_and_the_next_fetch_works() -> None:
    reached = asyncio.Event()

    async def silence(writer) -> None:
        reached.set()
        await writer.wait_closed()

    async with running(pages={"/silence": silence}) as server, fetching(host_concurrency=1) as fetch:
        fetching_it = asyncio.create_task(fetch(Request(url=server.url("/silence"))))
        await reached.wait()
        fetching_it.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching_it

        assert await fetch(Request(url=server.url()))


async def test_without_room_for_another_page_nothing_is_asked_until_there_is() -> None:
    room = asyncio.Event()
    async with running(pages={"/": answer(b"page")}) as server, fetching(room=room) as fetch:
        asked = asyncio.create_task(fetch(Request(url=server.url())))
        for _ in range(20):
            await asyncio.sleep(0)
        assert server.asked == []
        room.set()

        page = await asyncio.wait_for(asked, 5)
        assert page
        assert page.body == b"page"
