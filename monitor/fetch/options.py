"""What the operator chooses about fetching."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """Bounds and manners of every fetch."""

    user_agent: str  # ASCII; says who asks and where to complain
    deadline: timedelta = timedelta(seconds=30)  # a whole fetch, redirects included; waiting for a turn is not
    max_bytes: int = 5 * 1024 * 1024  # of a body, both as sent and decoded
    allow_networks: tuple[Network, ...] = ()  # exempt from the private-network guard
    host_spacing: timedelta = timedelta(seconds=1)  # at least so long between two requests to one host
    host_concurrency: int = 2
    concurrency: int = 8  # requests under way, all hosts together
    max_redirects: int = 5
