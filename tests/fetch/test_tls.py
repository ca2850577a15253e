"""Certificates are checked for the name of the host, although the guard dials an address."""

import os
import ssl
from pathlib import Path

import pytest

from monitor.core.errors import FetchError
from monitor.core.model import Request
from monitor.fetch import HttpFetch
from tests.fetch.servers import GOOD, fetching, options, running

CERTIFICATE = Path(__file__).parent / "tls" / "feeds.example.pem"


def serving() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def here(host: str, port: int) -> list[str]:
    return [GOOD]


@pytest.mark.parametrize(("host", "trusted"), [("feeds.example", True), ("other.example", False), (GOOD, False)])
async def test_the_certificate_is_checked_for_the_name_although_an_address_is_dialled(host: str, trusted: bool) -> None:
    names = []
    ours = serving()
    ours.sni_callback = lambda _socket, name, _context: names.append(name)
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    async with running(ssl=ours) as server, HttpFetch(options(), resolve=here, tls=trusting) as fetch:
        request = Request(url=server.url(host=host).replace("http:", "https:"))
        if trusted:
            assert await fetch(request)
            assert names == ["feeds.example"]
        else:
            with pytest.raises(FetchError, match="no valid certificate"):
                await fetch(request)
            assert server.asked == []


async def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    async with running(ssl=serving()) as server, fetching(resolve=here) as fetch:
        with pytest.raises(FetchError, match="no valid certificate: self-signed"):
            await fetch(Request(url=server.url(host="feeds.example").replace("http:", "https:")))


async def test_an_encrypted_connection_that_turns_to_nonsense_is_a_plain_error() -> None:
    async def nonsense(writer) -> None:
        os.write(writer.get_extra_info("socket").fileno(), b"this is no record of TLS" * 10)
        await writer.drain()

    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    fetch = HttpFetch(options(), resolve=here, tls=trusting)
    async with running(ssl=serving(), pages={"/": nonsense}) as server, fetch:
        with pytest.raises(FetchError, match="broke off the encrypted connection"):
            await fetch(Request(url=server.url(host="feeds.example").replace("http:", "https:")))
