"""URLs: reading them, following a redirect to the next one, and showing them without their secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from monitor.core.errors import AddressRefused, FetchError

PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
HARMLESS = frozenset({"accept", "accept-language", "user-agent"})  # headers that may go to another host
LONGEST_SHOWN = 200
UNREADABLE = "an address that cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request of a fetch."""

    url: httpx.URL  # with userinfo, when there is any; without fragment
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # may hold what signs the request
    is_redirected: bool = False

    @property
    def host(self) -> str:
        """What the limits of a host go by."""
        return self.url.raw_host.decode("ascii").rstrip(".")


def parsed(url: str) -> httpx.URL:
    """Return a URL that may be asked. Raises FetchError, or AddressRefused when it is not http or https."""
    return _checked(_read(url.strip()))


def next_hop(hop: Hop, location: str) -> Hop:
    """Return where a redirect leads. Another host is told neither credentials nor validators of this one."""
    try:
        target = hop.url.join(_read(location)).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise FetchError("redirects to an address that cannot be read") from None
    _checked(target)
    if not _is_same_party(hop.url, target):
        harmless = {name: value for name, value in hop.headers.items() if name.lower() in HARMLESS}
        return Hop(url=target, headers=harmless, is_redirected=True)
    if hop.url.userinfo and not target.userinfo:
        target = target.copy_with(userinfo=hop.url.userinfo)
    return Hop(url=target, headers=hop.headers, is_redirected=True)


def without_userinfo(url: httpx.URL) -> httpx.URL:
    """Return the URL without name and password."""
    return url.copy_with(userinfo=b"") if url.userinfo else url


def is_same_origin(url: str, other: str) -> bool:
    """Whether two addresses have the same scheme, host and port. Raises FetchError for what is no address."""
    here, there = (parsed(one) for one in (url, other))
    return _origin(here) == _origin(there)


def shown(url: str | httpx.URL) -> str:
    """Return a URL fit for logs and messages: without name, password, query and fragment, and not long."""
    try:
        read = httpx.URL(url)
        plain = without_userinfo(read).copy_with(query=None, fragment=None)
    except (httpx.InvalidURL, ValueError):
        return UNREADABLE
    if plain.scheme not in PORTS or not plain.raw_host:
        return UNREADABLE  # who knows which part of it is a password
    text = str(plain) + ("?…" if read.query else "")
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _read(url: str) -> httpx.URL:
    try:
        return httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        # `from None`: the library's text repeats parts of the address, a password among them
        raise FetchError("the address cannot be read: it should look like https://example.org/feed.xml") from None


def _checked(url: httpx.URL) -> httpx.URL:
    if url.scheme not in PORTS:
        raise AddressRefused("only http:// and https:// addresses are fetched")
    if not url.raw_host:
        raise FetchError("the address names no host: it should look like https://example.org/feed.xml")
    if url.port is not None and not 0 < url.port < 65536:
        raise FetchError(f"there is no port {url.port}")
    return url


def _is_same_party(here: httpx.URL, there: httpx.URL) -> bool:
    """Return whether what `here` may know, `there` may too: the same origin, or its own step up to https."""
    if here.raw_host != there.raw_host:
        return False
    ports = [url.port or PORTS[url.scheme] for url in (here, there)]
    return _origin(here) == _origin(there) or ((here.scheme, there.scheme) == ("http", "https") and ports == [80, 443])


def _origin(url: httpx.URL) -> tuple[str, bytes, int]:
    return url.scheme, url.raw_host, url.port or PORTS[url.scheme]
