"""A WebSocket goes the same guarded way as everything else, and its other side can do nothing but be lost."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from ipaddress import ip_network
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from monitor.core.errors import AddressRefused, FetchError, RateLimited
from monitor.fetch.websocket import HandshakeRefused, MessageTooLarge, WebSocket, open_websocket
from tests.fakes.jetstream import Jetstream, post
from tests.fetch.attacks import ATTACKS, PORT
from tests.fetch.servers import CANARY, GOOD, answer, canary, options, redirect, resolved, running

CERTIFICATE = Path(__file__).parent / "tls" / "feeds.example.pem"


async def opened(url: str, *, resolve=resolved, tls=None, idle=timedelta(seconds=20), **given) -> WebSocket:
    return await open_websocket(url, options=options(**given), resolve=resolve, tls=tls, idle=idle)


@asynccontextmanager
async def serving(talk: Callable[[ServerConnection], Awaitable[None]], **given: object) -> AsyncIterator[str]:
    """Run a server that talks as told until the other side leaves; yields its address."""

    async def talking(connection: ServerConnection) -> None:
        talks = asyncio.create_task(talk(connection))
        await connection.wait_closed()
        talks.cancel()

    async with serve(talking, GOOD, 0, **{"compression": None, "ping_interval": None} | given) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://{GOOD}:{port}/"
        for connection in tuple(server.connections):
            connection.transport.abort()


async def lost(socket: WebSocket) -> FetchError:
    """Read until the connection is lost, and return why."""
    try:
        while True:
            await socket.receive()
    except FetchError as error:
        return error
    finally:
        await socket.close()


async def test_messages_come_as_they_were_sent_and_in_order() -> None:
    async with Jetstream([post(1, "one"), post(2, "zwei ü")]) as server:
        socket = await opened(server.url)
        messages = [await socket.receive() for _ in range(2)]
        await socket.close()

    assert [message.decode() for message in messages] == [line for _, line in server.lines]


async def test_no_form_of_a_private_address_is_connected_to() -> None:
    async with canary() as bird:
        for attack in ATTACKS:
            for scheme in ("ws", "wss"):
                with pytest.raises(FetchError):
                    await opened(attack.replace("http", scheme, 1).replace(PORT, str(bird.port)))

        assert bird.connections == 0


async def test_a_name_is_looked_up_once_and_what_was_judged_is_dialled() -> None:
    asked = 0

    async def rebinding(host: str, port: int) -> list[str]:
        nonlocal asked
        asked += 1
        return [GOOD] if asked % 2 else [CANARY]

    async with canary() as bird, running(GOOD, port=bird.port) as good:
        for number in range(20):
            with pytest.raises(AddressRefused if number % 2 else FetchError):
                await opened(f"ws://rebinding.example:{bird.port}/", resolve=rebinding)

        assert (asked, good.connections, bird.connections) == (20, 10, 0)


async def test_a_name_with_one_private_address_is_refused() -> None:
    async with Jetstream() as server, canary() as bird:
        with pytest.raises(AddressRefused):
            await opened(f"wss://one-private.example:{server.port}/")

        assert (server.asked, bird.connections) == ([], 0)


async def test_a_dead_address_leaves_the_next_one_its_chance() -> None:
    async def several(host: str, port: int) -> list[str]:
        return ["127.0.0.9", GOOD]

    async with Jetstream([post(1, "hello")]) as server:
        socket = await opened(
            f"ws://several.example:{server.port}/", resolve=several, allow_networks=(ip_network("127.0.0.0/8"),)
        )
        assert await socket.receive()
        await socket.close()


async def test_the_internet_is_spoken_to_in_secret_only(monkeypatch: pytest.MonkeyPatch) -> None:
    async def public(host: str, port: int) -> list[str]:
        return ["93.184.216.34"]

    async def never(*_: object) -> None:
        pytest.fail("a public address was dialled")

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", never, raising=False)
    with pytest.raises(AddressRefused, match="only wss://"):
        await opened("ws://public.example/", resolve=public)


@pytest.mark.parametrize("url", ["http://good.example/", "file:///etc/passwd", "jetstream", "", "wss://"])
async def test_what_is_no_address_of_a_stream_is_refused(url: str) -> None:
    with pytest.raises(FetchError, match="stream"):
        await opened(url)


async def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(AddressRefused) as caught:
        await opened("wss://ann:s3cret@good.example/")
    assert "s3cret" not in str(caught.value)


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with canary() as bird, Jetstream([post(1, "hello")]) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY", "WSS_PROXY", "SOCKS_PROXY"):
            monkeypatch.setenv(name, bird.url())
            monkeypatch.setenv(name.lower(), bird.url())
        monkeypatch.delenv("NO_PROXY", raising=False)
        socket = await opened(server.url)
        assert await socket.receive()
        await socket.close()

        assert bird.connections == 0


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_no_redirect_is_followed_not_even_to_the_same_place(status: int) -> None:
    async with canary() as bird, running(GOOD) as good:
        for target in (f"ws://{CANARY}:{bird.port}/", "/again", f"ws://{GOOD}:{good.port}/again"):
            good.pages["/"] = redirect(target, status)
            with pytest.raises(FetchError):
                await opened(f"ws://{GOOD}:{good.port}/")

        assert bird.connections == 0
        assert {asked.target for asked in good.asked} == {"/"}


async def test_compression_is_not_offered_and_who_asks_is_told() -> None:
    async with Jetstream([post(1, "hello")]) as server:
        socket = await opened(server.url)
        await socket.receive()
        await socket.close()

        headers = {name.lower(): value for name, value in server.asked[0].headers.items()}
        assert "sec-websocket-extensions" not in headers
        assert headers["user-agent"] == "quote-monitor-tests"


async def test_a_message_that_is_too_large_ends_the_connection_and_says_so() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send("x" * 1024 * 1024)
        await connection.send("x" * (1024 * 1024 + 1))

    async with serving(talk) as url:
        socket = await opened(url)
        assert len(await socket.receive()) == 1024 * 1024
        assert isinstance(await lost(socket), MessageTooLarge)


async def test_a_large_message_in_many_pieces_is_as_large() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send("x" * 64 * 1024 for _ in range(17))

    async with serving(talk) as url:
        assert isinstance(await lost(await opened(url)), MessageTooLarge)


async def test_bytes_that_are_no_text_are_handed_on_and_end_nothing() -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.send(b"\xff\xfe", text=True)
        await connection.send("after")

    async with serving(talk) as url:
        socket = await opened(url)
        assert [await socket.receive(), await socket.receive()] == [b"\xff\xfe", b"after"]
        await socket.close()


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1013, 4000])
async def test_a_closed_connection_is_told_by_its_code_and_not_in_the_words_of_the_server(code: int) -> None:
    async def talk(connection: ServerConnection) -> None:
        await connection.close(code, "<b>visit evil.example</b>")

    async with serving(talk) as url:
        error = await lost(await opened(url))

    assert str(error) == f"{GOOD} closed the connection (code {code})"


async def test_a_connection_that_breaks_off_is_lost() -> None:
    async def talk(connection: ServerConnection) -> None:
        connection.transport.abort()

    async with serving(talk) as url:
        assert "broke off" in str(await lost(await opened(url)))


async def test_frames_that_are_none_are_a_plain_error() -> None:
    async def talk(connection: ServerConnection) -> None:
        connection.transport.write(b"\xff\xff\xff\xffnonsense")

    async with serving(talk) as url:
        assert "proper WebSocket" in str(await lost(await opened(url)))


async def test_a_peer_that_vanished_is_noticed() -> None:
    async def talk(connection: ServerConnection) -> None:
        connection.transport.pause_reading()  # its answers to pings never leave
        await asyncio.Event().wait()

    async with serving(talk) as url:
        error = await lost(await opened(url, idle=timedelta(seconds=0.02)))

    assert str(error) == f"{GOOD} no longer answers"


async def test_a_peer_that_is_only_silent_is_kept() -> None:
    pings = 0
    heard = asyncio.Event()

    async def talk(connection: ServerConnection) -> None:
        nonlocal pings
        answer_ping = connection.protocol.recv_frame

        def counted(frame) -> None:
            nonlocal pings
            pings += frame.opcode == 9
            answer_ping(frame)
            if pings >= 3:
                heard.set()

        connection.protocol.recv_frame = counted
        await heard.wait()
        await connection.send("still here")

    async with serving(talk) as url:
        socket = await opened(url, idle=timedelta(seconds=0.1))
        assert await socket.receive() == b"still here"
        await socket.close()


async def test_a_standstill_of_our_own_is_not_taken_for_silence() -> None:
    pings = 0
    heard = asyncio.Event()

    async def talk(connection: ServerConnection) -> None:
        take_frame = connection.protocol.recv_frame

        def counted(frame) -> None:
            nonlocal pings
            pings += frame.opcode == 9
            if pings == 1:
                time.sleep(0.15)  # nothing at all happens here meanwhile, on neither side
            take_frame(frame)
            if pings == 2:
                heard.set()

        connection.protocol.recv_frame = counted
        await heard.wait()
        await connection.send("still here")

    async with serving(talk) as url:
        socket = await opened(url, idle=timedelta(seconds=0.1))
        assert await socket.receive() == b"still here"
        await socket.close()


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (HTTPStatus.BAD_REQUEST, {}, HandshakeRefused),
        (HTTPStatus.FORBIDDEN, {}, FetchError),
        (HTTPStatus.BAD_GATEWAY, {}, FetchError),
        (HTTPStatus.SERVICE_UNAVAILABLE, {}, FetchError),
        (HTTPStatus.TOO_MANY_REQUESTS, {}, RateLimited),
        (HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "90"}, RateLimited),
    ],
)
async def test_a_refusal_is_told_as_what_it_is(status: HTTPStatus, headers: dict[str, str], kind: type) -> None:
    async with Jetstream(refuse=status, refusal_headers=headers) as server:
        with pytest.raises(FetchError, match=f"answered {status.value}") as caught:
            await opened(server.url)

    assert type(caught.value) is kind
    if headers:
        assert caught.value.wait == timedelta(seconds=90)


@pytest.mark.parametrize("page", [answer(b"<html>hello</html>"), b"nonsense\r\n\r\n", b"HTTP/1.1 101 Yes\r\n\r\n", b""])
async def test_what_is_no_websocket_is_a_plain_error(page: bytes) -> None:
    async with running(GOOD, pages={"/": page}) as server:
        with pytest.raises(FetchError):
            await opened(f"ws://{GOOD}:{server.port}/", deadline=timedelta(seconds=0.5))


async def test_a_server_that_never_answers_is_given_up() -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with running(GOOD, pages={"/": silent}) as server:
        with pytest.raises(FetchError, match=r"within 0\.2 s"):
            await opened(f"ws://{GOOD}:{server.port}/", deadline=timedelta(seconds=0.2))


@pytest.mark.parametrize(("host", "trusted"), [("feeds.example", True), ("other.example", False)])
async def test_the_certificate_is_checked_for_the_name_although_an_address_is_dialled(host: str, trusted: bool) -> None:
    async def here(name: str, port: int) -> list[str]:
        return [GOOD]

    async def talk(connection: ServerConnection) -> None:
        await connection.send("hello")

    names = []
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(CERTIFICATE)
    ours.sni_callback = lambda _socket, name, _context: names.append(name)
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    async with serving(talk, ssl=ours) as url:
        address = url.replace(f"ws://{GOOD}", f"wss://{host}")
        if trusted:
            socket = await opened(address, resolve=here, tls=trusting)
            assert await socket.receive() == b"hello"
            await socket.close()
            assert names == ["feeds.example"]
        else:
            with pytest.raises(FetchError, match="no valid certificate"):
                await opened(address, resolve=here, tls=trusting)
