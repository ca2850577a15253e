"""Nothing but the public internet is ever connected to, whatever form the address has and however one gets there."""

import asyncio
from datetime import timedelta
from ipaddress import ip_address, ip_network

import httpcore
import pytest

from monitor.core.errors import AddressRefused, FetchError, SourceError
from monitor.core.model import Request
from monitor.fetch import is_public, system_resolver
from monitor.fetch.guard import GuardedBackend
from tests.fetch.attacks import ATTACKS, NOT_PUBLIC, PORT, PUBLIC
from tests.fetch.servers import CANARY, GOOD, NAMES, answer, canary, fetched, fetching, redirect, resolved, running


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_not_refused(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_off_the_public_internet_is_known(address: str) -> None:
    assert not is_public(ip_address(address))


def test_the_edges_of_the_public_ranges_are_where_the_registries_put_them() -> None:
    for network in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"):
        first, last = ip_network(network)[0], ip_network(network)[-1]
        assert [is_public(a) for a in (first - 1, first, last, last + 1)] == [True, False, False, True]


def test_no_address_between_the_special_ranges_is_refused() -> None:
    special = {0, 10, 100, 127, 169, 172, 192, 198, 203}  # first numbers under which special ranges lie
    public = [f"{first}.{n}.{n}.{n}" for first in range(1, 224) if first not in special for n in (0, 7, 255)]
    public += [f"2{part:03x}:{n}::1" for part in range(0x400, 0xFFF, 0x11) for n in ("1", "ffff")]

    assert len(public) >= 500
    assert [address for address in public if not is_public(ip_address(address))] == []


async def test_no_form_of_a_private_address_is_connected_to() -> None:
    assert len(ATTACKS) >= 60
    async with canary() as bird, fetching(resolve=resolved) as fetch:
        for attack in ATTACKS:
            with pytest.raises(FetchError):
                await fetch(Request(url=attack.replace(PORT, str(bird.port))))

        assert bird.connections == 0


async def test_the_attacks_would_get_through_without_the_guard() -> None:
    everything = tuple(map(ip_network, ("127.0.0.0/8", "0.0.0.0/32", "::1/128", "::/128")))  # all of this machine
    async with canary() as bird:
        for attack in ATTACKS:
            with pytest.raises((SourceError, ZeroDivisionError)):  # noqa: PT012
                await fetched(
                    attack.replace(PORT, str(bird.port)), allow_networks=everything, deadline=timedelta(seconds=0.5)
                )
                raise ZeroDivisionError  # it was answered

        assert bird.connections >= 35


async def test_names_the_system_knows_for_this_machine_are_refused() -> None:
    async with canary() as bird, fetching(resolve=system_resolver) as fetch:
        for host in ("localhost", "127.1", "2130706433", "0x7f000001", "017700000001", "0"):
            with pytest.raises(AddressRefused):
                await fetch(Request(url=bird.url(host=host)))

        assert bird.connections == 0


async def test_an_allowed_network_is_exempt_in_every_form_and_its_neighbour_is_not() -> None:
    async with running(GOOD) as good:
        for host in (GOOD, "good.example", f"[::ffff:{GOOD}]", "0x7f000002"):
            assert await fetched(good.url(host=host))
        with pytest.raises(AddressRefused):
            await fetched(good.url(host="127.0.0.4"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("hops", [1, 2, 3, 4, 5])
async def test_a_redirect_leads_nowhere_that_an_address_may_not(status: int, hops: int) -> None:
    async with canary() as bird, running(GOOD) as good:
        for hop in range(1, hops):
            good.pages[f"/{hop}"] = redirect(f"/{hop + 1}", status)
        for target in (bird.url(), bird.url(host="localhost"), bird.url(host="[::1]"), f"//{CANARY}:{bird.port}/"):
            good.pages[f"/{hops}"] = redirect(target, status)
            with pytest.raises(AddressRefused):
                await fetched(good.url("/1"))

        assert bird.connections == 0
        assert len(good.asked) == 4 * hops


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.3:{port}/_x",
        "ftp://127.0.0.3:{port}/",
        "ws://127.0.0.3:{port}/",
        "data:,x",
        "javascript:1",
        "http://[",
        "\x7f",
        "http://127.0.0.1:{port}\\@public.example/",
    ],
)
async def test_a_redirect_to_what_is_no_web_address_is_refused(target: str) -> None:
    async with canary() as bird, running(GOOD) as good:
        good.pages["/"] = redirect(target.replace(PORT, str(bird.port)))
        with pytest.raises(FetchError):
            await fetched(good.url())

        assert bird.connections == 0
        assert len(good.asked) == 1


async def test_the_address_that_was_judged_is_the_one_dialled() -> None:
    asked = 0

    async def rebinding(host: str, port: int) -> list[str]:
        nonlocal asked
        asked += 1
        return [GOOD] if asked % 2 else [CANARY]

    async with canary() as bird, running(GOOD, port=bird.port) as good:
        good.pages["/"] = bird.pages["/"] = answer(headers={"Connection": "close"})
        outcomes = []
        async with fetching(resolve=rebinding) as fetch:
            for _ in range(120):
                try:
                    await fetch(Request(url=f"http://rebinding.example:{bird.port}/"))
                    outcomes.append("answered")
                except AddressRefused:
                    outcomes.append("refused")

        assert asked == 120  # a name is looked up once for each connection
        assert bird.connections == 0
        assert outcomes == ["answered", "refused"] * 60


async def test_a_name_with_any_private_address_is_refused_in_whatever_order() -> None:
    for addresses in ([GOOD, CANARY], [CANARY, GOOD], [GOOD, "10.0.0.1"], [GOOD, "::1"], [GOOD, "nonsense"]):

        async def several(host: str, port: int, found: list[str] = addresses) -> list[str]:
            return found

        async with canary() as bird, running(GOOD, port=bird.port) as good:
            async with fetching(resolve=several) as fetch:
                with pytest.raises(FetchError):
                    await fetch(Request(url=good.url(host="several.example")))

            assert (good.connections, bird.connections) == (0, 0)


async def test_a_dead_address_leaves_the_next_one_its_chance() -> None:
    async def several(host: str, port: int) -> list[str]:
        return ["127.0.0.9", GOOD]

    fetch = fetching(allow_networks=(ip_network("127.0.0.0/8"),), resolve=several)
    async with running(GOOD) as good, fetch:
        assert await fetch(Request(url=good.url(host="several.example")))


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with canary() as bird, running(GOOD) as good:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, bird.url())
            monkeypatch.setenv(name.lower(), bird.url())
        monkeypatch.delenv("NO_PROXY", raising=False)

        assert await fetched(good.url())
        with pytest.raises(FetchError):
            await fetched(good.url().replace("http:", "https:"), deadline=timedelta(seconds=0.3))
        assert bird.connections == 0


