"""The guard against server-side request forgery: nothing but public addresses is ever connected to.

It sits in the step that connects, behind URL parsing, redirects and proxies, so no path leads around it: the
name is resolved here, every address is judged here, and the address that was judged is the one dialled. TLS
still checks the certificate against the name. Addresses are judged by what is allowed, not by a list of
forms to refuse; what is cut out of the public ranges comes from the IANA special-purpose address registries
(iana.org/assignments/iana-ipv4-special-registry, iana.org/assignments/iana-ipv6-special-registry).
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpcore

from monitor.core.errors import AddressRefused, NoAnswer
from monitor.fetch.options import Network

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the IP addresses of a host name (and port). Raises OSError when there are none."""

Address = IPv4Address | IPv6Address
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

MOST_ATTEMPTS = 4  # addresses of one host that are tried
ATTEMPT_SECONDS = 8.0  # so that a dead first address leaves time for the next one

_V4_FIRST, _V4_LAST = IPv4Address("1.0.0.0"), IPv4Address("223.255.255.255")  # unicast without 0/8
_V4_NOT_PUBLIC = tuple(
    IPv4Network(network)
    for network in (
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carrier-grade NAT; also a cloud metadata service (100.100.100.200)
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud platform service, virtual although in public space (learn.microsoft.com)
        "169.254.0.0/16",  # link-local, and cloud metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
    )
)
_V6_UNICAST = IPv6Network("2000::/3")
_V6_NOT_PUBLIC = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds an IPv4 address
        "3fff::/20",  # documentation
    )
)

# Names are looked up in threads of their own: a name server that hangs holds up other look-ups, nothing else.
_LOOKUPS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve")


def is_public(address: Address) -> bool:
    """Return whether an address is that of a host on the public internet."""
    address = _unwrapped(address)
    if isinstance(address, IPv4Address):
        return _V4_FIRST <= address <= _V4_LAST and not any(address in network for network in _V4_NOT_PUBLIC)
    return address in _V6_UNICAST and not any(address in network for network in _V6_NOT_PUBLIC)


async def system_resolver(host: str, port: int) -> list[str]:
    """Return the addresses the operating system knows for `host`, in its order of preference. Raises OSError."""
    look_up = partial(socket.getaddrinfo, host.encode("ascii"), port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_LOOKUPS, look_up)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to public addresses, and to those in `allow`; to no other, and to no unix socket."""

    def __init__(self, *, resolve: Resolver, allow: Iterable[Network] = ()) -> None:
        self._resolve = resolve
        self._allow = tuple(allow)
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the signature is httpcore's)
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers. Raises AddressRefused when any is not allowed."""
        addresses = await self.judged(host, port)
        seconds = ATTEMPT_SECONDS if timeout is None else min(timeout, ATTEMPT_SECONDS)
        failure: Exception | None = None
        for address in addresses[:MOST_ATTEMPTS]:
            try:
                return await self._inner.connect_tcp(str(address), port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = failure or error
        raise failure or NoAnswer(f"{host} has no address")

    async def connect_unix_socket(self, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        """Refuse: a unix socket is never a public source."""
        raise AddressRefused("a unix socket is not on the public internet")

    async def sleep(self, seconds: float) -> None:
        """Wait, for httpcore."""
        await asyncio.sleep(seconds)

    async def judged(self, host: str, port: int) -> list[Address]:
        """Return all addresses of `host`, every one of them allowed; these are to be dialled, and no name.

        Raises AddressRefused when any is not allowed, FetchError when the name cannot be looked up.
        """
        try:
            addresses = [ip_address(host)]
        except ValueError:
            addresses = await self._resolved(host, port)
        if not all(self._is_allowed(address) for address in addresses):
            raise AddressRefused(
                f"{host} is not on the public internet; the operator can allow its network (fetch.allow_networks)"
            )
        return [_unwrapped(address) for address in addresses]

    async def _resolved(self, host: str, port: int) -> list[Address]:
        try:
            return [ip_address(address) for address in await self._resolve(host, port)]
        except (OSError, ValueError) as error:  # ValueError: a name no resolver takes, an answer that is no address
            raise NoAnswer(f"the name {host} could not be looked up") from error

    def is_exempt(self, address: Address) -> bool:
        """Return whether the operator allowed the network of an address, whatever it is."""
        return any(_unwrapped(address) in network for network in self._allow)

    def _is_allowed(self, address: Address) -> bool:
        return is_public(address) or self.is_exempt(address)


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside an IPv4-mapped IPv6 one (::ffff:a.b.c.d); any other address as it is."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