async def test_unix_sockets_are_refused() -> None:
    with pytest.raises(AddressRefused):
        await GuardedBackend(resolve=resolved).connect_unix_socket("/run/docker.sock")


async def test_the_guard_holds_where_connections_are_made_not_where_addresses_are_read() -> None:
    async with canary() as bird:
        backend = GuardedBackend(resolve=resolved)
        async with httpcore.AsyncConnectionPool(network_backend=backend) as pool:
            with pytest.raises(AddressRefused):
                await pool.request("GET", bird.url())

        assert bird.connections == 0


async def test_a_name_without_addresses_and_a_failing_name_server_are_plain_errors() -> None:
    async def nobody(host: str, port: int) -> list[str]:
        return []

    async def broken(host: str, port: int) -> list[str]:
        raise TimeoutError

    for resolver in (nobody, broken):
        async with fetching(resolve=resolver) as fetch:
            with pytest.raises(FetchError, match=r"nowhere\.example") as caught:
                await fetch(Request(url="http://nowhere.example/"))
        assert not isinstance(caught.value, AddressRefused)


def test_no_name_of_the_tests_leads_out_of_this_machine() -> None:
    assert not any(is_public(ip_address(address)) for addresses in NAMES.values() for address in addresses)
    assert asyncio.run(resolved("0x7f.1", 80)) == ["127.0.0.1"]
